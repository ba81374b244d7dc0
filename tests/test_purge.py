"""Forgetting: what the settings promise, to the second."""

import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from stadtfuehrer.app import create_app
from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.feedback import answer
from stadtfuehrer.booking.leads_store import LeadState, all_noted, keep_noted
from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.booking.store import erase_bookings
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.booking.waiting_store import join_line
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import Database
from stadtfuehrer.dialogue import check_in_store
from stadtfuehrer.dialogue.check_ins import allow, guests
from stadtfuehrer.dialogue.model import Kind, Satisfaction, consent_to_publish
from stadtfuehrer.dialogue.store import add_satisfied
from stadtfuehrer.dialogue.tables import DbVoice
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.mail.store import enqueue, erase_letters, lease_next, note_failed, note_sent
from stadtfuehrer.mail.tables import DbLetter, State
from stadtfuehrer.purge import Purged, forget
from stadtfuehrer.quiz.service import send_result
from stadtfuehrer.refusals import UnknownBooking
from stadtfuehrer.text import Mailbox
from stadtfuehrer.web.rate_limit import DbRateEvent, check_rate
from stadtfuehrer.web.renewal import pages_stamp
from tests.support.contexts import (
    NO_LIMITS,
    NOW,
    Clock,
    OpenContext,
    a_visitor,
    a_wish,
    full_answers,
    in_berlin,
    opened_context,
)
from tests.support.rows import MONDAY_TEN, a_booking, a_letter, added, cells_of
from tests.support.stored import NOTHING, Counts, counts, letters
from tests.support.voices import all_voices, said, satisfied_rows

TEN = in_berlin("2026-03-05 10:00")
END_PLUS_SIX_MONTHS = in_berlin("2026-03-05 10:30") + timedelta(days=184)
SECOND = timedelta(seconds=1)


def send_all(context: AppContext, folder: Path) -> None:
    post = FolderMailer(folder=folder, clock=Clock())
    deliver_due(context, post, compose=compose, clock=Clock())


@pytest.mark.parametrize("cancelled", [True, False])
def test_a_booking_is_forgotten_six_months_after_it_ended(
    context: AppContext, tmp_path: Path, *, cancelled: bool
) -> None:
    token = book(context, a_wish(context, TEN), now=NOW)
    if cancelled:
        cancel(context, token, "", now=NOW)
    send_all(context, tmp_path)
    before = counts(context)
    forget(context, now=END_PLUS_SIX_MONTHS)
    assert counts(context) == before
    forgotten = forget(context, now=END_PLUS_SIX_MONTHS + SECOND)
    assert forgotten == Purged(bookings=1, letters=before.letters)
    assert counts(context) == NOTHING
    with pytest.raises(UnknownBooking):
        look_up(context, token)


def test_the_text_of_a_sent_letter_is_forgotten_after_two_weeks(
    context: AppContext, tmp_path: Path
) -> None:
    book(context, a_wish(context, TEN), now=NOW)
    send_all(context, tmp_path)
    two_weeks = timedelta(days=14)
    assert forget(context, now=NOW + two_weeks).letters == 0
    assert all(letter.message for letter in letters(context))
    assert forget(context, now=NOW + two_weeks + SECOND) == Purged(bookings=0, letters=2)
    assert [letter.message for letter in letters(context)] == [b"", b""]
    assert counts(context) == Counts(bookings=1, cells=15, letters=2)
    assert forget(context, now=NOW + two_weeks + SECOND).letters == 0


def test_the_text_of_a_letter_that_still_waits_is_kept(context: AppContext) -> None:
    book(context, a_wish(context, TEN), now=NOW)
    forget(context, now=NOW + timedelta(days=60))
    assert all(letter.message for letter in letters(context))


def test_the_letter_of_a_result_is_forgotten_with_its_address(context: AppContext) -> None:
    recipient = Mailbox(name="Änne", address="aenne@gast.example")
    send_result(context, full_answers(context), recipient, key="k", now=NOW)
    forget(context, now=NOW + timedelta(days=14))
    assert counts(context).letters == 1
    forget(context, now=NOW + timedelta(days=14) + SECOND)
    assert counts(context) == NOTHING


def test_how_satisfied_guests_were_is_forgotten_after_two_years(context: AppContext) -> None:
    today = date(2026, 3, 2)
    with context.database.begin() as session:
        for day in (date(2024, 3, 1), date(2024, 3, 2), today):
            add_satisfied(session, "sehr", day=day)
    forget(context, now=NOW)
    with context.database.read() as session:
        left = [day for day, _, _ in satisfied_rows(session)]
    assert left == [date(2024, 3, 2), today]


def test_networks_are_forgotten_when_their_hour_has_long_passed(open_context: OpenContext) -> None:
    with open_context(posts_per_hour="9") as context:
        check_rate(context, "192.0.2.1", now=NOW)
        check_rate(context, "192.0.2.1", now=NOW + timedelta(hours=1))
        forget(context, now=NOW + timedelta(hours=1, minutes=30))
        with context.database.read() as session:
            assert session.scalars(select(DbRateEvent.at)).all() == [NOW + timedelta(hours=1)]


def test_the_settings_say_how_long(open_context: OpenContext, tmp_path: Path) -> None:
    with open_context(bookings_months="1", letters_days="1") as context:
        book(context, a_wish(context, TEN), now=NOW)
        send_all(context, tmp_path)
        assert forget(context, now=NOW + timedelta(days=1) + SECOND).letters == 2
        assert forget(context, now=in_berlin("2026-04-05 10:31")).bookings == 0
        assert forget(context, now=in_berlin("2026-04-05 11:31")).bookings == 1


def test_what_is_noted_of_a_lead_goes_with_the_last_booking(context: AppContext) -> None:
    book(context, a_wish(context, TEN), now=NOW)
    with context.database.begin() as session:
        join_line(session, "video", "Wartet@gast.example", now=END_PLUS_SIX_MONTHS)
        for mailbox in ("aenne@gast.example", "wartet@gast.example", "weg@gast.example"):
            keep_noted(session, mailbox, state=LeadState.TALKING, note="Ruft an.", now=NOW)
    noted = []
    for now in (END_PLUS_SIX_MONTHS, END_PLUS_SIX_MONTHS + SECOND):
        forget(context, now=now)
        with context.database.read() as session:
            noted.append({mailbox.partition("@")[0] for mailbox in all_noted(session)})
    assert noted == [{"aenne", "wartet"}, {"wartet"}]


AN_ANSWER = {"answer": "Ja.", "answered_at": NOW}
SHOWN = {"consent": consent_to_publish(Kind.QUESTION, now=NOW), "published_at": NOW}
MONTH, SIX_MONTHS = timedelta(days=30), timedelta(days=184)


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        (AN_ANSWER, MONTH),
        ({"closed_at": NOW}, MONTH),
        ({"kind": Kind.FEEDBACK, "text": "", "choice": "sehr", "closed_at": NOW}, MONTH),
        # It may be shown, and nobody did.
        (AN_ANSWER | {"consent": SHOWN["consent"]}, MONTH),
        # The answer counts, though it was put away later.
        (AN_ANSWER | {"closed_at": NOW + timedelta(days=9)}, MONTH),
        ({"is_held": True}, MONTH),
        ({}, SIX_MONTHS),
        ({"kind": Kind.CHECK_IN, "choice": "hakt"}, SIX_MONTHS),
        (AN_ANSWER | SHOWN, None),
        (AN_ANSWER | SHOWN | {"heard": "Ist getan.", "heard_at": NOW}, None),
    ],
)
def test_what_was_said_is_forgotten_when_it_is_over(
    context: AppContext, tmp_path: Path, changes: dict[str, object], after: timedelta | None
) -> None:
    context = replace(context, instance=tmp_path)
    said(context, said_at=NOW, **changes)
    if after is None:
        assert forget(context, now=NOW + timedelta(days=4000)).voices == 0
        assert len(all_voices(context)) == 1
        return
    assert forget(context, now=NOW + after) == Purged(bookings=0, letters=0)
    assert (len(all_voices(context)), pages_stamp(tmp_path)) == (1, 0)
    assert forget(context, now=NOW + after + SECOND) == Purged(bookings=0, letters=0, voices=1)
    assert all_voices(context) == []
    assert pages_stamp(tmp_path) > 0


def test_of_what_was_heard_stays_what_was_done(context: AppContext, tmp_path: Path) -> None:
    context = replace(context, instance=tmp_path)
    said(context, said_at=NOW, **AN_ANSWER, heard="Steht jetzt da.", heard_at=NOW)
    over = NOW + MONTH + SECOND
    assert forget(context, now=over).voices == 1
    (left,) = all_voices(context)
    assert (left.heard, left.text, left.answer, left.name) == ("Steht jetzt da.", "", "", "")
    assert left.is_erased
    # It is not erased again each night.
    assert forget(context, now=over).voices == 0


@pytest.mark.parametrize("used", [False, True])
def test_a_consent_that_nobody_uses_for_two_years_is_forgotten(
    context: AppContext, *, used: bool
) -> None:
    with context.database.begin() as session:
        allow(session, "Änne", "aenne@gast.example", now=NOW)
    last = in_berlin("2026-09-01 09:00") if used else NOW
    if used:
        with context.database.begin() as session:
            check_in_store.note_asked(session, guests(context)[0].uid, now=last)
    two_years = last + timedelta(days=731)
    forget(context, now=two_years)
    assert len(guests(context)) == 1
    forget(context, now=two_years + SECOND)
    assert guests(context) == []


def rows(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_other_bookings_and_their_letters_stay(database: Database) -> None:
    old = added(database, a_booking())
    new = added(database, a_booking(MONDAY_TEN + timedelta(minutes=30)))
    with database.begin() as session:
        for row_id in (old, new):
            enqueue(session, [a_letter()], booking_id=row_id, now=NOW)
        erase_bookings(session, ended_before=MONDAY_TEN + timedelta(minutes=30) + SECOND)
    with database.read() as session:
        assert session.scalars(select(DbBooking.id)).all() == [new]
        assert session.scalars(select(DbLetter.booking_id)).all() == [new]
    assert len(cells_of(database, new)) == 12


@pytest.mark.parametrize(
    ("state", "erased"),
    [
        (State.SENT, True),
        (State.SKIPPED, True),
        (State.FAILED, False),  # somebody may still want it to be sent
        (State.WAITING, False),
    ],
)
def test_the_text_of_a_bookings_settled_letter_is_erased(
    database: Database, state: State, *, erased: bool
) -> None:
    row_id = added(database, a_booking())
    with database.begin() as session:
        enqueue(session, [a_letter()], booking_id=row_id, now=NOW)
        leased = lease_next(session, now=NOW, lease=SECOND)
        assert leased is not None
        if state is State.SENT:
            note_sent(session, leased.id, now=NOW)
        elif state is State.FAILED:
            note_failed(session, leased, "So nicht.")
        elif state is State.SKIPPED:
            session.scalars(select(DbLetter)).one().state = State.SKIPPED
            session.flush()
        assert erase_letters(session, made_before=NOW) == 0
        assert erase_letters(session, made_before=NOW + SECOND) == int(erased)
        # What is erased once does not count again.
        assert erase_letters(session, made_before=NOW + SECOND) == 0
    with database.read() as session:
        left = session.scalars(select(DbLetter)).one()
        assert (left.facts is None) is erased
        # That it was sent stays known as long as the booking does.
        assert (left.state, left.recipient) == (state, "aenne@gast.example")


@pytest.mark.parametrize("sent", [True, False])
def test_a_letter_of_no_booking_is_erased_altogether(database: Database, *, sent: bool) -> None:
    with database.begin() as session:
        enqueue(session, [a_letter(method="")], booking_id=None, now=NOW)
        leased = lease_next(session, now=NOW, lease=SECOND)
        assert leased is not None
        if sent:
            note_sent(session, leased.id, now=NOW)
        assert erase_letters(session, made_before=NOW) == 0
        assert erase_letters(session, made_before=NOW + SECOND) == 1
    assert rows(database, DbLetter) == 0


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


GONE, STAYS = "weg-damit@gast.example", "bleibt@gast.example"


def test_nothing_of_an_erased_address_is_left_in_the_folder_while_the_site_runs(
    tmp_path: Path,
) -> None:
    """Not in the log, not in free pages, not in the postfach; what is not over stays."""
    clock = Clock()
    with opened_context(
        tmp_path, f"sqlite:///{tmp_path}/stadtfuehrer.db", changes=NO_LIMITS
    ) as context:
        app = create_app(context, clock=clock)
        postfach = FolderMailer(folder=tmp_path / "postfach", clock=clock)

        def live(address: str, start: datetime) -> str:
            visitor = a_visitor(email=address, anliegen=f"Schreib an {address}. " * 100)
            token = book(context, a_wish(context, start, visitor=visitor), now=clock())
            move(context, token, start + timedelta(hours=1), now=clock())
            send_result(
                context,
                full_answers(context),
                Mailbox(name="", address=address),
                key=f"key-{start:%d}",
                now=clock(),
            )
            deliver_due(context, postfach, compose=compose, clock=clock)
            return token

        token = live(GONE, TEN)
        # Its consultant's feedback letter comes much later, so that it is not old.
        clock.now = END_PLUS_SIX_MONTHS
        with context.database.begin() as session:
            session.execute(update(DbBooking).values(consent_at=NOW))
        answer(context, token, Satisfaction.VERY, f"Grüße von {GONE}", now=clock())
        deliver_due(context, postfach, compose=compose, clock=clock)
        with context.database.begin() as session:
            session.execute(delete(DbVoice))  # What they said has a retention of its own.
        live(STAYS, in_berlin("2026-09-15 10:00"))
        deliver_due(context, postfach, compose=compose, clock=clock)
        (postfach.folder / ".20260302T080000.000000Z-danke-1.eml.tmp").write_text(GONE)
        os.utime(postfach.folder / ".20260302T080000.000000Z-danke-1.eml.tmp", (0, 0))
        assert app.test_client().get("/healthz").status_code == 200
        assert bytes_of(tmp_path).count(GONE.encode()) > 10

        clock.turn(hours=2)
        assert forget(context, now=clock()).files > 4
        found = bytes_of(tmp_path)
        assert found.count(GONE.encode()) == 0
        assert found.count(STAYS.encode()) > 2
        assert app.test_client().get("/healthz").status_code == 200
        # Base64 and quoted-printable hide an address from grep.
        names = {message_from_bytes(one.read_bytes())["To"] for one in postfach.folder.iterdir()}
        assert not any(GONE in str(name) for name in names)


def test_a_reader_puts_emptying_the_log_off_and_stops_nothing(tmp_path: Path) -> None:
    with opened_context(tmp_path, f"sqlite:///{tmp_path}/a.db", changes=NO_LIMITS) as context:
        book(context, a_wish(context, TEN), now=NOW)
        log = tmp_path / "a.db-wal"
        with context.database.read() as session:
            session.scalar(select(func.count()).select_from(DbBooking))
            assert forget(context, now=END_PLUS_SIX_MONTHS + SECOND).bookings == 1
            assert log.stat().st_size > 0
        forget(context, now=END_PLUS_SIX_MONTHS + SECOND)
        assert log.stat().st_size == 0

"""Letters are composed when they leave: what they say stays, what the settings say is today's."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.service import book, cancel, move
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.delivery import LEASE, deliver_due
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.mail.service import all_letters, examine, retry_letter
from stadtfuehrer.mail.tables import DbLetter
from stadtfuehrer.refusals import UnknownLetter
from tests.support.contexts import NOW, Clock, a_wish, in_berlin
from tests.support.mail_server import answer
from tests.support.mailbag import read
from tests.support.posting import deliver
from tests.support.stored import letters

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")
NEW = "neu@stadtfuehrer.example"


@pytest.fixture
def token(sqlite_context: AppContext) -> str:
    return book(sqlite_context, a_wish(sqlite_context, TEN), now=NOW)


def as_they_are(context: AppContext) -> list[DbLetter]:
    with context.database.read() as session:
        return list(session.scalars(select(DbLetter).order_by(DbLetter.id)))


def test_each_letter_tells_of_its_own_step(context: AppContext) -> None:
    """However often it is composed, in the same bytes, whatever has happened since."""
    token = book(context, a_wish(context, TEN), now=NOW)
    (first, _) = letters(context)
    move(context, token, THREE, now=NOW + timedelta(minutes=1))
    cancel(context, token, "Grippe", now=NOW + timedelta(minutes=2))
    assert letters(context)[0].message == first.message
    for number, one in enumerate(map(read, letters(context))):
        step = number // 2
        assert one.event["SEQUENCE"] == step
        assert one.event["DTSTART"].dt == (THREE if step else TEN)
        assert one.event["DTSTAMP"].dt == NOW + timedelta(minutes=step)
        assert one.event["STATUS"] == ("CANCELLED" if step == 2 else "CONFIRMED")
        # What the guest wrote comes to the consultant only.
        assert ("Grippe" in one.text) is (number == 5)
        assert ("5. März 2026" in one.text) is (step < 2)


def test_a_letter_that_cannot_be_composed_fails_and_stops_no_other(
    sqlite_context: AppContext, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    book(sqlite_context, a_wish(sqlite_context, THREE), now=NOW)
    broken = update(DbBooking).where(DbBooking.start_at == TEN).values(place="mond")
    with sqlite_context.database.begin() as session:
        session.execute(broken)
    assert token
    assert deliver_due(sqlite_context, postfach, compose=compose, clock=clock).sent == 2
    rows = as_they_are(sqlite_context)
    assert [row.state for row in rows] == ["failed", "failed", "sent", "sent"]
    assert rows[0].error == "Der Brief ließ sich nicht schreiben (ValueError)."


@pytest.mark.usefixtures("token")
def test_a_letter_takes_the_settings_of_the_day_it_is_composed(
    sqlite_context: AppContext, clock: Clock, postfach: FolderMailer
) -> None:
    settings = sqlite_context.settings
    later = replace(
        settings,
        site=replace(settings.site, url="https://neu.example"),
        consultant=replace(settings.consultant, email=NEW),
        mail=replace(settings.mail, sender="post@stadtfuehrer.example"),
    )
    changed = replace(sqlite_context, settings=later)
    assert deliver_due(changed, postfach, compose=compose, clock=clock).sent == 2
    rows = as_they_are(sqlite_context)
    assert [row.recipient for row in rows] == ["aenne@gast.example", NEW]
    assert {row.sender for row in rows} == {"post@stadtfuehrer.example"}
    visitor, consultant = map(read, rows)
    assert visitor.reply_to == consultant.to == [NEW]
    assert all("https://neu.example" in one.text for one in (visitor, consultant))


def test_a_corrected_address_keeps_the_letters_of_a_booking_in_order(context: AppContext) -> None:
    token = book(context, a_wish(context, TEN), now=NOW)
    cancel(context, token, "", now=NOW)
    consultant = replace(context.settings.consultant, email=NEW)
    changed = replace(context, settings=replace(context.settings, consultant=consultant))
    with context.database.begin() as session:
        leased = [outbox.lease_next(session, now=NOW, lease=LEASE) for _ in range(2)]
    for one in leased:
        assert one is not None
        composed = compose(changed, one)
        with context.database.begin() as session:
            assert outbox.keep_composed(session, one, composed) is not None
    with context.database.begin() as session:
        assert outbox.lease_next(session, now=NOW, lease=LEASE) is None


@pytest.mark.usefixtures("token")
def test_letters_that_waited_with_finished_bytes_still_leave(
    sqlite_context: AppContext, clock: Clock, postfach: FolderMailer
) -> None:
    old = b"Subject: Alt\r\n\r\nHallo\r\n"
    finished = update(DbLetter).values(facts=None, message=old, sender="alt@stadtfuehrer.example")
    with sqlite_context.database.begin() as session:
        session.execute(finished)
    assert deliver_due(sqlite_context, postfach, compose=compose, clock=clock).sent == 2
    assert {file.read_bytes() for file in postfach.folder.glob("*.eml")} == {old}


@pytest.mark.usefixtures("token")
def test_the_operator_sees_how_far_letters_came_and_has_one_retried(
    sqlite_context: AppContext, clock: Clock
) -> None:
    context = sqlite_context
    deliver(context, clock, RCPT=[answer("550 5.1.1 unknown")])
    gone, sent = all_letters(context)
    assert (gone["id"], gone["kind"], gone["state"]) == (1, "bestaetigung", "failed")
    assert "550" in gone["error"]
    assert (gone["sent_at"], sent["sent_at"]) == (None, NOW.isoformat())
    assert (sent["recipient"], sent["state"]) == ("vera@stadtfuehrer.example", "sent")
    assert json.dumps([gone, sent])
    assert examine(context, now=NOW).failed.letters == 1
    clock.turn(hours=1)
    retry_letter(context, 1, now=clock())
    assert examine(context, now=NOW).failed.letters == 0
    assert all_letters(context)[0]["due_at"] == clock().isoformat()
    assert deliver(context, clock)[0].sent == 1
    before = all_letters(context)
    assert {row["state"] for row in before} == {"sent"}
    for letter_id in (0, 2, 99):
        with pytest.raises(UnknownLetter):
            retry_letter(context, letter_id, now=NOW)
    assert all_letters(context) == before

"""Booking: the whole of it or nothing, once for each form, with a token that nobody can guess."""

import base64
import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import inspect, select

from stadtfuehrer.booking import letters as letters_module
from stadtfuehrer.booking import times as times_module
from stadtfuehrer.booking.model import Interest, Status
from stadtfuehrer.booking.service import book, look_up
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import AlreadyStored
from stadtfuehrer.mail.tables import DbLetter
from stadtfuehrer.refusals import NotFree, TooManyBookings, UnknownBooking, WhyNotFree
from tests.support.contexts import NOW, OpenContext, a_visitor, a_wish, full_answers, in_berlin
from tests.support.racing import lost, race, won
from tests.support.stored import NOTHING, counts, letters, live_bookings

TEN = in_berlin("2026-03-04 10:00")


def test_a_booking_holds_what_the_form_said(context: AppContext) -> None:
    answers = full_answers(context)
    visitor = a_visitor(name="Zoë 👩‍💻 O'Hara", zone="America/New_York")
    service = context.catalogue.offers.services[0].slug
    wanted = a_wish(
        context,
        TEN,
        kind="stadtrundgang",
        visitor=visitor,
        interest=Interest(service=service, answers=answers),
    )
    access = look_up(context, book(context, wanted, now=NOW))
    its = access.booking
    assert (its.visitor, its.interest.service, its.interest.answers) == (visitor, service, answers)
    assert its.interest.quiz_version == context.catalogue.quiz.version
    assert (its.start, its.end) == (TEN, TEN + timedelta(hours=1))
    assert (its.before, its.after) == (timedelta(minutes=15), timedelta(minutes=15))
    assert (its.status, its.sequence) == (Status.CONFIRMED, 0)
    assert its.booked_at == its.changed_at == NOW


def test_a_booking_comes_with_its_cells_and_two_letters(context: AppContext) -> None:
    book(context, a_wish(context, TEN), now=NOW)
    # 6 cells of consultation on both sides, 3 of time after on one.
    assert counts(context) == (1, 15, 2)
    assert [(one.kind, one.recipient) for one in letters(context)] == [
        ("bestaetigung", "aenne@gast.example"),
        ("einladung", "vera@stadtfuehrer.example"),
    ]
    assert {(one.due_at, one.state) for one in letters(context)} == {(NOW, "waiting")}


def test_without_answers_no_version_of_the_quiz_is_noted(context: AppContext) -> None:
    token = book(context, a_wish(context, TEN), now=NOW)
    assert look_up(context, token).booking.interest.quiz_version == ""


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (TEN + timedelta(minutes=5), WhyNotFree.NOT_OFFERED),
        (in_berlin("2026-03-04 14:00"), WhyNotFree.NOT_OFFERED),
        (in_berlin("2026-03-07 10:00"), WhyNotFree.NOT_OFFERED),
        (in_berlin("2026-03-03 09:00") - timedelta(minutes=30), WhyNotFree.TOO_SOON),
        (in_berlin("2026-02-25 10:00"), WhyNotFree.TOO_SOON),
        (in_berlin("2026-05-04 10:00"), WhyNotFree.TOO_FAR),
        (in_berlin("2026-03-05 10:00"), WhyNotFree.TAKEN),
    ],
)
def test_what_is_not_free_is_refused_with_its_reason(
    context: AppContext, start: datetime, why: WhyNotFree
) -> None:
    book(context, a_wish(context, in_berlin("2026-03-05 10:00")), now=NOW)
    before = counts(context)
    with pytest.raises(NotFree) as caught:
        book(context, replace(a_wish(context, TEN), start=start), now=NOW)
    assert caught.value.why is why
    assert counts(context) == before


def test_a_letter_that_cannot_be_written_leaves_no_booking(
    context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letters' rows come last in the transaction; here the second one cannot be kept."""
    write = letters_module.when_booked

    def with_one_twice(*args: object, **named: object) -> list[object]:
        owed = write(*args, **named)  # type: ignore[arg-type]
        return [*owed, owed[0]]

    monkeypatch.setattr(letters_module, "when_booked", with_one_twice)
    with pytest.raises(AlreadyStored):
        book(context, a_wish(context, TEN), now=NOW)
    assert counts(context) == NOTHING
    monkeypatch.undo()
    book(context, a_wish(context, TEN), now=NOW)
    assert counts(context) == (1, 15, 2)


def test_the_same_form_again_gives_the_same_booking(context: AppContext) -> None:
    wanted = a_wish(context, TEN)
    tokens = {book(context, wanted, now=NOW + timedelta(minutes=minutes)) for minutes in range(3)}
    assert len(tokens) == 1
    assert counts(context) == (1, 15, 2)


def test_the_same_form_again_gives_the_same_booking_though_its_time_is_past(
    context: AppContext,
) -> None:
    wanted = a_wish(context, TEN)
    token = book(context, wanted, now=NOW)
    assert book(context, wanted, now=TEN + timedelta(days=1)) == token


def test_another_form_for_the_same_time_is_refused(context: AppContext) -> None:
    book(context, a_wish(context, TEN), now=NOW)
    with pytest.raises(NotFree):
        book(context, a_wish(context, TEN), now=NOW)


def test_the_same_form_sent_at_the_same_moment_gives_one_booking(context: AppContext) -> None:
    for day in ("2026-03-04", "2026-03-05", "2026-03-09", "2026-03-10"):
        wanted = a_wish(context, in_berlin(f"{day} 10:00"))
        outcomes = race([lambda wanted=wanted: book(context, wanted, now=NOW)] * 6)  # type: ignore[misc]
        assert lost(outcomes) == []
        assert len(set(won(outcomes))) == 1
    assert counts(context) == (4, 4 * 15, 8)


def test_the_same_form_at_the_same_moment_is_not_refused_for_its_own_booking(
    open_context: OpenContext,
) -> None:
    """With a limit of one, its quicker twin has used it up."""
    with open_context(bookings_per_address="1") as context:
        for number, day in enumerate(("2026-03-04", "2026-03-05", "2026-03-09")):
            visitor = a_visitor(email=f"gast{number}@gast.example")
            wanted = a_wish(context, in_berlin(f"{day} 10:00"), visitor=visitor)
            outcomes = race([lambda wanted=wanted: book(context, wanted, now=NOW)] * 4)  # type: ignore[misc]
            assert lost(outcomes) == []
        assert counts(context).bookings == 3


@pytest.mark.parametrize("step", ["times.free_times", "letters.when_booked"])
def test_a_twin_that_books_between_two_steps_changes_nothing(
    open_context: OpenContext, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The same as before, for each place where the quicker twin can come in between."""
    module, name = step.split(".")
    place = {"times": times_module, "letters": letters_module}[module]
    then = getattr(place, name)
    with open_context(bookings_per_address="1") as context:
        wanted = a_wish(context, TEN)
        twins: list[str] = []

        def after_the_twin(*args: object, **named: object) -> object:
            monkeypatch.undo()
            twins.append(book(context, wanted, now=NOW))
            return then(*args, **named)

        monkeypatch.setattr(place, name, after_the_twin)
        assert [book(context, wanted, now=NOW)] == twins
        assert counts(context) == (1, 15, 2)


def test_the_token_has_256_bits_and_is_each_bookings_own(context: AppContext) -> None:
    tokens = [
        book(context, a_wish(context, TEN + timedelta(hours=hours)), now=NOW) for hours in (0, 1)
    ]
    decoded = [base64.urlsafe_b64decode(f"{token}=") for token in tokens]
    assert [len(one) for one in decoded] == [32, 32]
    assert decoded[0] != decoded[1]


def test_of_the_token_only_its_hash_is_kept_with_the_booking(context: AppContext) -> None:
    token = book(context, a_wish(context, TEN), now=NOW)
    with context.database.read() as session:
        row = session.scalars(select(DbBooking)).one()
        values = [getattr(row, column.key) for column in inspect(DbBooking).columns]
        letter = session.scalars(select(DbLetter)).first()
        assert letter is not None
        beside = [getattr(letter, column.key) for column in inspect(DbLetter).columns]
    assert hashlib.sha256(token.encode()).digest() in values
    raw = base64.urlsafe_b64decode(f"{token}=")
    # The letter's own text has to carry the link; nothing else does.
    for value in [*values, *(one for one in beside if one != letter.message)]:
        assert token not in str(value)
        assert value != raw


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "ä", "\ud800", "A" * 10_000])
def test_an_unknown_token_is_refused(context: AppContext, token: str) -> None:
    book(context, a_wish(context, TEN), now=NOW)
    with pytest.raises(UnknownBooking):
        look_up(context, token)


def test_the_hash_of_a_token_is_no_token(context: AppContext) -> None:
    token = book(context, a_wish(context, TEN), now=NOW)
    digest = hashlib.sha256(token.encode()).digest()
    for written in (digest.hex(), base64.urlsafe_b64encode(digest).decode().rstrip("=")):
        with pytest.raises(UnknownBooking):
            look_up(context, written)


def test_bookings_per_address_count_live_ones_in_any_spelling(open_context: OpenContext) -> None:
    with open_context(bookings_per_address="2") as context:
        spellings = ("aenne@gast.example", "Aenne@GAST.example", "AENNE@gast.example")
        starts = [TEN, TEN + timedelta(hours=1), in_berlin("2026-03-05 10:00")]
        wishes = [
            a_wish(context, start, visitor=a_visitor(email=email))
            for start, email in zip(starts, spellings, strict=True)
        ]
        for wanted in wishes[:2]:
            book(context, wanted, now=NOW)
        with pytest.raises(TooManyBookings) as caught:
            book(context, wishes[2], now=NOW)
        assert caught.value.limit == 2
        # Somebody else may, and so may she once the first consultation is over.
        book(context, replace(wishes[2], visitor=a_visitor(email="b@gast.example")), now=NOW)
        later = replace(wishes[2], start=in_berlin("2026-03-12 10:00"), key="später")
        book(context, later, now=TEN + timedelta(minutes=30))
        assert len(live_bookings(context)) == 4

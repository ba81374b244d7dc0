"""Booking: the whole of it or nothing, once for each form, with a token that nobody can guess."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, update

from stadtfuehrer.booking import letters as letters_module
from stadtfuehrer.booking import service as service_module
from stadtfuehrer.booking import times as times_module
from stadtfuehrer.booking.lists import all_bookings
from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.service import BookingRequest, book, cancel, look_up
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.booking.visitor import Interest
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import AlreadyStored
from stadtfuehrer.mail.service import all_letters
from stadtfuehrer.mail.tables import DbLetter
from stadtfuehrer.refusals import FormAlreadyUsed, TooManyBookings, UnknownBooking
from tests.support.contexts import NOW, OpenContext, a_visitor, a_wish, full_answers, in_berlin
from tests.support.racing import lost, race, won
from tests.support.stored import NOTHING, counts, letters, live_bookings

TEN, THURSDAY = in_berlin("2026-03-04 10:00"), in_berlin("2026-03-05 10:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DONE = (1, 15, 2)
"""Rows after one booking: 6 cells of consultation on both sides, 3 of time after on one."""


def test_a_booking_holds_what_the_form_said(context: AppContext) -> None:
    answers = full_answers(context)
    visitor = a_visitor(name="Zoë 👩‍💻 O'Hara", zone="America/New_York")
    service = context.catalogue.offers.services[0].slug
    interest = Interest(service=service, answers=answers)
    wanted = a_wish(context, TEN, kind="stadtrundgang", visitor=visitor, interest=interest)
    its = look_up(context, book(context, wanted, now=NOW)).booking
    assert (its.visitor, its.interest.service, its.interest.answers) == (visitor, service, answers)
    assert its.interest.quiz_version == context.catalogue.quiz.version
    assert (its.start, its.end) == (TEN, TEN + HOUR)
    assert its.before == its.after == 15 * MINUTE
    assert (its.status, its.sequence) == (Status.CONFIRMED, 0)
    assert its.booked_at == its.changed_at == NOW


def test_a_booking_comes_with_its_cells_and_two_letters(context: AppContext) -> None:
    token = book(context, a_wish(context, TEN), now=NOW)
    assert counts(context) == DONE
    assert [(one.kind, one.recipient, one.due_at, one.state) for one in letters(context)] == [
        ("bestaetigung", "aenne@gast.example", NOW, "waiting"),
        ("einladung", "vera@stadtfuehrer.example", NOW, "waiting"),
    ]
    # Without answers no version of the quiz is noted.
    assert look_up(context, token).booking.interest.quiz_version == ""


def test_a_letter_that_cannot_be_written_leaves_no_booking(
    context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letters' rows come last in the transaction; here the second one cannot be kept."""
    write = letters_module.when_made

    def with_one_twice(*args: object, **named: object) -> list[object]:
        owed = write(*args, **named)  # type: ignore[arg-type]
        return [*owed, owed[0]]

    monkeypatch.setattr(letters_module, "when_made", with_one_twice)
    with pytest.raises(AlreadyStored):
        book(context, a_wish(context, TEN), now=NOW)
    assert counts(context) == NOTHING
    monkeypatch.undo()
    book(context, a_wish(context, TEN), now=NOW)
    assert counts(context) == DONE


def test_the_same_form_again_gives_the_same_booking(context: AppContext) -> None:
    """Also when its time is past."""
    wanted = a_wish(context, TEN)
    moments = (NOW, NOW + MINUTE, TEN + timedelta(days=1))
    assert len({book(context, wanted, now=now) for now in moments}) == 1
    assert counts(context) == DONE


CHANGES = (
    lambda one: replace(one, start=TEN + HOUR),
    lambda one: replace(one, start=TEN + timedelta(weeks=520)),  # not even bookable
    lambda one: replace(one, kind=replace(one.kind, id="stadtrundgang")),
    lambda one: replace(one, may_be_asked=True),
    lambda one: replace(one, interest=Interest(service="marketingberatung")),
    lambda one: replace(one, interest=Interest(answers={"dank": "ja"})),
    *(
        lambda one, name=name: replace(one, visitor=replace(one.visitor, **{name: "x"}))
        for name in asdict(a_visitor())
    ),
)
"""Each fills in one thing otherwise."""


@pytest.mark.parametrize("change", CHANGES)
def test_a_form_that_booked_books_nothing_else(
    sqlite_context: AppContext, change: Callable[[BookingRequest], BookingRequest]
) -> None:
    wanted = a_wish(sqlite_context, TEN)
    token = book(sqlite_context, wanted, now=NOW)
    with pytest.raises(FormAlreadyUsed):
        book(sqlite_context, change(wanted), now=NOW)
    cancel(sqlite_context, token, "", now=NOW)
    with pytest.raises(FormAlreadyUsed):
        book(sqlite_context, change(wanted), now=NOW)
    assert book(sqlite_context, wanted, now=NOW) == token
    assert len(all_bookings(sqlite_context)) == 1


def test_a_booking_from_before_contents_were_kept_answers_every_repetition(
    sqlite_context: AppContext,
) -> None:
    wanted = a_wish(sqlite_context, TEN)
    token = book(sqlite_context, wanted, now=NOW)
    with sqlite_context.database.begin() as session:
        session.execute(update(DbBooking).values(content=None))
    assert book(sqlite_context, replace(wanted, may_be_asked=True), now=NOW) == token


def test_of_two_contents_of_one_form_at_once_one_is_booked(context: AppContext) -> None:
    wanted = a_wish(context, TEN)
    asked = [replace(wanted, start=TEN + number * 30 * MINUTE) for number in range(4)]
    outcomes = race([lambda one=one: book(context, one, now=NOW) for one in asked])  # type: ignore[misc]
    assert len(won(outcomes)) == 1
    assert lost(outcomes) == ["FormAlreadyUsed"] * 3
    assert len(all_bookings(context)) == 1


@pytest.mark.parametrize("step", ["times.free_times", "service.new_booking"])
def test_a_twin_that_books_between_two_steps_changes_nothing(
    open_context: OpenContext, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """For each place where a quicker twin, who uses up a limit of one, can come in between."""
    module, name = step.split(".")
    place = {"times": times_module, "service": service_module}[module]
    then = getattr(place, name)
    with open_context(bookings_per_address="1") as context:
        wanted, twins = a_wish(context, TEN), list[str]()

        def after_the_twin(*args: object, **named: object) -> object:
            monkeypatch.undo()
            twins.append(book(context, wanted, now=NOW))
            return then(*args, **named)

        monkeypatch.setattr(place, name, after_the_twin)
        assert [book(context, wanted, now=NOW)] == twins
        assert counts(context) == DONE


def test_the_token_has_256_bits_and_only_its_hash_is_kept(context: AppContext) -> None:
    token, other = (book(context, a_wish(context, start), now=NOW) for start in (TEN, TEN + HOUR))
    raw = base64.urlsafe_b64decode(f"{token}=")
    assert len(raw) == len(base64.urlsafe_b64decode(f"{other}=")) == 32
    assert token != other
    digest = hashlib.sha256(token.encode()).digest()
    with context.database.read() as session:
        row = session.scalars(select(DbBooking).where(DbBooking.start_at == TEN)).one()
        values = [getattr(row, column.key) for column in inspect(DbBooking).columns]
        for letter in session.scalars(select(DbLetter)):
            values += [getattr(letter, column.key) for column in inspect(DbLetter).columns]
    assert digest in values
    for value in values:
        assert token not in str(value)
        assert value != raw
    # The hash of a token is no token.
    for written in (digest.hex(), base64.urlsafe_b64encode(digest).decode().rstrip("=")):
        with pytest.raises(UnknownBooking):
            look_up(context, written)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "ä", "\ud800", "A" * 10_000])
def test_an_unknown_token_is_refused(context: AppContext, token: str) -> None:
    with pytest.raises(UnknownBooking):
        look_up(context, token)


def test_bookings_per_address_count_live_ones_in_any_spelling(open_context: OpenContext) -> None:
    with open_context(bookings_per_address="2") as context:
        spellings = ("aenne@gast.example", "Aenne@GAST.example", "AENNE@gast.example")
        wishes = [
            a_wish(context, start, visitor=a_visitor(email=email))
            for start, email in zip((TEN, TEN + HOUR, THURSDAY), spellings, strict=True)
        ]
        for wanted in wishes[:2]:
            book(context, wanted, now=NOW)
        with pytest.raises(TooManyBookings) as caught:
            book(context, wishes[2], now=NOW)
        assert caught.value.limit == 2
        # Somebody else may, and so may she once the first consultation is over.
        book(context, replace(wishes[2], visitor=a_visitor(email="b@gast.example")), now=NOW)
        later = replace(wishes[2], start=in_berlin("2026-03-12 10:00"), key="später")
        book(context, later, now=TEN + 30 * MINUTE)
        assert len(live_bookings(context)) == 4


def test_the_operator_sees_bookings_by_start_with_all_that_was_said(context: AppContext) -> None:
    assert all_bookings(context) == []
    late = book(context, a_wish(context, TEN), now=NOW)
    book(context, a_wish(context, TEN - HOUR, visitor=a_visitor(name="Otto")), now=NOW)
    cancel(context, late, "", now=NOW + HOUR)
    otto, aenne = all_bookings(context)
    assert (otto["id"], otto["name"], otto["status"], otto["sequence"]) == (
        2,
        "Otto",
        "confirmed",
        0,
    )
    assert len(aenne.pop("uid")) == 36
    assert aenne == {
        "id": 1,
        "kind": "kennenlernen",
        "start": "2026-03-04T09:00:00+00:00",
        "end": "2026-03-04T09:30:00+00:00",
        "status": "cancelled",
        "sequence": 1,
        "name": "Änne Müller",
        "email": "aenne@gast.example",
        "firma": "Müller & Töchter GbR",
        "telefon": "+49 30 5550 77",
        "anliegen": "Uns findet niemand.\nWoran liegt das?",
        "angebot": "",
        "fragen": "",
        "booked_at": "2026-03-02T08:00:00+00:00",
        "note": "",
    }
    # No row holds the key to a booking.
    assert late not in json.dumps([all_bookings(context), all_letters(context)])

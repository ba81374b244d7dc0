"""Bookings that do not stand yet: held and confirmed, lapsed, requested, accepted, declined."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from stadtfuehrer.booking.audit import audit
from stadtfuehrer.booking.model import CONFIRMABLE, HOLD, Booking, Status
from stadtfuehrer.booking.pending import accept, confirm, let_lapse, look_up_unconfirmed
from stadtfuehrer.booking.reminders import remind
from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.refusals import (
    AlreadyCancelled,
    AlreadyOver,
    NotFree,
    NothingToAnswer,
    NotYetSettled,
    UnknownBooking,
)
from stadtfuehrer.tokens import confirmation_token, consultant_token
from tests.support.contexts import NOW, OpenContext, a_wish, in_berlin
from tests.support.mailbag import read
from tests.support.racing import lost, race, won
from tests.support.stored import letters

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")
SECOND = timedelta(seconds=1)
ASKED = [LetterKind.ADDRESS_CHECK]
BOOKED = [LetterKind.CONFIRMATION, LetterKind.INVITATION]


@pytest.fixture
def context(open_context: OpenContext) -> Iterator[AppContext]:
    """Everybody has to confirm their address."""
    with open_context(confirm='"always"') as context:
        yield context


def kinds(context: AppContext) -> list[str]:
    return [one.kind for one in letters(context)]


def held(context: AppContext, **wish: object) -> tuple[str, str]:
    """Book; the tokens of its page and of its confirmation."""
    token = book(context, a_wish(context, TEN, **wish), now=NOW)  # type: ignore[arg-type]
    return token, of(context, token, confirmation_token)


def of(context: AppContext, token: str, derive: object) -> str:
    return derive(context.secret, look_up(context, token).booking.uid)  # type: ignore[operator,no-any-return]


def its(context: AppContext, token: str) -> Booking:
    return look_up(context, token).booking


def is_free(context: AppContext, *, now: object = NOW) -> bool:
    return TEN in free_times(context, context.kinds[0], now=now)  # type: ignore[arg-type]


def asking(context: AppContext) -> tuple[AppContext, Kind]:
    """The same, where the consultant accepts each request first, and no address is asked for."""
    kind = replace(context.kinds[0], approve=True)
    booking = replace(context.settings.booking, confirm="never")
    settings = replace(context.settings, booking=booking)
    return replace(context, kinds=(kind, *context.kinds[1:]), settings=settings), kind


def test_a_held_booking_keeps_its_time_and_says_nothing_to_the_consultant(
    context: AppContext,
) -> None:
    token, _ = held(context)
    assert its(context, token).status is Status.HELD
    assert not is_free(context)
    assert kinds(context) == ASKED
    assert remind(context, now=TEN - timedelta(hours=20)) == 0
    assert audit(context) == []


def test_the_letter_that_asks_carries_nothing_that_somebody_typed(context: AppContext) -> None:
    held(context)
    asked = read(letters(context)[0])
    assert asked.invitation is None
    for typed in ("Änne", "Müller", "Töchter", "5550 77", "Uns findet niemand"):
        assert typed not in asked.everything


def test_confirmed_it_is_a_booking_like_any_other(context: AppContext) -> None:
    token, confirmation = held(context)
    assert confirm(context, confirmation, now=NOW + HOLD - SECOND) == token
    booking = its(context, token)
    assert (booking.status, booking.sequence) == (Status.CONFIRMED, 0)
    assert booking.confirmed_at == booking.changed_at == NOW + HOLD - SECOND
    assert kinds(context) == ASKED + BOOKED
    # Once more is nothing more.
    assert confirm(context, confirmation, now=NOW + HOLD) == token
    assert kinds(context) == ASKED + BOOKED
    assert audit(context) == []


def test_the_link_to_the_page_confirms_nothing(context: AppContext) -> None:
    token, confirmation = held(context)
    for wrong in (token, of(context, token, consultant_token), "unbekannt", ""):
        with pytest.raises(UnknownBooking):
            confirm(context, wrong, now=NOW)
    with pytest.raises(UnknownBooking):
        look_up(context, confirmation)
    assert its(context, token).status is Status.HELD


@pytest.mark.parametrize(
    ("after", "is_held", "is_there"),
    [
        (HOLD - SECOND, True, True),
        (HOLD, False, True),
        (CONFIRMABLE - SECOND, False, True),
        (CONFIRMABLE, False, False),
    ],
)
def test_what_nobody_confirms_falls_away_by_itself(
    context: AppContext, after: timedelta, *, is_held: bool, is_there: bool
) -> None:
    token, confirmation = held(context)
    let_lapse(context, now=NOW + after)
    let_lapse(context, now=NOW + after)
    assert is_free(context) is not is_held
    if is_there:
        assert look_up_unconfirmed(context, confirmation).token == token
    else:
        with pytest.raises(UnknownBooking):
            look_up_unconfirmed(context, confirmation)
        assert kinds(context) == []
    assert audit(context) == []


def test_who_confirms_late_gets_the_time_if_nobody_else_has_it(context: AppContext) -> None:
    token, confirmation = held(context)
    let_lapse(context, now=NOW + HOLD)
    confirm(context, confirmation, now=NOW + timedelta(hours=2))
    assert its(context, token).status is Status.CONFIRMED
    assert audit(context) == []


def test_who_confirms_too_late_can_take_another_time(context: AppContext) -> None:
    token, confirmation = held(context)
    let_lapse(context, now=NOW + HOLD)
    other, _ = held(context)
    with pytest.raises(NotFree):
        confirm(context, confirmation, now=NOW + HOLD)
    confirm(context, confirmation, start=THREE, now=NOW + HOLD)
    booking = its(context, token)
    assert (booking.status, booking.start, booking.sequence) == (Status.CONFIRMED, THREE, 0)
    assert booking.end - booking.start == timedelta(minutes=30)
    assert its(context, other).start == TEN
    assert audit(context) == []


def test_one_of_two_who_confirm_the_same_time_gets_it(context: AppContext) -> None:
    tokens = []
    for _ in range(2):
        tokens.append(held(context)[1])
        let_lapse(context, now=NOW + HOLD)
    steps = [lambda one=one: confirm(context, one, now=NOW + HOLD) for one in tokens]
    outcomes = race(steps)
    assert (len(won(outcomes)), lost(outcomes)) == (1, ["NotFree"])
    assert audit(context) == []


def test_what_is_held_can_be_called_off_without_a_letter_and_not_moved(context: AppContext) -> None:
    token, confirmation = held(context)
    with pytest.raises(NotYetSettled):
        move(context, token, THREE, now=NOW)
    cancel(context, token, "Doch nicht", now=NOW)
    assert is_free(context)
    assert kinds(context) == ASKED
    with pytest.raises(AlreadyCancelled):
        confirm(context, confirmation, now=NOW)


def test_nothing_is_confirmed_once_it_has_begun(context: AppContext) -> None:
    _, confirmation = held(context)
    with pytest.raises(AlreadyOver):
        confirm(context, confirmation, now=TEN)


def test_an_unconfirmed_address_counts_among_its_bookings(open_context: OpenContext) -> None:
    with open_context(confirm='"always"', bookings_per_address="1") as context:
        held(context)
        let_lapse(context, now=NOW + HOLD)
        with pytest.raises(Exception, match="1"):
            book(context, a_wish(context, THREE), now=NOW + HOLD)


REQUESTED = [LetterKind.REQUESTED_VISITOR, LetterKind.REQUESTED_CONSULTANT]


def test_a_request_keeps_its_time_until_it_is_accepted(context: AppContext) -> None:
    context, kind = asking(context)
    token, _ = held(context, kind=kind.id)
    assert its(context, token).status is Status.REQUESTED
    assert not is_free(context)
    assert kinds(context) == REQUESTED
    assert [read(one).invitation for one in letters(context)] == [None, None]
    accept(context, of(context, token, consultant_token), now=NOW + HOLD)
    assert its(context, token).status is Status.CONFIRMED
    assert kinds(context) == REQUESTED + BOOKED
    assert {read(one).event["SEQUENCE"] for one in letters(context)[2:]} == {0}


def test_only_the_consultant_accepts_and_only_once(context: AppContext) -> None:
    context, kind = asking(context)
    token, _ = held(context, kind=kind.id)
    own = of(context, token, consultant_token)
    with pytest.raises(NothingToAnswer):
        accept(context, token, now=NOW)
    accept(context, own, now=NOW)
    with pytest.raises(NothingToAnswer):
        accept(context, own, now=NOW)
    assert kinds(context) == REQUESTED + BOOKED


def test_a_declined_request_is_told_to_the_visitor_with_the_reason(context: AppContext) -> None:
    context, kind = asking(context)
    token, _ = held(context, kind=kind.id)
    cancel(context, of(context, token, consultant_token), "Ich bin auf der Messe.", now=NOW)
    assert is_free(context)
    assert kinds(context) == [*REQUESTED, LetterKind.DECLINED]
    declined = read(letters(context)[-1])
    assert declined.to == ["aenne@gast.example"]
    assert "Ich bin auf der Messe." in declined.text
    assert declined.invitation is None


def test_a_request_that_is_taken_back_cancels_no_invitation(context: AppContext) -> None:
    context, kind = asking(context)
    token, _ = held(context, kind=kind.id)
    cancel(context, token, "", now=NOW)
    told = [LetterKind.CANCELLED_VISITOR, LetterKind.CANCELLED_CONSULTANT]
    assert kinds(context) == REQUESTED + told
    for one in map(read, letters(context)[2:]):
        assert one.invitation is None
        assert "Mit der Absage" not in one.text


def test_a_request_that_nobody_answers_is_declined_in_time(context: AppContext) -> None:
    context, kind = asking(context)
    token, _ = held(context, kind=kind.id)
    assert let_lapse(context, now=TEN - timedelta(hours=2) - SECOND) == 0
    assert let_lapse(context, now=TEN - timedelta(hours=2)) == 1
    assert its(context, token).status is Status.CANCELLED
    assert kinds(context) == [*REQUESTED, LetterKind.DECLINED]


def test_a_confirmed_address_of_such_a_kind_becomes_a_request(context: AppContext) -> None:
    approving = replace(context, kinds=(replace(context.kinds[0], approve=True),))
    token, confirmation = held(approving)
    assert its(approving, token).status is Status.HELD
    confirm(approving, confirmation, now=NOW)
    assert its(approving, token).status is Status.REQUESTED
    assert kinds(approving) == ASKED + REQUESTED

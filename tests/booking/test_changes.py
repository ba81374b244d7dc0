"""Moving and cancelling: cells, letters and SEQUENCE go together, until the window closes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from stadtfuehrer.booking import letters as letters_module
from stadtfuehrer.booking.audit import audit
from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.service import book, cancel, kind_of, look_up, move
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import AlreadyStored
from stadtfuehrer.refusals import (
    AlreadyCancelled,
    AlreadyOver,
    NotFree,
    TooLateToChange,
    UnknownBooking,
    WhyNotFree,
)
from tests.support.contexts import BERLIN, NOW, OpenContext, a_wish, in_berlin
from tests.support.stored import Counts, counts, letters

TEN, HALF_PAST_TEN = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-05 10:30")
THREE = in_berlin("2026-03-10 15:00")
WINDOW, SECOND, HOUR = timedelta(hours=12), timedelta(seconds=1), timedelta(hours=1)
Change = Callable[[AppContext, str, datetime], None]


@pytest.fixture
def token(context: AppContext) -> str:
    return book(context, a_wish(context, TEN, kind="stadtrundgang"), now=NOW)


def move_it(context: AppContext, token: str, now: datetime) -> None:
    move(context, token, THREE, now=now)


def cancel_it(context: AppContext, token: str, now: datetime) -> None:
    cancel(context, token, "", now=now)


def free_on(context: AppContext, day: datetime) -> list[datetime]:
    kind = context.get_kind("kennenlernen")
    return free_times(context, kind, first=day.date(), last=day.date(), now=NOW)


def newest_letters(context: AppContext) -> list[tuple[object, ...]]:
    newest = letters(context)[-2:]
    return [(one.kind, one.recipient, one.sequence, one.method, one.due_at) for one in newest]


def test_a_move_takes_the_booking_along_and_tells_both(context: AppContext, token: str) -> None:
    was, now = look_up(context, token).booking, NOW + SECOND
    assert TEN not in free_on(context, TEN)
    move(context, token, THREE, now=now)
    moved = replace(was, start=THREE, end=THREE + HOUR, sequence=1, changed_at=now)
    assert look_up(context, token).booking == moved
    assert newest_letters(context) == [
        ("verschoben-gast", "aenne@gast.example", 1, "REQUEST", now),
        ("verschoben-beratung", "vera@stadtfuehrer.example", 1, "REQUEST", now),
    ]
    assert audit(context) == []
    # The place that it left is free again.
    assert TEN in free_on(context, TEN)
    assert THREE not in free_on(context, THREE)
    book(context, a_wish(context, TEN), now=NOW)


def test_a_booking_may_move_into_its_own_place(context: AppContext, token: str) -> None:
    move(context, token, HALF_PAST_TEN, now=NOW)
    assert look_up(context, token).booking.start == HALF_PAST_TEN
    assert audit(context) == []


def test_a_move_to_where_it_is_changes_nothing(context: AppContext, token: str) -> None:
    before = look_up(context, token).booking
    for same in (TEN, TEN.astimezone(BERLIN)):
        move(context, token, same, now=NOW + SECOND)
    assert look_up(context, token).booking == before
    assert len(letters(context)) == 2


def test_moves_back_and_forth_tell_each_time(context: AppContext, token: str) -> None:
    """One that is sent twice tells once."""
    for start in (THREE, THREE, TEN, THREE):
        move(context, token, start, now=NOW)
    assert [one.sequence for one in letters(context)] == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (TEN + timedelta(minutes=5), WhyNotFree.NOT_OFFERED),
        (in_berlin("2026-03-05 18:30"), WhyNotFree.NOT_OFFERED),  # an hour would end after seven
        (NOW + HOUR, WhyNotFree.TOO_SOON),
        (in_berlin("2026-05-04 10:00"), WhyNotFree.TOO_FAR),
        (THREE, WhyNotFree.TAKEN),
        (THREE + HOUR / 2, WhyNotFree.TAKEN),  # its own time before
    ],
)
def test_a_move_to_what_is_not_free_changes_nothing(
    context: AppContext, token: str, start: datetime, why: WhyNotFree
) -> None:
    book(context, a_wish(context, THREE), now=NOW)
    before, was = counts(context), look_up(context, token)
    with pytest.raises(NotFree) as caught:
        move(context, token, start, now=NOW)
    assert caught.value.why is why
    assert (counts(context), look_up(context, token)) == (before, was)


@pytest.mark.parametrize(
    ("step", "change"), [("when_moved", move_it), ("when_cancelled", cancel_it)]
)
def test_a_change_whose_letters_cannot_be_kept_is_none(
    context: AppContext, token: str, monkeypatch: pytest.MonkeyPatch, step: str, change: Change
) -> None:
    write = getattr(letters_module, step)

    def with_one_twice(*args: object, **named: object) -> list[object]:
        owed = write(*args, **named)
        return [*owed, owed[0]]

    monkeypatch.setattr(letters_module, step, with_one_twice)
    before, was = counts(context), look_up(context, token)
    with pytest.raises(AlreadyStored):
        change(context, token, NOW)
    assert (counts(context), look_up(context, token)) == (before, was)
    assert audit(context) == []


def test_a_cancelled_booking_keeps_its_facts_and_frees_its_time(
    context: AppContext, token: str
) -> None:
    was, now, reason = look_up(context, token).booking, NOW + SECOND, "Die Messe 🎪"
    cancel(context, token, reason, now=now)
    cancelled = replace(
        was, status=Status.CANCELLED, sequence=1, cancel_reason=reason, changed_at=now
    )
    assert look_up(context, token).booking == cancelled
    assert counts(context) == Counts(bookings=1, cells=0, letters=4)
    assert newest_letters(context) == [
        ("absage-gast", "aenne@gast.example", 1, "CANCEL", now),
        ("absage-beratung", "vera@stadtfuehrer.example", 1, "CANCEL", now),
    ]
    for change in (move_it, cancel_it):
        with pytest.raises(AlreadyCancelled):
            change(context, token, now)
    # Its letters have been composed since.
    invited = replace(cancelled, organizer="termine@stadtfuehrer.example")
    assert look_up(context, token).booking == invited
    book(context, a_wish(context, TEN, kind="stadtrundgang"), now=NOW)


def test_a_full_day_is_open_to_its_own_booking_and_after_a_cancellation(
    open_context: OpenContext,
) -> None:
    with open_context(per_day="1", bookings_per_address="2") as context:
        token = book(context, a_wish(context, TEN), now=NOW)
        assert free_on(context, TEN) == []
        assert free_on(context, THREE) != []
        other = book(context, a_wish(context, THREE), now=NOW)
        # Who moves uses up no more of the limit of their address.
        move(context, token, HALF_PAST_TEN, now=NOW)
        with pytest.raises(NotFree):
            move(context, other, in_berlin("2026-03-05 15:00"), now=NOW)
        cancel(context, token, "", now=NOW)
        assert TEN in free_on(context, TEN)


def test_a_booking_keeps_what_was_agreed_though_its_kind_changed(open_context: OpenContext) -> None:
    with open_context() as context:
        token = book(context, a_wish(context, TEN), now=NOW)
    with open_context(minutes="45", after="0", title='"Umbenannt"') as context:
        kind = kind_of(context, look_up(context, token).booking)
        assert (kind.title, kind.minutes, kind.after) == ("Kennenlerngespräch", 30, 15)
        move(context, token, THREE, now=NOW)
        assert look_up(context, token).booking.end == THREE + HOUR / 2
        # Also when it is gone.
        move(replace(context, kinds=()), token, TEN, now=NOW)
        assert look_up(context, token).booking.end == TEN + HOUR / 2


@pytest.mark.parametrize("change", [move_it, cancel_it])
@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (TEN - WINDOW, None),
        (TEN - WINDOW + SECOND, TooLateToChange),
        (TEN - SECOND, TooLateToChange),
        (TEN, AlreadyOver),
        (TEN + timedelta(days=30), AlreadyOver),
    ],
)
def test_the_window_closes_to_the_second(
    context: AppContext, token: str, change: Change, now: datetime, refusal: type[Exception] | None
) -> None:
    before, was = counts(context), look_up(context, token)
    with pytest.raises(UnknownBooking):
        change(context, token[::-1], now)
    if refusal is None:
        change(context, token, now)
        assert look_up(context, token).booking.sequence == 1
    else:
        with pytest.raises(refusal):
            change(context, token, now)
        assert (counts(context), look_up(context, token)) == (before, was)

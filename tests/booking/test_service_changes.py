"""Moving and cancelling: cells, letters and SEQUENCE go together."""

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
from stadtfuehrer.refusals import AlreadyCancelled, NotFree, WhyNotFree
from tests.support.contexts import BERLIN, NOW, OpenContext, a_wish, in_berlin
from tests.support.racing import lost, race, won
from tests.support.stored import Counts, counts, letters, live_bookings

TEN = in_berlin("2026-03-05 10:00")
HALF_PAST_TEN = in_berlin("2026-03-05 10:30")
THREE = in_berlin("2026-03-10 15:00")
WINDOW = timedelta(hours=12)
SECOND = timedelta(seconds=1)


@pytest.fixture
def token(context: AppContext) -> str:
    return book(context, a_wish(context, TEN, kind="stadtrundgang"), now=NOW)


def kinds(context: AppContext) -> list[str]:
    return [one.kind for one in letters(context)]


def free_on(context: AppContext, day: datetime, kind: str = "kennenlernen") -> list[datetime]:
    date = day.date()
    return free_times(context, context.get_kind(kind), first=date, last=date, now=NOW)


def test_a_move_takes_the_booking_along(context: AppContext, token: str) -> None:
    was = look_up(context, token).booking
    move(context, token, THREE, now=NOW + SECOND)
    its = look_up(context, token).booking
    assert (its.start, its.end) == (THREE, THREE + timedelta(hours=1))
    assert (its.sequence, its.status) == (1, Status.CONFIRMED)
    assert (its.uid, its.visitor, its.booked_at) == (was.uid, was.visitor, was.booked_at)
    assert its.changed_at == NOW + SECOND
    assert audit(context) == []


def test_a_move_tells_both(context: AppContext, token: str) -> None:
    move(context, token, THREE, now=NOW + SECOND)
    new = letters(context)[2:]
    assert [(one.kind, one.recipient, one.sequence, one.method) for one in new] == [
        ("verschoben-gast", "aenne@gast.example", 1, "REQUEST"),
        ("verschoben-beratung", "vera@stadtfuehrer.example", 1, "REQUEST"),
    ]
    assert {one.due_at for one in new} == {NOW + SECOND}


def test_the_place_a_booking_leaves_is_free_again(context: AppContext, token: str) -> None:
    assert TEN not in free_on(context, TEN)
    move(context, token, THREE, now=NOW)
    assert TEN in free_on(context, TEN)
    assert THREE not in free_on(context, THREE)
    book(context, a_wish(context, TEN), now=NOW)


def test_a_booking_may_move_into_its_own_place(context: AppContext, token: str) -> None:
    move(context, token, HALF_PAST_TEN, now=NOW)
    assert look_up(context, token).booking.start == HALF_PAST_TEN
    assert audit(context) == []


@pytest.mark.parametrize("same", [TEN, TEN.astimezone(BERLIN)])
def test_a_move_to_where_it_is_changes_nothing(
    context: AppContext, token: str, same: datetime
) -> None:
    before = look_up(context, token).booking
    move(context, token, same, now=NOW + SECOND)
    assert look_up(context, token).booking == before
    assert kinds(context) == ["bestaetigung", "einladung"]


def test_a_move_sent_twice_tells_once(context: AppContext, token: str) -> None:
    for _ in range(2):
        move(context, token, THREE, now=NOW)
    assert look_up(context, token).booking.sequence == 1
    assert len(kinds(context)) == 4


def test_a_move_sent_twice_at_the_same_moment_tells_once(context: AppContext, token: str) -> None:
    outcomes = race([lambda: move(context, token, THREE, now=NOW)] * 5)
    assert lost(outcomes) == []
    assert look_up(context, token).booking.sequence == 1
    assert len(kinds(context)) == 4


def test_a_move_back_and_forth_tells_each_time(context: AppContext, token: str) -> None:
    for start in (THREE, TEN, THREE):
        move(context, token, start, now=NOW)
    assert look_up(context, token).booking.sequence == 3
    assert [one.sequence for one in letters(context)] == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (TEN + timedelta(minutes=5), WhyNotFree.NOT_OFFERED),
        (in_berlin("2026-03-05 18:30"), WhyNotFree.NOT_OFFERED),  # an hour would end after seven
        (NOW + timedelta(hours=1), WhyNotFree.TOO_SOON),
        (in_berlin("2026-05-04 10:00"), WhyNotFree.TOO_FAR),
        (THREE, WhyNotFree.TAKEN),
        (THREE + timedelta(minutes=30), WhyNotFree.TAKEN),  # its own time before
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


@pytest.mark.parametrize("step", ["when_moved", "when_cancelled"])
def test_a_change_whose_letters_cannot_be_kept_is_none(
    context: AppContext, token: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write = getattr(letters_module, step)

    def with_one_twice(*args: object, **named: object) -> list[object]:
        owed = write(*args, **named)
        return [*owed, owed[0]]

    monkeypatch.setattr(letters_module, step, with_one_twice)
    before, was = counts(context), look_up(context, token)
    changes: dict[str, Callable[[], None]] = {
        "when_moved": lambda: move(context, token, THREE, now=NOW),
        "when_cancelled": lambda: cancel(context, token, "", now=NOW),
    }
    with pytest.raises(AlreadyStored):
        changes[step]()
    assert (counts(context), look_up(context, token)) == (before, was)
    assert audit(context) == []


def test_a_cancelled_booking_keeps_its_facts_and_its_reason(
    context: AppContext, token: str
) -> None:
    was = look_up(context, token).booking
    cancel(context, token, "Die Messe 🎪", now=NOW + SECOND)
    its = look_up(context, token).booking
    assert (its.status, its.sequence) == (Status.CANCELLED, 1)
    assert (its.cancel_reason, its.changed_at) == ("Die Messe 🎪", NOW + SECOND)
    assert (its.start, its.visitor, its.uid) == (was.start, was.visitor, was.uid)


def test_a_cancellation_frees_the_cells_and_tells_both(context: AppContext, token: str) -> None:
    cancel(context, token, "", now=NOW)
    assert counts(context) == Counts(bookings=1, cells=0, letters=4)
    assert [
        (one.kind, one.recipient, one.sequence, one.method) for one in letters(context)[2:]
    ] == [
        ("absage-gast", "aenne@gast.example", 1, "CANCEL"),
        ("absage-beratung", "vera@stadtfuehrer.example", 1, "CANCEL"),
    ]
    book(context, a_wish(context, TEN, kind="stadtrundgang"), now=NOW)
    assert len(live_bookings(context)) == 1


def test_a_cancelled_booking_counts_no_more_for_its_day(open_context: OpenContext) -> None:
    with open_context(per_day="1") as context:
        token = book(context, a_wish(context, TEN), now=NOW)
        assert free_on(context, TEN) == []
        cancel(context, token, "", now=NOW)
        assert TEN in free_on(context, TEN)


def test_a_move_within_a_full_day_is_possible(open_context: OpenContext) -> None:
    with open_context(per_day="1") as context:
        token = book(context, a_wish(context, TEN), now=NOW)
        move(context, token, HALF_PAST_TEN, now=NOW)
        other = book(context, a_wish(context, THREE), now=NOW)
        with pytest.raises(NotFree):
            move(context, other, in_berlin("2026-03-05 15:00"), now=NOW)


def test_a_move_counts_against_no_limit_of_the_address(open_context: OpenContext) -> None:
    with open_context(bookings_per_address="1") as context:
        token = book(context, a_wish(context, TEN), now=NOW)
        move(context, token, THREE, now=NOW)
        assert look_up(context, token).booking.start == THREE


def test_a_cancelled_booking_cannot_be_changed(context: AppContext, token: str) -> None:
    cancel(context, token, "Erster Grund", now=NOW)
    before = counts(context)
    with pytest.raises(AlreadyCancelled):
        cancel(context, token, "Zweiter Grund", now=NOW)
    with pytest.raises(AlreadyCancelled):
        move(context, token, THREE, now=NOW)
    assert counts(context) == before
    assert look_up(context, token).booking.cancel_reason == "Erster Grund"


def test_of_cancellations_at_the_same_moment_one_counts(context: AppContext, token: str) -> None:
    outcomes = race([lambda: cancel(context, token, "", now=NOW)] * 4)
    assert len(won(outcomes)) == 1
    assert lost(outcomes) == ["AlreadyCancelled"] * 3
    assert counts(context) == Counts(bookings=1, cells=0, letters=4)


def test_a_booking_keeps_what_was_agreed_though_its_kind_changed(open_context: OpenContext) -> None:
    with open_context() as context:
        token = book(context, a_wish(context, TEN), now=NOW)
    with open_context(minutes="45", after="0", title='"Umbenannt"') as context:
        kind = kind_of(context, look_up(context, token).booking)
        assert (kind.title, kind.minutes, kind.after) == ("Kennenlerngespräch", 30, 15)
        move(context, token, THREE, now=NOW)
        assert look_up(context, token).booking.end == THREE + timedelta(minutes=30)


def test_a_booking_can_be_moved_though_its_kind_is_gone(context: AppContext, token: str) -> None:
    without = replace(context, kinds=())
    move(without, token, THREE, now=NOW)
    assert look_up(context, token).booking.end == THREE + timedelta(hours=1)

"""A clock that jumps: what it shows has to last before anything is done by it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from stadtfuehrer.booking.lists import all_bookings
from stadtfuehrer.booking.service import book
from stadtfuehrer.clock import AWAY, JUMP, SETTLED, SteadyClock
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.heartbeat import find_clock
from stadtfuehrer.mail.service import all_letters, examine
from stadtfuehrer.worker import mailer_of, work
from tests.support.contexts import NO_LIMITS, NOW, Clock, a_wish, in_berlin, opened_context
from tests.support.rounds import Rounds, run_rounds

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def steady(
    clock: Clock, seen: datetime | None = None, doubted: datetime | None = None
) -> SteadyClock:
    return SteadyClock(clock, elapsed=clock.elapsed, seen=seen, doubted=doubted)


@pytest.mark.parametrize(
    ("by", "in_doubt"),
    [
        (timedelta(0), False),
        (JUMP, False),
        (JUMP + SECOND, True),
        (300 * DAY, True),
        (-JUMP, False),
        (-JUMP - SECOND, True),
    ],
)
def test_a_jump_while_it_runs(by: timedelta, *, in_doubt: bool) -> None:
    clock = Clock()
    time = steady(clock)
    clock.turn(days=40)
    assert (time(), time.in_doubt) == (NOW + 40 * DAY, False)
    before = clock.now
    clock.jump(seconds=by.total_seconds())
    assert (time(), time.in_doubt) == (before if in_doubt else clock.now, in_doubt)
    assert time.doubted == (clock.now if in_doubt else None)
    # Set right again
    clock.turn(seconds=4)
    clock.jump(seconds=-by.total_seconds())
    assert (time(), time.in_doubt) == (before + 4 * SECOND, False)


@pytest.mark.parametrize("by", [3 * DAY, -3 * DAY])
def test_a_jump_that_lasts_is_believed(by: timedelta) -> None:
    clock = Clock()
    time = steady(clock)
    clock.jump(seconds=by.total_seconds())
    assert time() == NOW
    clock.turn(seconds=(SETTLED - SECOND).total_seconds())
    assert time() == NOW + SETTLED - SECOND
    assert time.in_doubt
    clock.turn(seconds=1)
    assert (time(), time.in_doubt) == (NOW + by + SETTLED, False)
    clock.turn(days=1)
    assert time() == clock.now


def test_a_clock_that_goes_on_jumping_is_not_believed() -> None:
    clock = Clock()
    time = steady(clock)
    for minute in range(30):
        clock.jump(days=1)
        assert (time(), time.in_doubt) == (NOW + timedelta(minutes=minute), True)
        clock.turn(minutes=1)


@pytest.mark.parametrize(
    ("seen", "in_doubt"),
    [
        (None, False),
        (NOW, False),
        (NOW - AWAY, False),
        (NOW - AWAY - SECOND, True),
        (NOW - 300 * DAY, True),
        (NOW + JUMP, False),
        (NOW + JUMP + SECOND, True),
    ],
)
def test_the_start_after_a_while(seen: datetime | None, *, in_doubt: bool) -> None:
    clock = Clock()
    time = steady(clock, seen)
    # There is no better time to go by.
    assert (time(), time.in_doubt) == (NOW, in_doubt)
    clock.turn(seconds=(SETTLED - SECOND).total_seconds())
    assert (time(), time.in_doubt) == (clock.now, in_doubt)
    clock.turn(seconds=1)
    assert (time(), time.in_doubt) == (clock.now, False)


@pytest.mark.parametrize(
    ("ago", "in_doubt"),
    [
        (timedelta(0), True),
        (SETTLED - SECOND, True),
        (SETTLED, False),
        (AWAY, False),
        (AWAY + SECOND, True),
        (-SECOND, True),
    ],
)
def test_a_doubt_goes_on_in_the_next_run(ago: timedelta, *, in_doubt: bool) -> None:
    time = steady(Clock(), NOW - 30 * DAY, NOW - ago)
    assert (time(), time.in_doubt) == (NOW, in_doubt)


def test_a_clock_that_was_wrong_at_the_start_and_is_set_right() -> None:
    clock = Clock(now=NOW + 300 * DAY)
    time = steady(clock, NOW)
    assert time.in_doubt
    clock.jump(days=-300)
    assert (time(), time.in_doubt) == (NOW, False)


class Jumping(Rounds):
    """The clock is wrong for some rounds in the middle."""

    def __init__(self, rounds: int, clock: Clock, **by: float) -> None:
        super().__init__(rounds, clock)
        self._by = timedelta(**by)

    def wait(self, timeout: float | None = None) -> bool:
        number = len(self.rests)
        if number in {2, 8}:
            self._clock.jump(seconds=self._by.total_seconds() * (1 if number == 2 else -1))
        return super().wait(timeout)


@pytest.mark.parametrize("days", [3, 300])
def test_a_clock_that_is_wrong_for_seconds_does_no_harm(
    tmp_path: Path, sqlite_database_url: str, days: int
) -> None:
    clock = Clock()
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
        mailer, stop = mailer_of(context, tmp_path, clock), Jumping(12, clock, days=days)
        work(context, mailer, clock=clock, elapsed=clock.elapsed, stop=stop)
        assert clock.now < NOW + timedelta(minutes=1)
        assert [one["kind"] for one in all_letters(context)] == ["bestaetigung", "einladung"]
        assert len(all_bookings(context)) == 1
        # The reminder comes when it is due.
        clock.turn(days=2, hours=1)
        run_rounds(context, tmp_path, 1, clock)
        clock.turn(minutes=10)
        run_rounds(context, tmp_path, 2, clock)
        kinds = [(one["kind"], one["state"]) for one in all_letters(context)]
        assert kinds[2:] == [("erinnerung", "sent")]


def test_a_booking_made_by_a_wrong_clock_is_written_of_at_once(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    clock = Clock()
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        late = NOW + timedelta(days=300)
        start = in_berlin("2026-12-29 10:00")
        book(context, a_wish(context, start), now=late)
        run_rounds(context, tmp_path, 2, clock)
        assert {one["state"] for one in all_letters(context)} == {"sent"}


def seen(context: AppContext) -> tuple[datetime | None, datetime | None]:
    with context.database.read() as session:
        return find_clock(session)


def test_the_doubt_is_kept_and_said(tmp_path: Path, sqlite_database_url: str) -> None:
    clock = Clock()
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        run_rounds(context, tmp_path, 2, clock)
        believed, doubted = seen(context)
        assert (believed, doubted) == (NOW, None)
        assert examine(context, now=NOW).clock_doubted is None
        clock.jump(days=30)
        jumped = clock.now
        run_rounds(context, tmp_path, 2, clock)
        assert seen(context) == (NOW, jumped)
        assert examine(context, now=NOW).clock_doubted == jumped
        clock.turn(minutes=10)
        run_rounds(context, tmp_path, 2, clock)
        assert seen(context)[1] is None

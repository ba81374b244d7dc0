"""Random worlds for the time rules: zones near their clock changes, hours, kinds, bookings."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from stadtfuehrer.booking.opening import Closure, Hours, Interval, OpeningHours
from stadtfuehrer.booking.slots import BusyInterval, Kind, Rules

CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Europe/Berlin", date(2028, 7, 1)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Kathmandu", date(2027, 2, 28)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("America/Nuuk", date(2026, 3, 29)),  # skips 23:00 to midnight of the day before
    ("America/Havana", date(2026, 3, 8)),  # skips midnight to 01:00
    ("Asia/Beirut", date(2026, 10, 25)),  # shows 23:00 to midnight of the day before twice
]
"""Zones with a date on (or beside) which their clocks change; Kathmandu's never do."""


class World(NamedTuple):
    """One question to ``free_starts``."""

    rules: Rules
    kind: Kind
    busy: list[BusyInterval]
    first: date
    last: date
    now: datetime


def fives(least: int, most: int) -> SearchStrategy[int]:
    """Minutes on the 5-minute grid, both ends included."""
    return st.integers(least // 5, most // 5).map(lambda n: 5 * n)


def _hours(start: int, length: int) -> Hours:
    return Hours(start, start + length)


several_hours = st.lists(
    st.builds(_hours, fives(0, 24 * 60 - 5), fives(5, 24 * 60) | fives(5, 6 * 60)), max_size=3
).map(tuple)

kinds = st.builds(
    Kind,
    id=st.just("kennenlernen"),
    title=st.just("Kennenlernen"),
    minutes=fives(5, 120),
    step=fives(5, 90),
    before=fives(0, 45),
    after=fives(0, 45),
    per_day=st.just(0) | st.integers(0, 3),
)


def busy_intervals(*, near: datetime, spread: int, grid: int = 5) -> SearchStrategy[BusyInterval]:
    """Something taken that begins within ``spread`` minutes of an instant."""

    def build(start: int, length: int, before: int, after: int, *, kind: str) -> BusyInterval:
        begin = near + timedelta(minutes=grid * start)
        return BusyInterval(
            interval=Interval(begin, begin + timedelta(minutes=grid * length)),
            before=timedelta(minutes=before),
            after=timedelta(minutes=after),
            kind=kind,
        )

    starts = st.integers(-spread // grid, spread // grid)
    lengths = st.integers(1, 120 // grid)
    return st.builds(
        build,
        starts,
        lengths,
        fives(0, 45),
        fives(0, 45),
        kind=st.sampled_from(["kennenlernen", "stadtrundgang"]),
    )


class _Near:
    """Strategies around one date, built once: building them costs more than drawing."""

    def __init__(self, change: date, busy_grid: int) -> None:
        self.noon = datetime.combine(change, time(12), tzinfo=UTC)
        self.days = st.integers(-4, 4).map(lambda n: change + timedelta(days=n))
        self.special = st.dictionaries(self.days, several_hours, max_size=2)
        self.holidays = st.frozensets(self.days, max_size=1)
        self.closures = st.just(()) | self.days.map(
            lambda day: (Closure(first=day, last=day + timedelta(days=1)),)
        )
        self.first = st.integers(-2, 2).map(lambda n: change + timedelta(days=n))
        self.busy = st.lists(
            busy_intervals(near=self.noon, spread=48 * 60)
            | busy_intervals(near=self.noon, spread=12 * 60)
            | busy_intervals(near=self.noon, spread=24 * 60, grid=busy_grid),
            max_size=6,
        )
        self.now = st.integers(-4 * 1440, 1440).map(lambda n: self.noon + timedelta(minutes=n))


_near = cache(_Near)
_changes = st.sampled_from(CHANGES)
_other_weekdays = st.dictionaries(st.integers(0, 6), several_hours, max_size=3)
_notices = st.just(0) | fives(0, 3 * 24 * 60)
_horizons = st.just(90) | st.integers(0, 6)
_limits = st.just(0) | st.integers(0, 3)
_lengths = st.integers(0, 3)
_yes_or_no = st.booleans()


def _holiday_on(days: frozenset[date]) -> Callable[[date], bool]:
    return lambda day: day in days


@st.composite
def worlds(draw: DrawFn, *, busy_grid: int = 1) -> World:
    """Mostly open, a few things taken, a window of one to four days around a clock change.

    What is busy without being a booking lies on a grid of ``busy_grid`` minutes.
    """
    name, change = draw(_changes)
    near, zone = _near(change, busy_grid), ZoneInfo(name)
    opening = OpeningHours(
        zone=zone,
        week=dict.fromkeys(range(7), draw(several_hours)) | draw(_other_weekdays),
        special=draw(near.special),
        closures=draw(near.closures),
        is_public_holiday=_holiday_on(draw(near.holidays)),
    )
    first, now = draw(near.first), draw(near.now)
    return World(
        rules=Rules(
            opening=opening,
            notice=timedelta(minutes=draw(_notices)),
            horizon_days=draw(_horizons),
            per_day=draw(_limits),
        ),
        kind=draw(kinds),
        busy=draw(near.busy),
        first=first,
        last=first + timedelta(days=draw(_lengths)),
        # What is free depends on the instant alone, not on the zone that it is given in.
        now=now.astimezone(zone) if draw(_yes_or_no) else now,
    )

"""When the consultant is open, as half-open intervals between two aware instants."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """The time from ``start`` up to, but not including, ``end``; both aware, and kept in UTC.

    Raises ValueError: an end is naive, or the interval is empty or runs backwards.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("an interval lies between aware instants")
        # Within one zone Python compares and adds on the wall clock, and across zones it calls no
        # two datetimes equal in an hour that comes twice (PEP 495); in UTC both are by instant.
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.start >= self.end:
            raise ValueError("an interval ends after its start")


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time in as few intervals as possible, in order; touching ones become one."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, interval.end))
        else:
            merged.append(interval)
    return merged


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """One opening on the wall clock, in minutes after the midnight that its date begins with.

    ``end`` may lie behind the next midnight (24 · 60), for an opening that runs into the night.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Days off, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursChange:
    """A stretch of time that somebody closed or opened by hand; ``id`` is its row's."""

    id: int
    interval: Interval
    is_open: bool


class YearlyDay(NamedTuple):
    """A date of each year, such as Christmas Eve."""

    month: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """When the consultant is open, by weekday (0 = Monday), special days, closures and holidays.

    A special day beats everything else on its date; closures, closed days of each year and public
    holidays close the day that an opening begins on.
    """

    zone: ZoneInfo
    week: Mapping[int, tuple[Hours, ...]]
    special: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    closures: tuple[Closure, ...] = ()
    closed_days: tuple[YearlyDay, ...] = ()
    is_public_holiday: Callable[[date], bool] = lambda _day: False
    _starts: dict[tuple[date, int, int], tuple[datetime, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """Dates that were asked for before; asking again is most of what a page of free times does."""

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """The openings that begin on this date, as the wall clock shows them."""
        if day in self.special:
            return self.special[day]
        closed = (
            (day.month, day.day) in self.closed_days
            or any(closure.first <= day <= closure.last for closure in self.closures)
            or self.is_public_holiday(day)
        )
        return () if closed else self.week.get(day.weekday(), ())

    def with_extra(self, extra: Iterable[Interval]) -> "OpeningHours":
        """The same, and open then as well: each opening belongs to the date it begins on there."""
        special = dict(self.special)
        for interval in extra:
            start, end = (
                one.astimezone(self.zone).replace(tzinfo=None)
                for one in (interval.start, interval.end)
            )
            day, minute = start.date(), timedelta(minutes=1)
            midnight = datetime.combine(day, time())
            hours = Hours((start - midnight) // minute, (end - midnight) // minute)
            special[day] = (*special.get(day, self.hours_on(day)), hours)
        return replace(self, special=special)

    def without_days(self, closed: Iterable[Interval]) -> "OpeningHours":
        """The same without the days that lie in one of these times from midnight to midnight."""
        special = dict(self.special)
        for interval in closed:
            day = interval.start.astimezone(self.zone).date()
            if wall_clock_instant(day, 0, self.zone) < interval.start:
                day += DAY
            while wall_clock_instant(day + DAY, 0, self.zone) <= interval.end:
                special[day] = ()
                day += DAY
        return replace(self, special=special)

    def intervals(self, first: date, last: date) -> Iterator[Interval]:
        """The openings that begin on the dates from ``first`` to ``last``, in UTC.

        Touching and overlapping openings of one date are one; those of neighbouring dates stay
        apart, since each counts its grid from its own start.
        """
        day = first
        while day <= last:
            yield from merge(
                Interval(start, end)
                for hours in self.hours_on(day)
                if (start := wall_clock_instant(day, hours.start, self.zone))
                < (end := wall_clock_instant(day, hours.end, self.zone))
            )
            day += DAY

    def starts(self, day: date, *, step: int, length: int) -> tuple[datetime, ...]:
        """The instants on this date, in order, from which ``length`` minutes fit into an opening.

        They are ``step`` minutes apart, in elapsed time, not on the clock, counted from where the
        opening starts; that may be on the day before, for one that runs past midnight.
        """
        key = day, step, length
        if key not in self._starts:
            found = set()
            for opening in self.intervals(day - DAY, day):
                start = opening.start
                while opening.end - start >= timedelta(minutes=length):
                    if start.astimezone(self.zone).date() == day:
                        found.add(start)
                    start += timedelta(minutes=step)
            self._starts[key] = tuple(sorted(found))
        return self._starts[key]


def wall_clock_instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which clocks in ``zone`` show so many minutes after midnight.

    Where a clock change makes the time ambiguous it is the first one; where it leaves the time
    out it is the instant of the change, so that nothing is ever open at a time that no clock
    shows.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    # Read with the offset of after the change, a left-out time lies before the change, and read
    # with the offset of before it, behind (PEP 495); the change itself is found between the two.
    earlier = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    before = earlier.astimezone(zone).utcoffset()
    while instant - earlier > timedelta(seconds=1):
        middle = earlier + (instant - earlier) // 2
        if middle.astimezone(zone).utcoffset() == before:
            earlier = middle
        else:
            instant = middle
    return instant.replace(microsecond=0)

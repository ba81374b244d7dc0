"""Free times laid out by days, as the pages show them."""

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from stadtfuehrer.text.formatting import (
    clock_in_words,
    day_in_words,
    has_clock_change,
    in_address,
    month_in_words,
    twice_in_words,
    zones_in_words,
)

DAYS_ON_A_PAGE = 7


class Time(NamedTuple):
    """One free time to choose; ``yours`` where the visitor's clocks show another.

    ``offset`` says which one is meant in an hour that the clocks show twice; else it is empty.
    """

    href: str
    iso: str
    clock: str
    offset: str
    yours: str | None
    yours_day: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day with something free."""

    date_iso: str
    heading: str
    times: tuple[Time, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """A page of days, and the first days of the pages around it."""

    days: tuple[Day, ...]
    earlier: date | None
    later: date | None
    range_text: str
    zone_text: str
    """Whose clocks these are, with both offsets where a clock change lies between the days."""


def timetable(
    free: Mapping[date, Sequence[datetime]],
    *,
    begin: date,
    zone: ZoneInfo,
    visitor_zone: ZoneInfo | None,
    href: Callable[[str], str],
) -> Timetable:
    """A page of days with free times, from ``begin`` on, or the last ones if nothing is later.

    Only days with something free count, so no page is empty while there is a free time.
    ``free`` are ordered instants by their date in ``zone``, ``href`` makes the address for a start
    written for addresses.
    """
    dates = list(free)
    at = next((index for index, day in enumerate(dates) if day >= begin), None)
    if at is None:
        at = max(0, len(dates) - DAYS_ON_A_PAGE)
    shown = [(day, free[day]) for day in dates[at : at + DAYS_ON_A_PAGE]]
    behind = at + DAYS_ON_A_PAGE
    return Timetable(
        days=tuple(
            Day(
                date_iso=day.isoformat(),
                heading=day_in_words(day),
                times=_times(day, starts, zone, visitor_zone, href),
            )
            for day, starts in shown
        ),
        earlier=dates[max(0, at - DAYS_ON_A_PAGE)] if at else None,
        later=dates[behind] if behind < len(dates) else None,
        range_text=_range(shown[0][0], shown[-1][0]) if shown else "",
        zone_text=zones_in_words(zone, shown[0][1][0], shown[-1][1][-1]) if shown else "",
    )


def _range(first: date, last: date) -> str:
    if first == last:
        return day_in_words(first)
    return f"{day_in_words(first)} bis {day_in_words(last)}"


def _times(
    day: date,
    starts: Sequence[datetime],
    zone: ZoneInfo,
    visitor_zone: ZoneInfo | None,
    href: Callable[[str], str],
) -> tuple[Time, ...]:
    may_come_twice = has_clock_change(day, zone)
    return tuple(
        Time(
            href(in_address(start)),
            iso := start.astimezone(zone).isoformat(),
            iso[11:16],
            twice_in_words(start, zone) if may_come_twice else "",
            *(_yours(start, zone, visitor_zone) if visitor_zone else (None, None)),
        )
        for start in starts
    )


def _yours(
    start: datetime, zone: ZoneInfo, visitor_zone: ZoneInfo
) -> tuple[str | None, str | None]:
    """The visitor's clock, and their day where it is another one; None where they are the same."""
    here, there = start.astimezone(zone), start.astimezone(visitor_zone)
    if there.utcoffset() == here.utcoffset():
        return None, None
    day = day_in_words(there.date()) if there.date() != here.date() else None
    return clock_in_words(start, visitor_zone), day


WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")


class MonthDay(NamedTuple):
    """A day of a month; label and ``href`` lead to its free times, None where there are none."""

    number: int
    label: str | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month in weeks from Monday to Sunday; None before its first and after its last day."""

    caption: str
    weeks: tuple[tuple[MonthDay | None, ...], ...]


def months_with_free_times(
    free: Mapping[date, Sequence[datetime]], href: Callable[[str], str]
) -> tuple[Month, ...]:
    """Every month from the first to the last free time; ``free`` are those of each date.

    ``href`` makes the address for a date in ISO 8601.
    """
    months = sorted({(day.year, day.month) for day in free})
    return tuple(
        Month(
            caption=month_in_words(year, month),
            weeks=tuple(
                tuple(
                    _day(date(year, month, number), free, href) if number else None
                    for number in week
                )
                for week in calendar.monthcalendar(year, month)
            ),
        )
        for year, month in months
    )


def _day(
    day: date, free: Mapping[date, Sequence[datetime]], href: Callable[[str], str]
) -> MonthDay:
    if day not in free:
        return MonthDay(day.day)
    times = len(free[day])
    words = "eine freie Zeit" if times == 1 else f"{times} freie Zeiten"
    return MonthDay(day.day, f"{day_in_words(day)}: {words}", href(day.isoformat()))

"""Free times laid out by days, as the pages show them."""

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from stadtfuehrer.text.formatting import (
    clock_in_words,
    day_in_words,
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
    times: list[Time]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """A page of days, and the first days of the pages around it."""

    days: list[Day]
    earlier: date | None
    later: date | None
    range_text: str
    zone_text: str
    """Whose clocks these are; both offsets where a clock change lies between the days."""


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
    behind, ends = at + DAYS_ON_A_PAGE, [day for day, _ in (*shown[:1], *shown[-1:])]
    return Timetable(
        days=[
            Day(
                date_iso=day.isoformat(),
                heading=day_in_words(day),
                times=_times(starts, zone, visitor_zone, href),
            )
            for day, starts in shown
        ],
        earlier=dates[max(0, at - DAYS_ON_A_PAGE)] if at else None,
        later=dates[behind] if behind < len(dates) else None,
        range_text=" bis ".join(dict.fromkeys(day_in_words(day) for day in ends)),
        zone_text=zones_in_words(zone, shown[0][1][0], shown[-1][1][-1]) if shown else "",
    )


@lru_cache(maxsize=4096)
def _written(start: datetime, zone: ZoneInfo) -> tuple[str, str, str, str]:
    """A start as it stands in addresses, in ISO 8601, on the zone's clocks, and which one it is.

    The same for everybody, and half of what a page of a hundred times would cost.
    """
    iso = start.astimezone(zone).isoformat()
    return in_address(start), iso, iso[11:16], twice_in_words(start, zone)


def _times(
    starts: Sequence[datetime],
    zone: ZoneInfo,
    visitor_zone: ZoneInfo | None,
    href: Callable[[str], str],
) -> list[Time]:
    written = [(start, *_written(start, zone)) for start in starts]
    return [
        Time(href(address), iso, clock, offset, *_yours(start, zone, visitor_zone))
        for start, address, iso, clock, offset in written
    ]


def _yours(
    start: datetime, zone: ZoneInfo, visitor_zone: ZoneInfo | None
) -> tuple[str | None, str | None]:
    """The visitor's clock, and their day where it is another one; None where they are the same."""
    if visitor_zone is None:
        return None, None
    here, there = start.astimezone(zone), start.astimezone(visitor_zone)
    if there.utcoffset() == here.utcoffset():
        return None, None
    day = day_in_words(there.date()) if there.date() != here.date() else None
    return clock_in_words(start, visitor_zone), day


class MonthDay(NamedTuple):
    """A day of a month; label and ``href`` lead to its free times, None where there are none."""

    number: int
    label: str | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month in weeks from Monday to Sunday; None before its first and after its last day."""

    caption: str
    weeks: list[list[MonthDay | None]]


def months_with_free_times(
    free: Mapping[date, Sequence[datetime]], href: Callable[[str], str]
) -> list[Month]:
    """Every month from the first to the last free time; ``free`` are those of each date.

    ``href`` makes the address for a date in ISO 8601.
    """

    def shown(day: date | None) -> MonthDay | None:
        if day is None:
            return None
        if day not in free:
            return MonthDay(day.day)
        return MonthDay(day.day, _label(day, len(free[day])), href(day.isoformat()))

    return [
        Month(
            caption=month_in_words(year, month),
            weeks=[[shown(day) for day in week] for week in _weeks(year, month)],
        )
        for year, month in sorted({(day.year, day.month) for day in free})
    ]


@cache
def _weeks(year: int, month: int) -> list[list[date | None]]:
    return [
        [date(year, month, number) if number else None for number in week]
        for week in calendar.monthcalendar(year, month)
    ]


@lru_cache(maxsize=4096)
def _label(day: date, times: int) -> str:
    return f"{day_in_words(day)}: {'eine freie Zeit' if times == 1 else f'{times} freie Zeiten'}"

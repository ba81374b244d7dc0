"""Free times as the pages show them: a few suggestions, a month, and one day's times."""

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

SUGGESTIONS = 3

_NOON = "12:00"


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
    """A day's free times, in the parts of the day in which there are any."""

    date_iso: str
    heading: str
    parts: list[tuple[str, list[Time]]]
    """„Vormittag“ and „Nachmittag“ with their times."""


class MonthDay(NamedTuple):
    """A day of a month; label and ``href`` lead to its free times, None where there are none.

    ``current`` is aria-current: „true“ for the day that is shown, „date“ for today, else empty.
    """

    number: int
    label: str | None = None
    href: str | None = None
    current: str = ""


class Onward(NamedTuple):
    """Where else there is something free: what it is called, and its address."""

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month in weeks from Monday to Sunday; None before its first and after its last day.

    ``earlier`` and ``later`` are the next months that have free times.
    """

    caption: str
    weeks: list[list[MonthDay | None]]
    earlier: Onward | None
    later: Onward | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """A day, its month, the nearest days with something free, and what is suggested."""

    suggestions: list[tuple[str, Time]]
    """Each with its day."""
    month: Month
    day: Day
    earlier: Onward | None
    later: Onward | None
    zone_text: str
    """Whose clocks these are; both offsets where a clock change lies between the times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hrefs:
    """How addresses are made: of a start, and of a day in ISO 8601."""

    time: Callable[[str], str]
    day: Callable[[str], str]


def timetable(
    free: Mapping[date, Sequence[datetime]],
    *,
    begin: date | None,
    today: date,
    zone: ZoneInfo,
    visitor_zone: ZoneInfo | None,
    hrefs: Hrefs,
) -> Timetable:
    """The first day with free times from ``begin`` on, or the last one if nothing is later.

    ``free`` are ordered instants by their date in ``zone``, at least one. Where no day was asked
    for, ``begin`` is None, and some times are suggested.
    """

    def written(start: datetime) -> Time:
        address, iso, clock, offset = _written(start, zone)
        yours = _yours(start, zone, visitor_zone)
        return Time(hrefs.time(address), iso, clock, offset, *yours)

    def onward(at: int) -> Onward | None:
        if not 0 <= at < len(dates):
            return None
        return Onward(day_in_words(dates[at]), hrefs.day(dates[at].isoformat()))

    dates = list(free)
    wanted = begin or today
    at = next((index for index, day in enumerate(dates) if day >= wanted), len(dates) - 1)
    day, times = dates[at], [written(start) for start in free[dates[at]]]
    parts = {
        "Vormittag": [one for one in times if one.clock < _NOON],
        "Nachmittag": [one for one in times if one.clock >= _NOON],
    }
    suggested = suggestions(free, zone) if begin is None else []
    ends = sorted([*suggested, free[day][0], free[day][-1]])
    return Timetable(
        suggestions=[
            (day_in_words(start.astimezone(zone).date()), written(start)) for start in suggested
        ],
        month=_month(free, day, today, hrefs.day),
        day=Day(
            date_iso=day.isoformat(),
            heading=day_in_words(day),
            parts=[(name, those) for name, those in parts.items() if those],
        ),
        earlier=onward(at - 1),
        later=onward(at + 1),
        zone_text=zones_in_words(zone, ends[0], ends[-1]),
    )


def suggestions(free: Mapping[date, Sequence[datetime]], zone: ZoneInfo) -> list[datetime]:
    """One time of each of the first three days, in the morning and in the afternoon by turns.

    None where so few days have any that nobody needs help with choosing.
    """
    if len(free) < SUGGESTIONS:
        return []
    found: list[datetime] = []
    for starts in [*free.values()][:SUGGESTIONS]:
        before = found and _is_early(found[-1], zone)
        found.append(next((one for one in starts if _is_early(one, zone) != before), starts[0]))
    return found


def _is_early(start: datetime, zone: ZoneInfo) -> bool:
    return clock_in_words(start, zone) < _NOON


@lru_cache(maxsize=4096)
def _written(start: datetime, zone: ZoneInfo) -> tuple[str, str, str, str]:
    """A start as it stands in addresses, in ISO 8601, on the zone's clocks, and which one it is.

    The same for everybody.
    """
    iso = start.astimezone(zone).isoformat()
    return in_address(start), iso, iso[11:16], twice_in_words(start, zone)


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


def _month(
    free: Mapping[date, Sequence[datetime]], chosen: date, today: date, href: Callable[[str], str]
) -> Month:
    """The month of a day; the days in it with something free lead to their times."""

    def shown(day: date | None) -> MonthDay | None:
        if day is None:
            return None
        current = "true" if day == chosen else "date" if day == today else ""
        if day not in free:
            return MonthDay(day.day, current=current)
        label = _label(day, len(free[day]))
        return MonthDay(day.day, label, href(day.isoformat()), current)

    def onward(first: date | None) -> Onward | None:
        if first is None:
            return None
        return Onward(month_in_words(first.year, first.month), href(first.isoformat()))

    # The first day with something free of each month.
    months = {(day.year, day.month): day for day in sorted(free, reverse=True)}
    its, ordered = (chosen.year, chosen.month), sorted(months)
    at = ordered.index(its)
    return Month(
        caption=month_in_words(*its),
        weeks=[[shown(day) for day in week] for week in _weeks(*its)],
        earlier=onward(months[ordered[at - 1]] if at else None),
        later=onward(months[ordered[at + 1]] if at + 1 < len(ordered) else None),
    )


@cache
def _weeks(year: int, month: int) -> list[list[date | None]]:
    return [
        [date(year, month, number) if number else None for number in week]
        for week in calendar.monthcalendar(year, month)
    ]


@lru_cache(maxsize=4096)
def _label(day: date, times: int) -> str:
    return f"{day_in_words(day)}: {'eine freie Zeit' if times == 1 else f'{times} freie Zeiten'}"

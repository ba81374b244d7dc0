"""An overview of months: on which days something is free."""

from __future__ import annotations

import calendar
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stadtfuehrer.domain.wording import day_in_words, month_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDay:
    """A day of a month; ``href`` leads to its free times, None where there are none."""

    number: int
    label: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month in weeks from Monday to Sunday; None before its first and after its last day."""

    caption: str
    weeks: tuple[tuple[MonthDay | None, ...], ...]


def months_with_free_times(
    free: Sequence[datetime], zone: ZoneInfo, href: Callable[[str], str]
) -> tuple[Month, ...]:
    """Every month from the first to the last free time, on the zone's calendar.

    ``href`` makes the address for a date in ISO 8601.
    """
    times = Counter(start.astimezone(zone).date() for start in free)
    months = sorted({(day.year, day.month) for day in times})
    return tuple(
        Month(
            caption=month_in_words(year, month),
            weeks=tuple(
                tuple(_day(day, times[day], href) if day.month == month else None for day in week)
                for week in calendar.Calendar().monthdatescalendar(year, month)
            ),
        )
        for year, month in months
    )


def _day(day: date, times: int, href: Callable[[str], str]) -> MonthDay:
    free = {0: "nichts frei", 1: "eine freie Zeit"}.get(times, f"{times} freie Zeiten")
    return MonthDay(
        number=day.day,
        label=f"{day_in_words(day)}: {free}",
        href=href(day.isoformat()) if times else None,
    )

"""An overview of months: on which days something is free."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from stadtfuehrer.domain.wording import day_in_words, month_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

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

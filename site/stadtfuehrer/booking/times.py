"""Free times, for showing them and for checking the one that somebody wants."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.opening import DAY, Interval, wall_clock_instant
from stadtfuehrer.booking.slots import Kind, free_days, why_not_free
from stadtfuehrer.refusals import NotFree

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_NEARBY = timedelta(days=14)


def free_times_by_day(
    context: "AppContext",
    kind: Kind,
    *,
    now: datetime,
    first: date = date.min,
    last: date = date.max,
    moving: int | None = None,
) -> dict[date, Sequence[datetime]]:
    """The starts that can be booked on the consultant's dates ``first`` to ``last``, in UTC.

    ``moving`` is the row of a booking whose own place counts as free.
    """
    rules = context.rules_of(kind.id)
    first = max(first, now.astimezone(rules.zone).date())
    last = min(last, rules.last_day(now))
    if last < first:
        return {}
    with context.database.connect() as connection:
        busy = bookings.busy_between(
            connection,
            wall_clock_instant(first, 0, rules.zone),
            wall_clock_instant(last + DAY, 0, rules.zone),
            but_not=moving,
        )
    return free_days(rules, kind, busy, first=first, last=last, now=now)


def free_times(
    context: "AppContext",
    kind: Kind,
    *,
    now: datetime,
    first: date = date.min,
    last: date = date.max,
    moving: int | None = None,
) -> list[datetime]:
    """The same in one list; without ``first`` and ``last``, all that can be booked."""
    days = free_times_by_day(context, kind, first=first, last=last, now=now, moving=moving)
    return [start for starts in days.values() for start in starts]


def check_free(
    context: "AppContext", kind: Kind, start: datetime, *, now: datetime, moving: int | None = None
) -> None:
    """Refuse a start that is not among the free ones. Raises NotFree, with the reason."""
    day = start.astimezone(context.rules.zone).date()
    if start not in free_times(context, kind, first=day, last=day, now=now, moving=moving):
        raise NotFree(why_not_free(context.rules_of(kind.id), kind, start, now=now))


def nearest_free(
    context: "AppContext",
    kind: Kind,
    start: datetime,
    *,
    now: datetime,
    most: int = 6,
    moving: int | None = None,
) -> list[datetime]:
    """The free starts closest to a wished one, in order; none if nothing is free around it."""
    free = free_times(context, kind, now=now, moving=moving)
    nearest = sorted(free, key=lambda one: abs(one - start))[:most]
    return sorted(one for one in nearest if abs(one - start) <= _NEARBY)


def day_of(instant: datetime, zone: ZoneInfo) -> Interval:
    """The calendar day around an instant, from midnight to midnight on the zone's clocks."""
    day = instant.astimezone(zone).date()
    return Interval(wall_clock_instant(day, 0, zone), wall_clock_instant(day + DAY, 0, zone))

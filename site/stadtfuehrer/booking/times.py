"""Free times, for showing them and for checking the one that somebody wants."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.busy_store import busy_between
from stadtfuehrer.booking.offered import offered
from stadtfuehrer.booking.opening import DAY, Interval, wall_clock_instant
from stadtfuehrer.booking.slots import BusyInterval, Kind, free_days, why_not_free
from stadtfuehrer.calendar import service as calendars
from stadtfuehrer.calendar.sources import sources_of
from stadtfuehrer.refusals import NotFree, WhyNotFree

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_NEARBY = timedelta(days=14)

_PATIENCE = 2.0
"""For how many seconds somebody who books waits for the consultant's calendars."""


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
    begin = wall_clock_instant(first, 0, rules.zone)
    end = wall_clock_instant(last + DAY, 0, rules.zone)
    with context.database.connect() as connection:
        busy, extra = busy_between(connection, begin, end, but_not=moving)
        # An opening, and so a consultation with its buffers, may run on into the days around.
        around = begin - bookings.LONGEST_REACH, end + bookings.LONGEST_REACH
        blocked = calendars.busy_between(context, connection, *around, now=now)
    if blocked is None:
        return {}
    busy += [BusyInterval(interval=Interval(*stretch), counts=False) for stretch in blocked]
    rules = replace(rules, opening=rules.opening.with_extra(extra)) if extra else rules
    return free_days(rules, kind, busy, first=first, last=last, now=now)


def read_calendars(context: "AppContext", *, now: datetime, wait: float = 0) -> None:
    """Begin to read what is new in the consultant's calendars; wait for it so many seconds."""
    _read_calendars(context, now=now, wait=wait, seconds=calendars.READING_SECONDS)


def ask_calendars_again(context: "AppContext", *, now: datetime) -> None:
    """Look, before a booking, whether something has just been entered; for two seconds at most.

    Only what is well is asked, by the cheap question whether anything is new, in no transaction;
    where no answer comes in time, what is stored decides.
    """
    if sources_of(context):
        _read_calendars(context, now=now, wait=_PATIENCE, seconds=_PATIENCE, sound_only=True)


def _read_calendars(context: "AppContext", *, now: datetime, wait: float, **how: Any) -> None:
    def read() -> None:
        with context.database.read() as session:
            own = bookings.all_uids(session)
        calendars.read_calendars(context, own=own, now=now, **how)

    context.calendar_reading.run(read, wait=wait)


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
        if calendars.is_closed(context, now=now):
            raise NotFree(WhyNotFree.CALENDAR_AWAY)
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
    """The offered starts closest to a wished one, in order; none if nothing is free around it."""
    days = free_times_by_day(context, kind, now=now, moving=moving)
    shown = offered(context.rules_of(kind.id), kind, days)
    free = [one for starts in shown.values() for one in starts]
    nearest = sorted(free, key=lambda one: abs(one - start))[:most]
    return sorted(one for one in nearest if abs(one - start) <= _NEARBY)


def on_later_days(
    context: "AppContext", kind: Kind, start: datetime, *, now: datetime, most: int = 3
) -> list[datetime]:
    """A free start on each of the next free days after a wished one's, at about its time of day."""
    zone = context.rules.zone
    day, wished = start.astimezone(zone).date(), start.astimezone(zone).time()

    def distance(one: datetime) -> timedelta:
        at = datetime.combine(day, one.astimezone(zone).time())
        return abs(at - datetime.combine(day, wished))

    days = free_times_by_day(context, kind, first=day + DAY, now=now)
    return [min(starts, key=distance) for starts in islice(days.values(), most)]


def day_of(instant: datetime, zone: ZoneInfo) -> Interval:
    """The calendar day around an instant, from midnight to midnight on the zone's clocks."""
    day = instant.astimezone(zone).date()
    return Interval(wall_clock_instant(day, 0, zone), wall_clock_instant(day + DAY, 0, zone))

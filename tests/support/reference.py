"""What is free, decided slowly: minute by minute, from the rules' wording alone.

Nothing here is shared with the code under test but its data types. A minute is the number of
whole minutes since 1970-01-01 00:00 UTC.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from stadtfuehrer.booking.opening import Hours, OpeningHours
from stadtfuehrer.booking.slots import BusyInterval, Kind, Rules

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minute_of(instant: datetime) -> int:
    """The minute that an instant lies in."""
    return (instant.astimezone(UTC) - EPOCH) // MINUTE


def instant_of(minute: int) -> datetime:
    return EPOCH + minute * MINUTE


def too_close(one: BusyInterval, other: BusyInterval) -> bool:
    """Whether the rule forbids the pair: the gap is smaller than the buffers between them."""
    first, second = sorted((one, other), key=lambda busy: busy.interval.start)
    return second.interval.start - first.interval.end < max(first.after, second.before)


@cache
def clock_through(zone: ZoneInfo, day: int) -> list[datetime]:
    """What clocks in the zone show at each minute of a day of UTC, counted from 1970."""
    return [
        instant_of(minute).astimezone(zone).replace(tzinfo=None)
        for minute in range(day * 1440, (day + 1) * 1440)
    ]


@cache
def minute_on_the_clock(zone: ZoneInfo, day: date, minutes: int) -> int:
    """The first minute at which clocks in the zone have come so far, or passed it by a jump."""
    wanted = datetime.combine(day, time()) + minutes * MINUTE
    # No zone is further than 14 hours ahead of UTC, so at this minute it's not yet so late.
    minute = minute_of(wanted.replace(tzinfo=UTC)) - 15 * 60
    while clock_through(zone, minute // 1440)[minute % 1440] < wanted:
        minute += 1
    return minute


def hours_of(opening: OpeningHours, day: date) -> Sequence[Hours]:
    if day in opening.special:
        return opening.special[day]
    closed = any(not (day < closure.first or closure.last < day) for closure in opening.closures)
    if closed or opening.is_public_holiday(day):
        return ()
    return opening.week.get(day.weekday(), ())


def open_minutes(opening: OpeningHours, day: date) -> set[int]:
    """All minutes of the openings that begin on this date."""
    return {
        minute
        for hours in hours_of(opening, day)
        for minute in range(
            minute_on_the_clock(opening.zone, day, hours.start),
            minute_on_the_clock(opening.zone, day, hours.end),
        )
    }


def offered(opening: OpeningHours, kind: Kind, first: date, last: date) -> set[int]:
    """Every start on the grid of an opening that begins on these dates and holds the kind."""
    starts: set[int] = set()
    for n in range((last - first).days + 1):
        is_open = open_minutes(opening, first + n * timedelta(days=1))
        for begin in (minute for minute in is_open if minute - 1 not in is_open):
            end = begin
            while end in is_open:
                end += 1
            starts.update(
                start for start in range(begin, end, kind.step) if start + kind.minutes <= end
            )
    return starts


def free_starts(
    rules: Rules,
    kind: Kind,
    busy: Sequence[BusyInterval],
    *,
    first: date,
    last: date,
    now: datetime,
) -> list[datetime]:
    """The same answer as the function of this name under test, for whole-minute times."""
    zone = rules.opening.zone
    today = now.astimezone(zone).date()
    booked = [one.interval.start.astimezone(zone).date() for one in busy]
    of_kind = [one.interval.start.astimezone(zone).date() for one in busy if one.kind == kind.id]
    consulting: set[int] = set()
    needed: set[int] = set()
    for one in busy:
        begin, end = minute_of(one.interval.start), minute_of(one.interval.end)
        consulting.update(range(begin, end))
        needed.update(range(begin - one.before // MINUTE, end + one.after // MINUTE))
    free = []
    for start in sorted(
        offered(rules.opening, kind, first - timedelta(days=2), last + timedelta(days=1))
    ):
        instant = instant_of(start)
        day = instant.astimezone(zone).date()
        end = start + kind.minutes
        if (
            first <= day <= last
            and instant - now.astimezone(UTC) >= rules.notice
            and (day - today).days <= rules.horizon_days
            and (rules.per_day == 0 or booked.count(day) < rules.per_day)
            and (kind.per_day == 0 or of_kind.count(day) < kind.per_day)
            # Neither's consultation lies in what the other one needs.
            and needed.isdisjoint(range(start, end))
            and consulting.isdisjoint(range(start - kind.before, end + kind.after))
        ):
            free.append(instant)
    return free

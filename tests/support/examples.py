"""Short words for the examples: a consultant in Berlin, Monday 2 March 2026, one kind."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from stadtfuehrer.booking.opening import Hours, Interval, OpeningHours
from stadtfuehrer.booking.slots import BusyInterval, Kind, Rules, free_days

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)
LONG_BEFORE = datetime(2026, 2, 1, 12, tzinfo=UTC)
SPRING_AND_AUTUMN = [
    (date(2026, 3, 29), date(2026, 10, 25)),
    (date(2027, 3, 28), date(2027, 10, 31)),
    (date(2028, 3, 26), date(2028, 10, 29)),
    (date(2029, 3, 25), date(2029, 10, 28)),
    (date(2030, 3, 31), date(2030, 10, 27)),
]
"""Berlin's clock changes: 02:00 becomes 03:00, and 03:00 becomes 02:00."""


def free_starts(
    rules: Rules,
    kind: Kind,
    busy: Sequence[BusyInterval],
    *,
    first: date,
    last: date,
    now: datetime,
) -> list[datetime]:
    """What ``free_days`` finds, in one list."""
    days = free_days(rules, kind, busy, first=first, last=last, now=now)
    return [start for starts in days.values() for start in starts]


def clock(text: str) -> int:
    """'22:30' as minutes after midnight; hours may go beyond 24."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def hours(text: str) -> Hours:
    """'22:00-26:00' as an opening."""
    start, end = text.split("-")
    return Hours(clock(start), clock(end))


def at(text: str, day: date = MONDAY) -> datetime:
    """A time of a Berlin day, in Berlin's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=BERLIN) + timedelta(minutes=clock(text))


def kind(minutes: int = 60, step: int = 60, before: int = 0, after: int = 0) -> Kind:
    return Kind(id="k", title="K", minutes=minutes, step=step, before=before, after=after)


def rules(
    *every_day: str,
    week: Mapping[int, tuple[Hours, ...]] | None = None,
    notice: timedelta = timedelta(0),
    horizon_days: int = 365,
    per_day: int = 0,
    zone: ZoneInfo = BERLIN,
) -> Rules:
    """Open every day in these hours, or as ``week`` says."""
    daily = tuple(hours(text) for text in every_day or ("09:00-12:00",))
    opening = OpeningHours(zone=zone, week=dict.fromkeys(range(7), daily) if week is None else week)
    return Rules(opening=opening, notice=notice, horizon_days=horizon_days, per_day=per_day)


def busy(start: str, end: str, before: int = 0, after: int = 0) -> BusyInterval:
    """Something taken on the Monday; buffers in minutes."""
    return BusyInterval(
        interval=Interval(at(start), at(end)),
        before=timedelta(minutes=before),
        after=timedelta(minutes=after),
    )


def shown(starts: Iterable[datetime], zone: ZoneInfo = BERLIN) -> list[str]:
    """Starts as a wall clock in the zone shows them."""
    return [f"{start.astimezone(zone):%H:%M}" for start in starts]


def free_on_monday(rules: Rules, kind: Kind, *busy: BusyInterval) -> list[str]:
    return shown(free_starts(rules, kind, busy, first=MONDAY, last=MONDAY, now=LONG_BEFORE))

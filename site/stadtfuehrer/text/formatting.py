"""How times are said in German: weekday, date, „Uhr“ and whose clock it is."""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")

_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """An interval in words; ``yours`` only where the visitor's clocks show another time.

    ``clock`` is „09:00–09:30 Uhr“; where clocks change in between, each time says which one it is.
    """

    date: str
    clock: str
    zone: str
    yours: str | None

    def __str__(self) -> str:
        return f"{self.date}, {self.clock} ({self.zone})"


def day_in_words(day: date) -> str:
    """„Mittwoch, 2. Dezember“."""
    return f"{_WEEKDAYS[day.weekday()]}, {day.day}. {_MONTHS[day.month - 1]}"


def date_in_words(day: date) -> str:
    """„Mittwoch, 2. Dezember 2026“."""
    return f"{day_in_words(day)} {day.year}"


def day_of_year_in_words(day: date) -> str:
    """„2. Dezember 2026“, where the weekday says nothing."""
    return f"{day.day}. {month_in_words(day.year, day.month)}"


def hours_before_in_words(hours: int) -> str:
    """„bis 12 Stunden vorher“, as the answer to how long something can be done."""
    return f"bis {hours_in_words(hours)} vorher" if hours else "bis zum Beginn"


def hours_in_words(hours: int) -> str:
    """„eine Stunde“, „12 Stunden“."""
    return "eine Stunde" if hours == 1 else f"{hours} Stunden"


def month_in_words(year: int, month: int) -> str:
    """„Dezember 2026“."""
    return f"{_MONTHS[month - 1]} {year}"


def clock_in_words(instant: datetime, zone: ZoneInfo) -> str:
    """„09:00“, as clocks in the zone show it."""
    return instant.astimezone(zone).isoformat()[11:16]


def moment_in_words(instant: datetime, zone: ZoneInfo) -> str:
    """„Montag, 2. März 2026, 09:00 Uhr“."""
    day = date_in_words(instant.astimezone(zone).date())
    return f"{day}, {clock_in_words(instant, zone)} Uhr"


def soon_in_words(instant: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """„14:20 Uhr“, „morgen, 14:20 Uhr“: the first minute that begins at or after the instant."""
    minute = timedelta(minutes=1)
    full = instant + (-(instant - datetime.min.replace(tzinfo=UTC))) % minute
    is_today = full.astimezone(zone).date() == now.astimezone(zone).date()
    return f"{'' if is_today else 'morgen, '}{clock_in_words(full, zone)} Uhr"


def twice_in_words(instant: datetime, zone: ZoneInfo) -> str:
    """„UTC+2“ where clocks in the zone show this time a second time, in autumn; else empty."""
    shown = instant.astimezone(zone)
    if shown.replace(fold=0).utcoffset() == shown.replace(fold=1).utcoffset():
        return ""
    return offset_in_words(zone, instant)


def place_in_words(zone_name: str) -> str:
    """„New York“, of America/New_York."""
    return zone_name.rpartition("/")[2].replace("_", " ")


def zone_in_words(zone: ZoneInfo, instant: datetime) -> str:
    """„Zeit in Berlin, UTC+1“; the offset tells an ambiguous hour's two readings apart."""
    return f"Zeit in {place_in_words(zone.key)}, {offset_in_words(zone, instant)}"


def zones_in_words(zone: ZoneInfo, first: datetime, last: datetime) -> str:
    """The same for an interval: „Zeit in Berlin, UTC+2, nach der Zeitumstellung UTC+1“."""
    text = zone_in_words(zone, first)
    if _offset(first, zone) == _offset(last, zone):
        return text
    return f"{text}, nach der Zeitumstellung {offset_in_words(zone, last)}"


def offset_in_words(zone: ZoneInfo, instant: datetime) -> str:
    """„UTC+1“, „UTC−3:30“."""
    minutes = round(_offset(instant, zone).total_seconds() / 60)
    sign = "−" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def when_in_words(
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    *,
    visitor_zone: ZoneInfo | None = None,
    at_visitor: str = "bei dir",
) -> When:
    """The time from ``start`` to ``end`` as the consultant's clocks show it, and the visitor's.

    ``at_visitor`` names the visitor's place to whoever reads it.
    """
    yours = None
    if visitor_zone is not None and any(
        _offset(instant, zone) != _offset(instant, visitor_zone) for instant in (start, end)
    ):
        yours = f"{_span(start, end, visitor_zone)} {at_visitor}"
        day, theirs = start.astimezone(zone).date(), start.astimezone(visitor_zone).date()
        if day != theirs:
            yours = f"{day_in_words(theirs)}, {yours}"
        yours = f"{yours} ({zones_in_words(visitor_zone, start, end)})"
    return When(
        date=date_in_words(start.astimezone(zone).date()),
        clock=_span(start, end, zone),
        zone=zones_in_words(zone, start, end),
        yours=yours,
    )


def _span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    first, last = clock_in_words(start, zone), clock_in_words(end, zone)
    if _offset(start, zone) == _offset(end, zone):
        return f"{first}–{last} Uhr"
    # In autumn the end may be shown before the start: „02:30–02:00 Uhr“ would look like a mistake.
    before, after = _seasons(start, end, zone)
    return f"{first} Uhr ({before}) – {last} Uhr ({after})"


def _seasons(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """„Sommerzeit“ and „Winterzeit“, or offsets where the clocks know no such thing.

    Some zones change for other reasons; Dublin and Casablanca call the later time the normal one,
    with a negative DST, in Morocco for the time of Ramadan.
    """
    shifts = [instant.astimezone(zone).dst() or timedelta() for instant in (start, end)]
    if min(shifts) == timedelta() < max(shifts):
        before, after = ("Sommerzeit" if shift else "Winterzeit" for shift in shifts)
        return before, after
    return offset_in_words(zone, start), offset_in_words(zone, end)


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def in_address(instant: datetime) -> str:
    """„20261202T080000Z“: the instant in UTC."""
    # By hand, since a page of free times has a hundred of them: strftime takes three times as long.
    iso = instant.astimezone(UTC).isoformat()
    return f"{iso[:4]}{iso[5:7]}{iso[8:13]}{iso[14:16]}{iso[17:19]}Z"


def find_instant(text: str) -> datetime | None:
    """The instant that ``in_address`` wrote, or None for anything else."""
    if not re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", text):
        return None
    try:
        instant = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    # At the edges of the calendar there are zones in which the instant has no date.
    return instant if MINYEAR < instant.year < MAXYEAR else None


def find_date(text: str) -> date | None:
    """A date written as 2026-12-02, or None for anything else."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def stretch_in_words(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """„Montag, 2. März“, „Montag, 2. März bis Freitag, 6. März“, „Montag, 2. März, 9 bis 12 Uhr“.

    Whole days of the zone are said without the clock.
    """
    first, last = start.astimezone(zone), end.astimezone(zone)
    to_midnight = last.time() == time()
    last_day = last.date() - timedelta(days=1) if to_midnight else last.date()
    day, that_day = day_in_words(first.date()), day_in_words(last_day)
    if first.time() == time() and to_midnight:
        return " bis ".join(dict.fromkeys([day, that_day]))
    begin, close = f"{first:%H:%M}", "24:00" if to_midnight else f"{last:%H:%M}"
    if day == that_day:
        return f"{day}, {begin}–{close} Uhr"
    return f"{day}, {begin} Uhr bis {that_day}, {close} Uhr"

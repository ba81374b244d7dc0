"""When something is: the dates, times, zones and durations of RFC 5545, as they are written."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from io import StringIO
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from dateutil.tz import tzical
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

Wall: TypeAlias = datetime | date
"""A naive time of a wall clock; a date for what lasts all day."""

EARLIEST, LATEST = (datetime(year, 1, 1, tzinfo=UTC) for year in (2, 9999))
"""Any instant lies between these, with a year to spare for zones and lengths."""

_MOMENT = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?")
_DURATION = re.compile(
    r"\+?P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?"
)
_ONSET = re.compile(
    r"RRULE:(;?(FREQ=YEARLY|INTERVAL=1|UNTIL=\w+|WKST=\w\w|BYMONTH=\d+|BYDAY=[+-]?\d?\w\w"
    r"|BYMONTHDAY=[12]?\d(,[12]?\d)*))+"
)
_OF_TIMEZONE = ("BEGIN:", "END:", "TZID", "DTSTART", "RDATE", "TZOFFSETFROM:", "TZOFFSETTO:")


class Why(StrEnum):
    """What is wrong with an event; see ``wording``."""

    NO_TIME = "no time"
    NO_START = "no start"
    NO_DURATION = "no duration"
    BACKWARDS = "backwards"
    NO_RULE = "no rule"
    TOO_MUCH = "too much"
    ZONE = "zone"
    UNREADABLE = "unreadable"


class Fault(NamedTuple):
    """Something that is told to the consultant; ``day`` is ISO, or empty where none is known."""

    why: Why
    detail: str = ""
    day: str = ""


class Unreadable(ValueError):  # noqa: N818 - it names what is wrong
    """A value that says nothing."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(why)
        self.fault = Fault(why, detail[:40])


class Moment(NamedTuple):
    """A wall-clock time and whose clock shows it."""

    wall: Wall
    zone: tzinfo

    @property
    def instant(self) -> datetime:
        """In UTC; a date begins at its midnight, and a doubled time is the first (3.3.5)."""
        return instant_of(self.wall, self.zone)

    @property
    def is_date(self) -> bool:
        """Whether it is a whole day."""
        return not isinstance(self.wall, datetime)


def instant_of(wall: Wall, zone: tzinfo) -> datetime:
    """The instant, in UTC, at which clocks in ``zone`` show this."""
    at = wall if isinstance(wall, datetime) else datetime.combine(wall, time())
    if not EARLIEST.year < at.year < LATEST.year:
        # So far off zones could leave the calendar, and make no difference.
        return max(EARLIEST, min(at.replace(tzinfo=UTC), LATEST))
    return at.replace(tzinfo=zone).astimezone(UTC)


def later(at: datetime, by: timedelta) -> datetime:
    """The sum, or where the calendar ends."""
    try:
        return max(EARLIEST, min(at + by, LATEST))
    except OverflowError:
        return LATEST if by > timedelta() else EARLIEST


class Zones:
    """The zones of a file. What is not known is told in ``faults``, and taken to be ``home``.

    Times without a zone are meant at ``home``; whole days are those of the zone ``days_in``.
    """

    def __init__(
        self, home: ZoneInfo, timezones: Mapping[str, list[str]], *, days_in: ZoneInfo
    ) -> None:
        self._home, self._timezones, self._days_in = home, timezones, days_in
        self._made: dict[str, tzinfo] = {}
        self.faults: list[Fault] = []

    def moment(self, text: str, tzid: str = "") -> Moment:
        """Read a date or a time. Raises Unreadable."""
        found = _MOMENT.fullmatch(text.strip())
        if not found:
            raise Unreadable(Why.NO_TIME, text)
        try:
            day = date(int(found[1][:4]), int(found[1][4:6]), int(found[1][6:]))
            if not found[2]:
                return Moment(day, self._days_in)
            hour, minute, second = (int(found[2][at : at + 2]) for at in (0, 2, 4))
            wall = datetime.combine(day, time(hour, minute, min(second, 59)))
        except ValueError as error:
            raise Unreadable(Why.NO_TIME, text) from error
        return Moment(wall, UTC if found[3] else self._zone(tzid) if tzid else self._home)

    def _zone(self, name: str) -> tzinfo:
        """As IANA or Windows knows it, else as the file explains it, else the consultant's."""
        zone = find_zone(name) or self._made.get(name) or self._explained(name)
        if zone is None:
            self.faults.append(Fault(Why.ZONE, name[:40]))
            zone = self._home
        self._made[name] = zone
        return zone

    def _explained(self, name: str) -> tzinfo | None:
        # Not icalendar: it remembers a VTIMEZONE by its name for all files of the process.
        lines = self._timezones.get(name, [])
        rules = [line for line in lines if line[:5].upper() == "RRULE"]
        # The library would look for ever for the dates of other rules.
        if not lines or not all(_ONSET.fullmatch(rule.strip().upper()) for rule in rules):
            return None
        kept = rules + [line for line in lines if line.upper().startswith(_OF_TIMEZONE)]
        kept = sorted(kept, key=lines.index)
        try:
            return tzical(StringIO("\r\n".join(kept) + "\r\n")).get()
        except (ValueError, LookupError, TypeError, OverflowError):
            return None


@lru_cache(512)
def find_zone(name: str) -> ZoneInfo | None:
    """A zone by IANA's name, Windows' name, or one with a prefix as older libraries write it."""
    behind_prefix = "/".join(name.split("/")[-2:]) if name.startswith("/") else ""
    for known in (name, WINDOWS_TO_OLSON.get(name, ""), behind_prefix):
        try:
            if known:
                return ZoneInfo(known)
        except (ValueError, OSError, LookupError):
            continue
    return None


def duration(text: str) -> tuple[int, timedelta]:
    """Days of the wall clock, and exact time (3.3.6). Raises Unreadable."""
    found = _DURATION.fullmatch(text.strip().upper())
    if not found or not any(found.groups()):
        raise Unreadable(Why.NO_DURATION, text)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return 7 * weeks + days, timedelta(hours=hours, minutes=minutes, seconds=seconds)

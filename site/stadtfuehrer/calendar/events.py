"""A booking's own event as a calendar has it: when it is, and what has become of it."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from stadtfuehrer.calendar.components import Component, read_components
from stadtfuehrer.calendar.moments import Unreadable, Zones, find_zone
from stadtfuehrer.calendar.series import Stretch, times_of

SURE_AFTER = timedelta(minutes=10)
"""What is missing counts as gone only where it is missing at a second look so much later."""

_OURS = re.compile(
    rb"(?:DTSTART|DTEND|DURATION|STATUS|SEQUENCE|DTSTAMP|LAST-MODIFIED|ORGANIZER|ATTENDEE)[;:]",
    re.IGNORECASE,
)
_TIMES = re.compile(rb"(?:DTSTART|DTEND|STATUS|SEQUENCE|DTSTAMP|LAST-MODIFIED):")
_MOST_AT_ONCE = 2
_MOST_OF_ALL = 0.2


class Standing(NamedTuple):
    """When an event is, in UTC; None where it lasts all day or cannot be read."""

    stretch: Stretch | None
    cancelled: bool


class Seen(NamedTuple):
    """An event where it was found."""

    url: str
    etag: str
    standing: Standing


class Missing(NamedTuple):
    """An event that is unlisted, not at its address, and in no other calendar."""


class Became(NamedTuple):
    """What has become of an event; an unreadable or all-day one has moved to no ``start``."""

    href: str
    etag: str
    found: str = ""
    start: datetime | None = None
    missing_since: datetime | None = None


class Watched(NamedTuple):
    """An event as it was written, and what is known of it since.

    ``found`` is „moved“ or „gone“ where it is not as it was written; ``missing_since`` is when it
    was missing first.
    """

    booking_id: int
    uid: str
    href: str
    etag: str
    start: datetime
    found: str = ""
    found_start: datetime | None = None
    missing_since: datetime | None = None

    @property
    def known(self) -> Became:
        """What had become of it when it was looked for last."""
        return Became(self.href, self.etag, self.found, self.found_start, self.missing_since)


def find_standing(data: bytes, uid: str, zone: ZoneInfo) -> Standing | None:
    """When the event of this UID is; None where there is none. Raises NotACalendar: not whole."""
    file = read_components(data)
    own = [
        one
        for one in file.events
        if one.name == "VEVENT" and one.text("UID") == uid and not one.find("RECURRENCE-ID")
    ]
    if not own:
        return None
    zones = Zones(find_zone(file.home) or zone, file.timezones, days_in=zone)
    cancelled = own[-1].text("STATUS").upper() == "CANCELLED"
    return Standing(_stretch(own[-1], zones), cancelled)


def _stretch(event: Component, zones: Zones) -> Stretch | None:
    try:
        times = times_of(event, zones)
    except Unreadable:
        return None
    return None if times.start.is_date else times.stretch(times.start.wall)


def with_our_times(theirs: bytes, ours: bytes) -> bytes:
    """Their version of the event at our times: titles, notes and alarms stay as they made them.

    Nobody is an ATTENDEE of it any more, so that no server writes to anybody.
    """
    if theirs.upper().count(b"BEGIN:VEVENT") != 1:
        return ours
    times = [line for line in _lines(ours) if _TIMES.match(line)]
    written: list[bytes] = []
    inside: list[bytes] = []
    for line in _lines(theirs):
        head, _, name = line.upper().partition(b":")
        if head == b"END":
            inside.pop()
        is_events = inside[1:] == [b"VEVENT"]
        if not ((is_events and _OURS.match(line)) or head == b"METHOD"):
            written.append(line)
        if head == b"BEGIN":
            inside.append(name.strip())
            written += times if inside[1:] == [b"VEVENT"] else []
    return b"\r\n".join([*written, b""])


def _lines(data: bytes) -> Iterator[bytes]:
    """Content lines, folded as they are."""
    return (line for line in re.split(rb"\r?\n(?![ \t])", data) if line.strip())


def is_unclear(watched: list[Watched], seen: dict[str, Seen | Missing], *, is_empty: bool) -> bool:
    """Whether so many are missing at once that the calendar is to blame, not its owner."""
    there = [one for one in watched if one.found != "gone"]
    missing = sum(isinstance(seen.get(one.uid), Missing) for one in there)
    most = max(_MOST_AT_ONCE, int(_MOST_OF_ALL * len(there)))
    return missing > (1 if is_empty else most)


def what_became(event: Watched, seen: Seen | Missing, *, unclear: bool, now: datetime) -> Became:
    """What a look at an event tells; ``unclear`` (see above) keeps what was known of a missing one.

    Other titles, notes, alarms and another end are nobody's business.
    """
    if isinstance(seen, Missing):
        since = event.missing_since or now
        is_gone = event.found == "gone" or (not unclear and now - since >= SURE_AFTER)
        # Until that is sure, what was found before goes on.
        found, start = ("gone", None) if is_gone else (event.found, event.found_start)
        return Became(event.href, event.etag, found=found, start=start, missing_since=since)
    its = seen.standing
    if its.cancelled:
        return Became(seen.url, seen.etag, found="gone")
    if its.stretch is not None and its.stretch[0] == event.start:
        return Became(seen.url, seen.etag)
    return Became(seen.url, seen.etag, found="moved", start=its.stretch and its.stretch[0])

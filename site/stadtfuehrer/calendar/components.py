"""A calendar file (RFC 5545) as its events, whatever the file is like, or none of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

MOST_EVENTS = 50_000

_WANTED = {
    *("UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"),
    *("SEQUENCE", "LAST-MODIFIED", "DTSTAMP", "STATUS", "TRANSP", "ATTENDEE", "FREEBUSY"),
    "X-MICROSOFT-CDO-BUSYSTATUS",
}
_BUSY = {"VEVENT", "VFREEBUSY"}
_NAME = re.compile(r"[A-Za-z0-9-]+")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
_TIMEZONE = "X-WR-TIMEZONE:"


class NotACalendar(ValueError):  # noqa: N818 - it names what is wrong
    """Not whole, or no calendar at all: a part of it would show as free what is not."""


class Property(NamedTuple):
    """A property's value as it stands there, and its parameters, unquoted."""

    value: str
    parameters: dict[str, str]


@dataclass(slots=True)
class Component:
    """A VEVENT or VFREEBUSY with those of its properties that say when somebody is busy."""

    name: str
    properties: dict[str, list[Property]] = field(default_factory=dict)

    def all(self, name: str) -> list[Property]:
        """The properties of this name."""
        return self.properties.get(name, [])

    def find(self, name: str) -> Property | None:
        """The first property of this name."""
        return next(iter(self.all(name)), None)

    def text(self, name: str) -> str:
        """The first one's value; empty where there is none."""
        found = self.find(name)
        return found.value.strip() if found else ""


@dataclass(slots=True)
class CalendarFile:
    """What a file holds; ``timezones`` are the lines of its VTIMEZONEs by TZID."""

    events: list[Component] = field(default_factory=list)
    timezones: dict[str, list[str]] = field(default_factory=dict)
    home: str = ""
    """X-WR-TIMEZONE: where its times without a zone are meant."""


def read_components(data: bytes) -> CalendarFile:
    """Read one or more VCALENDARs. A line that is no property is skipped. Raises NotACalendar."""
    reader = _Reader()
    for line in _unfolded(data):
        head, _, rest = line.partition(":")
        head, name = head.strip().upper(), rest.strip().upper()
        if head == "BEGIN":
            reader.begin(name)
        if not reader.open:
            raise NotACalendar(line[:40])
        if "VTIMEZONE" in reader.open:
            reader.keep_timezone(line, head, rest.strip())
        elif head not in ("BEGIN", "END"):
            reader.keep(line)
        if head == "END":
            reader.end(name)
    if reader.open or not reader.calendars:
        raise NotACalendar("not whole")
    return reader.found


class _Reader:
    """Knows which components are open."""

    def __init__(self) -> None:
        self.found, self.calendars = CalendarFile(), 0
        self.open: list[str] = []
        self._timezone: list[str] = []

    def begin(self, name: str) -> None:
        inside = ["VCALENDAR"] if name in _BUSY | {"VTIMEZONE"} else self.open
        if (name == "VCALENDAR") == bool(self.open) or self.open != inside:
            raise NotACalendar(f"{name[:20]} in {self.open}")
        self.open.append(name)
        self.calendars += name == "VCALENDAR"
        if name in _BUSY:
            self.found.events.append(Component(name))
            if len(self.found.events) > MOST_EVENTS:
                raise NotACalendar(f"more than {MOST_EVENTS} events")
        if name == "VTIMEZONE":
            self._timezone = []

    def end(self, name: str) -> None:
        if self.open.pop() != name:
            raise NotACalendar(f"END:{name[:20]}")

    def keep(self, line: str) -> None:
        """Keep a property of the event that is open (not of its alarm), or of the calendar."""
        if self.open[1:] in ([name] for name in _BUSY):
            if wanted := _property(line):
                self.found.events[-1].properties.setdefault(wanted[0], []).append(wanted[1])
        elif len(self.open) == 1 and line[: len(_TIMEZONE)].upper() == _TIMEZONE:
            self.found.home = line[len(_TIMEZONE) :].strip()

    def keep_timezone(self, line: str, head: str, value: str) -> None:
        self._timezone.append(line)
        if head.partition(";")[0] == "TZID":
            self.found.timezones[value] = self._timezone


def _unfolded(data: bytes) -> Iterator[str]:
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    for line in re.split(rb"\r?\n", re.sub(rb"\r?\n[ \t]", b"", data)):
        if line.strip():
            try:
                yield line.decode()
            except UnicodeDecodeError:
                yield line.decode("latin-1")


def _property(line: str) -> tuple[str, Property] | None:
    """A property that is wanted here; None for any other, and for a line that is none."""
    found = _NAME.match(line)
    if not found or (name := found[0].upper()) not in _WANTED:
        return None
    at, parameters = found.end(), {}
    while parameter := _PARAMETER.match(line, at):
        parameters[parameter[1].upper()] = parameter[2].strip('"')
        at = parameter.end()
    return (name, Property(line[at + 1 :], parameters)) if line[at : at + 1] == ":" else None

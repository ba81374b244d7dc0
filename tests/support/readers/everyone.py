"""All readers at once: what an invitation says is what each of them understands."""

from dataclasses import fields
from functools import lru_cache
from zoneinfo import ZoneInfo

from tests.support.readers import ical_js, libical, py_vobject
from tests.support.readers.reading import Reading

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # changes its clocks by half an hour, in the southern spring
    "Asia/Kathmandu",  # a quarter of an hour off the others
)
"""Where the machine of whoever opens an invitation may stand."""

LONGEST_LINE = 75
"""In octets (RFC 5545, 3.1)."""


@lru_cache(maxsize=64)  # a letter's invitation is looked at from several sides
def read_by_all(calendar: bytes) -> ical_js.Seen:
    """What all three readers understand, in every zone.

    Raises AssertionError where the file's form is not right, where libical complains, where two
    of them read something else, and where a clock in one of the zones would show another time.

    Of ``CONFERENCE`` only ical.js and libical are asked: vobject takes a property that it does
    not know for a list of texts and loses what follows a comma.
    """
    _check_form(calendar)
    complaints = libical.complaints(calendar)
    assert not complaints, complaints
    first = libical.read(calendar)
    _agree("vobject", py_vobject.read(calendar), first)
    seen = ical_js.read(calendar, zones=ZONES)
    for zone, one in zip(ZONES, seen, strict=True):
        _agree(f"ical.js in {zone}", one, first)
        assert one.conference == libical.value(calendar, "CONFERENCE")
        assert one.wall == one.start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return seen[0]


def _check_form(calendar: bytes) -> None:
    """Lines that every program can read; one event in UTC, without zones of its own or an alarm."""
    assert calendar.endswith(b"\r\n")
    for line in calendar.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= LONGEST_LINE
        assert not {*b"\r\n"} & {*line}
        line.decode()  # a fold within a character would end here
    lines = calendar.replace(b"\r\n ", b"").split(b"\r\n")
    parts = [line for line in lines if line.startswith(b"BEGIN:")]
    assert parts == [b"BEGIN:VCALENDAR", b"BEGIN:VEVENT"]
    assert not [line for line in lines if line.startswith((b"DTSTART;", b"DTEND;"))]


def _agree(reader: str, reading: Reading, first: Reading) -> None:
    names = [field.name for field in fields(first)]
    differences = {
        name: (read, expected)
        for name in names
        if (read := getattr(reading, name)) != (expected := getattr(first, name))
    }
    assert not differences, f"{reader} and libical: {differences}"

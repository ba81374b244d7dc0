"""A second reader of our calendar files: libical, the C library behind several calendars."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest

from tests.support.readers.reading import Person, Reading, utc
from tools.provision.calendar_reader import find_libical


def complaints(calendar: bytes) -> list[str]:
    """What libical finds wrong: syntax, and what RFC 5546 asks of the METHOD."""
    with _parsed(calendar) as component:
        fine = _library().icalrestriction_check(component)
        rendered: bytes = _library().icalcomponent_as_ical_string(component)
        unfolded = rendered.decode().replace("\r\n ", "")
        errors = [line for line in unfolded.splitlines() if line.startswith("X-LIC-ERROR")]
    return errors if errors or fine else ["refused without a reason"]


def classify(arrived: bytes, known: bytes | None, *, reader: str) -> str:
    """What a message is to the calendar of ``reader`` (an address) in which ``known`` stands.

    REQUEST-NEW, REQUEST-RESCHEDULE, CANCEL-EVENT, OBSOLETE … (RFC 5546, 2.1.5 and 3.2.2).
    ``known`` is None where the calendar has nothing of that UID; matching them is its business.
    """
    with _parsed(arrived) as message:
        if known is None:
            kind = _scheduling().icalclassify(message, None, reader.encode())
        else:
            with _parsed(known) as match:
                kind = _scheduling().icalclassify(message, match, reader.encode())
    name: bytes = _library().icalproperty_enum_to_string(kind)
    return name.decode()


def read(calendar: bytes) -> Reading:
    """Everything that the file says of its one event."""
    return Reading(
        method=value(calendar, "METHOD"),
        uid=text(calendar, "UID"),
        sequence=int(value(calendar, "SEQUENCE")),
        status=value(calendar, "STATUS"),
        stamp=utc(value(calendar, "DTSTAMP")),
        start=utc(value(calendar, "DTSTART")),
        end=utc(value(calendar, "DTEND")),
        summary=text(calendar, "SUMMARY"),
        description=text(calendar, "DESCRIPTION"),
        location=text(calendar, "LOCATION"),
        url=value(calendar, "URL"),
        organizer=people(calendar, "ORGANIZER")[0],
        attendees=tuple(people(calendar, "ATTENDEE")),
    )


def text(calendar: bytes, name: str) -> str:
    """The value of the event's TEXT property, as libical unescapes it; empty if absent."""
    with _properties(calendar, name) as found:
        if not found:
            return ""
        read: bytes = _library().icalvalue_get_text(_library().icalproperty_get_value(found[0]))
        return read.decode()


def value(calendar: bytes, name: str) -> str:
    """The value of a property as it stands in the file, unfolded; empty if absent."""
    with _properties(calendar, name) as found:
        if not found:
            return ""
        read: bytes = _library().icalproperty_get_value_as_string(found[0])
        return read.decode()


def parameter(calendar: bytes, name: str, parameter_name: str) -> str | None:
    """A parameter of the event's property, without the quotes it may stand in; None if absent."""
    with _properties(calendar, name) as found:
        return _parameter(found[0], parameter_name)


def people(calendar: bytes, name: str) -> list[Person]:
    """Everybody who is ORGANIZER or ATTENDEE, in the file's order."""
    with _properties(calendar, name) as found:
        return [
            Person(
                _library().icalproperty_get_value_as_string(one).decode(),
                _parameter(one, "CN") or "",
            )
            for one in found
        ]


@contextmanager
def _parsed(calendar: bytes) -> Iterator[int]:
    component = _library().icalparser_parse_string(calendar)
    assert component, "libical cannot parse this at all"
    try:
        yield component
    finally:
        _library().icalcomponent_free(component)


@contextmanager
def _properties(calendar: bytes, name: str) -> Iterator[list[int]]:
    """All properties of this name, of the event or of the calendar around it."""
    library = _library()
    with _parsed(calendar) as around:
        event = library.icalcomponent_get_first_component(
            around, library.icalcomponent_string_to_kind(b"VEVENT")
        )
        kind = library.icalproperty_string_to_kind(name.encode())
        found = []
        for component in (event, around):
            one = library.icalcomponent_get_first_property(component, kind)
            while one:
                found.append(one)
                one = library.icalcomponent_get_next_property(component, kind)
        yield found


def _parameter(found: int, name: str) -> str | None:
    read: bytes | None = _library().icalproperty_get_parameter_as_string(found, name.encode())
    return None if read is None else read.decode()


@cache
def _library() -> ctypes.CDLL:
    pointer, string, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    return _loaded(
        "ical",
        ("icalparser_parse_string", pointer, [string]),
        ("icalrestriction_check", number, [pointer]),
        ("icalcomponent_as_ical_string", string, [pointer]),
        ("icalcomponent_free", None, [pointer]),
        ("icalcomponent_string_to_kind", number, [string]),
        ("icalproperty_string_to_kind", number, [string]),
        ("icalproperty_enum_to_string", string, [number]),
        ("icalcomponent_get_first_component", pointer, [pointer, number]),
        ("icalcomponent_get_first_property", pointer, [pointer, number]),
        ("icalcomponent_get_next_property", pointer, [pointer, number]),
        ("icalproperty_get_value", pointer, [pointer]),
        ("icalproperty_get_value_as_string", string, [pointer]),
        ("icalproperty_get_parameter_as_string", string, [pointer, string]),
        ("icalvalue_get_text", string, [pointer]),
    )


@cache
def _scheduling() -> ctypes.CDLL:
    return _loaded(
        "icalss",
        ("icalclassify", ctypes.c_int, [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p]),
    )


def _loaded(part: str, *functions: tuple[str, type | None, list[type]]) -> ctypes.CDLL:
    name = find_libical(part)
    if name is None:
        pytest.fail("libical is missing. Get it with: make provision")
    library = ctypes.CDLL(name)
    for function, result, arguments in functions:
        prototype = getattr(library, function)
        prototype.restype, prototype.argtypes = result, arguments
    return library

"""A second reader of our calendar files: libical, the C library behind several calendars."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest

from tests.provision.calendar_reader import find_libical


def complaints(calendar: bytes) -> list[str]:
    """What libical finds wrong: syntax, and what RFC 5546 asks of the METHOD."""
    with _parsed(calendar) as component:
        fine = _library().icalrestriction_check(component)
        rendered: bytes = _library().icalcomponent_as_ical_string(component)
        unfolded = rendered.decode().replace("\r\n ", "")
        errors = [line for line in unfolded.splitlines() if line.startswith("X-LIC-ERROR")]
    return errors if errors or fine else ["refused without a reason"]


def text(calendar: bytes, name: str) -> str:
    """The value of the event's TEXT property, as libical unescapes it."""
    with _parsed(calendar) as component:
        value = _library().icalproperty_get_value(_property(component, name))
        read: bytes = _library().icalvalue_get_text(value)
        return read.decode()


def value(calendar: bytes, name: str) -> str:
    """The value of the event's property as it stands in the file, unfolded."""
    with _parsed(calendar) as component:
        read: bytes = _library().icalproperty_get_value_as_string(_property(component, name))
        return read.decode()


def parameter(calendar: bytes, name: str, parameter_name: str) -> str | None:
    """A parameter of the event's property, without the quotes it may stand in; None if absent."""
    with _parsed(calendar) as component:
        read: bytes | None = _library().icalproperty_get_parameter_as_string(
            _property(component, name), parameter_name.encode()
        )
        return None if read is None else read.decode()


@contextmanager
def _parsed(calendar: bytes) -> Iterator[int]:
    component = _library().icalparser_parse_string(calendar)
    assert component, "libical cannot parse this at all"
    try:
        yield component
    finally:
        _library().icalcomponent_free(component)


def _property(component: int, name: str) -> int:
    library = _library()
    event = library.icalcomponent_get_first_component(
        component, library.icalcomponent_string_to_kind(b"VEVENT")
    )
    found: int | None = library.icalcomponent_get_first_property(
        event, library.icalproperty_string_to_kind(name.encode())
    )
    assert found, f"libical finds no {name}"
    return found


@cache
def _library() -> ctypes.CDLL:
    name = find_libical()
    if name is None:
        pytest.fail("libical is missing. Get it with: make provision")
    library = ctypes.CDLL(name)
    pointer, string, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for function, result, arguments in (
        ("icalparser_parse_string", pointer, [string]),
        ("icalrestriction_check", number, [pointer]),
        ("icalcomponent_as_ical_string", string, [pointer]),
        ("icalcomponent_free", None, [pointer]),
        ("icalcomponent_string_to_kind", number, [string]),
        ("icalproperty_string_to_kind", number, [string]),
        ("icalcomponent_get_first_component", pointer, [pointer, number]),
        ("icalcomponent_get_first_property", pointer, [pointer, number]),
        ("icalproperty_get_value", pointer, [pointer]),
        ("icalproperty_get_value_as_string", string, [pointer]),
        ("icalproperty_get_parameter_as_string", string, [pointer, string]),
        ("icalvalue_get_text", string, [pointer]),
    ):
        prototype = getattr(library, function)
        prototype.restype, prototype.argtypes = result, arguments
    return library

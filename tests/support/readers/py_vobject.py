"""A fourth reader of our calendar files: vobject, the engine of the server Radicale."""

from datetime import UTC, datetime
from typing import Any

import vobject

from tests.support.readers.reading import Person, Reading


def read(calendar: bytes) -> Reading:
    """Everything that the file says of its one event."""
    whole: Any = vobject.readOne(calendar.decode())
    event = whole.vevent

    def text(name: str) -> str:
        return str(event.getChildValue(name, default=""))

    def instant(name: str) -> datetime:
        read: datetime = event.getChildValue(name)
        # Without a zone this raises: UTC is to be read, not guessed.
        assert read.tzinfo is not None, f"{name} has no zone"
        return read.astimezone(UTC)

    return Reading(
        method=whole.method.value,
        uid=text("uid"),
        sequence=int(text("sequence")),
        status=text("status"),
        stamp=instant("dtstamp"),
        start=instant("dtstart"),
        end=instant("dtend"),
        summary=text("summary"),
        description=text("description"),
        location=text("location"),
        url=text("url"),
        organizer=_person(event.organizer),
        attendees=tuple(map(_person, event.contents.get("attendee", []))),
    )


def _person(line: Any) -> Person:
    (name,) = line.params.get("CN", [""])
    return Person(line.value, name)

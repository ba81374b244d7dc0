"""What a calendar reads in an invitation: the way back from ``invitation``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from icalendar import Calendar

from stadtfuehrer.domain.letter import plain_text
from stadtfuehrer.domain.received import Correspondent

if TYPE_CHECKING:
    from icalendar import Event


class Effect(Enum):
    """What an invitation does to the entry that a calendar has, or has not yet (RFC 5546, 3.2)."""

    NEW = "new"
    REPLACES = "replaces"
    CANCELS = "cancels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """The one event of an invitation; times in UTC, texts that are not there are empty."""

    method: str
    uid: str
    sequence: int
    title: str
    start: datetime
    end: datetime
    place: str
    conference: str
    organizer: Correspondent
    attendees: tuple[Correspondent, ...]

    @property
    def effect(self) -> Effect:
        """What it does to the calendar entry of its UID."""
        if self.method == "CANCEL":
            return Effect.CANCELS
        return Effect.REPLACES if self.sequence else Effect.NEW


def find_invited(invitation: bytes) -> Invited | None:
    """What the invitation says; None where it is not one event with a beginning and an end."""
    try:
        calendar = Calendar.from_ical(invitation)
        (event,) = calendar.events
        start, end = event.start, event.end
        sequence = int(event.get("SEQUENCE", 0))
    except (ValueError, TypeError, AttributeError, LookupError):
        # icalendar has no one exception for all that can be wrong with a file.
        return None
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return None
    return Invited(
        method=_words(calendar, "METHOD"),
        uid=_words(event, "UID"),
        sequence=sequence,
        title=_words(event, "SUMMARY"),
        start=start.astimezone(UTC),
        end=end.astimezone(UTC),
        place=_words(event, "LOCATION"),
        conference=_words(event, "CONFERENCE"),
        organizer=_correspondent(event.get("ORGANIZER", "")),
        attendees=tuple(_correspondent(one) for one in _listed(event.get("ATTENDEE", []))),
    )


def _words(component: Calendar | Event, name: str) -> str:
    values = _listed(component.get(name, ""))
    return plain_text(str(values[0])) if values else ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _correspondent(value: Any) -> Correspondent:
    name = value.params.get("CN", "") if hasattr(value, "params") else ""
    # A scheme may be written in any case (RFC 3986, 3.1).
    address = re.sub("^mailto:", "", plain_text(str(value)), flags=re.IGNORECASE)
    return Correspondent(name=plain_text(str(name)), address=address)

"""What a calendar program understands of an invitation, the same for every reader."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple


class Person(NamedTuple):
    """ORGANIZER or ATTENDEE: the address with its ``mailto:``, and CN or an empty string."""

    address: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One calendar with one event. Instants in UTC; a text that is not there is empty."""

    method: str
    uid: str
    sequence: int
    status: str
    stamp: datetime
    start: datetime
    end: datetime
    summary: str
    description: str
    location: str
    url: str
    organizer: Person
    attendees: tuple[Person, ...]


def utc(text: str) -> datetime:
    """An instant in the form of RFC 5545, 3.3.5, form 2: '20261202T090000Z'."""
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

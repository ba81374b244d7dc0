"""A booking in three steps, and the calendar files that tell of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from stadtfuehrer.booking import invitation
from stadtfuehrer.booking.model import Booking, new_booking
from stadtfuehrer.booking.slots import Kind, Place
from stadtfuehrer.booking.visitor import Interest, Visitor
from stadtfuehrer.text import Mailbox

BOOKED = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
STAMP = datetime(2026, 10, 2, 8, 0, 1, tzinfo=UTC)
SITE = Mailbox(name="Vera Beispiel", address="termine@stadtfuehrer.example")
VISITOR = Mailbox(name="Müller, Hans", address="hans@müller.example")
CONSULTANT = Mailbox(name="Vera Beispiel", address="vera@stadtfuehrer.example")
BARE = {"description": "", "location": "", "conference": "", "url": ""}
"""An entry's optional parts, all empty."""


def booked(
    start: datetime = datetime(2026, 12, 2, 9, 0, tzinfo=UTC), *, minutes: int = 30
) -> Booking:
    return new_booking(
        uid="3f0e4c1a-5d1f-4a59-9a53-0b7a2f0f6f11",
        kind=Kind(id="k", title="Kennenlernen", minutes=minutes, step=30, place=Place.VIDEO),
        start=start,
        visitor=Visitor(name="Hans Müller", email="hans@müller.example"),
        interest=Interest(),
        now=BOOKED,
    )


MOVED = booked().moved(datetime(2026, 12, 3, 10, 0, tzinfo=UTC), now=BOOKED + timedelta(days=1))
CANCELLED = MOVED.cancelled("krank", now=BOOKED + timedelta(days=2))


def rendered(booking: Booking, method: str = "REQUEST", **changes: object) -> bytes:
    """The calendar file; ``changes`` to the entry, to ``attendees`` or to ``stamp``."""
    facts: dict[str, Any] = {
        "organizer": SITE,
        "attendees": [VISITOR, CONSULTANT],
        "summary": "Kennenlernen",
        "description": "Worum es geht:\nMarketing",
        "location": "Videogespräch",
        "conference": "https://treffen.example/raum?a=1,2;b",
        "url": "https://stadtfuehrer.example/buchung/abc",
        "stamp": STAMP,
    } | changes
    attendees, stamp = facts.pop("attendees"), facts.pop("stamp")
    entry = invitation.Entry(**facts)
    both = () if method == "PUBLISH" else attendees
    return invitation.render(booking, entry, attendees=both, stamp=stamp)

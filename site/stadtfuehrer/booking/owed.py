"""What a step of a booking owes, put into the queues within its unit of work."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from stadtfuehrer.booking.export import as_row
from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.database import Session
from stadtfuehrer.hooks.model import Event
from stadtfuehrer.hooks.service import announce
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.outbox import NewMessage

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def owe(
    context: "AppContext",
    session: Session,
    row_id: int,
    letters: Sequence[NewMessage],
    *,
    was: Booking | None,
    booking: Booking,
    now: datetime,
) -> None:
    """Owe the letters of a step, and the word of it to other programs.

    ``was`` is None for a new booking.
    """
    if letters:
        outbox.enqueue(session, letters, booking_id=row_id, now=now)
    if event := event_of(was, booking):
        announce(context, session, event, row_id, as_row(row_id, booking), now=now)


def event_of(was: Booking | None, booking: Booking) -> Event | None:
    """What others are told of a step; nothing while nobody but the visitor knows of the booking."""
    before = None if was is None or was.status.awaits_address else was
    if booking.status.awaits_address:
        return None
    if before is None or before.status is not booking.status:
        # One that nobody heard of is called off in silence.
        return (
            None if before is None and booking.status is Status.CANCELLED else _NOW[booking.status]
        )
    if before.start != booking.start:
        return Event.MOVED
    return Event.READDRESSED if before.visitor.email != booking.visitor.email else None


_NOW = {
    Status.REQUESTED: Event.REQUESTED,
    Status.CONFIRMED: Event.CONFIRMED,
    Status.CANCELLED: Event.CANCELLED,
}

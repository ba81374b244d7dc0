"""What other programs are told of bookings: a row of JSON or CSV, a card of an address book."""

from typing import Any

from stadtfuehrer.booking.model import Booking


def as_row(row_id: int, booking: Booking) -> dict[str, Any]:
    """A booking as programs read it; instants in ISO 8601, UTC."""
    return {
        "id": row_id,
        "kind": booking.kind,
        "start": booking.start.isoformat(),
        "end": booking.end.isoformat(),
        "status": booking.status.value,
        "sequence": booking.sequence,
        **booking.visitor.asked,
        "angebot": booking.interest.service,
        "uid": booking.uid,
        "booked_at": booking.booked_at.isoformat(),
    }

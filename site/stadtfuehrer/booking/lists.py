"""All bookings, for whoever takes them along."""

from typing import TYPE_CHECKING, Any

from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.answers import notes_by_booking
from stadtfuehrer.booking.export import as_cards, as_row

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def all_cards(context: "AppContext") -> bytes:
    """The guests of all bookings, for an address book."""
    with context.database.read() as session:
        every = [booking for _, booking in bookings.all_bookings(session)]
    return as_cards(every, context.rules.zone)


def all_bookings(context: "AppContext") -> list[dict[str, Any]]:
    """Every booking, by start; instants in ISO 8601, UTC."""
    with context.database.read() as session:
        notes = notes_by_booking(session)
        return [
            {**as_row(row_id, booking), "note": notes.get(row_id, "")}
            for row_id, booking in bookings.all_bookings(session)
        ]

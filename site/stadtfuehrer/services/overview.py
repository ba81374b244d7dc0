"""What the operator sees of bookings and letters: plain rows for tables and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stadtfuehrer.storage import bookings, outbox, outbox_questions

if TYPE_CHECKING:
    from datetime import datetime

    from stadtfuehrer.services.office import Office


def all_bookings(office: Office) -> list[dict[str, Any]]:
    """Every booking, by start; instants in ISO 8601, UTC."""
    with office.database.read() as session:
        return [
            {
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
            for row_id, booking in bookings.all_bookings(session)
        ]


def all_letters(office: Office) -> list[dict[str, Any]]:
    """Every letter in the outbox, oldest first; instants in ISO 8601, UTC."""
    with office.database.read() as session:
        return [
            {
                "id": letter.id,
                "kind": letter.kind,
                "recipient": letter.recipient,
                "state": letter.state.value,
                "attempts": letter.attempts,
                "error": letter.error,
                "due_at": letter.due_at.isoformat(),
                "sent_at": letter.sent_at and letter.sent_at.isoformat(),
            }
            for letter in outbox_questions.all_letters(session)
        ]


def retry_letter(office: Office, letter_id: int, *, now: datetime) -> None:
    """Make a letter due again.

    Raises:
        UnknownLetter: there is none that could be retried.

    """
    with office.database.begin() as session:
        outbox.retry(session, letter_id, now=now)

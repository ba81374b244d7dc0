"""Rows for the storage tests: a booking, a letter, and what stands in a table."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stadtfuehrer.booking.model import Booking
from stadtfuehrer.booking.slots import Place
from stadtfuehrer.booking.store import add_booking
from stadtfuehrer.booking.tables import DbOccupied
from stadtfuehrer.booking.visitor import Interest, Visitor
from stadtfuehrer.database import Database
from stadtfuehrer.mail.outbox import Composed, LeasedMessage, NewMessage

MONDAY_TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
NOW = MONDAY_TEN - timedelta(days=3)


def a_booking(
    start: datetime = MONDAY_TEN, *, minutes: int = 30, before: int = 0, after: int = 0
) -> Booking:
    return Booking(
        uid=secrets.token_hex(16),
        kind="kennenlernen",
        title="Kennenlerngespräch",
        place=Place.PHONE,
        start=start,
        end=start + timedelta(minutes=minutes),
        before=timedelta(minutes=before),
        after=timedelta(minutes=after),
        visitor=Visitor(name="Änne Müller", email="aenne@gast.example"),
        interest=Interest(),
        booked_at=NOW,
        changed_at=NOW,
    )


def at(booking: Booking, start: datetime) -> Booking:
    """The same booking at another time."""
    return replace(booking, start=start, end=start + (booking.end - booking.start))


def add(session: Session, booking: Booking) -> int:
    """Keep a booking under a key and a token that nobody else has."""
    return add_booking(
        session,
        booking,
        key=secrets.token_hex(16),
        content=secrets.token_bytes(32),
        token_hash=secrets.token_bytes(32),
        consultant_hash=secrets.token_bytes(32),
    )


def added(database: Database, booking: Booking) -> int:
    with database.begin() as session:
        return add(session, booking)


def cells_of(database: Database, row_id: int) -> set[tuple[int, int]]:
    """Number and side of each cell that a booking occupies."""
    with database.read() as session:
        query = select(DbOccupied.cell, DbOccupied.side).where(DbOccupied.booking_id == row_id)
        return {(cell, side) for cell, side in session.execute(query)}


def a_letter(
    *,
    kind: str = "bestaetigung",
    method: str = "REQUEST",
    sequence: int = 0,
    recipient: str = "aenne@gast.example",
    message: bytes = b"Subject: Hallo\r\n\r\nHallo\r\n",
) -> NewMessage:
    return NewMessage(
        kind=kind,
        sequence=sequence,
        method=method,
        recipient=recipient,
        message_id=f"<{secrets.token_hex(8)}@stadtfuehrer.example>",
        facts={"message": message.decode("latin-1")},
    )


def spelled_out(_context: object, letter: LeasedMessage) -> Composed:
    """Compose what `a_letter` made: its facts are its bytes."""
    assert letter.facts is not None
    return Composed(
        sender="termine@stadtfuehrer.example",
        recipient=letter.recipient,
        message=letter.facts["message"].encode("latin-1"),
        composed_with="",
    )

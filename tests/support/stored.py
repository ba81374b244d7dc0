"""What a context keeps, read past the services: counts, overlaps, letters."""

from dataclasses import fields
from typing import NamedTuple

from sqlalchemy import func, select

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.booking.store import all_bookings
from stadtfuehrer.booking.tables import DbBooking, DbOccupied
from stadtfuehrer.context import AppContext
from stadtfuehrer.database.base import Base
from stadtfuehrer.mail.outbox import LeasedMessage
from stadtfuehrer.mail.tables import DbLetter


class Counts(NamedTuple):
    """How many rows there are."""

    bookings: int
    cells: int
    letters: int


NOTHING = Counts(0, 0, 0)


def counts(context: AppContext) -> Counts:
    with context.database.read() as session:
        found = (
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (DbBooking, DbOccupied, DbLetter)
        )
        return Counts(*found)


def live_bookings(context: AppContext) -> list[Booking]:
    with context.database.read() as session:
        return [one for _, one in all_bookings(session) if one.status is Status.CONFIRMED]


def letters(context: AppContext, *, after: int = 0) -> list[DbLetter]:
    """Every letter after so many; one that waits to be composed comes as composed now.

    Those to guests without an address are never sent, and left out.
    """
    to_somebody = (DbLetter.recipient != "") | DbLetter.booking_id.is_(None)
    query = select(DbLetter).where(to_somebody).order_by(DbLetter.id).offset(after)
    with context.database.read() as session:
        rows = list(session.scalars(query))
        session.expunge_all()
    for row in rows:
        if not row.message and row.facts is not None and "at" in row.facts:
            composed = compose(context, _in_hand(row))
            row.sender, row.message = composed.sender, composed.message
    return rows


def everything(context: AppContext) -> str:
    """All rows; of SQLite all bytes, those of its log as well."""
    if file := context.database.file:
        files = sorted(file.parent.glob(f"{file.name}*"))
        return b"".join(one.read_bytes() for one in files).decode("latin-1")
    with context.database.read() as session:
        tables = Base.metadata.sorted_tables
        return str([session.connection().execute(select(one)).all() for one in tables])


def _in_hand(row: DbLetter) -> LeasedMessage:
    values = {field.name: getattr(row, field.name) for field in fields(LeasedMessage)}
    return LeasedMessage(**values)

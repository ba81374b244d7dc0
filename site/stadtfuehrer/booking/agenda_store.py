"""Bookings as the consultant looks at them: by day, what waits for them, what became of one."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from stadtfuehrer.booking.cells import occupied_cells
from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.booking.tables import DbBooking, DbOccupied, booking_of
from stadtfuehrer.mail.tables import DbLetter

_PENDING = (Status.REQUESTED, Status.HELD, Status.UNCONFIRMED)


def confirmed_between(
    session: Session, begin: datetime, end: datetime
) -> list[tuple[int, Booking]]:
    """The consultations that start in [begin, end), by start, with their rows' ids."""
    starts = (DbBooking.start_at >= begin) & (DbBooking.start_at < end)
    return _rows(session, starts, DbBooking.status == Status.CONFIRMED)


def pending(session: Session, *, now: datetime, most: int) -> list[tuple[int, Booking]]:
    """The first so many of what does not stand yet: requested, held, unconfirmed; by start."""
    which = (DbBooking.status.in_(_PENDING), DbBooking.start_at > now)
    return _rows(session, *which, most=most)


def bookings_of(session: Session, ids: Collection[int]) -> dict[int, Booking]:
    """The bookings of these rows."""
    return dict(_rows(session, DbBooking.id.in_(ids))) if ids else {}


def bookings_in_the_way(
    session: Session, booking: Booking, *, but_not: int
) -> list[tuple[int, Booking]]:
    """The bookings that occupy any of the cells that this one would, but for one row; by start."""
    cells = occupied_cells(booking.busy)
    query = select(DbOccupied.cell, DbOccupied.side, DbOccupied.booking_id).where(
        DbOccupied.booking_id != but_not, DbOccupied.cell.between(cells[0].number, cells[-1].number)
    )
    wanted = {(cell.number, cell.side) for cell in cells}
    found = {row_id for number, side, row_id in session.execute(query) if (number, side) in wanted}
    return _rows(session, DbBooking.id.in_(found)) if found else []


class LetterSaid(NamedTuple):
    """A letter about a booking; ``facts`` are None once they have been erased."""

    kind: str
    recipient: str
    state: str
    error: str
    made_at: datetime
    sent_at: datetime | None
    facts: dict[str, Any] | None


def letters_about(session: Session, row_id: int) -> list[LetterSaid]:
    """Every letter about a booking, the oldest first."""
    columns = [getattr(DbLetter, name) for name in LetterSaid._fields]
    query = select(*columns).where(DbLetter.booking_id == row_id).order_by(DbLetter.id)
    return [LetterSaid(*row) for row in session.execute(query)]


def _rows(session: Session, *which: Any, most: int | None = None) -> list[tuple[int, Booking]]:
    query = select(DbBooking).where(*which).order_by(DbBooking.start_at, DbBooking.id).limit(most)
    return [(row.id, booking_of(row)) for row in session.scalars(query)]

"""Reads what is kept for the audit: live bookings, and cells as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from stadtfuehrer.domain.booking import Status
from stadtfuehrer.domain.cells import Cell, Side
from stadtfuehrer.storage.booking_rows import taken_of
from stadtfuehrer.storage.bookings import CALENDAR
from stadtfuehrer.storage.tables import DbBooking, DbOccupied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from stadtfuehrer.domain.slots import Taken


def live_takings(session: Session) -> Iterator[tuple[int, Taken]]:
    """What each live booking keeps from others, with its row's id, by start."""
    query = (
        select(DbBooking.id, DbBooking.start_at, DbBooking.end_at)
        .add_columns(DbBooking.before_minutes, DbBooking.after_minutes, DbBooking.kind)
        .where(DbBooking.calendar == CALENDAR, DbBooking.status == Status.CONFIRMED)
        .order_by(DbBooking.start_at, DbBooking.id)
    )
    for row_id, *rest in session.execute(query):
        yield row_id, taken_of(*rest)


def cells_by_booking(session: Session) -> dict[int, list[Cell]]:
    """The occupied cells of each booking's row, ascending."""
    query = (
        select(DbOccupied.booking_id, DbOccupied.cell, DbOccupied.side)
        .where(DbOccupied.calendar_id == CALENDAR)
        .order_by(DbOccupied.cell, DbOccupied.side)
    )
    cells: dict[int, list[Cell]] = {}
    for row_id, number, side in session.execute(query):
        cells.setdefault(row_id, []).append(Cell(number, Side(side)))
    return cells

"""Reads what is kept for the audit: live bookings, and cells as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from stadtfuehrer.domain.booking import Status
from stadtfuehrer.storage.booking_rows import taken_of
from stadtfuehrer.storage.bookings import CALENDAR
from stadtfuehrer.storage.tables import DbBooking, DbOccupied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from stadtfuehrer.domain.slots import Taken


def live_takings(session: Session) -> Iterator[tuple[int, Taken | None]]:
    """What each live booking keeps from others, with its row's id, by start.

    None for one that others have written, and that ends before it begins.
    """
    query = (
        select(DbBooking.id, DbBooking.start_at, DbBooking.end_at)
        .add_columns(DbBooking.before_minutes, DbBooking.after_minutes, DbBooking.kind)
        .where(DbBooking.calendar == CALENDAR, DbBooking.status == Status.CONFIRMED)
        .order_by(DbBooking.start_at, DbBooking.id)
    )
    for row_id, *rest in session.execute(query):
        try:
            yield row_id, taken_of(*rest)
        except ValueError:
            yield row_id, None


def cells_by_booking(session: Session) -> dict[int, list[tuple[int, int]]]:
    """Number and side of the cells that each booking's row occupies, ascending."""
    query = (
        select(DbOccupied.booking_id, DbOccupied.cell, DbOccupied.side)
        .where(DbOccupied.calendar_id == CALENDAR)
        .order_by(DbOccupied.cell, DbOccupied.side)
    )
    cells: dict[int, list[tuple[int, int]]] = {}
    for row_id, number, side in session.execute(query):
        cells.setdefault(row_id, []).append((number, side))
    return cells

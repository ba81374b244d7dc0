"""Looks whether the calendar keeps its own laws, whoever may have written into the database."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from stadtfuehrer.booking.cells import Cell, occupied_cells
from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.slots import GRID_MINUTES, BusyInterval, too_close
from stadtfuehrer.booking.store import CALENDAR, busy_of
from stadtfuehrer.booking.tables import DbBooking, DbOccupied

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def audit(context: "AppContext") -> list[str]:
    """A German sentence for each broken law: overlaps, and cells that do not fit their bookings."""
    with context.database.read() as session:
        takings = list(live_takings(session))
        cells = cells_by_booking(session)
    sound = [(row_id, busy) for row_id, busy in takings if busy is not None]
    wrong = [
        f"Die Buchungen {one} und {other} liegen zu dicht beieinander oder überschneiden sich"
        for one, other in _overlaps(sound)
    ]
    for row_id, busy in takings:
        kept, needed = cells.pop(row_id, []), _cells_of(busy)
        if needed is None:
            wrong.append(
                f"Buchung {row_id} liegt nicht auf dem Raster von {GRID_MINUTES} Minuten, "
                "oder endet vor ihrem Anfang"
            )
        elif kept != needed:
            wrong.append(f"Buchung {row_id} belegt im Kalender nicht genau ihre Zeit")
    wrong += [f"Buchung {row_id} gilt nicht und belegt trotzdem Zeit" for row_id in sorted(cells)]
    return wrong


def _cells_of(busy: BusyInterval | None) -> list[Cell] | None:
    """The cells that it must occupy; None for what no cells can hold."""
    try:
        return None if busy is None else occupied_cells(busy)
    except ValueError:
        return None


def _overlaps(takings: list[tuple[int, BusyInterval]]) -> Iterator[tuple[int, int]]:
    """Pairs of rows that come too close; one sweep over what is ordered by start."""
    longest_before = max((busy.before for _, busy in takings), default=timedelta())
    still_near: list[tuple[int, BusyInterval]] = []
    for row_id, busy in takings:
        still_near = [
            (earlier, other)
            for earlier, other in still_near
            if other.interval.end + max(other.after, longest_before) > busy.interval.start
        ]
        for earlier, other in still_near:
            if too_close(other, busy):
                yield earlier, row_id
        still_near.append((row_id, busy))


def live_takings(session: Session) -> Iterator[tuple[int, BusyInterval | None]]:
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
            yield row_id, busy_of(*rest)
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

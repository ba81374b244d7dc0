"""Looks whether the calendar keeps its own laws, whoever may have written into the database."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from stadtfuehrer.booking.busy_store import BUSY_COLUMNS
from stadtfuehrer.booking.cells import occupied_cells
from stadtfuehrer.booking.hours import rules_by_hand
from stadtfuehrer.booking.model import OCCUPYING
from stadtfuehrer.booking.opening import DAY
from stadtfuehrer.booking.slots import GRID_MINUTES, BusyInterval, too_close
from stadtfuehrer.booking.store import CALENDAR
from stadtfuehrer.booking.tables import DbBooking, DbOccupied, booking_of, busy_of
from stadtfuehrer.text.formatting import clock_in_words, date_in_words

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def audit(context: "AppContext") -> list[str]:
    """A German sentence for each broken law: overlaps, and cells that do not fit their bookings."""
    with context.database.read() as session:
        rows, cells = _live_rows(session), _cells_by_booking(session)
        wrong = list(_unreadable(session))
    sound: list[tuple[int, BusyInterval]] = []
    for row_id, columns in rows:
        occupied = cells.pop(row_id, [])
        try:
            sound.append((row_id, busy_of(*columns)))
            if occupied != occupied_cells(sound[-1][1]):
                wrong.append(f"Buchung {row_id} belegt im Kalender nicht genau ihre Zeit")
        except ValueError:
            wrong.append(
                f"Buchung {row_id} liegt nicht auf dem Raster von {GRID_MINUTES} Minuten, "
                "oder endet vor ihrem Anfang"
            )
    return [
        *(
            f"Die Buchungen {one} und {other} liegen zu dicht beieinander oder überschneiden sich"
            for one, other in _overlaps(sound)
        ),
        *wrong,
        *(f"Buchung {row_id} gilt nicht und belegt trotzdem Zeit" for row_id in sorted(cells)),
    ]


def closed_since(context: "AppContext", *, now: datetime) -> list[str]:
    """A German sentence for each live booking to come at a time that is not open any more.

    A closure, a special day, a holiday, other hours: none of them tells whoever has booked. What
    was entered by hand was meant so.
    """
    with context.database.read() as session:
        rows = _live_rows(session, ~DbBooking.by_hand)
    openings = {
        kind: rules_by_hand(context, kind, now=now).opening for kind in {row[-1] for _, row in rows}
    }
    said = []
    for row_id, (start, end, _, _, kind) in rows:
        opening = openings[kind]
        day = start.astimezone(opening.zone).date()
        # One that runs past midnight began the day before.
        open_then = opening.intervals(day - DAY, day)
        if start <= now or any(one.start <= start and end <= one.end for one in open_then):
            continue
        when = f"{date_in_words(day)}, {clock_in_words(start, opening.zone)} Uhr"
        closed = (
            "außerhalb deiner Zeiten" if opening.hours_on(day) else "an einem geschlossenen Tag"
        )
        said.append(f"Buchung {row_id}, {when}, liegt {closed}")
    return said


def _unreadable(session: Session) -> Iterator[str]:
    """Rows of which no letter can be written, and no list."""
    for row in session.scalars(select(DbBooking).execution_options(yield_per=500)):
        try:
            booking_of(row)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it
            yield f"Buchung {row.id} lässt sich nicht lesen ({type(error).__name__})"


def _overlaps(live: list[tuple[int, BusyInterval]]) -> Iterator[tuple[int, int]]:
    """Pairs of rows that come too close; one sweep over what is ordered by start."""
    longest_before = max((busy.before for _, busy in live), default=timedelta())
    still_near: list[tuple[int, BusyInterval]] = []
    for row_id, busy in live:
        still_near = [
            (earlier, other)
            for earlier, other in still_near
            if other.interval.end + max(other.after, longest_before) > busy.interval.start
        ]
        for earlier, other in still_near:
            if too_close(other, busy):
                yield earlier, row_id
        still_near.append((row_id, busy))


def _live_rows(session: Session, *which: ColumnElement[bool]) -> list[tuple[int, tuple[Any, ...]]]:
    """What each live booking keeps from others, as its columns, with its row's id, by start."""
    query = (
        select(DbBooking.id, *BUSY_COLUMNS)
        .where(DbBooking.calendar == CALENDAR, DbBooking.status.in_(OCCUPYING), *which)
        .order_by(DbBooking.start_at, DbBooking.id)
    )
    return [(row_id, tuple(columns)) for row_id, *columns in session.execute(query)]


def _cells_by_booking(session: Session) -> dict[int, list[tuple[int, int]]]:
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

"""What an office keeps, read past the services: counts, overlaps, letters."""

import itertools
from typing import NamedTuple

from sqlalchemy import func, select

from stadtfuehrer.domain.booking import Booking, Status
from stadtfuehrer.domain.cells import occupied_cells
from stadtfuehrer.services.office import Office
from stadtfuehrer.storage.bookings import all_bookings
from stadtfuehrer.storage.tables import DbBooking, DbLetter, DbOccupied


class Counts(NamedTuple):
    """How many rows there are."""

    bookings: int
    cells: int
    letters: int


NOTHING = Counts(0, 0, 0)


def counts(office: Office) -> Counts:
    with office.database.read() as session:
        found = (
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (DbBooking, DbOccupied, DbLetter)
        )
        return Counts(*found)


def live_bookings(office: Office) -> list[Booking]:
    with office.database.read() as session:
        return [one for _, one in all_bookings(session) if one.status is Status.CONFIRMED]


def overlaps(office: Office) -> int:
    """How many pairs of live bookings come too close, by their times and not by their cells."""
    return sum(
        first.taken.latest > second.start or second.taken.earliest < first.end
        for first, second in itertools.combinations(live_bookings(office), 2)
    )


def misfits(office: Office) -> int:
    """How many cells are missing, or there without a live booking that needs them."""
    with office.database.read() as session:
        needed = {
            (cell.number, cell.side, row_id)
            for row_id, one in all_bookings(session)
            if one.status is Status.CONFIRMED
            for cell in occupied_cells(one.taken)
        }
        query = select(DbOccupied.cell, DbOccupied.side, DbOccupied.booking_id)
        return len(needed ^ {tuple(row) for row in session.execute(query)})


def letters(office: Office) -> list[DbLetter]:
    with office.database.read() as session:
        return list(session.scalars(select(DbLetter).order_by(DbLetter.id)))

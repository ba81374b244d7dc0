"""What an office keeps, read past the services: counts, overlaps, letters."""

from typing import NamedTuple

from sqlalchemy import func, select

from stadtfuehrer.domain.booking import Booking, Status
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


def letters(office: Office) -> list[DbLetter]:
    with office.database.read() as session:
        return list(session.scalars(select(DbLetter).order_by(DbLetter.id)))

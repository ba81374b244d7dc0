"""Whether everything is there that the site needs to serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtfuehrer.storage.bookings import any_booking

if TYPE_CHECKING:
    from stadtfuehrer.services.office import Office


def check_database(office: Office) -> None:
    """Ask the database something; what it raises says that it does not answer, or has no tables.

    Raises:
        SQLAlchemyError.

    """
    with office.database.read() as session:
        any_booking(session)

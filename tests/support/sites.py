"""A site under test: its office, its clock, its guest, and what a guest types."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from flask import Flask

from stadtfuehrer.domain.booking import Booking
from stadtfuehrer.domain.instants import in_address
from stadtfuehrer.services.booking import book
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.times import whole_horizon
from stadtfuehrer.storage import bookings
from tests.support.guest import Guest
from tests.support.offices import NO_LIMITS, Clock, a_wish
from tests.support.page_rules import ORIGIN

TYPED = {
    "name": "Änne Müller",
    "email": "aenne@gast.example",
    "firma": "Müller & Töchter GbR",
    "telefon": "+49 30 5550 77",
    "anliegen": "Uns findet niemand.\nWoran liegt das?",
}
KIND = "kennenlernen"
SETTINGS = {"url": f'"{ORIGIN}"', **NO_LIMITS}


class Site:
    """The parts that a test turns, and the guest who looks at what becomes of it."""

    # No dataclass: Hypothesis would spell all of the office out with every failure it reports.
    def __init__(self, *, office: Office, clock: Clock, app: Flask) -> None:
        self.office = office
        self.clock = clock
        self.app = app

    @cached_property
    def guest(self) -> Guest:
        return Guest(app=self.app)

    def free(self, kind: str = KIND) -> list[datetime]:
        """Every start that can be booked, in UTC."""
        return whole_horizon(self.office, self.office.get_kind(kind), now=self.clock())

    def form_path(self, start: datetime, kind: str = KIND) -> str:
        return f"/termin/{kind}/{in_address(start)}"

    def book(self, start: datetime, kind: str = KIND) -> str:
        """Book without a page; the token."""
        return book(self.office, a_wish(self.office, start, kind=kind), now=self.clock())

    def bookings(self) -> list[Booking]:
        with self.office.database.read() as session:
            return [booking for _, booking in bookings.all_bookings(session)]

    def lose_database(self) -> None:
        """Take the database away from under the running site; an empty file is left."""
        self.office.database.close()
        file = self.office.database.file
        assert file is not None
        for part in file.parent.glob(f"{file.name}*"):
            part.unlink()


OpenSite = Callable[..., Site]

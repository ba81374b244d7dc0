"""A site under test: its context, its clock, its guest, and what a guest types."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from flask import Flask

from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.model import Booking
from stadtfuehrer.booking.service import book
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.context import AppContext
from stadtfuehrer.text.formatting import in_address
from tests.support.contexts import NO_LIMITS, Clock, a_wish
from tests.support.guest import Guest
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

    # No dataclass: Hypothesis would spell all of the context out with every failure it reports.
    def __init__(self, *, context: AppContext, clock: Clock, app: Flask) -> None:
        self.context = context
        self.clock = clock
        self.app = app

    @cached_property
    def guest(self) -> Guest:
        return Guest(app=self.app)

    def free(self, kind: str = KIND) -> list[datetime]:
        """Every start that can be booked, in UTC."""
        return free_times(self.context, self.context.get_kind(kind), now=self.clock())

    def form_path(self, start: datetime, kind: str = KIND) -> str:
        return f"/termin/{kind}/{in_address(start)}"

    def book(self, start: datetime, kind: str = KIND) -> str:
        """Book without a page; the token."""
        return book(self.context, a_wish(self.context, start, kind=kind), now=self.clock())

    def bookings(self) -> list[Booking]:
        with self.context.database.read() as session:
            return [booking for _, booking in bookings.all_bookings(session)]

    def lose_database(self) -> None:
        """Take the database away from under the running site; an empty file is left."""
        self.context.database.close()
        file = self.context.database.file
        assert file is not None
        for part in file.parent.glob(f"{file.name}*"):
            part.unlink()


OpenSite = Callable[..., Site]

"""Many bookings at once: to undo an attack, or a day that cannot take place."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from stadtfuehrer.audit_log import Action, note
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.model import Booking, Party
from stadtfuehrer.booking.service import cancel_found
from stadtfuehrer.mail.address import mailbox_of
from stadtfuehrer.refusals import AlreadyCancelled, AlreadyOver, UnknownBooking

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


class Letters(StrEnum):
    """Who is told that a booking is called off."""

    ALL = "all"
    CONSULTANT = "consultant"
    NONE = "none"


_TOLD = {Letters.ALL: tuple(Party), Letters.CONSULTANT: (Party.CONSULTANT,), Letters.NONE: ()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which bookings are meant: those to which everything that is given applies.

    ``since`` and ``until`` bound when they were booked, both included; ``sender`` is an address,
    or a domain as „@firma.example“.
    """

    ids: Collection[int] = ()
    since: datetime | None = None
    until: datetime | None = None
    sender: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is given, which would mean all of them."""
        return not (self.ids or self.since or self.until or self.sender)

    def takes(self, row_id: int, booking: Booking) -> bool:
        """Whether a booking is meant."""
        mailbox = mailbox_of(booking.visitor.email)
        return (
            (not self.ids or row_id in self.ids)
            and (self.since is None or booking.booked_at >= self.since)
            and (self.until is None or booking.booked_at <= self.until)
            and (
                mailbox.endswith(self.sender.casefold())
                if self.sender.startswith("@")
                else not self.sender or mailbox == mailbox_of(self.sender)
            )
        )


def select_changeable(
    context: "AppContext", selection: Selection, *, now: datetime
) -> list[tuple[int, Booking]]:
    """The meant bookings that can still be called off, by start."""
    with context.database.read() as session:
        return [
            (row_id, booking)
            for row_id, booking in bookings.all_bookings(session)
            if selection.takes(row_id, booking)
            and booking.is_changeable(Party.CONSULTANT, now=now, window=timedelta())
        ]


def cancel_many(
    context: "AppContext",
    row_ids: Collection[int],
    *,
    reason: str = "",
    tell: Letters = Letters.ALL,
    who: str,
    now: datetime,
) -> int:
    """Call bookings off in the consultant's name, each by itself; how many. ``who`` does it.

    Whoever is not told gets no letter of that booking that still waits either.
    """
    return sum(_cancelled(context, row_ids, reason, tell, who, now))


def _cancelled(
    context: "AppContext",
    row_ids: Collection[int],
    reason: str,
    tell: Letters,
    who: str,
    now: datetime,
) -> Iterator[int]:
    for row_id in row_ids:
        try:
            with context.database.begin() as session:
                was = bookings.get_booking(session, row_id, for_change=True)
                was.check_changeable(Party.CONSULTANT, now=now, window=timedelta())
                found = bookings.Found(row_id, was, Party.CONSULTANT)
                cancel_found(context, session, found, reason, told=_TOLD[tell], now=now)
                note(session, who, Action.BOOKING_CANCELLED, row_id, now=now)
        except (AlreadyCancelled, AlreadyOver, UnknownBooking):
            continue  # somebody was quicker
        yield 1

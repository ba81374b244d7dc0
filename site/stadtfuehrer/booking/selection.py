"""Many bookings at once: to undo an attack, or a day that cannot take place."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from stadtfuehrer.booking import letters
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.model import Booking, Party
from stadtfuehrer.booking.owed import owe
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.address import mailbox_of
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.refusals import AlreadyCancelled, AlreadyOver, UnknownBooking

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


class Letters(StrEnum):
    """Who is told that a booking is called off."""

    ALL = "all"
    CONSULTANT = "consultant"
    NONE = "none"


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
    now: datetime,
) -> int:
    """Call bookings off in the consultant's name, each by itself; how many.

    Whoever is not told gets no letter of that booking that still waits either.
    """
    return sum(_cancelled(context, row_ids, reason, tell, now))


def _cancelled(
    context: "AppContext", row_ids: Collection[int], reason: str, tell: Letters, now: datetime
) -> Iterator[int]:
    for row_id in row_ids:
        try:
            with context.database.begin() as session:
                was = bookings.get_booking(session, row_id, for_change=True)
                was.check_changeable(Party.CONSULTANT, now=now, window=timedelta())
                booking = was.cancelled(reason, now=now)
                bookings.keep_change(session, row_id, was=was, booking=booking)
                owed = [
                    one
                    for one in letters.when_cancelled(
                        context, was, booking, Party.CONSULTANT, now=now
                    )
                    if tell is Letters.ALL
                    or (tell is Letters.CONSULTANT and LetterKind(one.kind).is_for_consultant)
                ]
                if tell is not Letters.ALL:
                    outbox.skip_waiting(session, row_id, but_consultants=bool(owed))
                owe(context, session, row_id, owed, was=was, booking=booking, now=now)
        except (AlreadyCancelled, AlreadyOver, UnknownBooking):
            continue  # somebody was quicker
        yield 1

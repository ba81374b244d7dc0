"""What becomes of bookings that do not stand yet: confirmed, accepted, lapsed.

The visitor confirms the address, the consultant accepts. Declining is calling off by the
consultant's link (see ``service.cancel``).
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.booking import letters
from stadtfuehrer.booking import pending_store as pending
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.admission import check_day, lock_bookings
from stadtfuehrer.booking.model import ANSWER_BEFORE, Party, Status
from stadtfuehrer.booking.owed import owe
from stadtfuehrer.booking.service import BookingAccess, cancel_found, kind_of
from stadtfuehrer.booking.times import ask_calendars_again, check_free
from stadtfuehrer.database import Session
from stadtfuehrer.refusals import NothingToAnswer
from stadtfuehrer.tokens import booking_token, token_hash

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def look_up_unconfirmed(context: "AppContext", token: str) -> BookingAccess:
    """The booking whose address the token from the letter can confirm. Raises UnknownBooking."""
    with context.database.read() as session:
        row_id, booking, party = bookings.get_by_confirmation_hash(session, token_hash(token))
    own = booking_token(context.secret, booking.uid)
    return BookingAccess(row_id=row_id, token=own, booking=booking, party=party)


def confirm(
    context: "AppContext", token: str, *, now: datetime, start: datetime | None = None
) -> str:
    """Confirm the address of a booking, which then stands, or goes to the consultant as a request.

    Where its time was given away meanwhile, ``start`` names another one. Gives the token of the
    booking's page; confirmed already, it is that and nothing more.

    Raises UnknownBooking, AlreadyCancelled, AlreadyOver, NotFree.
    """
    access = look_up_unconfirmed(context, token)
    its = access.booking
    if its.status.awaits_address:
        ask_calendars_again(context, now=now)
        # What was kept was early enough when it was chosen.
        as_of = its.booked_at if its.status is Status.HELD and start is None else now
        wanted, kind = start or its.start, kind_of(context, its)
        check_free(context, kind, wanted, now=as_of, moving=access.row_id)
    with context.database.begin() as session:
        lock_bookings(session)
        row_id, was, party = bookings.get_by_confirmation_hash(
            session, token_hash(token), for_change=True
        )
        was.check_changeable(party, now=now, window=timedelta())
        if not was.status.awaits_address:
            return access.token
        kind = kind_of(context, was)
        status = Status.REQUESTED if kind.approve else Status.CONFIRMED
        booking = was.confirmed(status, start or was.start, now=now)
        check_day(context, session, booking, kind, now=now, but_not=row_id)
        bookings.keep_change(session, row_id, was=was, booking=booking)
        owed = letters.when_made(context, booking, now=now)
        owe(context, session, row_id, owed, was=was, booking=booking, now=now)
    return access.token


def accept(context: "AppContext", token: str, *, now: datetime) -> None:
    """Accept a request, by the consultant's link.

    Raises UnknownBooking, NothingToAnswer, AlreadyCancelled, AlreadyOver.
    """
    with context.database.begin() as session:
        found = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
        accept_found(context, session, found, now=now)


def accept_found(
    context: "AppContext", session: Session, found: bookings.Found, *, now: datetime
) -> None:
    """The same within a unit of work, for a booking that may be changed."""
    row_id, was, party = found
    was.check_changeable(party, now=now, window=timedelta())
    if party is not Party.CONSULTANT or was.status is not Status.REQUESTED:
        raise NothingToAnswer
    booking = was.settled(Status.CONFIRMED, now=now)
    bookings.keep_change(session, row_id, was=was, booking=booking)
    owed = letters.when_made(context, booking, by=Party.CONSULTANT, now=now)
    owe(context, session, row_id, owed, was=was, booking=booking, now=now)


def let_lapse(context: "AppContext", *, now: datetime) -> int:
    """Give back what nobody confirmed or answered in time; how many times are free again.

    A held booking can still be confirmed for a day, if its time has not been given away; a request
    is declined.
    """
    answered_by = now + ANSWER_BEFORE
    with context.database.read() as session:
        if not pending.any_lapsed(session, now=now, answered_by=answered_by):
            return 0
    with context.database.begin() as session:
        held = pending.overdue_holds(session, now=now)
        for row_id, was in held:
            released = was.settled(Status.UNCONFIRMED, now=now)
            bookings.keep_change(session, row_id, was=was, booking=released)
        pending.erase_unconfirmed(session, now=now)
        unanswered = pending.unanswered_requests(session, answered_by=answered_by)
        for row_id, was in unanswered:
            found = bookings.Found(row_id, was, Party.CONSULTANT)
            cancel_found(context, session, found, "", now=now)
    return len(held) + len(unanswered)

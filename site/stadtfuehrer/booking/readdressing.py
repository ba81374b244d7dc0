"""Correcting the address of a booking whose letters do not arrive.

Whoever has the booking's link might have it sent letters to somebody else. So it can be done only
as long as the last letter came back, a few times, and within the limit of letters to one address.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.booking import answers_store, letters
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.model import Party
from stadtfuehrer.booking.owed import owe
from stadtfuehrer.booking.service import BookingAccess
from stadtfuehrer.database import Session
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.service import check_letters
from stadtfuehrer.mail.tables import letters_since
from stadtfuehrer.refusals import AddressStands
from stadtfuehrer.tokens import token_hash

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

MOST_CORRECTIONS = 3
"""Of one booking: even reports of letters that did not arrive can be forged."""


def check_readdressable(context: "AppContext", access: BookingAccess, *, now: datetime) -> None:
    """Refuse to correct an address that is not known to be wrong.

    Raises AddressStands, AlreadyCancelled, AlreadyOver.
    """
    access.booking.check_changeable(access.party, now=now, window=timedelta())
    with context.database.read() as session:
        _check_wrong(session, access.row_id, booked_at=access.booking.booked_at)


def readdress(context: "AppContext", token: str, address: str, *, now: datetime) -> None:
    """Send what is known of a booking to another address; sent twice, it is done once.

    Raises UnknownBooking, TooManyLetters, and what ``check_readdressable`` does.
    """
    with context.database.begin() as session:
        row_id, was, party = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
        was.check_changeable(party, now=now, window=timedelta())
        try:
            _check_wrong(session, row_id, booked_at=was.booked_at)
        except AddressStands:
            if was.visitor.email == address:
                return
            raise
        if party is Party.VISITOR:
            check_letters(context, session, address, now=now)
        booking = was.readdressed(address, now=now)
        bookings.keep_change(session, row_id, was=was, booking=booking)
        outbox.skip_waiting(session, row_id, but_consultants=True, failed=True)
        owed = letters.when_readdressed(context, booking, party, now=now)
        owe(context, session, row_id, owed, was=was, booking=booking, now=now)


def _check_wrong(session: Session, row_id: int, *, booked_at: datetime) -> None:
    kinds = {one.kind for one in answers_store.what_came_back(session, row_id)}
    before = letters_since(
        session, booked_at - timedelta(days=1), LetterKind.NEW_ADDRESS, booking_id=row_id
    )
    if LetterKind.UNDELIVERABLE not in kinds or len(before) >= MOST_CORRECTIONS:
        raise AddressStands

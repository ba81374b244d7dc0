"""How it was: the visitor's answer goes to the consultant by letter, and stands nowhere else."""

from datetime import datetime
from typing import TYPE_CHECKING

from stadtfuehrer.booking import letters
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.consent import Satisfaction
from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.store import Found
from stadtfuehrer.database import AlreadyStored, Session
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.tables import has_letter
from stadtfuehrer.refusals import AlreadyAnswered, DidNotTakePlace, NotYetOver
from stadtfuehrer.tokens import token_hash

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def check_answerable(context: "AppContext", token: str, *, now: datetime) -> None:
    """Refuse an answer that cannot be given (any more).

    Raises:
        UnknownBooking, VisitorsOwn, DidNotTakePlace, NotYetOver, AlreadyAnswered.

    """
    with context.database.read() as session:
        found = bookings.get_by_token_hash(session, token_hash(token))
        _check(session, found, now=now)


def answer(
    context: "AppContext", token: str, satisfaction: Satisfaction, text: str, *, now: datetime
) -> None:
    """Send the consultant what the visitor says, once.

    Raises:
        UnknownBooking, VisitorsOwn, DidNotTakePlace, NotYetOver, AlreadyAnswered.

    """
    try:
        with context.database.begin() as session:
            found = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
            _check(session, found, now=now)
            owed = letters.with_feedback(context, found.booking, satisfaction, text, now=now)
            outbox.enqueue(session, [owed], booking_id=found.row_id, now=now)
    except AlreadyStored:
        raise AlreadyAnswered from None


def take_back_consent(context: "AppContext", token: str) -> None:
    """Forget the consent to be asked.

    Raises:
        UnknownBooking, VisitorsOwn.

    """
    with context.database.begin() as session:
        found = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
        found.party.check_visitor()
        bookings.take_back_consent(session, found.row_id)


def _check(session: Session, found: Found, *, now: datetime) -> None:
    found.party.check_visitor()
    if found.booking.status is Status.CANCELLED:
        raise DidNotTakePlace
    if now < found.booking.end:
        raise NotYetOver
    if has_letter(session, found.row_id, LetterKind.FEEDBACK):
        raise AlreadyAnswered

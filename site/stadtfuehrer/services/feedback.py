"""How it was: the visitor's answer goes to the consultant by letter, and stands nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from stadtfuehrer.domain.booking import Status
from stadtfuehrer.domain.letter import LetterKind
from stadtfuehrer.domain.refusals import AlreadyAnswered, DidNotTakePlace, NotYetOver
from stadtfuehrer.services import letters
from stadtfuehrer.services.seal import token_hash
from stadtfuehrer.storage import bookings, outbox
from stadtfuehrer.storage.outbox_questions import has_letter

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from stadtfuehrer.domain.feedback import Satisfaction
    from stadtfuehrer.services.office import Office
    from stadtfuehrer.storage.bookings import Found


def check_answerable(office: Office, token: str, *, now: datetime) -> None:
    """Refuse an answer that cannot be given (any more).

    Raises:
        UnknownBooking, VisitorsOwn, DidNotTakePlace, NotYetOver, AlreadyAnswered.

    """
    with office.database.read() as session:
        found = bookings.get_by_token_hash(session, token_hash(token))
        _check(session, found, now=now)


def answer(
    office: Office, token: str, satisfaction: Satisfaction, text: str, *, now: datetime
) -> None:
    """Send the consultant what the visitor says, once.

    Raises:
        UnknownBooking, VisitorsOwn, DidNotTakePlace, NotYetOver, AlreadyAnswered.

    """
    try:
        with office.database.begin() as session:
            found = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
            _check(session, found, now=now)
            owed = letters.with_feedback(office, found.booking, satisfaction, text, now=now)
            outbox.enqueue(session, [owed], booking_id=found.row_id, now=now)
    except IntegrityError:
        raise AlreadyAnswered from None


def take_back_consent(office: Office, token: str) -> None:
    """Forget the consent to be asked.

    Raises:
        UnknownBooking, VisitorsOwn.

    """
    with office.database.begin() as session:
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

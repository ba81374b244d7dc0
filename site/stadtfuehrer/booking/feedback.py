"""How a consultation was: what its guest says, once, and the consents that they give and take back.

It is a voice like any other: what becomes of it is the dialogue's business.
"""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from stadtfuehrer.booking import letters
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.database import AlreadyStored, Session
from stadtfuehrer.dialogue import check_ins
from stadtfuehrer.dialogue import store as voices
from stadtfuehrer.dialogue.model import Kind, Satisfaction, Voice, consent_to_publish
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.tables import has_letter
from stadtfuehrer.refusals import AlreadyAnswered, DidNotTakePlace, NotYetOver
from stadtfuehrer.tokens import token_hash

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def check_answerable(context: "AppContext", token: str, *, now: datetime) -> None:
    """Refuse an answer how it was that cannot be given (any more). Raises as ``answer``."""
    with context.database.read() as session:
        _check(session, bookings.get_by_token_hash(session, token_hash(token)), now=now)


def answer(
    context: "AppContext",
    token: str,
    satisfaction: Satisfaction,
    text: str,
    *,
    may_be_published: bool = False,
    with_name: bool = False,
    may_be_asked: bool = False,
    now: datetime,
) -> None:
    """Keep what the visitor says, and send it to the consultant, once.

    Without words there is nothing to publish, and to whom no letter can go nothing to be asked.
    Raises UnknownBooking, VisitorsOwn, DidNotTakePlace, NotYetOver, AlreadyAnswered.
    """
    consent = consent_to_publish(Kind.FEEDBACK, now=now) if may_be_published and text else None
    try:
        with context.database.begin() as session:
            found = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
            _check(session, found, now=now)
            visitor = found.booking.visitor
            voice = Voice(
                uid=_voice_of(found.booking),
                kind=Kind.FEEDBACK,
                text=text,
                name=visitor.name,
                email=visitor.email,
                choice=satisfaction.value,
                said_at=now,
                consent=consent,
                with_name=consent is not None and with_name,
            )
            voice = replace(voice, id=voices.add(session, voice))
            owed = letters.with_feedback(context, found.booking, voice, now=now)
            outbox.enqueue(session, [owed], booking_id=found.row_id, now=now)
            day = now.astimezone(context.rules.zone).date()
            voices.add_satisfied(session, satisfaction.value, day=day)
            if may_be_asked and visitor.email:
                check_ins.allow(session, visitor.name, visitor.email, now=now)
    except AlreadyStored:
        raise AlreadyAnswered from None


def find_feedback(context: "AppContext", booking: Booking) -> Voice | None:
    """What its guest said; None if that was erased or taken back."""
    with context.database.read() as session:
        return voices.find_voice(session, _voice_of(booking))


def _voice_of(booking: Booking) -> str:
    return hashlib.sha256(f"feedback {booking.uid}".encode()).hexdigest()[:32]


def _check(session: Session, found: bookings.Found, *, now: datetime) -> None:
    found.party.check_visitor()
    if found.booking.status is Status.CANCELLED or found.booking.missed_at:
        raise DidNotTakePlace
    if now < found.booking.end:
        raise NotYetOver
    # Also where it was taken back: it was counted.
    if has_letter(session, found.row_id, LetterKind.FEEDBACK):
        raise AlreadyAnswered


def take_back_consent(context: "AppContext", token: str) -> None:
    """Forget the consent to be asked. Raises UnknownBooking, VisitorsOwn."""
    with context.database.begin() as session:
        found = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
        found.party.check_visitor()
        bookings.take_back_consent(session, found.row_id)

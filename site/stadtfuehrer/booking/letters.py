"""Which letters each step owes to whom: rows for the outbox, only with what they are to say.

What is kept with a letter is what its booking's row may not tell any more when it is written
(see letter_writing): a confirmation must name the time that was booked, though it has been moved.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from stadtfuehrer.booking.consent import Satisfaction
from stadtfuehrer.booking.entry import visitor_mailbox
from stadtfuehrer.booking.model import THANK_WITHIN, Booking, Party, Status
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.service import consultant_mailbox, new_letter
from stadtfuehrer.mail.store import NewMessage

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def when_booked(context: "AppContext", booking: Booking, *, now: datetime) -> list[NewMessage]:
    """Thanks and invitation to the visitor; invitation with everything they said to the consultant.

    ``now`` becomes DTSTAMP and Date, here as in the other steps.
    """
    kinds = (LetterKind.CONFIRMATION, LetterKind.INVITATION)
    return [_of_step(context, kind, booking, now=now) for kind in kinds]


def when_moved(
    context: "AppContext", was: Booking, booking: Booking, by: Party, *, now: datetime
) -> list[NewMessage]:
    """The new time, next to the old one, to both."""
    kinds = (LetterKind.MOVED_VISITOR, LetterKind.MOVED_CONSULTANT)
    earlier = was.start.isoformat()
    return [_of_step(context, kind, booking, now=now, by=by, was=earlier) for kind in kinds]


def when_cancelled(
    context: "AppContext", booking: Booking, by: Party, *, now: datetime
) -> list[NewMessage]:
    """Confirmation to the visitor, with an open door; the reason to both."""
    kinds = (LetterKind.CANCELLED_VISITOR, LetterKind.CANCELLED_CONSULTANT)
    return [_of_step(context, kind, booking, now=now, by=by) for kind in kinds]


def the_day_before(context: "AppContext", booking: Booking, *, now: datetime) -> NewMessage:
    """The reminder to the visitor; pointless once the consultation has begun."""
    kind = LetterKind.REMINDER
    return _of_booking(context, kind, booking, now=now, use_until=booking.start)


def afterwards(context: "AppContext", booking: Booking, *, now: datetime) -> NewMessage:
    """Thanks to the visitor; the question how it was only with consent (see domain.consent)."""
    until = booking.end + THANK_WITHIN
    return _of_booking(context, LetterKind.THANKS, booking, now=now, use_until=until)


def with_feedback(
    context: "AppContext", booking: Booking, answer: Satisfaction, text: str, *, now: datetime
) -> NewMessage:
    """How it was, to the consultant."""
    kind, facts = LetterKind.FEEDBACK, {"answer": answer.value, "words": text}
    return _of_booking(context, kind, booking, now=now, facts=facts)


def when_free(
    context: "AppContext", kind: Kind, start: datetime, address: str, *, mark: str, now: datetime
) -> NewMessage:
    """The one letter to somebody who waits: a time has become free."""
    facts = {"kind": kind.id, "start": start.isoformat()}
    free = LetterKind.FREE_AGAIN
    return new_letter(context, free, address, mark=mark, now=now, facts=facts, use_until=start)


def _of_step(
    context: "AppContext", kind: LetterKind, booking: Booking, *, now: datetime, **facts: str
) -> NewMessage:
    method = "CANCEL" if booking.status is Status.CANCELLED else "REQUEST"
    facts = {"by": Party.VISITOR} | facts
    return _of_booking(context, kind, booking, now=now, method=method, facts=facts)


def _of_booking(
    context: "AppContext",
    kind: LetterKind,
    booking: Booking,
    *,
    now: datetime,
    method: str = "",
    use_until: datetime | None = None,
    facts: dict[str, str] | None = None,
) -> NewMessage:
    reader = consultant_mailbox(context) if kind.is_for_consultant else visitor_mailbox(booking)
    as_it_is = {
        "start": booking.start.isoformat(),
        "end": booking.end.isoformat(),
        "status": booking.status,
        "reason": booking.cancel_reason,
        "changed_at": booking.changed_at.isoformat(),
    }
    return new_letter(
        context,
        kind,
        reader.address,
        mark=booking.uid,
        now=now,
        facts=as_it_is | (facts or {}),
        sequence=booking.sequence,
        method=method,
        use_until=use_until,
    )

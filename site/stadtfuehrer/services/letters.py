"""Which letters each step owes to whom: rows for the outbox, only with what they are to say.

What is kept with a letter is what its booking's row may not tell any more when it is written
(see letter_writing): a confirmation must name the time that was booked, though it has been moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stadtfuehrer.domain.booking import Party, Status
from stadtfuehrer.domain.letter import LetterKind
from stadtfuehrer.domain.refusals import IncompleteAnswers
from stadtfuehrer.domain.reminding import THANK_WITHIN
from stadtfuehrer.services.mailboxes import consultant_mailbox, site_mailbox, visitor_mailbox
from stadtfuehrer.storage.outbox import NewMessage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stadtfuehrer.domain.booking import Booking
    from stadtfuehrer.domain.feedback import Satisfaction
    from stadtfuehrer.domain.letter import Mailbox
    from stadtfuehrer.domain.slots import Kind
    from stadtfuehrer.services.office import Office


def when_booked(office: Office, booking: Booking, *, now: datetime) -> list[NewMessage]:
    """Thanks and invitation to the visitor; invitation with everything they said to the consultant.

    ``now`` becomes DTSTAMP and Date, here as in the other steps.
    """
    kinds = (LetterKind.CONFIRMATION, LetterKind.INVITATION)
    return [_of_step(office, kind, booking, now=now) for kind in kinds]


def when_moved(
    office: Office, was: Booking, booking: Booking, by: Party, *, now: datetime
) -> list[NewMessage]:
    """The new time, next to the old one, to both."""
    kinds = (LetterKind.MOVED_VISITOR, LetterKind.MOVED_CONSULTANT)
    earlier = was.start.isoformat()
    return [_of_step(office, kind, booking, now=now, by=by, was=earlier) for kind in kinds]


def when_cancelled(
    office: Office, booking: Booking, by: Party, *, now: datetime
) -> list[NewMessage]:
    """Confirmation to the visitor, with an open door; the reason to both."""
    kinds = (LetterKind.CANCELLED_VISITOR, LetterKind.CANCELLED_CONSULTANT)
    return [_of_step(office, kind, booking, now=now, by=by) for kind in kinds]


def the_day_before(office: Office, booking: Booking, *, now: datetime) -> NewMessage:
    """The reminder to the visitor; pointless once the consultation has begun."""
    kind = LetterKind.REMINDER
    return _of_booking(office, kind, booking, now=now, use_until=booking.start)


def afterwards(office: Office, booking: Booking, *, now: datetime) -> NewMessage:
    """Thanks to the visitor; the question how it was only with consent (see domain.consent)."""
    until = booking.end + THANK_WITHIN
    return _of_booking(office, LetterKind.THANKS, booking, now=now, use_until=until)


def with_feedback(
    office: Office, booking: Booking, answer: Satisfaction, text: str, *, now: datetime
) -> NewMessage:
    """How it was, to the consultant."""
    kind, facts = LetterKind.FEEDBACK, {"answer": answer.value, "words": text}
    return _of_booking(office, kind, booking, now=now, facts=facts)


def with_result(
    office: Office, answers: Mapping[str, str], recipient: Mailbox, *, key: str, now: datetime
) -> NewMessage:
    """The quiz's result to whoever asked for it; ``key`` tells one asking from another.

    Raises:
        IncompleteAnswers.

    """
    if office.catalogue.quiz.first_open(answers) is not None:
        raise IncompleteAnswers
    facts = {"name": recipient.name, "answers": dict(answers)}
    return _owed(office, LetterKind.RESULT, recipient.address, mark=key, now=now, facts=facts)


def when_free(
    office: Office, kind: Kind, start: datetime, address: str, *, mark: str, now: datetime
) -> NewMessage:
    """The one letter to somebody who waits: a time has become free."""
    facts = {"kind": kind.id, "start": start.isoformat()}
    free = LetterKind.FREE_AGAIN
    return _owed(office, free, address, mark=mark, now=now, facts=facts, use_until=start)


def _of_step(
    office: Office, kind: LetterKind, booking: Booking, *, now: datetime, **facts: str
) -> NewMessage:
    method = "CANCEL" if booking.status is Status.CANCELLED else "REQUEST"
    facts = {"by": Party.VISITOR} | facts
    return _of_booking(office, kind, booking, now=now, method=method, facts=facts)


def _of_booking(
    office: Office,
    kind: LetterKind,
    booking: Booking,
    *,
    now: datetime,
    method: str = "",
    use_until: datetime | None = None,
    facts: dict[str, str] | None = None,
) -> NewMessage:
    reader = consultant_mailbox(office) if kind.is_for_consultant else visitor_mailbox(booking)
    as_it_is = {
        "start": booking.start.isoformat(),
        "end": booking.end.isoformat(),
        "status": booking.status,
        "reason": booking.cancel_reason,
        "changed_at": booking.changed_at.isoformat(),
    }
    return _owed(
        office,
        kind,
        reader.address,
        mark=booking.uid,
        now=now,
        facts=as_it_is | (facts or {}),
        sequence=booking.sequence,
        method=method,
        use_until=use_until,
    )


def _owed(
    office: Office,
    kind: LetterKind,
    recipient: str,
    *,
    mark: str,
    now: datetime,
    facts: dict[str, Any],
    sequence: int = 0,
    method: str = "",
    use_until: datetime | None = None,
) -> NewMessage:
    """Its Message-ID is made of what it tells of, so there is one of each."""
    domain = site_mailbox(office).address.rpartition("@")[2]
    return NewMessage(
        kind=kind,
        sequence=sequence,
        method=method,
        recipient=recipient,
        message_id=f"<{kind}.{sequence}.{mark}@{domain}>",
        facts={"at": now.isoformat(), **facts},
        use_until=use_until,
    )

"""Which letters each step owes to whom: rows for the outbox, only with what they are to say.

What is kept with a letter is what its booking's row may not tell any more when it is composed
(see ``composing``): a confirmation must name the time that was booked, though it has been moved.
``now`` becomes DTSTAMP and Date.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from stadtfuehrer.booking.model import CONFIRMABLE, Booking, Party, Status
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.dialogue.model import Satisfaction
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.outbox import NewMessage
from stadtfuehrer.mail.service import consultant_mailbox, new_letter
from stadtfuehrer.text import Mailbox

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

THANK_WITHIN = timedelta(days=3)
"""Thanks that come later than this would only be odd."""


def when_made(
    context: "AppContext", booking: Booking, *, by: Party = Party.VISITOR, now: datetime
) -> list[NewMessage]:
    """What a booking owes once it is as it is now.

    Confirmed, by the visitor or by the consultant who accepted it: thanks and invitation to the
    visitor, invitation with all they said to the consultant. Requested: word of it to both. Before
    its address is confirmed: nothing but the question whether it is theirs.
    """
    if booking.status.awaits_address:
        until = min(booking.booked_at + CONFIRMABLE, booking.start)
        return [_about(context, LetterKind.ADDRESS_CHECK, booking, now=now, by=by, use_until=until)]
    if booking.status is Status.REQUESTED:
        kinds = (LetterKind.REQUESTED_VISITOR, LetterKind.REQUESTED_CONSULTANT)
        return [_about(context, kind, booking, now=now, by=by) for kind in kinds]
    kinds = (LetterKind.CONFIRMATION, LetterKind.INVITATION)
    return [_about(context, kind, booking, method="REQUEST", now=now, by=by) for kind in kinds]


def when_moved(
    context: "AppContext",
    was: Booking,
    booking: Booking,
    by: Party,
    *,
    sentence: str = "",
    now: datetime,
) -> list[NewMessage]:
    """The new time, next to the old one, to both; with what the consultant has to say about it."""
    kinds = (LetterKind.MOVED_VISITOR, LetterKind.MOVED_CONSULTANT)
    said = partial(_about, context, by=by, was=was.start.isoformat(), sentence=sentence, now=now)
    return [said(kind, booking, method="REQUEST") for kind in kinds]


def when_readdressed(
    context: "AppContext", booking: Booking, by: Party, *, now: datetime
) -> list[NewMessage]:
    """All that was said before to the visitor's new address, and word of it to the consultant."""
    visitors, _ = when_made(context, booking, by=by, now=now)
    kind, method = LetterKind.NEW_ADDRESS, visitors.method
    return [visitors, _about(context, kind, booking, method=method, now=now, by=by)]


def when_cancelled(
    context: "AppContext", was: Booking, booking: Booking, by: Party, *, now: datetime
) -> list[NewMessage]:
    """Confirmation to the visitor, with an open door; the reason to the consultant.

    Nobody was invited to what was only requested; of what was held, nobody but the visitor knows.
    """
    if was.status.awaits_address:
        return []
    if was.status is Status.REQUESTED and by is Party.CONSULTANT:
        return [_about(context, LetterKind.DECLINED, booking, now=now, by=by)]
    method = "CANCEL" if was.status is Status.CONFIRMED else ""
    kinds = (LetterKind.CANCELLED_VISITOR, LetterKind.CANCELLED_CONSULTANT)
    return [_about(context, kind, booking, method=method, now=now, by=by) for kind in kinds]


def of_crowd(context: "AppContext", *, now: datetime) -> NewMessage:
    """To the consultant: bookings come faster than people make them."""
    address = consultant_mailbox(context).address
    mark = f"{now:%Y%m%d%H%M%S}"
    return new_letter(context, LetterKind.CROWD, address, mark=mark, now=now, facts={})


def the_day_before(context: "AppContext", booking: Booking, *, now: datetime) -> NewMessage:
    """The reminder to the visitor; pointless once the consultation has begun."""
    return _about(context, LetterKind.REMINDER, booking, use_until=booking.start, now=now)


def afterwards(context: "AppContext", booking: Booking, *, now: datetime) -> NewMessage:
    """Thanks to the visitor; with the question how it was only where they have consented."""
    until = booking.end + THANK_WITHIN
    return _about(context, LetterKind.THANKS, booking, use_until=until, now=now)


def after_no_show(
    context: "AppContext", booking: Booking, sentence: str, *, now: datetime
) -> NewMessage:
    """To the visitor who did not come: the offer of a new time."""
    return _about(context, LetterKind.MISSED, booking, now=now, sentence=sentence)


def with_feedback(
    context: "AppContext", booking: Booking, answer: Satisfaction, text: str, *, now: datetime
) -> NewMessage:
    """How it was, to the consultant."""
    kind = LetterKind.FEEDBACK
    return _about(context, kind, booking, now=now, answer=answer.value, words=text)


def about_what_came_back(
    context: "AppContext", kind: LetterKind, booking: Booking, fault: str, *, now: datetime
) -> NewMessage:
    """The question whether to call off, or the news that a letter did not arrive, and why."""
    return _about(context, kind, booking, use_until=booking.start, now=now, fault=fault)


def about_event(
    context: "AppContext",
    row_id: int,
    booking: Booking,
    *,
    found: str,
    start: datetime | None,
    hindrance: str,
    now: datetime,
) -> NewMessage:
    """The question whether the guest is to hear of what the consultant's calendar says.

    It belongs to no step of the booking, which may be asked about more than once.
    """
    facts = {"booking": row_id, "found": found, "hindrance": hindrance}
    facts["moved_to"] = start.isoformat() if start else ""
    mark, kind = f"{booking.uid}.{now:%Y%m%dT%H%M%S}", LetterKind.CALENDAR_EVENT
    reader = consultant_mailbox(context).address
    return new_letter(
        context, kind, reader, mark=mark, now=now, facts=facts, use_until=booking.start
    )


def about_write_calendar(
    context: "AppContext", facts: dict[str, str], *, now: datetime
) -> NewMessage:
    """The calendar that bookings are entered in is out of reach, or was emptied."""
    reader, mark = consultant_mailbox(context).address, f"{now:%Y%m%dT%H%M%S}"
    return new_letter(context, LetterKind.WRITE_CALENDAR, reader, mark=mark, now=now, facts=facts)


def when_free(
    context: "AppContext", kind: Kind, start: datetime, address: str, *, mark: str, now: datetime
) -> NewMessage:
    """The one letter to somebody who waits: a time has become free."""
    facts = {"kind": kind.id, "start": start.isoformat()}
    free = LetterKind.FREE_AGAIN
    return new_letter(
        context, free, address, mark=mark, now=now, facts=facts, use_until=start, typed=True
    )


def visitor_mailbox(booking: Booking) -> Mailbox | None:
    """Whoever booked; None if they gave the consultant no address."""
    visitor = booking.visitor
    return Mailbox(name=visitor.name, address=visitor.email) if visitor.email else None


def _about(
    context: "AppContext",
    kind: LetterKind,
    booking: Booking,
    *,
    method: str = "",
    use_until: datetime | None = None,
    now: datetime,
    **facts: str,
) -> NewMessage:
    """A letter about a booking; one of a step says ``by`` whom.

    To a visitor without an address it is never sent (see ``outbox.enqueue``).
    """
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
        reader.address if reader else "",
        mark=booking.uid,
        now=now,
        facts=as_it_is | facts,
        sequence=booking.sequence,
        method=method,
        use_until=use_until,
        typed=not kind.is_for_consultant
        and facts.get("by") == Party.VISITOR
        and booking.confirmed_at is None,
    )

"""Around a consultation: the reminder the day before, the thanks afterwards, how it was.

The worker looks for what is due rather than putting letters aside when somebody books, so that
each is written with the facts of its day, and a moved or cancelled booking needs nothing undone.
The visitor's answer how it was goes to the consultant by letter. Besides, its choice is counted in
a sum for the day; what they wrote stands nowhere else.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from stadtfuehrer.booking import letters
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.letters import THANK_WITHIN
from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.database import AlreadyStored, DatabaseUnavailable, Session
from stadtfuehrer.dialogue.model import Satisfaction
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.outbox import NewMessage
from stadtfuehrer.mail.service import new_letter
from stadtfuehrer.mail.tables import has_letter
from stadtfuehrer.quiz.service import today
from stadtfuehrer.quiz.statistics import CounterKey, Metric
from stadtfuehrer.quiz.store import add_counts
from stadtfuehrer.refusals import AlreadyAnswered, DidNotTakePlace, NotYetOver, UnknownBooking
from stadtfuehrer.tokens import token_hash

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_REMIND_AT = time(10)
"""On the wall clock of the consultant: people read mail then, and can still call."""

_REMINDED_AHEAD = timedelta(days=2)
"""A reminder is due less than this before the start, whatever the clocks do."""

_THANK_AFTER = timedelta(hours=1)

_log = structlog.get_logger(__name__)


def remind_at(booking: Booking, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the reminder is due: the day before, in the morning."""
    day_before = booking.start.astimezone(zone).date() - timedelta(days=1)
    return datetime.combine(day_before, _REMIND_AT, tzinfo=zone).astimezone(UTC)


def is_reminder_due(booking: Booking, zone: ZoneInfo, *, now: datetime) -> bool:
    """Whether the reminder should go out now.

    Only if the visitor learned of the time on an earlier day than that of the reminder: who booked
    or moved it since has just read of it.
    """
    due = remind_at(booking, zone)
    learned = booking.changed_at.astimezone(zone).date()
    return (
        booking.status is Status.CONFIRMED
        and due <= now < booking.start
        and learned < due.astimezone(zone).date()
    )


def is_thanks_due(booking: Booking, *, now: datetime) -> bool:
    """Whether it is time to thank for the consultation."""
    took_place = booking.status is Status.CONFIRMED and booking.missed_at is None
    return took_place and booking.end + _THANK_AFTER <= now < booking.end + THANK_WITHIN


def remind(context: "AppContext", *, now: datetime) -> int:
    """Write the reminders that are due; how many."""
    if not context.settings.letters.reminder:
        return 0
    return _write(
        context,
        LetterKind.REMINDER,
        starts=(now, now + _REMINDED_AHEAD),
        is_due=lambda booking: is_reminder_due(booking, context.rules.zone, now=now),
        write=lambda booking: letters.the_day_before(context, booking, now=now),
        now=now,
    )


def thank(context: "AppContext", *, now: datetime) -> int:
    """Write the thanks that are due; how many."""
    if not context.settings.letters.thanks:
        return 0
    return _write(
        context,
        LetterKind.THANKS,
        starts=(now - THANK_WITHIN - bookings.LONGEST_REACH, now),
        is_due=lambda booking: is_thanks_due(booking, now=now),
        write=lambda booking: letters.afterwards(context, booking, now=now),
        now=now,
    )


def _write(
    context: "AppContext",
    kind: LetterKind,
    *,
    starts: tuple[datetime, datetime],
    is_due: Callable[[Booking], bool],
    write: Callable[[Booking], NewMessage],
    now: datetime,
) -> int:
    """One letter, one transaction: what goes wrong with one keeps nobody else's back."""
    with context.database.read() as session:
        near = bookings.starting_between(session, *starts, without_letter=kind)
    written, faults = 0, []
    for one in near:
        try:
            with context.database.read() as session:
                seen = bookings.get_booking(session, one.row_id)
            if not is_due(seen):
                continue
            with context.database.begin() as session:
                booking = bookings.get_booking(session, one.row_id, for_change=True)
                if booking != seen:
                    continue  # changed since it was looked for; the next look decides anew
                outbox.enqueue(session, [write(booking)], booking_id=one.row_id, now=now)
            written += 1
        except (AlreadyStored, UnknownBooking):
            # Another worker was quicker (booking, kind, sequence and recipient are unique), or
            # the booking has just been erased.
            continue
        except (DatabaseUnavailable, KeyboardInterrupt):
            raise
        except BaseException as error:  # noqa: BLE001 - whatever is wrong with one booking
            faults.append((one, type(error).__name__))
    for one, fault in faults:
        _note_unwritten(context, kind, one, fault, now=now)
    return written


def _note_unwritten(
    context: "AppContext", kind: LetterKind, near: bookings.Near, fault: str, *, now: datetime
) -> None:
    """Put a letter that cannot be written into the outbox as failed, where it is seen, once."""
    _log.error("letter cannot be written", kind=kind, booking=near.row_id, error=fault)
    with suppress(AlreadyStored), context.database.begin() as session:
        letter = new_letter(
            context, kind, near.email, mark=near.uid, sequence=near.sequence, now=now, facts={}
        )
        error = f"Der Brief zur Buchung {near.row_id} ließ sich nicht schreiben ({fault})."
        outbox.enqueue(session, [letter], booking_id=near.row_id, now=now, error=error)


def check_answerable(context: "AppContext", token: str, *, now: datetime) -> None:
    """Refuse an answer how it was that cannot be given (any more). Raises as ``answer``."""
    with context.database.read() as session:
        _check(session, bookings.get_by_token_hash(session, token_hash(token)), now=now)


def answer(
    context: "AppContext", token: str, satisfaction: Satisfaction, text: str, *, now: datetime
) -> None:
    """Send the consultant what the visitor says, once.

    Raises UnknownBooking, VisitorsOwn, DidNotTakePlace, NotYetOver, AlreadyAnswered.
    """
    try:
        with context.database.begin() as session:
            found = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
            _check(session, found, now=now)
            owed = letters.with_feedback(context, found.booking, satisfaction, text, now=now)
            outbox.enqueue(session, [owed], booking_id=found.row_id, now=now)
            counter = CounterKey("", Metric.SATISFIED, option=satisfaction.value)
            add_counts(session, {(today(context, now=now), counter): 1})
    except AlreadyStored:
        raise AlreadyAnswered from None


def _check(session: Session, found: bookings.Found, *, now: datetime) -> None:
    found.party.check_visitor()
    if found.booking.status is Status.CANCELLED or found.booking.missed_at:
        raise DidNotTakePlace
    if now < found.booking.end:
        raise NotYetOver
    if has_letter(session, found.row_id, LetterKind.FEEDBACK):
        raise AlreadyAnswered


def take_back_consent(context: "AppContext", token: str) -> None:
    """Forget the consent to be asked. Raises UnknownBooking, VisitorsOwn."""
    with context.database.begin() as session:
        found = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
        found.party.check_visitor()
        bookings.take_back_consent(session, found.row_id)

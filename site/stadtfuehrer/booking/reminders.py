"""Letters that nobody has to ask for: the reminder the day before, the thanks afterwards.

The worker looks for what is due rather than putting letters aside when somebody books, so that
each is written with the facts of its day, and a moved or cancelled booking needs nothing undone.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.booking import letters
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.model import THANK_WITHIN, Booking, is_reminder_due, is_thanks_due
from stadtfuehrer.database import AlreadyStored
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.store import NewMessage
from stadtfuehrer.refusals import UnknownBooking

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_REMINDED_AHEAD = timedelta(days=2)
"""A reminder is due less than this before the start, whatever the clocks do."""


def remind(context: "AppContext", *, now: datetime) -> int:
    """Write the reminders that are due; how many."""
    if not context.settings.letters.reminder:
        return 0
    zone = context.rules.zone
    return _write(
        context,
        LetterKind.REMINDER,
        starts=(now, now + _REMINDED_AHEAD),
        is_due=lambda booking: is_reminder_due(booking, zone, now=now),
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
    with context.database.read() as session:
        near = bookings.starting_between(session, *starts, without_letter=kind)
    return sum(
        _enqueue(context, row_id, booking, write, now=now)
        for row_id, booking in near
        if is_due(booking)
    )


def _enqueue(
    context: "AppContext",
    row_id: int,
    seen: Booking,
    write: Callable[[Booking], NewMessage],
    *,
    now: datetime,
) -> bool:
    """One letter, one transaction: what goes wrong with one keeps nobody else's back."""
    try:
        with context.database.begin() as session:
            booking = bookings.get_booking(session, row_id, for_change=True)
            if booking != seen:
                return False  # changed since it was looked for; the next look decides anew
            outbox.enqueue(session, [write(booking)], booking_id=row_id, now=now)
    except (AlreadyStored, UnknownBooking):
        # Another worker was quicker (booking, kind, sequence and recipient are unique), or the
        # booking has just been erased.
        return False
    return True

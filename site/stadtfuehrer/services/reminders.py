"""Letters that nobody has to ask for: the reminder the day before, the thanks afterwards.

The worker looks for what is due rather than putting letters aside when somebody books, so that
each is written with the facts of its day, and a moved or cancelled booking needs nothing undone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from stadtfuehrer.domain.letter import LetterKind
from stadtfuehrer.domain.refusals import UnknownBooking
from stadtfuehrer.domain.reminding import THANK_WITHIN, is_reminder_due, is_thanks_due
from stadtfuehrer.services import letters
from stadtfuehrer.storage import bookings, outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from stadtfuehrer.domain.booking import Booking
    from stadtfuehrer.services.office import Office
    from stadtfuehrer.storage.outbox import NewMessage

_REMINDED_AHEAD = timedelta(days=2)
"""A reminder is due less than this before the start, whatever the clocks do."""


def remind(office: Office, *, now: datetime) -> int:
    """Write the reminders that are due; how many."""
    if not office.settings.letters.reminder:
        return 0
    zone = office.rules.zone
    return _write(
        office,
        LetterKind.REMINDER,
        starts=(now, now + _REMINDED_AHEAD),
        is_due=lambda booking: is_reminder_due(booking, zone, now=now),
        write=lambda booking: letters.the_day_before(office, booking, now=now),
        now=now,
    )


def thank(office: Office, *, now: datetime) -> int:
    """Write the thanks that are due; how many."""
    if not office.settings.letters.thanks:
        return 0
    return _write(
        office,
        LetterKind.THANKS,
        starts=(now - THANK_WITHIN - bookings.LONGEST_REACH, now),
        is_due=lambda booking: is_thanks_due(booking, now=now),
        write=lambda booking: letters.afterwards(office, booking, now=now),
        now=now,
    )


def _write(
    office: Office,
    kind: LetterKind,
    *,
    starts: tuple[datetime, datetime],
    is_due: Callable[[Booking], bool],
    write: Callable[[Booking], NewMessage],
    now: datetime,
) -> int:
    with office.database.read() as session:
        near = bookings.starting_between(session, *starts, without_letter=kind)
    return sum(
        _enqueue(office, row_id, booking, write, now=now)
        for row_id, booking in near
        if is_due(booking)
    )


def _enqueue(
    office: Office,
    row_id: int,
    seen: Booking,
    write: Callable[[Booking], NewMessage],
    *,
    now: datetime,
) -> bool:
    """One letter, one transaction: what goes wrong with one keeps nobody else's back."""
    try:
        with office.database.begin() as session:
            booking = bookings.get_booking(session, row_id, for_change=True)
            if booking != seen:
                return False  # changed since it was looked for; the next look decides anew
            outbox.enqueue(session, [write(booking)], booking_id=row_id, now=now)
    except (IntegrityError, UnknownBooking):
        # Another worker was quicker (booking, kind, sequence and recipient are unique), or the
        # booking has just been erased.
        return False
    return True

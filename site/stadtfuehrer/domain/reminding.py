"""When letters go out that nobody has to ask for: the reminder, and the thanks."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.domain.booking import Status

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from stadtfuehrer.domain.booking import Booking

REMIND_AT = time(10)
"""On the wall clock of the consultant: people read mail then, and can still call."""

THANK_AFTER = timedelta(hours=1)
THANK_WITHIN = timedelta(days=3)
"""Thanks that come later than this would only be odd."""


def remind_at(booking: Booking, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the reminder is due: the day before, in the morning."""
    day_before = booking.start.astimezone(zone).date() - timedelta(days=1)
    return datetime.combine(day_before, REMIND_AT, tzinfo=zone).astimezone(UTC)


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
    due = booking.end + THANK_AFTER
    return booking.status is Status.CONFIRMED and due <= now < booking.end + THANK_WITHIN

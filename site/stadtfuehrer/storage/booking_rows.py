"""Bookings as rows and back."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from stadtfuehrer.domain.booking import Booking, Interest, Status, Visitor
from stadtfuehrer.domain.consent import Consent
from stadtfuehrer.domain.intervals import Stretch
from stadtfuehrer.domain.slots import Place, Taken

if TYPE_CHECKING:
    from datetime import datetime

    from stadtfuehrer.storage.tables import DbBooking


def fold_address(email: str) -> str:
    """One spelling of an address, for counting: mail servers ignore case in practice."""
    return email.casefold()


def taken_of(start: datetime, end: datetime, before: int, after: int, kind: str) -> Taken:
    """What a row's columns keep from others; buffers in minutes."""
    return Taken(
        stretch=Stretch(start, end),
        before=timedelta(minutes=before),
        after=timedelta(minutes=after),
        kind=kind,
    )


def columns_of(booking: Booking) -> dict[str, Any]:
    """A booking as the columns that a change may touch."""
    visitor, interest, consent = booking.visitor, booking.interest, booking.consent
    return {
        "kind": booking.kind,
        "title": booking.title,
        "place": booking.place.value,
        "start_at": booking.start,
        "end_at": booking.end,
        "before_minutes": int(booking.before.total_seconds()) // 60,
        "after_minutes": int(booking.after.total_seconds()) // 60,
        "status": booking.status.value,
        "sequence": booking.sequence,
        **asdict(visitor),
        "address": fold_address(visitor.email),
        "service": interest.service,
        "answers": dict(interest.answers),
        "quiz_version": interest.quiz_version,
        "cancel_reason": booking.cancel_reason,
        "consent_version": consent.version if consent else "",
        "consent_wording": consent.wording if consent else "",
        "consent_at": consent.given_at if consent else None,
        "booked_at": booking.booked_at,
        "changed_at": booking.changed_at,
    }


def booking_of(row: DbBooking) -> Booking:
    """The booking that a row holds."""
    return Booking(
        uid=row.uid,
        kind=row.kind,
        title=row.title,
        place=Place(row.place),
        start=row.start_at,
        end=row.end_at,
        before=timedelta(minutes=row.before_minutes),
        after=timedelta(minutes=row.after_minutes),
        status=Status(row.status),
        sequence=row.sequence,
        visitor=Visitor(**{one.name: getattr(row, one.name) for one in fields(Visitor)}),
        interest=Interest(service=row.service, answers=row.answers, quiz_version=row.quiz_version),
        booked_at=row.booked_at,
        changed_at=row.changed_at,
        cancel_reason=row.cancel_reason,
        consent=_consent_of(row),
    )


def _consent_of(row: DbBooking) -> Consent | None:
    if row.consent_at is None:
        return None
    return Consent(
        version=row.consent_version, wording=row.consent_wording, given_at=row.consent_at
    )

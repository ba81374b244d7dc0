"""Bookings that do not stand yet, as rows: held, unconfirmed, requested."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from stadtfuehrer.booking.busy_store import BUSY_COLUMNS
from stadtfuehrer.booking.model import CONFIRMABLE, HOLD, OCCUPYING, Booking, Status
from stadtfuehrer.booking.slots import BusyInterval
from stadtfuehrer.booking.store import erase
from stadtfuehrer.booking.tables import DbBooking, booking_of, busy_of


def unconfirmed_since(session: Session, since: datetime, *, now: datetime) -> list[BusyInterval]:
    """What bookings made after then keep from others though nobody has confirmed their address."""
    query = (
        select(*BUSY_COLUMNS)
        .where(DbBooking.status.in_(OCCUPYING), DbBooking.booked_at > since)
        .where(DbBooking.confirmed_at.is_(None), DbBooking.start_at > now)
    )
    return [busy_of(*row) for row in session.execute(query)]


def any_lapsed(session: Session, *, now: datetime, answered_by: datetime) -> bool:
    """Whether there is anything for the three below."""
    lapsed = or_(_overdue(now), _forgotten(now), _unanswered(answered_by))
    return session.scalar(select(DbBooking.id).where(lapsed).limit(1)) is not None


def overdue_holds(session: Session, *, now: datetime) -> list[tuple[int, Booking]]:
    """Held bookings whose time is kept no longer."""
    return _rows(session, _overdue(now))


def unanswered_requests(session: Session, *, answered_by: datetime) -> list[tuple[int, Booking]]:
    """Requests for consultations that would start before then."""
    return _rows(session, _unanswered(answered_by))


def erase_unconfirmed(session: Session, *, now: datetime) -> None:
    """Erase bookings whose addresses nobody confirmed in time, with their letters."""
    erase(session, _forgotten(now))


def _overdue(now: datetime) -> ColumnElement[bool]:
    return (DbBooking.status == Status.HELD) & (DbBooking.booked_at <= now - HOLD)


def _forgotten(now: datetime) -> ColumnElement[bool]:
    return (DbBooking.status == Status.UNCONFIRMED) & (DbBooking.booked_at <= now - CONFIRMABLE)


def _unanswered(answered_by: datetime) -> ColumnElement[bool]:
    return (DbBooking.status == Status.REQUESTED) & (DbBooking.start_at <= answered_by)


def _rows(session: Session, which: ColumnElement[bool]) -> list[tuple[int, Booking]]:
    rows = session.scalars(select(DbBooking).where(which).with_for_update())
    return [(row.id, booking_of(row)) for row in rows]

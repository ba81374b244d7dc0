"""Bookings' events in the consultant's calendar, as rows."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.booking.tables import DbBooking, booking_of
from stadtfuehrer.calendar.caldav import Entity
from stadtfuehrer.calendar.events import Became, Watched
from stadtfuehrer.calendar.tables import DbCalendarEvent
from stadtfuehrer.database.base import upsert

_STANDS = (
    DbBooking.status == Status.CONFIRMED,
    DbCalendarEvent.owed_since.is_(None),
    DbCalendarEvent.sequence == DbBooking.sequence,
    DbCalendarEvent.start_at == DbBooking.start_at,
)
"""What is in the calendar as it was written last, unless somebody changed it there."""

_NOTHING: dict[str, Any] = {
    "href": "",
    "etag": "",
    "sequence": 0,
    "start_at": None,
    "found": "",
    "found_start": None,
    "found_at": None,
    "told_at": None,
    "missing_since": None,
    "lease_until": None,
}


class Owed(NamedTuple):
    """A booking whose event is still to be written, or taken out, since when, and why not yet."""

    booking_id: int
    start: datetime
    name: str
    since: datetime | None
    attempts: int
    error: str


class Finding(NamedTuple):
    """How the consultant changed a booking's event; a move that has no ``start`` leads nowhere."""

    found: str
    start: datetime | None


def owed(session: Session, target: str, *, now: datetime) -> list[Owed]:
    """Every booking to come whose event is not as it should be in this calendar, by start.

    That is asked of the bookings themselves, so nothing that changes them has to think of it.
    """
    event = DbCalendarEvent
    stands = and_(
        event.target == target,
        event.sequence == DbBooking.sequence,
        event.start_at == DbBooking.start_at,
    )
    confirmed = DbBooking.status == Status.CONFIRMED
    has_row = event.booking_id.is_not(None)
    why = func.coalesce(event.attempts, 0), func.coalesce(event.error, "")
    query = (
        select(DbBooking.id, DbBooking.start_at, DbBooking.name, event.owed_since, *why)
        .join(event, event.booking_id == DbBooking.id, isouter=True)
        .where(DbBooking.end_at > now)
        .where(
            or_(
                and_(confirmed, or_(~has_row, ~stands, event.start_at.is_(None))),
                and_(~confirmed, has_row),
            )
        )
        .order_by(DbBooking.start_at, DbBooking.id)
    )
    return [Owed(*row) for row in session.execute(query)]


def note_owed(session: Session, target: str, found: Iterable[Owed], *, now: datetime) -> None:
    """Make those due that were not known to be owed; of another calendar all is forgotten."""
    event = DbCalendarEvent
    session.execute(
        update(event)
        .where(event.target != target)
        .values(target=target, owed_since=now, due_at=now, attempts=0, error="", **_NOTHING)
    )
    over = select(DbBooking.id).where(DbBooking.end_at <= now)
    session.execute(
        update(event)
        .where(event.owed_since.is_not(None), event.booking_id.in_(over))
        .values(owed_since=None)
    )
    due = {"owed_since": now, "due_at": now, "attempts": 0, "error": ""}
    for one in found:
        if one.since is None:
            session.execute(
                upsert(session, event)
                .values(booking_id=one.booking_id, target=target, **due, **_NOTHING)
                .on_conflict_do_update(index_elements=["booking_id"], set_=due)
            )


def due_events(session: Session, *, now: datetime) -> list[int]:
    """The bookings whose events are to be written or taken out now, those that start first."""
    query = (
        select(DbCalendarEvent.booking_id)
        .join(DbBooking, DbBooking.id == DbCalendarEvent.booking_id)
        .where(DbCalendarEvent.owed_since.is_not(None), *_is_due(now))
        .order_by(DbBooking.start_at)
    )
    return list(session.scalars(query))


def _is_due(now: datetime) -> tuple[Any, ...]:
    leased = DbCalendarEvent.lease_until
    return DbCalendarEvent.due_at <= now, or_(leased.is_(None), leased <= now)


class LeasedEvent(NamedTuple):
    """An event that a worker has leased, with its booking; ``until`` tells which lease it is."""

    booking_id: int
    booking: Booking
    href: str
    attempts: int
    until: datetime


def lease(
    session: Session, booking_id: int, *, now: datetime, length: timedelta
) -> LeasedEvent | None:
    """Lease an event that is due; None where somebody else has it, or it is not due any more."""
    event, until = DbCalendarEvent, now + length
    leased = session.execute(
        update(event)
        .where(event.booking_id == booking_id, event.owed_since.is_not(None), *_is_due(now))
        .values(lease_until=until, attempts=event.attempts + 1)
        .returning(event.href, event.attempts)
    ).one_or_none()
    row = session.get(DbBooking, booking_id)
    if leased is None or row is None:
        return None
    return LeasedEvent(booking_id, booking_of(row), *leased, until)


def note_written(session: Session, held: LeasedEvent, entity: Entity) -> None:
    """The event stands in the calendar as its booking was."""
    its = held.booking
    there = {"href": entity.url, "etag": entity.etag}
    as_written = {"sequence": its.sequence, "start_at": its.start}
    settled = {"owed_since": None, "attempts": 0, "error": ""}
    session.execute(_held(held).values(**_NOTHING | there | as_written | settled))


def note_failed(session: Session, held: LeasedEvent, reason: str, *, due_at: datetime) -> None:
    """This attempt did not succeed; the next one is due then."""
    session.execute(_held(held).values(error=reason, due_at=due_at, lease_until=None))


def forget_event(session: Session, held: LeasedEvent) -> None:
    """The event has been taken out."""
    event = DbCalendarEvent
    session.execute(
        delete(event).where(event.booking_id == held.booking_id, event.lease_until == held.until)
    )


def _held(held: LeasedEvent) -> Any:
    event = DbCalendarEvent
    return update(event).where(event.booking_id == held.booking_id, event.lease_until == held.until)


def watched(session: Session, target: str, *, now: datetime) -> list[Watched]:
    """The events that stand as they were written last, of bookings to come."""
    event = DbCalendarEvent
    query = (
        select(event.booking_id, DbBooking.uid, event.href, event.etag, DbBooking.start_at)
        .add_columns(event.found, event.found_start, event.missing_since)
        .join(DbBooking, DbBooking.id == event.booking_id)
        .where(event.target == target, DbBooking.start_at > now, *_STANDS)
    )
    return [Watched(*row) for row in session.execute(query)]


def note_look(session: Session, event: Watched, became: Became, *, now: datetime) -> None:
    """Keep what became of an event, unless it was written or answered for meanwhile."""
    row, changed = DbCalendarEvent, (event.found, event.found_start) != became[2:4]
    values = {"href": became.href, "etag": became.etag, "missing_since": became.missing_since}
    values |= {"found": became.found, "found_start": became.start}
    values |= {"found_at": now} if changed else {}
    values |= {} if became.found else {"told_at": None}
    session.execute(
        update(row)
        .where(row.booking_id == event.booking_id, row.owed_since.is_(None))
        .where(row.etag == event.etag, row.start_at == event.start, row.found == event.found)
        .values(**values)
    )


def find_finding(session: Session, booking_id: int) -> Finding | None:
    """How the consultant changed a booking's event, if they did, and it is still to be answered."""
    event = DbCalendarEvent
    query = (
        select(event.found, event.found_start)
        .join(DbBooking, DbBooking.id == event.booking_id)
        .where(event.booking_id == booking_id, event.found != "", *_STANDS)
    )
    row = session.execute(query).one_or_none()
    return row and Finding(*row)


def open_findings(session: Session, *, now: datetime) -> dict[int, Finding]:
    """The same of all bookings to come, by their rows' ids."""
    event = DbCalendarEvent
    query = (
        select(event.booking_id, event.found, event.found_start)
        .join(DbBooking, DbBooking.id == event.booking_id)
        .where(event.found != "", DbBooking.start_at > now, *_STANDS)
    )
    return {row_id: Finding(found, start) for row_id, found, start in session.execute(query)}


def to_tell(session: Session, *, now: datetime, settled: timedelta) -> list[tuple[int, Booking]]:
    """The bookings that the consultant is to be asked about; a moved event comes to rest first."""
    event = DbCalendarEvent
    at_rest = or_(event.found == "gone", event.found_at <= now - settled)
    query = (
        select(DbBooking)
        .join(event, event.booking_id == DbBooking.id)
        .where(event.found != "", event.told_at.is_(None), at_rest)
        .where(DbBooking.start_at > now, *_STANDS)
    )
    return [(row.id, booking_of(row)) for row in session.scalars(query)]


def note_told(session: Session, booking_id: int, *, now: datetime) -> bool:
    """Note that the consultant is asked; False where somebody else just did."""
    event = DbCalendarEvent
    ours = update(event).where(event.booking_id == booking_id, event.told_at.is_(None))
    return session.execute(ours.values(told_at=now).returning(event.etag)).first() is not None


def put_back(session: Session, booking_id: int | None, *, now: datetime) -> int:
    """Make an event due that is not as it was written; without an id every one. How many."""
    event = DbCalendarEvent
    changed = update(event).where(or_(event.found != "", event.missing_since.is_not(None)))
    if booking_id is not None:
        changed = changed.where(event.booking_id == booking_id)
    blank = dict.fromkeys(("start_at", "found_start", "found_at", "missing_since"))
    anew = {"found": "", "told_at": None, "owed_since": now, "due_at": now, "attempts": 0}
    return len(session.execute(changed.values(**blank, **anew).returning(event.booking_id)).all())

"""What is taken, closed or counted, asked of the database for free times and for limits."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Executable, bindparam, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from stadtfuehrer.booking.hours_store import DbHoursChange
from stadtfuehrer.booking.model import LIVE, OCCUPYING, Booking
from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.slots import BusyInterval
from stadtfuehrer.booking.store import CALENDAR, LONGEST_REACH
from stadtfuehrer.booking.tables import DbBooking, booking_of, busy_of
from stadtfuehrer.mail.address import mailbox_of

BUSY_COLUMNS = (
    *(DbBooking.start_at, DbBooking.end_at),
    *(DbBooking.before_minutes, DbBooking.after_minutes, DbBooking.kind),
)
"""What ``busy_of`` needs."""

# Built once: building them anew took as long as all else about a page of free times. No row has
# the id 0, which stands for "but none" in ``but_not``.
_CHANGE = (DbHoursChange.start_at < bindparam("end"), DbHoursChange.end_at > bindparam("begin"))
_BUSY: Executable = union_all(
    select(*BUSY_COLUMNS, null())
    .where(DbBooking.calendar == CALENDAR, DbBooking.status.in_(OCCUPYING))
    .where(DbBooking.start_at.between(bindparam("begin"), bindparam("end")))
    .where(DbBooking.id != bindparam("but_not")),
    select(
        *(DbHoursChange.start_at, DbHoursChange.end_at, literal(0), literal(0), literal("")),
        DbHoursChange.is_open,
    ).where(*_CHANGE),
)
_LIVE = select(func.count()).select_from(DbBooking).where(DbBooking.id != bindparam("but_not"))
_ON_DAY = _LIVE.where(
    DbBooking.calendar == CALENDAR,
    DbBooking.status.in_(OCCUPYING),
    DbBooking.start_at >= bindparam("begin"),
    DbBooking.start_at < bindparam("end"),
)
_COUNTS = select(
    _ON_DAY.scalar_subquery(),
    _ON_DAY.where(DbBooking.kind == bindparam("kind")).scalar_subquery(),
    _LIVE.where(DbBooking.address == bindparam("address"), DbBooking.status.in_(LIVE))
    .where(DbBooking.end_at > bindparam("now"))
    .scalar_subquery(),
    select(func.count())
    .where(~DbHoursChange.is_open, DbHoursChange.start_at < bindparam("its_end"))
    .where(DbHoursChange.end_at > bindparam("its_start"))
    .scalar_subquery(),
)


class Busy(NamedTuple):
    """What is booked or closed, and when it is open besides the usual hours."""

    busy: list[BusyInterval]
    extra: list[Interval]


def busy_between(
    connection: Connection, start: datetime, end: datetime, *, but_not: int | None = None
) -> Busy:
    """What live bookings and closings keep from others from ``start`` to ``end``, and extra hours.

    One query; a little more on both sides is returned, so that every buffer that reaches in is
    there. ``but_not`` leaves a booking out by its row's id (one that is being moved).
    """
    found = Busy([], [])
    bounds = {"begin": start - LONGEST_REACH, "end": end + LONGEST_REACH}
    for *columns, is_open in connection.execute(_BUSY, bounds | {"but_not": but_not or 0}):
        if is_open is None:
            found.busy.append(busy_of(*columns))
        elif is_open:
            found.extra.append(Interval(*columns[:2]))
        else:
            found.busy.append(BusyInterval(interval=Interval(*columns[:2]), counts=False))
    return found


def booked_between(session: Session, interval: Interval) -> list[tuple[int, Booking]]:
    """The bookings that keep some of this time from others, by start, with their rows' ids."""
    query = (
        select(DbBooking)
        .where(DbBooking.calendar == CALENDAR, DbBooking.status.in_(OCCUPYING))
        .where(DbBooking.start_at.between(interval.start - LONGEST_REACH, interval.end))
        .where(DbBooking.start_at < interval.end, DbBooking.end_at > interval.start)
        .order_by(DbBooking.start_at, DbBooking.id)
    )
    return [(row.id, booking_of(row)) for row in session.scalars(query)]


class LiveCounts(NamedTuple):
    """How many live bookings there are: on a day, of a kind there, of an address from now on.

    And how many of the consultant's closings lie in the way of the one that is asked about.
    """

    on_day: int
    of_kind: int
    of_address: int
    closings: int


def live_counts(
    session: Session,
    *,
    day: Interval,
    kind: str,
    email: str,
    its: Interval,
    now: datetime,
    but_not: int | None = None,
) -> LiveCounts:
    """Count what the limits ask for, in one statement; ``but_not`` leaves out a row.

    ``its`` is when the consultation is to be, on that day.
    """
    bounds = {"begin": day.start, "end": day.end, "now": now, "but_not": but_not or 0}
    bounds |= {"its_start": its.start, "its_end": its.end}
    row = session.execute(_COUNTS, bounds | {"kind": kind, "address": mailbox_of(email)}).one()
    return LiveCounts(*row)

"""Bookings and the cells they occupy, as rows."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stadtfuehrer.booking.cells import Cell, occupied_cells
from stadtfuehrer.booking.model import Booking, Party, Status
from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.slots import BusyInterval
from stadtfuehrer.booking.tables import (
    DbBooking,
    DbOccupied,
    booking_of,
    busy_of,
    columns_of,
    fold_address,
)
from stadtfuehrer.database.base import count_rows
from stadtfuehrer.mail.tables import DbLetter
from stadtfuehrer.refusals import NotFree, UnknownBooking, WhyNotFree

CALENDAR = "haupt"
"""The one calendar there is so far; each row names it, so that a second one needs no migration."""

LONGEST_REACH = timedelta(days=2)
"""No consultation with its buffers reaches further than this from its start."""

BUSY_COLUMNS = (
    *(DbBooking.start_at, DbBooking.end_at),
    *(DbBooking.before_minutes, DbBooking.after_minutes, DbBooking.kind),
)
"""What ``busy_of`` needs."""

# Built once: building them anew took as long as all else about a page of free times. No row has
# the id 0, which stands for "but none" in ``but_not``.
_BUSY = (
    select(*BUSY_COLUMNS)
    .where(DbBooking.calendar == CALENDAR, DbBooking.status == Status.CONFIRMED)
    .where(DbBooking.start_at.between(bindparam("begin"), bindparam("end")))
    .where(DbBooking.id != bindparam("but_not"))
)
_BY_KEY = select(DbBooking).where(DbBooking.key == bindparam("key"))
_LIVE = (
    select(func.count())
    .select_from(DbBooking)
    .where(DbBooking.status == Status.CONFIRMED, DbBooking.id != bindparam("but_not"))
)
_ON_DAY = _LIVE.where(DbBooking.calendar == CALENDAR).where(
    DbBooking.start_at >= bindparam("begin"), DbBooking.start_at < bindparam("end")
)
_COUNTS = select(
    _ON_DAY.scalar_subquery(),
    _ON_DAY.where(DbBooking.kind == bindparam("kind")).scalar_subquery(),
    _LIVE.where(DbBooking.address == bindparam("address"))
    .where(DbBooking.end_at > bindparam("now"))
    .scalar_subquery(),
)


def add_booking(
    session: Session, booking: Booking, *, key: str, token_hash: bytes, consultant_hash: bytes
) -> int:
    """Keep a booking and occupy its cells; its row's id.

    Raises NotFree: another booking occupies one of the cells.
    """
    row = DbBooking(
        calendar=CALENDAR,
        uid=booking.uid,
        key=key,
        token_hash=token_hash,
        consultant_hash=consultant_hash,
        **columns_of(booking),
    )
    session.add(row)
    session.flush()
    _occupy(session, row.id, _live_cells(booking))
    return row.id


def keep_change(session: Session, row_id: int, *, was: Booking, booking: Booking) -> None:
    """Keep what a step made of a booking; it then occupies the cells it needs, and no others.

    New cells are occupied before old ones are given back: two bookings that change places could
    otherwise wait for each other's cells for ever.

    Raises NotFree: another booking occupies one of the cells.
    """
    session.execute(update(DbBooking).where(DbBooking.id == row_id).values(**columns_of(booking)))
    old, new = _live_cells(was), _live_cells(booking)
    _occupy(session, row_id, [cell for cell in new if cell not in old])
    gone = [cell for cell in old if cell not in new]
    session.execute(
        delete(DbOccupied)
        .where(DbOccupied.booking_id == row_id)
        .where(tuple_(DbOccupied.cell, DbOccupied.side).in_(gone))
    )


def find_by_key(session: Session, key: str) -> Booking | None:
    """The booking that this form made, if it was sent before."""
    row = session.scalar(_BY_KEY, {"key": key})
    return None if row is None else booking_of(row)


class Found(NamedTuple):
    """A booking, its row's id, and whose link led to it."""

    row_id: int
    booking: Booking
    party: Party


def get_by_token_hash(session: Session, token_hash: bytes, *, for_change: bool = False) -> Found:
    """The booking behind the SHA-256 of the visitor's or the consultant's token.

    ``for_change`` keeps others from changing it until this unit of work ends (SQLite's writers
    are alone anyway). Raises UnknownBooking.
    """
    query = select(DbBooking).where(
        or_(DbBooking.token_hash == token_hash, DbBooking.consultant_hash == token_hash)
    )
    row = session.scalar(query.with_for_update() if for_change else query)
    if row is None:
        raise UnknownBooking
    party = Party.VISITOR if row.token_hash == token_hash else Party.CONSULTANT
    return Found(row.id, booking_of(row), party)


def get_booking(session: Session, row_id: int, *, for_change: bool = False) -> Booking:
    """A booking by its row's id; ``for_change`` as above. Raises UnknownBooking: it was erased."""
    query = select(DbBooking).where(DbBooking.id == row_id)
    row = session.scalar(query.with_for_update() if for_change else query)
    if row is None:
        raise UnknownBooking
    return booking_of(row)


def starting_between(
    session: Session, begin: datetime, end: datetime, *, without_letter: str
) -> list[tuple[int, Booking]]:
    """Live bookings that start in [begin, end) and of which no such letter was written yet."""
    written = exists().where(
        DbLetter.booking_id == DbBooking.id,
        DbLetter.kind == without_letter,
        DbLetter.sequence == DbBooking.sequence,
    )
    query = (
        select(DbBooking)
        .where(DbBooking.calendar == CALENDAR, DbBooking.status == Status.CONFIRMED)
        .where(DbBooking.start_at >= begin, DbBooking.start_at < end, ~written)
        .order_by(DbBooking.start_at)
    )
    return [(row.id, booking_of(row)) for row in session.scalars(query)]


def take_back_consent(session: Session, row_id: int) -> None:
    """Forget that a visitor consented to be asked; nothing else about the booking changes."""
    session.execute(
        update(DbBooking)
        .where(DbBooking.id == row_id)
        .values(consent_version="", consent_wording="", consent_at=None)
    )


class LiveCounts(NamedTuple):
    """How many live bookings there are: on a day, of a kind there, of an address from now on."""

    on_day: int
    of_kind: int
    of_address: int


def live_counts(
    session: Session,
    *,
    day: Interval,
    kind: str,
    email: str,
    now: datetime,
    but_not: int | None = None,
) -> LiveCounts:
    """Count what the limits ask for, in one statement; ``but_not`` leaves out a row."""
    bounds = {"begin": day.start, "end": day.end, "now": now, "but_not": but_not or 0}
    row = session.execute(_COUNTS, bounds | {"kind": kind, "address": fold_address(email)}).one()
    return LiveCounts(*row)


def busy_between(
    connection: Connection, start: datetime, end: datetime, *, but_not: int | None = None
) -> list[BusyInterval]:
    """What live bookings keep from others from ``start`` to ``end``, in one range query.

    A little more on both sides is returned, so that every buffer that reaches in is there.
    ``but_not`` leaves a booking out by its row's id (one that is being moved).
    """
    bounds = {"begin": start - LONGEST_REACH, "end": end + LONGEST_REACH}
    rows = connection.execute(_BUSY, bounds | {"but_not": but_not or 0})
    return [busy_of(*row) for row in rows]


def all_uids(session: Session) -> set[str]:
    """The UID of every booking, as calendars have it that took its invitation."""
    return set(session.scalars(select(DbBooking.uid)))


def all_bookings(session: Session) -> Iterator[tuple[int, Booking]]:
    """Every booking with its row's id, by start."""
    query = select(DbBooking).order_by(DbBooking.start_at, DbBooking.id)
    for row in session.scalars(query.execution_options(yield_per=500)):
        yield row.id, booking_of(row)


def _occupy(session: Session, row_id: int, cells: list[Cell]) -> None:
    if not cells:
        return
    row = {"calendar_id": CALENDAR, "booking_id": row_id}
    rows = [{**row, "cell": cell.number, "side": cell.side} for cell in cells]
    try:
        session.execute(insert(DbOccupied), rows)
    except IntegrityError as error:
        raise NotFree(WhyNotFree.TAKEN) from error


def _live_cells(booking: Booking) -> list[Cell]:
    return occupied_cells(booking.busy) if booking.status is Status.CONFIRMED else []


def erase_bookings(session: Session, *, ended_before: datetime) -> tuple[int, int]:
    """Erase bookings, live or cancelled, with their cells and letters; how many of each kind."""
    ended = DbBooking.end_at < ended_before
    theirs = select(DbBooking.id).where(ended)
    letters = count_rows(session, DbLetter.id, DbLetter.booking_id.in_(theirs))
    bookings = count_rows(session, DbBooking.id, ended)
    session.execute(delete(DbLetter).where(DbLetter.booking_id.in_(theirs)))
    session.execute(delete(DbOccupied).where(DbOccupied.booking_id.in_(theirs)))
    session.execute(delete(DbBooking).where(ended))
    return bookings, letters

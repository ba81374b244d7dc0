"""Bookings and the cells they occupy, as rows."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, exists, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stadtfuehrer.booking.cells import Cell, occupied_cells
from stadtfuehrer.booking.model import Booking, Party, Status
from stadtfuehrer.booking.tables import DbBooking, DbOccupied, booking_of, columns_of
from stadtfuehrer.booking.token_store import DbBookingToken, get_confirmation, get_token
from stadtfuehrer.database.base import count_rows
from stadtfuehrer.mail.tables import DbLetter
from stadtfuehrer.refusals import NotFree, UnknownBooking, WhyNotFree

CALENDAR = "haupt"
"""The one calendar there is so far; each row names it, so that a second one needs no migration."""

LONGEST_REACH = timedelta(days=2)
"""No consultation with its buffers reaches further than this from its start."""

_BY_KEY = select(DbBooking.uid, DbBooking.content).where(DbBooking.key == bindparam("key"))


def add_booking(
    session: Session,
    booking: Booking,
    *,
    key: str,
    content: bytes,
    token_hash: bytes,
    consultant_hash: bytes,
    confirmation_hash: bytes | None = None,
) -> int:
    """Keep a booking and occupy its cells; its row's id.

    Raises NotFree: another booking occupies one of the cells.
    """
    row = DbBooking(
        calendar=CALENDAR,
        uid=booking.uid,
        key=key,
        content=content,
        token_hash=token_hash,
        consultant_hash=consultant_hash,
        confirmation_hash=confirmation_hash,
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


class Made(NamedTuple):
    """The booking that a form made, and SHA-256 of what it said; None in rows older than that."""

    uid: str
    content: bytes | None


def find_by_key(session: Session, key: str) -> Made | None:
    """What this form made, if it was sent before."""
    row = session.execute(_BY_KEY, {"key": key}).one_or_none()
    return None if row is None else Made(*row)


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
    either = or_(DbBooking.token_hash == token_hash, DbBooking.consultant_hash == token_hash)
    try:
        row = _get_row(session, either, for_change=for_change)
    except UnknownBooking:
        row_id, party = get_token(session, token_hash)
        return Found(row_id, get_booking(session, row_id, for_change=for_change), party)
    party = Party.VISITOR if row.token_hash == token_hash else Party.CONSULTANT
    return Found(row.id, booking_of(row), party)


def get_by_confirmation_hash(
    session: Session, confirmation_hash: bytes, *, for_change: bool = False
) -> Found:
    """The booking whose address the holder of that token can confirm. Raises UnknownBooking."""
    its = DbBooking.confirmation_hash == confirmation_hash
    row_id = session.scalar(select(DbBooking.id).where(its))
    if row_id is None:
        row_id = get_confirmation(session, confirmation_hash)
    return Found(row_id, get_booking(session, row_id, for_change=for_change), Party.VISITOR)


def get_booking(session: Session, row_id: int, *, for_change: bool = False) -> Booking:
    """A booking by its row's id; ``for_change`` as above. Raises UnknownBooking: it was erased."""
    return booking_of(_get_row(session, DbBooking.id == row_id, for_change=for_change))


def settle_organizer(session: Session, row_id: int, address: str) -> None:
    """Make an address the ORGANIZER of a booking's UID, unless an invitation has named another.

    Calendars ignore what another ORGANIZER than the first one says of a UID (RFC 5546, 6.1.1). One
    that the mail server refused has not reached anybody.
    """
    invited = exists().where(
        DbLetter.booking_id == row_id, DbLetter.method != "", DbLetter.sent_at.is_not(None)
    )
    session.execute(
        update(DbBooking)
        .where(DbBooking.id == row_id, DbBooking.organizer != address)
        .where(or_(DbBooking.organizer == "", ~invited))
        .values(organizer=address)
    )


def _get_row(session: Session, which: ColumnElement[bool], *, for_change: bool) -> DbBooking:
    query = select(DbBooking).where(which)
    row = session.scalar(query.with_for_update() if for_change else query)
    if row is None:
        raise UnknownBooking
    return row


class Near(NamedTuple):
    """What a letter about a booking needs at least, whatever the rest of its row is like."""

    row_id: int
    uid: str
    sequence: int
    email: str


def starting_between(
    session: Session, begin: datetime, end: datetime, *, without_letter: str
) -> list[Near]:
    """Live bookings that start in [begin, end) and of which no such letter was written yet."""
    written = exists().where(
        DbLetter.booking_id == DbBooking.id,
        DbLetter.kind == without_letter,
        DbLetter.sequence == DbBooking.sequence,
    )
    query = (
        select(DbBooking.id, DbBooking.uid, DbBooking.sequence, DbBooking.email)
        .where(DbBooking.calendar == CALENDAR, DbBooking.status == Status.CONFIRMED)
        .where(DbBooking.start_at >= begin, DbBooking.start_at < end, ~written)
        .order_by(DbBooking.start_at)
    )
    return [Near(*row) for row in session.execute(query)]


def live_since(session: Session, since: datetime) -> list[Booking]:
    """Live bookings that start then or later, by start."""
    query = (
        select(DbBooking)
        .where(DbBooking.calendar == CALENDAR, DbBooking.status == Status.CONFIRMED)
        .where(DbBooking.start_at >= since)
        .order_by(DbBooking.start_at, DbBooking.id)
    )
    return [booking_of(row) for row in session.scalars(query)]


def take_back_consent(session: Session, row_id: int) -> None:
    """Forget that a visitor consented to be asked; nothing else about the booking changes."""
    session.execute(
        update(DbBooking)
        .where(DbBooking.id == row_id)
        .values(consent_version="", consent_wording="", consent_at=None)
    )


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
    return occupied_cells(booking.busy) if booking.status.occupies else []


def bookings_of(session: Session, mailbox: str) -> dict[int, Booking]:
    """The bookings of whoever reads this mailbox (``mailbox_of``), by start, by their rows' ids."""
    query = select(DbBooking).where(DbBooking.address == mailbox)
    rows = session.scalars(query.order_by(DbBooking.start_at, DbBooking.id))
    return {row.id: booking_of(row) for row in rows}


def erase_by_id(session: Session, row_ids: Collection[int]) -> tuple[list[str], int]:
    """Erase these bookings; their UIDs, how many letters."""
    return erase(session, DbBooking.id.in_(row_ids))


def erase_bookings(session: Session, *, ended_before: datetime) -> tuple[list[str], int]:
    """Erase bookings, live or cancelled, with cells and letters; their UIDs, how many letters."""
    return erase(session, DbBooking.end_at < ended_before)


def erase(session: Session, which: ColumnElement[bool]) -> tuple[list[str], int]:
    """Erase some bookings with all that belongs to them."""
    theirs = select(DbBooking.id).where(which)
    letters = count_rows(session, DbLetter.id, DbLetter.booking_id.in_(theirs))
    uids = list(session.scalars(select(DbBooking.uid).where(which)))
    if uids:
        session.execute(delete(DbLetter).where(DbLetter.booking_id.in_(theirs)))
        session.execute(delete(DbOccupied).where(DbOccupied.booking_id.in_(theirs)))
        session.execute(delete(DbBookingToken).where(DbBookingToken.booking_id.in_(theirs)))
        session.execute(delete(DbBooking).where(which))
    return uids, letters

"""Erasing rows whose time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, null, select, update

from stadtfuehrer.storage.outbox import State
from stadtfuehrer.storage.tables import DbBooking, DbLetter, DbOccupied, DbPosts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def erase_bookings(session: Session, *, ended_before: datetime) -> tuple[int, int]:
    """Erase bookings, live or cancelled, with their cells and letters; how many of each kind."""
    ended = DbBooking.end_at < ended_before
    theirs = select(DbBooking.id).where(ended)
    letters = _count(session, DbLetter.id, DbLetter.booking_id.in_(theirs))
    bookings = _count(session, DbBooking.id, ended)
    session.execute(delete(DbLetter).where(DbLetter.booking_id.in_(theirs)))
    session.execute(delete(DbOccupied).where(DbOccupied.booking_id.in_(theirs)))
    session.execute(delete(DbBooking).where(ended))
    return bookings, letters


def erase_letters(session: Session, *, made_before: datetime) -> int:
    """Erase old letters: those of no booking altogether, of the others the text of settled ones.

    How many were erased.
    """
    old = DbLetter.made_at < made_before
    alone = old & DbLetter.booking_id.is_(None)
    says = (DbLetter.message != b"") | DbLetter.facts.is_not(null())
    settled = old & DbLetter.state.in_([State.SENT, State.SKIPPED]) & says
    erased = _count(session, DbLetter.id, alone | settled)
    session.execute(delete(DbLetter).where(alone))
    session.execute(update(DbLetter).where(settled).values(message=b"", facts=null()))
    return erased


def erase_posts(session: Session, *, before: datetime) -> None:
    """Forget how many forms were sent in hours that are over."""
    session.execute(delete(DbPosts).where(DbPosts.hour < before))


def _count(session: Session, column: object, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(column)).where(condition)) or 0  # type: ignore[arg-type]

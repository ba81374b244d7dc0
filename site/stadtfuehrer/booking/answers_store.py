"""What came back about bookings, as rows: answers to invitations, letters that did not arrive."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, Subquery, exists, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from stadtfuehrer.booking.model import Booking, Party, Status
from stadtfuehrer.booking.tables import DbAnswer, DbBooking, booking_of
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.tables import DbLetter, State

_TO_VISITOR = [kind.value for kind in LetterKind if not kind.is_for_consultant]


class CameBack(NamedTuple):
    """What came back about a booking, named by the letter that asks or tells of it.

    ``fault`` is why a letter did not arrive, and empty for an answer.
    """

    booking_id: int
    kind: LetterKind
    fault: str


def find_by_uid(session: Session, uid: str) -> tuple[int, Booking] | None:
    """The booking of an invitation with its row's id; nobody else changes it meanwhile."""
    row = session.scalar(select(DbBooking).where(DbBooking.uid == uid).with_for_update())
    return None if row is None else (row.id, booking_of(row))


def keep_answer(
    session: Session, row_id: int, party: Party, *, sequence: int, stamp: datetime, declined: bool
) -> None:
    """Keep a party's answer, unless a later one is known (RFC 5546, 2.1.5)."""
    known = session.get(DbAnswer, (row_id, party.value))
    if known is not None and (known.sequence, known.stamp) > (sequence, stamp):
        return
    answer = DbAnswer(
        booking_id=row_id, party=party.value, sequence=sequence, stamp=stamp, declined=declined
    )
    session.merge(answer)


def what_came_back(
    session: Session, row_id: int | None = None, *, after: datetime | None = None
) -> list[CameBack]:
    """What holds now, about one booking, about those that start after then, or about all."""
    found = _came_back()
    query = select(found.c.id, found.c.kind, found.c.fault)
    if row_id is not None:
        query = query.where(found.c.id == row_id)
    if after is not None:
        query = query.join(DbBooking, DbBooking.id == found.c.id).where(DbBooking.start_at > after)
    rows = session.execute(query.order_by(found.c.id, found.c.kind))
    return [CameBack(one, LetterKind(kind), fault) for one, kind, fault in rows]


def not_yet_told(session: Session, *, now: datetime) -> list[CameBack]:
    """The same of bookings to come, where nobody was written to about it since the last step."""
    found = _came_back()
    told = exists().where(
        DbLetter.booking_id == found.c.id,
        DbLetter.kind == found.c.kind,
        DbLetter.sequence == DbBooking.sequence,
    )
    query = (
        select(found.c.id, found.c.kind, found.c.fault)
        .join(DbBooking, DbBooking.id == found.c.id)
        .where(DbBooking.start_at > now, ~told)
        .order_by(found.c.id, found.c.kind)
    )
    return [CameBack(one, LetterKind(kind), fault) for one, kind, fault in session.execute(query)]


def _came_back() -> Subquery:
    return union_all(_declined(), _undelivered()).subquery()


def _declined() -> Select[int, str, str]:
    """Refused invitations to the present time; a moved booking asks anew."""
    return (
        select(
            DbBooking.id, ("abgelehnt-" + DbAnswer.party).label("kind"), literal("").label("fault")
        )
        .join(DbAnswer, DbAnswer.booking_id == DbBooking.id)
        .where(DbAnswer.declined, DbAnswer.sequence == DbBooking.sequence)
        .where(DbBooking.status == Status.CONFIRMED)
    )


def _undelivered() -> Select[int, str, str]:
    """Letters to visitors that were tried in vain, where the last one tried is such."""
    later = aliased(DbLetter)
    tried_since = exists().where(
        later.booking_id == DbLetter.booking_id,
        later.kind.in_(_TO_VISITOR),
        later.state.in_([State.SENT, State.FAILED]),
        later.id > DbLetter.id,
    )
    # One that could not even be composed says nothing about the address.
    was_tried = or_(DbLetter.message != b"", DbLetter.sent_at.is_not(None))
    return (
        select(
            DbBooking.id,
            literal(LetterKind.UNDELIVERABLE.value).label("kind"),
            DbLetter.error.label("fault"),
        )
        .join(DbLetter, DbLetter.booking_id == DbBooking.id)
        .where(DbLetter.state == State.FAILED, DbLetter.kind.in_(_TO_VISITOR), was_tried)
        .where(DbBooking.status.not_in([Status.HELD, Status.UNCONFIRMED]), ~tried_since)
    )

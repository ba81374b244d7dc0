"""What can be asked of the outbox: all letters, and which failed, wait or were written before."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stadtfuehrer.mail.store import State
from stadtfuehrer.mail.tables import DbLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """A letter in the outbox, as the operator sees it."""

    id: int
    kind: str
    recipient: str
    state: State
    attempts: int
    error: str
    due_at: datetime
    sent_at: datetime | None


def all_letters(session: Session) -> list[OutboxEntry]:
    """Every letter, oldest first, without its bytes."""
    columns = [getattr(DbLetter, field.name) for field in fields(OutboxEntry)]
    rows = session.execute(select(*columns).order_by(DbLetter.id))
    return [OutboxEntry(**{**row._mapping, "state": State(row.state)}) for row in rows]  # noqa: SLF001 - public in spite of its name


def count_failed(session: Session, recipient: str | None = None) -> int:
    """How many letters failed for good and wait for somebody to look; to one address, or to all."""
    query = select(func.count()).select_from(DbLetter).where(DbLetter.state == State.FAILED)
    if recipient is not None:
        query = query.where(DbLetter.recipient == recipient)
    return session.scalar(query) or 0


def waiting_since(session: Session) -> datetime | None:
    """When the oldest letter that still waits was written or last retried; None if none waits."""
    query = select(func.min(DbLetter.made_at)).where(DbLetter.state == State.WAITING)
    return session.scalar(query)


def any_sent(session: Session, *, since: datetime) -> bool:
    """Whether a letter was sent since then."""
    query = select(DbLetter.id).where(DbLetter.state == State.SENT, DbLetter.sent_at >= since)
    return session.scalar(query.limit(1)) is not None


def has_letter(session: Session, booking_id: int, kind: str) -> bool:
    """Whether a letter of this kind was ever written about a booking."""
    query = select(DbLetter.id).where(DbLetter.booking_id == booking_id, DbLetter.kind == kind)
    return session.scalar(query.limit(1)) is not None

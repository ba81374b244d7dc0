"""The rows of the outbox, and what can be asked of them."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.database.base import Base


class State(StrEnum):
    """How far a letter has come; whether it is leased is another question."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class DbLetter(Base):
    """A letter in the outbox: what it says, its finished bytes, and how far it has come.

    ``facts`` are what the booking's row will not tell (any more) when the letter is composed.
    ``sender`` and ``message`` are empty until then. ``lease_until`` is set while a worker has
    leased it; a lease that has run out returns it to the queue. After ``use_until`` nobody needs
    it any more (a reminder when the consultation has begun). ``facts`` and ``message`` are erased
    once the letter is sent and past its retention.
    """

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("booking_id", "kind", "sequence", "recipient"),
        Index("ix_letters_state_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"))
    kind: Mapped[str] = mapped_column(String(40))
    sequence: Mapped[int]
    method: Mapped[str] = mapped_column(String(20))
    sender: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    message: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int]
    error: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    use_until: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class DbMailbox(Base):
    """How far a folder of a mailbox is read: UIDs count within one UIDVALIDITY (RFC 3501, 2.3.1.1).

    ``name`` is user, host and folder.
    """

    __tablename__ = "mailboxes"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    uid_validity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)


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


def find_stuck_since(session: Session, *, before: datetime) -> datetime | None:
    """Since when the oldest letter waits, if it has since before then and none was sent after."""
    oldest = select(func.min(DbLetter.made_at)).where(DbLetter.state == State.WAITING)
    since = session.scalar(oldest)
    if since is None or since > before:
        return None
    sent = select(DbLetter.id).where(DbLetter.state == State.SENT, DbLetter.sent_at >= before)
    return since if session.scalar(sent.limit(1)) is None else None


def find_position(session: Session, name: str, uid_validity: int) -> int | None:
    """The last UID that was read of a mailbox; None for a new one, or one that counts anew."""
    known = session.get(DbMailbox, name)
    return known.last_uid if known is not None and known.uid_validity == uid_validity else None


def keep_position(session: Session, name: str, uid_validity: int, last_uid: int) -> None:
    """Note how far a mailbox is read."""
    session.merge(DbMailbox(name=name, uid_validity=uid_validity, last_uid=last_uid))


def has_letter(session: Session, booking_id: int, kind: str) -> bool:
    """Whether a letter of this kind was ever written about a booking."""
    query = select(DbLetter.id).where(DbLetter.booking_id == booking_id, DbLetter.kind == kind)
    return session.scalar(query.limit(1)) is not None

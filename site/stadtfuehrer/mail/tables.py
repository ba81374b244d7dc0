"""The rows of the outbox, and what can be asked of them."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    case,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.database.base import EMPTY, Base
from stadtfuehrer.mail.message import FOR_CONSULTANT


class State(StrEnum):
    """How far a letter has come; whether it is leased is another question."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class DbLetter(Base):
    """A letter in the outbox: what it says, its finished bytes, and how far it has come.

    ``facts`` are what the booking's row will not tell (any more) when the letter is composed.
    ``sender`` and ``message`` are empty until then; ``composed_with`` is the digest of the settings
    that they were composed with. ``recipient`` is the address as of then, and before that as of
    when it was written: who reads a letter follows from its ``kind``. ``lease_until`` is set while
    a worker has leased it; a lease that has run out returns it to the queue. After ``use_until``
    nobody needs it any more (a reminder when the consultation has begun). ``facts`` and ``message``
    are erased once the letter is sent and past its retention. ``mailbox`` and ``domain`` are keyed
    hashes, and set where a stranger may have typed the address: of such letters only so many go out
    a day.
    """

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("booking_id", "kind", "sequence"),
        Index("ix_letters_state_due", "state", "due_at"),
        Index("ix_letters_mailbox", "mailbox", "sent_at"),
        Index("ix_letters_domain", "domain", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"))
    kind: Mapped[str] = mapped_column(String(40))
    sequence: Mapped[int]
    method: Mapped[str] = mapped_column(String(20))
    sender: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text)
    mailbox: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    domain: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    message: Mapped[bytes] = mapped_column(LargeBinary)
    composed_with: Mapped[str] = mapped_column(String(64), server_default=EMPTY)
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int]
    error: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    use_until: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


def is_for_consultant(letter: type[DbLetter]) -> ColumnElement[bool]:
    """Who reads a letter, in a statement: the consultant, whatever the address is by then."""
    return letter.kind.in_(FOR_CONSULTANT)


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


class Failed(NamedTuple):
    """How many letters failed for good and wait for somebody to look.

    Those that were ``never_composed`` are no mail server's fault, but ours or that of a row.
    """

    letters: int
    to_consultant: int
    never_composed: int


def count_failed(session: Session) -> Failed:
    """Count them by whom they are to, whatever the consultant's address was then."""
    query = select(
        func.count(),
        func.count(case((is_for_consultant(DbLetter), 1))),
        func.count(case((DbLetter.message == b"", 1))),
    ).where(DbLetter.state == State.FAILED)
    return Failed(*session.execute(query).one())


def find_stuck_since(session: Session, *, before: datetime, to_nobody: bool) -> datetime | None:
    """Since when the oldest letter waits, if it has since before then and none was sent after.

    Where one was tried and all are to one domain, they wait for that domain's own server: only
    where letters leave ``to_nobody`` they count as well.
    """
    waiting = select(DbLetter.made_at, DbLetter.attempts, DbLetter.recipient).where(
        DbLetter.state == State.WAITING, DbLetter.made_at <= before
    )
    letters = session.execute(waiting.order_by(DbLetter.made_at)).all()
    domains = {letter.recipient.rpartition("@")[2].casefold() for letter in letters}
    tried = any(letter.attempts for letter in letters)
    if not letters or (tried and len(domains) == 1 and not to_nobody):
        return None
    sent = select(DbLetter.id).where(DbLetter.state == State.SENT, DbLetter.sent_at >= before)
    since: datetime = letters[0].made_at
    return since if session.scalar(sent.limit(1)) is None else None


def letters_since(
    session: Session, since: datetime, kind: str, *, booking_id: int | None = None
) -> list[datetime]:
    """When letters of a kind were written, about a booking or about any, oldest first."""
    query = select(DbLetter.made_at).where(DbLetter.kind == kind, DbLetter.made_at > since)
    if booking_id is not None:
        query = query.where(DbLetter.booking_id == booking_id)
    return list(session.scalars(query.order_by(DbLetter.made_at)))


def letters_to(
    session: Session, mailbox: bytes, domain: bytes | None, *, since: datetime
) -> tuple[list[datetime], list[datetime]]:
    """When letters were written to a mailbox, and below a domain, that strangers may have typed."""
    mine = select(DbLetter.made_at).where(DbLetter.made_at > since).order_by(DbLetter.made_at)
    of_domain = mine.where(DbLetter.domain == domain) if domain else None
    return (
        list(session.scalars(mine.where(DbLetter.mailbox == mailbox))),
        [] if of_domain is None else list(session.scalars(of_domain)),
    )


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

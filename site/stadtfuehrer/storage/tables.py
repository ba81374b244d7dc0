"""The rows. What they mean stands in the domain; here stands how they are kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

if TYPE_CHECKING:
    from sqlalchemy import Dialect


_EMPTY = text("''")
"""The default of a text column that came later, for the rows that were there before."""


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; naive ones are refused.

    SQLite has no zones, so there the text without one is what UTC's clock shows.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into UTC."""
        if value is None:
            return None
        if value.utcoffset() is None:
            msg = "only aware instants are kept"
            raise ValueError(msg)
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read an instant back, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Common ground: constraint names that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, dict[str, Any]: JSON}  # noqa: RUF012 - SQLAlchemy's


class DbBooking(Base):
    """A booking; ``key`` is the form's idempotency key, ``token_hash`` SHA-256 of its token.

    ``consultant_hash`` is that of the token which only the consultant's letters carry.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        Index("ix_bookings_calendar_start", "calendar", "start_at"),
        Index("ix_bookings_address", "address"),
        Index("ix_bookings_consultant_hash", "consultant_hash", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar: Mapped[str] = mapped_column(String(40))
    uid: Mapped[str] = mapped_column(String(64), unique=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    consultant_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(20))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    before_minutes: Mapped[int] = mapped_column(Integer)
    after_minutes: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(20))
    sequence: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    """The e-mail address folded, so that one person's bookings can be counted."""
    firma: Mapped[str] = mapped_column(Text)
    telefon: Mapped[str] = mapped_column(Text)
    anliegen: Mapped[str] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(80))
    answers: Mapped[dict[str, Any]]
    quiz_version: Mapped[str] = mapped_column(String(64))
    cancel_reason: Mapped[str] = mapped_column(Text)
    consent_version: Mapped[str] = mapped_column(String(20), server_default=_EMPTY)
    consent_wording: Mapped[str] = mapped_column(Text, server_default=_EMPTY)
    consent_at: Mapped[datetime | None]
    booked_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class DbOccupied(Base):
    """A side of a 5-minute cell that a live booking occupies.

    The primary key is what refuses a double booking, on either database.
    """

    __tablename__ = "occupied"
    # The primary key is the table: half the pages to write in SQLite.
    __table_args__ = ({"sqlite_with_rowid": False},)

    calendar_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    cell: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    side: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)


class DbLetter(Base):
    """A letter in the outbox: what it says, its finished bytes, and how far it has come.

    ``facts`` are what the booking's row will not tell (any more) when the letter is composed.
    ``sender`` and ``message`` are empty until then. ``lease_until`` is set while a worker has it
    in hand; a lease that has run out returns it to the queue. After ``use_until`` nobody needs it
    any more (a reminder when the consultation has begun). ``facts`` and ``message`` are erased
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


class DbPosts(Base):
    """How many forms a network has sent in an hour; the network is a keyed hash."""

    __tablename__ = "posts"

    network: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    posts: Mapped[int]


class DbWaiting(Base):
    """Somebody who waits for a free time of a kind; gone as soon as their letter is written."""

    __tablename__ = "waiting"
    __table_args__ = (UniqueConstraint("kind", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]


class DbTold(Base):
    """A free start that somebody waiting has been told of, so that it is told of once."""

    __tablename__ = "told"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    start_at: Mapped[datetime] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]


class DbQuizStatistics(Base):
    """A counter of the quiz for a day (``domain/quiz_statistics.py``); nothing about a visitor."""

    __tablename__ = "tally"
    # A version's counters of all days lie together, where every look at them reads.
    __table_args__ = ({"sqlite_with_rowid": False},)

    quiz_version: Mapped[str] = mapped_column(String(64), primary_key=True)
    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    question: Mapped[str] = mapped_column(Text, primary_key=True)
    option: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int]


class DbCountedForm(Base):
    """A form that was counted, so that it is counted once: SHA-256 of its key, and nothing else."""

    __tablename__ = "counted_forms"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    hour: Mapped[datetime]

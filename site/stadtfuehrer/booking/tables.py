"""The rows of bookings, of the cells that they occupy and of the waiting list."""

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    delete,
    false,
    insert,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.questions import OwnAnswer
from stadtfuehrer.booking.slots import BusyInterval, Caller, Place
from stadtfuehrer.booking.visitor import Interest, Visitor
from stadtfuehrer.consent import Consent
from stadtfuehrer.database.base import EMPTY, Base
from stadtfuehrer.mail.address import mailbox_of


class DbBooking(Base):
    """A booking; ``key`` is the form's idempotency key, ``token_hash`` SHA-256 of its token.

    ``content`` is SHA-256 of what the form said, which outlives every change of the booking.
    ``consultant_hash`` is that of the token which only the consultant's letters carry,
    ``confirmation_hash`` that of the one by which a typed address is confirmed.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        Index("ix_bookings_calendar_start", "calendar", "start_at"),
        Index("ix_bookings_address", "address"),
        Index("ix_bookings_consultant_hash", "consultant_hash", unique=True),
        Index("ix_bookings_confirmation_hash", "confirmation_hash", unique=True),
        Index("ix_bookings_status_booked", "status", "booked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar: Mapped[str] = mapped_column(String(40))
    uid: Mapped[str] = mapped_column(String(64), unique=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    consultant_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    confirmation_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(20))
    caller: Mapped[str] = mapped_column(String(20), server_default=text("'consultant'"))
    """Bookings that are older have always been called at their number, if there was one."""
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    before_minutes: Mapped[int] = mapped_column(Integer)
    after_minutes: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(20))
    sequence: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    """Whose mailbox the e-mail address is, so that one person's bookings can be counted.

    Both are empty where the consultant entered somebody without one.
    """
    firma: Mapped[str] = mapped_column(Text)
    telefon: Mapped[str] = mapped_column(Text)
    anliegen: Mapped[str] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(80))
    answers: Mapped[dict[str, Any]]
    quiz_version: Mapped[str] = mapped_column(String(64))
    wording: Mapped[dict[str, Any] | None]
    """The answers with their questions, in the words in which the visitor saw them."""
    own_answers: Mapped[dict[str, Any] | None]
    """The answers to the kind's own questions, with these in the words of that day."""
    cancel_reason: Mapped[str] = mapped_column(Text)
    room: Mapped[str] = mapped_column(Text, server_default=EMPTY)
    organizer: Mapped[str] = mapped_column(Text, server_default=EMPTY)
    consent_version: Mapped[str] = mapped_column(String(20), server_default=EMPTY)
    consent_wording: Mapped[str] = mapped_column(Text, server_default=EMPTY)
    consent_at: Mapped[datetime | None]
    booked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    by_hand: Mapped[bool] = mapped_column(server_default=false())
    missed_at: Mapped[datetime | None]


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


class DbWaiting(Base):
    """Somebody who waits for a free time of a kind; gone as soon as their letter is written."""

    __tablename__ = "waiting"
    __table_args__ = (UniqueConstraint("kind", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]


class DbAnswer(Base):
    """What a party's mail program last said to the invitation of this SEQUENCE."""

    __tablename__ = "answers"

    booking_id: Mapped[int] = mapped_column(
        ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True
    )
    party: Mapped[str] = mapped_column(String(20), primary_key=True)
    sequence: Mapped[int]
    stamp: Mapped[datetime]
    """DTSTAMP: when it was said."""
    declined: Mapped[bool]


class DbFeed(Base):
    """The consultant's private feed: SHA-256 of the secret in its address; one row at most."""

    __tablename__ = "feeds"

    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    made_at: Mapped[datetime]


class DbNotifiedSlot(Base):
    """A free start that somebody waiting has been told of, so that it is told of once."""

    __tablename__ = "told"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    start_at: Mapped[datetime] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]


def columns_of(booking: Booking) -> dict[str, Any]:
    """A booking as the columns that a change may touch."""
    interest, consent = booking.interest, booking.consent
    return {
        "kind": booking.kind,
        "title": booking.title,
        "place": booking.place.value,
        "caller": booking.caller.value,
        "start_at": booking.start,
        "end_at": booking.end,
        "before_minutes": booking.before // timedelta(minutes=1),
        "after_minutes": booking.after // timedelta(minutes=1),
        "status": booking.status.value,
        "sequence": booking.sequence,
        **asdict(booking.visitor),
        "address": mailbox_of(booking.visitor.email),
        "service": interest.service,
        "answers": dict(interest.answers),
        "quiz_version": interest.quiz_version,
        "wording": dict(interest.wording),
        "own_answers": dict(interest.own_answers),
        "cancel_reason": booking.cancel_reason,
        "room": booking.room,
        "organizer": booking.organizer,
        "consent_version": consent.version if consent else "",
        "consent_wording": consent.wording if consent else "",
        "consent_at": consent.given_at if consent else None,
        "booked_at": booking.booked_at,
        "changed_at": booking.changed_at,
        "confirmed_at": booking.confirmed_at,
        "by_hand": booking.by_hand,
        "missed_at": booking.missed_at,
    }


def booking_of(row: DbBooking) -> Booking:
    """The booking that a row holds."""
    consent = None
    if row.consent_at is not None:
        version, wording = row.consent_version, row.consent_wording
        consent = Consent(version=version, wording=wording, given_at=row.consent_at)
    return Booking(
        uid=row.uid,
        kind=row.kind,
        title=row.title,
        place=Place(row.place),
        caller=Caller(row.caller),
        start=row.start_at,
        end=row.end_at,
        before=timedelta(minutes=row.before_minutes),
        after=timedelta(minutes=row.after_minutes),
        status=Status(row.status),
        sequence=row.sequence,
        visitor=Visitor(**{one.name: getattr(row, one.name) for one in fields(Visitor)}),
        interest=Interest(
            service=row.service,
            answers=row.answers,
            quiz_version=row.quiz_version,
            wording=row.wording or {},
            own_answers={one: OwnAnswer(*kept) for one, kept in (row.own_answers or {}).items()},
        ),
        booked_at=row.booked_at,
        changed_at=row.changed_at,
        cancel_reason=row.cancel_reason,
        consent=consent,
        confirmed_at=row.confirmed_at,
        room=row.room,
        organizer=row.organizer,
        by_hand=row.by_hand,
        missed_at=row.missed_at,
    )


def busy_of(start: datetime, end: datetime, before: int, after: int, kind: str) -> BusyInterval:
    """What a row's columns keep from others; buffers in minutes."""
    return BusyInterval(
        interval=Interval(start, end),
        before=timedelta(minutes=before),
        after=timedelta(minutes=after),
        kind=kind,
    )


def replace_feed(
    session: Session, secret_hash: bytes | None, *, now: datetime | None = None
) -> None:
    """Let only this secret lead to the feed, or none."""
    session.execute(delete(DbFeed))
    if secret_hash is not None:
        session.execute(insert(DbFeed).values(secret_hash=secret_hash, made_at=now))


def has_feed(session: Session, secret_hash: bytes) -> bool:
    """Whether this is the hash of the feed's secret."""
    return session.get(DbFeed, secret_hash) is not None

"""Calls to other programs as rows: written with the booking's step, leased to be made.

They are a queue of their own beside the outbox, since there a letter waits for the earlier ones of
its reader: a program that is away must keep no guest waiting.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, exists, insert, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from stadtfuehrer.database.base import Base, count_rows
from stadtfuehrer.hooks.model import LeasedCall
from stadtfuehrer.mail.queue import lease_first, make_due, ready
from stadtfuehrer.mail.tables import State
from stadtfuehrer.refusals import UnknownCall


class DbHookCall(Base):
    """A call that is owed to the hook of this name, with what it says until it was made.

    It is leased, tried again and given up as letters are (``mail.queue``, ``mail.delivery``).
    """

    __tablename__ = "hook_calls"
    __table_args__ = (
        Index("ix_hook_calls_state_due", "state", "due_at"),
        Index("ix_hook_calls_booking", "booking_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id", ondelete="CASCADE"))
    call_id: Mapped[str] = mapped_column(String(40), unique=True)
    hook: Mapped[str] = mapped_column(String(80))
    event: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int]
    error: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


def enqueue(session: Session, rows: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Owe these calls from now on."""
    new = {"state": State.WAITING, "attempts": 0, "error": "", "made_at": now, "due_at": now}
    session.execute(insert(DbHookCall), [new | row for row in rows])


def any_due(session: Session, *, now: datetime) -> bool:
    """Whether a call may be leased; says yes rather too often than too seldom."""
    query = select(DbHookCall.id).where(*ready(DbHookCall, now))
    return session.scalar(query.limit(1)) is not None


def lease_next(
    session: Session, *, now: datetime, lease: timedelta, but_not: Collection[str]
) -> LeasedCall | None:
    """Lease the next due call, in one statement, but none to these hooks.

    A hook hears of each booking in order.
    """
    earlier = aliased(DbHookCall)
    held_back = exists().where(
        earlier.booking_id == DbHookCall.booking_id,
        earlier.hook == DbHookCall.hook,
        earlier.state == State.WAITING,
        earlier.id < DbHookCall.id,
    )
    others = DbHookCall.hook.not_in(but_not)
    return lease_first(session, DbHookCall, LeasedCall, others, ~held_back, now=now, lease=lease)


def settle(session: Session, call: LeasedCall, **values: Any) -> None:
    """End this lease, and no later one of the same call."""
    session.execute(
        update(DbHookCall)
        .where(DbHookCall.id == call.id, DbHookCall.lease_until == call.lease_until)
        .values(lease_until=None, **values)
    )


def retry(session: Session, call_id: int, *, now: datetime) -> None:
    """Make a call that failed, or waits, due now. Raises UnknownCall: there is none such."""
    if not make_due(session, DbHookCall, call_id, now=now):
        raise UnknownCall


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEntry:
    """A call, as the operator sees it."""

    id: int
    booking_id: int
    hook: str
    event: str
    state: str
    attempts: int
    error: str
    made_at: datetime
    sent_at: datetime | None


def all_calls(session: Session) -> list[CallEntry]:
    """Every call, oldest first."""
    columns = [getattr(DbHookCall, field.name) for field in fields(CallEntry)]
    rows = session.execute(select(*columns).order_by(DbHookCall.id))
    return [CallEntry(**row._mapping) for row in rows]  # noqa: SLF001 - public in spite of its name


def count_failed(session: Session) -> int:
    """How many calls were given up and wait for somebody to look."""
    return count_rows(session, DbHookCall.id, DbHookCall.state == State.FAILED)

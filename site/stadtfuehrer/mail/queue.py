"""What the outbox and the calls to other programs share: rows that wait, are leased and retried."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from stadtfuehrer.mail.tables import State

T = TypeVar("T")

_FARTHEST = timedelta(days=2)
"""What is due, or leased, later than that from now was noted by a clock that was wrong."""


def ready(table: Any, now: datetime) -> list[ColumnElement[bool]]:
    """Which rows wait, are due, and leased by nobody."""
    due = or_(table.due_at <= now, table.due_at > now + _FARTHEST)
    return [table.state == State.WAITING, due, unleased(table.lease_until, now)]


def unleased(until: InstrumentedAttribute[datetime | None], now: datetime) -> ColumnElement[bool]:
    """Whether no worker has leased it, or not any more."""
    return or_(until.is_(None), until < now, until > now + _FARTHEST)


def lease_first(
    session: Session,
    table: Any,
    leased: type[T],
    *which: ColumnElement[bool],
    now: datetime,
    lease: timedelta,
) -> T | None:
    """Lease the first of these rows that is ready, in one statement, so that nobody else gets it.

    ``leased`` is a dataclass of some of the table's columns.
    """
    next_id = (
        select(table.id)
        .where(*ready(table, now), *which)
        .order_by(table.due_at, table.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    row = session.execute(
        update(table)
        .where(table.id == next_id)
        .values(lease_until=now + lease, attempts=table.attempts + 1)
        .returning(*(getattr(table, field.name) for field in fields(leased)))  # type: ignore[arg-type] # a dataclass
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if row is None else leased(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def make_due(session: Session, table: Any, row_id: int, *, now: datetime) -> bool:
    """Make a row that failed, or waits, due now, with a fresh start; whether there was one."""
    change = update(table).where(table.id == row_id, table.state.in_([State.FAILED, State.WAITING]))
    change = change.values(state=State.WAITING, attempts=0, made_at=now, due_at=now)
    return session.execute(change.returning(table.id)).one_or_none() is not None

"""The rows of hours that were closed or opened beside those of the settings file."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.booking.opening import HoursChange, Interval
from stadtfuehrer.database.base import Base


class DbHoursChange(Base):
    """A stretch of time that is closed, or open, whatever the settings file says."""

    __tablename__ = "hours_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    start_at: Mapped[datetime]
    end_at: Mapped[datetime] = mapped_column(index=True)
    is_open: Mapped[bool]
    made_at: Mapped[datetime]


def add_change(session: Session, interval: Interval, *, is_open: bool, now: datetime) -> int:
    """Keep a change; its row's id."""
    row = DbHoursChange(start_at=interval.start, end_at=interval.end, is_open=is_open, made_at=now)
    session.add(row)
    session.flush()
    return row.id


def drop_change(session: Session, change_id: int) -> bool:
    """Take a change back; whether there was one."""
    gone = delete(DbHoursChange).where(DbHoursChange.id == change_id)
    return session.scalar(gone.returning(DbHoursChange.id)) is not None


def find_change(session: Session, change_id: int) -> HoursChange | None:
    """The change with this id."""
    row = session.get(DbHoursChange, change_id)
    return None if row is None else _change_of(row)


def changes_after(session: Session, moment: datetime) -> list[HoursChange]:
    """The changes that are not over by then, by start."""
    query = select(DbHoursChange).where(DbHoursChange.end_at > moment)
    rows = session.scalars(query.order_by(DbHoursChange.start_at, DbHoursChange.id))
    return [_change_of(row) for row in rows]


def erase_changes(session: Session, *, ended_before: datetime) -> None:
    """Forget changes that are over."""
    session.execute(delete(DbHoursChange).where(DbHoursChange.end_at < ended_before))


def _change_of(row: DbHoursChange) -> HoursChange:
    return HoursChange(id=row.id, interval=Interval(row.start_at, row.end_at), is_open=row.is_open)

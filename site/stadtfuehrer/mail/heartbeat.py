"""Signs of life: when the letter worker was last there, and since when it gets rid of nothing."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.database.base import Base, upsert

WORKER, SITE = "worker", "site"

SILENT_AFTER = timedelta(seconds=45)
"""A worker writes every ten seconds; one that has not for so long does not answer."""


class DbHeartbeat(Base):
    """One row for each who gives signs of life.

    ``stuck_since`` is set while nobody takes the worker's letters, whomever they are to: the mail
    server is away, or does not let it in. What a server says about one letter does not count.
    """

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]
    stuck_since: Mapped[datetime | None]


class Heartbeat(NamedTuple):
    """The worker's last sign of life."""

    at: datetime
    stuck_since: datetime | None

    def is_silent(self, now: datetime) -> bool:
        """Whether the next one is overdue."""
        return now - self.at > SILENT_AFTER


def beat(
    session: Session, name: str, *, now: datetime, stuck_since: datetime | None = None
) -> None:
    """Give a sign of life."""
    said = {"at": now, "stuck_since": stuck_since}
    insert = upsert(session, DbHeartbeat).values(name=name, **said)
    session.execute(insert.on_conflict_do_update(index_elements=[DbHeartbeat.name], set_=said))


def end_beating(session: Session) -> None:
    """The worker was told to stop: nobody needs to be worried."""
    session.execute(delete(DbHeartbeat).where(DbHeartbeat.name == WORKER))


def find_heartbeat(session: Session) -> Heartbeat | None:
    """The worker's; None if there never was one, or it was stopped."""
    columns = (DbHeartbeat.at, DbHeartbeat.stuck_since)
    row = session.execute(select(*columns).where(DbHeartbeat.name == WORKER)).one_or_none()
    return None if row is None else Heartbeat(*row)

"""Signs of life: when the letter worker was last there, and since when it gets rid of nothing.

Besides, what it thinks of the clock (see ``stadtfuehrer.clock``): the last instant that it
believed, which outlives it, and since when it doubts.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.database.base import Base, upsert

WORKER, SITE = "worker", "site"

CLOCK, DOUBT = "clock", "doubt"

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


def find_signs(session: Session) -> tuple[Heartbeat | None, datetime | None]:
    """The worker's, if there ever was one and it was not stopped; what made it doubt the clock."""
    columns = (DbHeartbeat.name, DbHeartbeat.at, DbHeartbeat.stuck_since)
    rows = session.execute(select(*columns).where(DbHeartbeat.name.in_([WORKER, DOUBT])))
    signs = {name: Heartbeat(at, stuck_since) for name, at, stuck_since in rows}
    doubt = signs.get(DOUBT)
    return signs.get(WORKER), None if doubt is None else doubt.at


def keep_clock(session: Session, *, believed: datetime, doubted: datetime | None) -> None:
    """Note what the worker thinks of the clock; in doubt, what it believed last remains."""
    if doubted is not None:
        beat(session, DOUBT, now=doubted)
        return
    beat(session, CLOCK, now=believed)
    session.execute(delete(DbHeartbeat).where(DbHeartbeat.name == DOUBT))


def find_clock(session: Session) -> tuple[datetime | None, datetime | None]:
    """The last instant that a worker believed, and the one at which it began to doubt, if any."""
    rows = session.execute(
        select(DbHeartbeat.name, DbHeartbeat.at).where(DbHeartbeat.name.in_([CLOCK, DOUBT]))
    )
    known = {row.name: row.at for row in rows}
    return known.get(CLOCK), known.get(DOUBT)

"""Who waits for a free time, and of which free times somebody was told, as rows."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from stadtfuehrer.booking.store import fold_address
from stadtfuehrer.booking.tables import DbNotifiedSlot, DbWaiting


class Waiting(NamedTuple):
    """Somebody in the line for a kind."""

    row_id: int
    address: str


def join_line(session: Session, kind: str, address: str, *, now: datetime) -> None:
    """Put an address at the end of the line for a kind; who waits already keeps their place.

    Two spellings of one address are one place. Only one unit of work at a time may do this.
    """
    known = session.scalars(select(DbWaiting.address).where(DbWaiting.kind == kind))
    if fold_address(address) not in map(fold_address, known):
        session.execute(insert(DbWaiting).values(kind=kind, address=address, since=now))


def kinds_waited_for(session: Session) -> list[str]:
    """The ids of kinds that somebody waits for."""
    return list(session.scalars(select(DbWaiting.kind).distinct().order_by(DbWaiting.kind)))


def first_in_line(session: Session, kind: str, *, most: int) -> list[Waiting]:
    """Who has waited longest, held for this unit of work, so that no two workers tell them."""
    rows = session.execute(
        select(DbWaiting.id, DbWaiting.address)
        .where(DbWaiting.kind == kind)
        .order_by(DbWaiting.since, DbWaiting.id)
        .limit(most)
        .with_for_update()
    )
    return [Waiting(*row) for row in rows]


def leave_line(session: Session, row_ids: Collection[int]) -> None:
    """Forget addresses that have got their letter."""
    session.execute(delete(DbWaiting).where(DbWaiting.id.in_(row_ids)))


def erase_waiting(session: Session, *, since_before: datetime) -> None:
    """Forget addresses that have waited in vain for too long."""
    session.execute(delete(DbWaiting).where(DbWaiting.since < since_before))


def notified_starts(session: Session, kind: str, *, told_after: datetime) -> set[datetime]:
    """The starts of which somebody was told after an instant."""
    return set(
        session.scalars(
            select(DbNotifiedSlot.start_at).where(
                DbNotifiedSlot.kind == kind, DbNotifiedSlot.told_at > told_after
            )
        )
    )


def note_notified(
    session: Session, kind: str, starts: Collection[datetime], *, now: datetime
) -> None:
    """Remember of which starts somebody is told now."""
    session.execute(
        delete(DbNotifiedSlot).where(
            DbNotifiedSlot.kind == kind, DbNotifiedSlot.start_at.in_(starts)
        )
    )
    rows = [{"kind": kind, "start_at": start, "told_at": now} for start in starts]
    session.execute(insert(DbNotifiedSlot).values(rows))


def keep_notified(session: Session, kind: str, starts: Collection[datetime]) -> None:
    """Forget what was told of starts that are not free any more: free again, they are news."""
    told = session.scalars(select(DbNotifiedSlot.start_at).where(DbNotifiedSlot.kind == kind))
    gone = [start for start in told if start not in starts]
    if gone:
        session.execute(
            delete(DbNotifiedSlot).where(
                DbNotifiedSlot.kind == kind, DbNotifiedSlot.start_at.in_(gone)
            )
        )

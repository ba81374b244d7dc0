"""Who waits for a free time, and of which free times somebody was notified, as rows."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from stadtfuehrer.booking.tables import DbNotifiedSlot, DbWaiting
from stadtfuehrer.mail.address import mailbox_of


def join_line(session: Session, kind: str, address: str, *, now: datetime) -> None:
    """Put an address at the end of the line for a kind; who waits already keeps their place.

    Two spellings of one address are one place. Only one unit of work at a time may do this.
    """
    if kind not in lines_of(session, address):
        session.execute(insert(DbWaiting).values(kind=kind, address=address, since=now))


def lines_of(session: Session, address: str) -> set[str]:
    """The ids of the kinds that an address waits for, whatever its spelling."""
    rows = session.execute(select(DbWaiting.kind, DbWaiting.address)).all()
    return {kind for kind, known in rows if mailbox_of(known) == mailbox_of(address)}


def all_lines(session: Session) -> list[tuple[str, str, datetime]]:
    """Kind, address and since when, of everybody who waits; who has waited longest comes first."""
    query = select(DbWaiting.kind, DbWaiting.address, DbWaiting.since)
    return [(*row,) for row in session.execute(query.order_by(DbWaiting.since, DbWaiting.id))]


def erase_lines_of(session: Session, address: str) -> None:
    """Forget whoever reads the mail of this address."""
    rows = session.execute(select(DbWaiting.id, DbWaiting.address)).all()
    leave_line(session, [row for row, known in rows if mailbox_of(known) == mailbox_of(address)])


def kinds_waited_for(session: Session) -> list[str]:
    """The ids of kinds that somebody waits for."""
    return list(session.scalars(select(DbWaiting.kind).distinct().order_by(DbWaiting.kind)))


def first_in_line(session: Session, kind: str, *, most: int) -> list[tuple[int, str]]:
    """Row and address of who has waited longest, held, so that no two workers write to them."""
    rows = session.execute(
        select(DbWaiting.id, DbWaiting.address)
        .where(DbWaiting.kind == kind)
        .order_by(DbWaiting.since, DbWaiting.id)
        .limit(most)
        .with_for_update()
    )
    return [(row_id, address) for row_id, address in rows]


def leave_line(session: Session, row_ids: Collection[int]) -> None:
    """Forget addresses that have got their letter."""
    session.execute(delete(DbWaiting).where(DbWaiting.id.in_(row_ids)))


def erase_waiting(session: Session, *, since_before: datetime) -> None:
    """Forget addresses that have waited in vain for too long."""
    session.execute(delete(DbWaiting).where(DbWaiting.since < since_before))


def notified_starts(session: Session, kind: str) -> dict[datetime, datetime]:
    """The starts of a kind that somebody was notified of, and when."""
    query = select(DbNotifiedSlot.start_at, DbNotifiedSlot.told_at)
    return dict(session.execute(query.where(DbNotifiedSlot.kind == kind)).all())


def note_notified(
    session: Session, kind: str, starts: Collection[datetime], *, now: datetime
) -> None:
    """Remember of which starts somebody is notified now."""
    forget_notified(session, kind, starts)
    rows = [{"kind": kind, "start_at": start, "told_at": now} for start in starts]
    session.execute(insert(DbNotifiedSlot).values(rows))


def forget_notified(session: Session, kind: str, starts: Collection[datetime]) -> None:
    """Forget starts that are not free any more: free again, they are news."""
    session.execute(
        delete(DbNotifiedSlot).where(
            DbNotifiedSlot.kind == kind, DbNotifiedSlot.start_at.in_(starts)
        )
    )

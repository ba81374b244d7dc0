"""The letters to and about one person, in the outbox."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import case, delete, null, or_, select, update
from sqlalchemy.orm import Session

from stadtfuehrer.mail.address import mailbox_of
from stadtfuehrer.mail.tables import DbLetter, State


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLetter:
    """A letter; ``message`` is empty before it is composed, and once its retention is over."""

    id: int
    kind: str
    recipient: str
    state: str
    made_at: datetime
    sent_at: datetime | None
    message: bytes


def letters_of(session: Session, booking_ids: Collection[int], address: str) -> list[KeptLetter]:
    """The letters about these bookings, and those of no booking to whoever reads this address."""
    columns = [getattr(DbLetter, field.name) for field in fields(KeptLetter)]
    theirs = or_(DbLetter.booking_id.in_(booking_ids), DbLetter.id.in_(_alone(session, address)))
    rows = session.execute(select(*columns).where(theirs).order_by(DbLetter.id))
    return [KeptLetter(**row._mapping) for row in rows]  # noqa: SLF001 - public in spite of its name


def erase_letters_to(session: Session, address: str) -> int:
    """Erase the letters of no booking to whoever reads this address; how many."""
    ids = _alone(session, address)
    session.execute(delete(DbLetter).where(DbLetter.id.in_(ids)))
    return len(ids)


def erase_letters_about(session: Session, *uids: str) -> int:
    """Erase the letters with one of these at the end of their Message-ID, sent or not; how many.

    Of a booking's own stays that there was one; if it waits, it does so in vain.
    """
    # One look for all: no index knows how a text ends.
    rows = session.execute(select(DbLetter.id, DbLetter.message_id))
    ends = {id_: message_id.rpartition("@")[0].rpartition(".")[2] for id_, message_id in rows}
    wanted = set(uids)
    ids = [id_ for id_, end in ends.items() if end in wanted]
    its = DbLetter.id.in_(ids)
    session.execute(delete(DbLetter).where(its, DbLetter.booking_id.is_(None)))
    in_vain = case((DbLetter.state == State.SENT, State.SENT), else_=State.SKIPPED)
    nothing = {"facts": null(), "message": b"", "state": in_vain, "lease_until": None}
    session.execute(update(DbLetter).where(its).values(nothing))
    return len(ids)


def _alone(session: Session, address: str) -> list[int]:
    # Few: once they are sent, such letters have no address any more.
    query = select(DbLetter.id, DbLetter.recipient).where(
        DbLetter.booking_id.is_(None), DbLetter.recipient != ""
    )
    rows = session.execute(query)
    return [id_ for id_, recipient in rows if mailbox_of(recipient) == mailbox_of(address)]

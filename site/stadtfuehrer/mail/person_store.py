"""The letters to and about one person, in the outbox."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from stadtfuehrer.mail.address import mailbox_of
from stadtfuehrer.mail.tables import DbLetter


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


def erase_letters_about(session: Session, mark: str) -> None:
    """Erase the letters of no booking whose Message-ID ends in this mark, sent or not."""
    its = DbLetter.message_id.like(f"<%{mark}@%") & DbLetter.booking_id.is_(None)
    session.execute(delete(DbLetter).where(its))


def _alone(session: Session, address: str) -> list[int]:
    # Few: once they are sent, such letters have no address any more.
    query = select(DbLetter.id, DbLetter.recipient).where(
        DbLetter.booking_id.is_(None), DbLetter.recipient != ""
    )
    rows = session.execute(query)
    return [id_ for id_, recipient in rows if mailbox_of(recipient) == mailbox_of(address)]

"""What the consultant notes of a lead, as a row; and the bookings by which there are leads."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.database.base import Base, upsert
from stadtfuehrer.dialogue.tables import DbVoice


class LeadState(StrEnum):
    """How far the consultant is with somebody; the value stands in addresses."""

    NEW = "neu"
    TALKING = "im-gespraech"
    CUSTOMER = "kunde"
    NO_INTEREST = "kein-interesse"

    @property
    def label(self) -> str:
        """The state in the consultant's words."""
        return {
            "neu": "Neu",
            "im-gespraech": "Im Gespräch",
            "kunde": "Kunde",
            "kein-interesse": "Kein Interesse",
        }[self.value]


class DbLead(Base):
    """What is noted of one mailbox (``mailbox_of``); who has no row is new."""

    __tablename__ = "leads"

    mailbox: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What is noted of a lead; ``changed_at`` is None where nothing is."""

    state: LeadState = LeadState.NEW
    note: str = ""
    changed_at: datetime | None = None

    @property
    def version(self) -> str:
        """What a form carries, so that it shows if somebody else has changed this since."""
        return self.changed_at.isoformat() if self.changed_at else ""


NOTHING = Noted()


class LeadBooking(NamedTuple):
    """As much of a booking as a list of leads needs; ``address`` is the mailbox."""

    id: int
    address: str
    name: str
    email: str
    firma: str
    telefon: str
    anliegen: str
    kind: str
    title: str
    service: str
    status: str
    start_at: datetime
    end_at: datetime
    booked_at: datetime
    missed_at: datetime | None


def lead_bookings(session: Session) -> list[LeadBooking]:
    """Every booking, the newest first, but those whose address nobody has confirmed."""
    columns = [getattr(DbBooking, name) for name in LeadBooking._fields]
    awaiting = [one for one in Status if one.awaits_address]
    query = select(*columns).where(DbBooking.status.not_in(awaiting))
    rows = session.execute(query.order_by(DbBooking.booked_at.desc(), DbBooking.id.desc()))
    return [LeadBooking._make(row) for row in rows]


def find_noted(session: Session, mailbox: str) -> Noted:
    """What is noted of whoever reads this mailbox."""
    query = select(DbLead.state, DbLead.note, DbLead.changed_at)
    row = session.execute(query.where(DbLead.mailbox == mailbox)).one_or_none()
    return NOTHING if row is None else _noted(*row)


def all_noted(session: Session) -> dict[str, Noted]:
    """What is noted, by mailbox."""
    query = select(DbLead.mailbox, DbLead.state, DbLead.note, DbLead.changed_at)
    return {
        mailbox: _noted(state, note, changed_at)
        for mailbox, state, note, changed_at in session.execute(query)
    }


def keep_noted(
    session: Session, mailbox: str, *, state: LeadState, note: str, now: datetime
) -> None:
    """Note this, in place of what was noted before."""
    said = {"state": state.value, "note": note, "changed_at": now}
    insert = upsert(session, DbLead).values(mailbox=mailbox, **said)
    session.execute(insert.on_conflict_do_update(index_elements=[DbLead.mailbox], set_=said))


def erase_noted(session: Session, mailbox: str) -> None:
    """Forget what is noted of whoever reads this mailbox."""
    session.execute(delete(DbLead).where(DbLead.mailbox == mailbox))


def erase_noted_without(session: Session, waiting: Collection[str]) -> None:
    """Forget what is noted of mailboxes that have no booking, asked nothing, and do not wait."""
    gone = delete(DbLead).where(DbLead.mailbox.not_in(select(DbBooking.address)))
    gone = gone.where(DbLead.mailbox.not_in(select(DbVoice.mailbox)))
    session.execute(gone.where(DbLead.mailbox.not_in(waiting)))


def _noted(state: str, note: str, changed_at: datetime) -> Noted:
    return Noted(state=LeadState(state), note=note, changed_at=changed_at)

"""Who did what in the office, or for it on the command line: an account of actions, not of content.

Below the topics, so that each service can note what it does in its own unit of work.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import String, Text, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.database.base import Base

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

KEPT = timedelta(days=90)

COMMAND_LINE = "Kommandozeile"
"""Who it was that needs no address: somebody with a shell."""


class Action(StrEnum):
    """What can be done; ``templates/office/audit.html`` has the words."""

    LINK_PRINTED = "link-printed"
    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    LETTER_RETRIED = "letter-retried"
    HOURS_CLOSED = "hours-closed"
    HOURS_OPENED = "hours-opened"
    HOURS_TAKEN_BACK = "hours-taken-back"
    BOOKING_ENTERED = "booking-entered"
    BOOKING_MOVED = "booking-moved"
    BOOKING_CANCELLED = "booking-cancelled"
    BOOKING_ACCEPTED = "booking-accepted"
    BOOKING_MISSED = "booking-missed"
    BOOKING_TOOK_PLACE = "booking-took-place"
    LEAD_CHANGED = "lead-changed"
    LEADS_EXPORTED = "leads-exported"
    PERSON_HANDED_OVER = "person-handed-over"
    PERSON_ERASED = "person-erased"
    TEXT_CHANGED = "text-changed"
    PICTURE_CHANGED = "picture-changed"
    ACCENT_CHANGED = "accent-changed"
    VOICE_ANSWERED = "voice-answered"
    VOICE_PUBLISHED = "voice-published"
    VOICE_HIDDEN = "voice-hidden"
    VOICE_HEARD = "voice-heard"
    VOICE_CLOSED = "voice-closed"
    VOICE_RELEASED = "voice-released"
    VOICE_ERASED = "voice-erased"
    GUEST_ASKED = "guest-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """That somebody (an address, or the command line) did something; ``about`` are ids."""

    at: datetime
    who: str
    what: str
    about: str


class DbAuditLine(Base):
    """A line of the account."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(Text)


def note(session: Session, who: str, what: Action, *about: int | str, now: datetime) -> None:
    """Write down an action, in the unit of work that does it; ``about`` are ids, never content."""
    ids = ", ".join(map(str, about))
    session.execute(insert(DbAuditLine), [{"at": now, "who": who, "what": what, "about": ids}])


def newest_lines(context: "AppContext", *, most: int) -> list[AuditLine]:
    """The newest lines, newest first."""
    query = select(DbAuditLine.at, DbAuditLine.who, DbAuditLine.what, DbAuditLine.about)
    query = query.order_by(DbAuditLine.at.desc(), DbAuditLine.id.desc()).limit(most)
    with context.database.read() as session:
        return [
            AuditLine(at=at, who=who, what=what, about=about)
            for at, who, what, about in session.execute(query)
        ]


def lines_about(session: Session, about: int, actions: Collection[Action]) -> list[AuditLine]:
    """Who did these actions to this one thing, the oldest first."""
    query = select(DbAuditLine.at, DbAuditLine.who, DbAuditLine.what, DbAuditLine.about)
    query = query.where(DbAuditLine.about == str(about), DbAuditLine.what.in_(actions))
    rows = session.execute(query.order_by(DbAuditLine.at, DbAuditLine.id))
    return [AuditLine(at=at, who=who, what=what, about=ids) for at, who, what, ids in rows]


def erase_lines(session: Session, *, now: datetime) -> None:
    """Forget what was noted too long ago."""
    session.execute(delete(DbAuditLine).where(DbAuditLine.at <= now - KEPT))

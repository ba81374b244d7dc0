"""Who wants to be asked how the week went, as rows; gone as soon as their letter is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.consent import Consent
from stadtfuehrer.database.base import Base
from stadtfuehrer.mail.address import mailbox_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Whom to ask when, and about which answers; ``uid`` stands signed in their letter."""

    uid: str
    email: str
    name: str
    answers: Mapping[str, str]
    quiz_version: str
    due_at: datetime
    consent: Consent


class DbFollowUp(Base):
    """Somebody who wants to be asked."""

    __tablename__ = "follow_ups"
    __table_args__ = (Index("ix_follow_ups_due_at", "due_at"),)

    uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    answers: Mapped[dict[str, Any]]
    quiz_version: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime]
    consent_version: Mapped[str] = mapped_column(String(20))
    consent_wording: Mapped[str] = mapped_column(Text)
    consent_at: Mapped[datetime]


def add_follow_up(session: Session, one: FollowUp) -> None:
    """Remember somebody. Raises AlreadyStored at the end of the unit of work, for the same uid."""
    row = {
        "uid": one.uid,
        "email": one.email,
        "name": one.name,
        "answers": dict(one.answers),
        "quiz_version": one.quiz_version,
        "due_at": one.due_at,
        "consent_version": one.consent.version,
        "consent_wording": one.consent.wording,
        "consent_at": one.consent.given_at,
    }
    session.execute(insert(DbFollowUp).values(row))


def find_follow_up(session: Session, uid: str) -> FollowUp | None:
    """The one with this uid, unless it is over."""
    row = session.get(DbFollowUp, uid)
    return None if row is None else _follow_up(row)


def due_uids(session: Session, *, now: datetime) -> list[str]:
    """Who is to be asked by now, the longest due first."""
    due = select(DbFollowUp.uid).where(DbFollowUp.due_at <= now)
    return list(session.scalars(due.order_by(DbFollowUp.due_at, DbFollowUp.uid)))


def take_follow_up(session: Session, uid: str) -> FollowUp | None:
    """Take one out of the table; of two who want the same, one gets it."""
    row = session.scalar(delete(DbFollowUp).where(DbFollowUp.uid == uid).returning(DbFollowUp))
    return None if row is None else _follow_up(row)


def follow_ups_of(session: Session, address: str) -> list[FollowUp]:
    """What is asked of whoever reads the mail of this address, whatever its spelling."""
    rows = session.scalars(select(DbFollowUp).order_by(DbFollowUp.due_at, DbFollowUp.uid))
    return [_follow_up(row) for row in rows if mailbox_of(row.email) == mailbox_of(address)]


def erase_follow_ups_of(session: Session, address: str) -> None:
    """Forget whoever reads the mail of this address."""
    uids = [one.uid for one in follow_ups_of(session, address)]
    session.execute(delete(DbFollowUp).where(DbFollowUp.uid.in_(uids)))


def erase_follow_ups(session: Session, *, due_before: datetime) -> None:
    """Forget those whose letter could not be written for too long."""
    session.execute(delete(DbFollowUp).where(DbFollowUp.due_at < due_before))


def _follow_up(row: DbFollowUp) -> FollowUp:
    return FollowUp(
        uid=row.uid,
        email=row.email,
        name=row.name,
        answers=row.answers,
        quiz_version=row.quiz_version,
        due_at=row.due_at,
        consent=Consent(
            version=row.consent_version, wording=row.consent_wording, given_at=row.consent_at
        ),
    )

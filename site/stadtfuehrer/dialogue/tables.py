"""What was said here, who may be asked how things are, and how satisfied guests were, as rows."""

from datetime import date, datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from stadtfuehrer.database.base import Base


class DbVoice(Base):
    """What somebody said; see ``model.Voice``. ``mailbox`` is whose the address is."""

    __tablename__ = "voices"
    __table_args__ = (
        Index("ix_voices_published", "kind", "published_at"),
        Index("ix_voices_about", "about", "kind", "published_at"),
        Index("ix_voices_heard_at", "heard_at"),
        Index("ix_voices_answered_at", "answered_at"),
        Index("ix_voices_said_at", "said_at"),
        Index("ix_voices_mailbox", "mailbox"),
        # A number that was published must never stand for another one's words.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    mailbox: Mapped[str] = mapped_column(Text)
    choice: Mapped[str] = mapped_column(String(20))
    said_at: Mapped[datetime]
    is_held: Mapped[bool]
    consent_version: Mapped[str] = mapped_column(String(20))
    consent_wording: Mapped[str] = mapped_column(Text)
    consent_at: Mapped[datetime | None]
    with_name: Mapped[bool]
    answer: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    helped: Mapped[bool | None]
    published_at: Mapped[datetime | None]
    heard: Mapped[str] = mapped_column(Text)
    is_done: Mapped[bool]
    heard_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]


class DbCheckIn(Base):
    """A guest who may be asked how things are; ``uid`` is random, links are made of it.

    ``asked_at`` is when they were asked last, ``answered_at`` when they answered to that.
    """

    __tablename__ = "check_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    mailbox: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    consent_version: Mapped[str] = mapped_column(String(20))
    consent_wording: Mapped[str] = mapped_column(Text)
    consent_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class DbSatisfied(Base):
    """How many said on a day that they were so satisfied; nothing about who."""

    __tablename__ = "satisfied"

    day: Mapped[date] = mapped_column(primary_key=True)
    choice: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int]

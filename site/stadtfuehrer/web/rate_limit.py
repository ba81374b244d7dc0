"""Limits against robots, counted over sliding windows and by keyed hashes of who is counted."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Index, LargeBinary, String, case, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.database.base import Base, advisory_lock
from stadtfuehrer.refusals import TooManyPosts
from stadtfuehrer.tokens import network_hashes

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

LONGEST_WINDOW = timedelta(days=14)
"""What is older counts nowhere, and is erased."""


class Event(StrEnum):
    """What is counted."""

    POST = "post"
    BOOKING = "booking"
    LETTER = "letter"
    """One that a form sends to an address that anybody may have typed; not that of a booking."""


class Tally(NamedTuple):
    """How often somebody did something within the last fortnight, day and hour.

    When the oldest one within a window leaves it, there is room again.
    """

    fortnight: int = 0
    day: int = 0
    hour: int = 0
    day_since: datetime | None = None
    hour_since: datetime | None = None


class DbRateEvent(Base):
    """That a network, a domain or anybody at all did something at an instant."""

    __tablename__ = "rate_events"
    __table_args__ = (Index("ix_rate_events_subject_what_at", "subject", "what", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(20))
    subject: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]


def check_rate(context: "AppContext", address: str, *, now: datetime) -> None:
    """Count a form sent from an IP address. Raises TooManyPosts beyond the hour's limit."""
    limit = context.settings.limits.posts_per_hour
    if not limit:
        return
    networks = network_hashes(context.secret, address)
    with context.database.begin() as session:
        advisory_lock(session, *(network.hex() for network in networks))
        for one in tally(session, {Event.POST}, networks, now=now).values():
            if one.hour >= limit:
                raise TooManyPosts((one.hour_since or now) + HOUR)
        note_events(session, Event.POST, networks, now=now)


def tally(
    session: Session, events: Collection[Event], subjects: Collection[bytes], *, now: datetime
) -> dict[bytes, Tally]:
    """What each of the subjects did; those who did nothing are left out."""
    within = [case((DbRateEvent.at > now - window, DbRateEvent.at)) for window in (DAY, HOUR)]
    rows = session.execute(
        select(DbRateEvent.subject, func.count(), *map(func.count, within), *map(func.min, within))
        .where(DbRateEvent.subject.in_(subjects), DbRateEvent.what.in_(events))
        # What a clock that ran ahead has noted must not count for longer than what is right.
        .where(DbRateEvent.at > now - LONGEST_WINDOW, DbRateEvent.at <= now + HOUR)
        .group_by(DbRateEvent.subject)
    )
    return {subject: Tally(*counts) for subject, *counts in rows}


def note_events(
    session: Session, event: Event, subjects: Iterable[bytes], *, now: datetime
) -> None:
    """Remember that these did something now."""
    rows = [{"what": event, "subject": subject, "at": now} for subject in subjects]
    session.execute(insert(DbRateEvent), rows)


def erase_events(session: Session, *, now: datetime) -> None:
    """Forget what counts nowhere any more: forms after an hour, the others after a fortnight."""
    is_post = DbRateEvent.what == Event.POST
    session.execute(
        delete(DbRateEvent).where(
            (DbRateEvent.at <= now - LONGEST_WINDOW) | (is_post & (DbRateEvent.at <= now - HOUR))
        )
    )

"""What is kept of the consultant's calendars: no titles, no people, only when they block."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from stadtfuehrer.database.base import Base


class DbCalendarSource(Base):
    """A calendar that blocks times, and how reading it went.

    ``key`` is a hash of its address and of all in the settings that decides what it blocks: where
    those change it is another source, unread. ``address`` is the calendar's on its server; empty
    for a feed, whose address is a secret. ``token`` continues where the last reading ended.
    ``whole_at`` is when everything was read last, ``listed_at`` when everything was compared by
    its ETag, ``told_at`` when the consultant was told that
    it has not been read for long.
    """

    __tablename__ = "calendar_sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    token: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    read_at: Mapped[datetime | None]
    whole_at: Mapped[datetime | None]
    listed_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    failures: Mapped[int]
    error: Mapped[str] = mapped_column(Text)
    told_at: Mapped[datetime | None]


class DbCalendarEntry(Base):
    """An entry of a calendar (a whole feed is one), so that only what changed is read again.

    ``busy`` are pairs of seconds since 1970, ``faults`` what is told of it.
    """

    __tablename__ = "calendar_entries"

    source_id: Mapped[int] = mapped_column(ForeignKey("calendar_sources.id"), primary_key=True)
    href: Mapped[str] = mapped_column(Text, primary_key=True)
    etag: Mapped[str] = mapped_column(Text)
    busy: Mapped[list[Any]] = mapped_column(JSON)
    faults: Mapped[list[Any]] = mapped_column(JSON)


class DbCalendarBusy(Base):
    """When a source blocks: all its entries together, merged, in pieces of at most a day.

    The pieces let one range of beginnings find also what began weeks ago.
    """

    __tablename__ = "calendar_busy"

    start_at: Mapped[datetime] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("calendar_sources.id"), primary_key=True)
    end_at: Mapped[datetime]


class DbCalendarEvent(Base):
    """A booking's event in the consultant's calendar: as it was written, and what became of it.

    ``target`` is a hash of the calendar that the settings name, ``href`` and ``etag`` are where
    and which version it is. ``sequence`` and ``start_at`` are the booking's as they were written
    last; without ``start_at`` it is still to be written. ``owed_since`` is when that, or taking it
    out, became due. ``found`` says how the consultant changed it: „moved“ (to ``found_start``,
    where that is a time) or „gone“; ``found_at`` is since when, ``told_at`` when they were asked.
    """

    __tablename__ = "calendar_events"

    booking_id: Mapped[int] = mapped_column(
        ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True
    )
    target: Mapped[str] = mapped_column(String(64))
    href: Mapped[str] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int]
    start_at: Mapped[datetime | None]
    owed_since: Mapped[datetime | None]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    error: Mapped[str] = mapped_column(Text)
    lease_until: Mapped[datetime | None]
    missing_since: Mapped[datetime | None]
    found: Mapped[str] = mapped_column(String(20))
    found_start: Mapped[datetime | None]
    found_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class DbCalendarTarget(Base):
    """The calendar that bookings are entered in: since when it is out of reach, or unclear.

    ``told_at`` is when the consultant was told so, ``looked_at`` when events were looked for last.
    """

    __tablename__ = "calendar_targets"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    wrong_since: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text)
    failures: Mapped[int]
    due_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]

"""Read the consultant's calendars, and tell when they block, how that went, and what is wrong."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog

from stadtfuehrer.calendar import store
from stadtfuehrer.calendar.background import logged
from stadtfuehrer.calendar.busy import merged
from stadtfuehrer.calendar.faults import CalendarAway, event_fault
from stadtfuehrer.calendar.moments import Fault, Why
from stadtfuehrer.calendar.reading import Known, Round
from stadtfuehrer.calendar.series import Stretch
from stadtfuehrer.calendar.sources import Source, sources_of, wanted_of
from stadtfuehrer.calendar.tables import DbCalendarSource
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.service import TOO_LONG, consultant_mailbox, new_letter

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stadtfuehrer.context import AppContext

WHOLE_EVERY = timedelta(days=1)
"""So often everything is read anew: no server is believed for longer in what it calls new."""

_LIST_EVERY = timedelta(minutes=30)
"""So often ETags are compared: some servers' tokens miss what changes within one second."""

READING_SECONDS = 300.0
"""For all calendars together."""

_DEAR_EVERY = timedelta(minutes=5)
"""How often what cannot say cheaply that nothing is new is read."""

_LONGEST_PAUSE = timedelta(minutes=15)

_log = structlog.get_logger(__name__)


def read_calendars(
    context: "AppContext",
    *,
    own: Collection[str],
    now: datetime,
    seconds: float = READING_SECONDS,
    sound_only: bool = False,
) -> None:
    """Read what is new in each calendar that is due; of what was read before, only what changed.

    ``own`` are the UIDs of the site's bookings. ``sound_only`` leaves out what failed last
    time or was never read.
    """
    sources = sources_of(context)
    with context.database.read() as session:
        rows = store.sources_by_key(session)
    if not sound_only and rows.keys() != {source.key for source in sources}:
        with context.database.begin() as session:
            store.keep_sources(session, sources, now=now)
        with context.database.read() as session:
            rows = store.sources_by_key(session)
    due = [
        (source, row)
        for source in sources
        if (row := rows.get(source.key)) is not None
        and row.due_at <= now
        and not (sound_only and (row.failures or row.read_at is None))
    ]
    if due:
        wanted = wanted_of(context, now=now, own=own)
        asking = Round(context.settings.calendar, wanted, seconds=seconds)
        for source, row in due:
            # One source of which something was never foreseen keeps no other from being read.
            with logged():
                _read(context, asking, source, row, now=now, may_be_whole=not sound_only)


def _read(
    context: "AppContext",
    asking: Round,
    source: Source,
    row: DbCalendarSource,
    *,
    now: datetime,
    may_be_whole: bool,
) -> None:
    def etags() -> Mapping[str, str]:
        with context.database.read() as session:
            return store.etags(session, row.id)

    whole = may_be_whole and (row.whole_at is None or row.whole_at <= now - WHOLE_EVERY)
    lists = may_be_whole and (row.listed_at is None or row.listed_at <= now - _LIST_EVERY)
    try:
        token = "" if lists and not source.feed else row.token
        known = Known(address=row.address, token=token, etags=etags)
        first = may_be_whole and row.read_at is None
        news = asking.read(source, known, whole=whole, first=first)
    except CalendarAway as fault:
        _log.warning("calendar away", source=row.id, reason=fault.reason)
        doubled = timedelta(minutes=2 ** min(row.failures, 10))
        pause = _LONGEST_PAUSE if fault.pause else min(doubled, _LONGEST_PAUSE)
        failed = {"failures": row.failures + 1, "error": fault.reason, "due_at": now + pause}
        with context.database.begin() as session:
            store.note_read(session, row.id, **failed)
        return
    due_at = now if news.cheap else now + _DEAR_EVERY
    done: dict[str, Any] = {"read_at": now, "due_at": due_at, "failures": 0, "error": ""}
    done |= {"address": news.address, "token": news.token, "told_at": None}
    done |= {"whole_at": now} if whole else {}
    done |= {"listed_at": now} if news.listed else {}
    with context.database.begin() as session:
        # First, so that on PostgreSQL another process waits here until this one is through.
        store.note_read(session, row.id, **done)
        if news.entries:
            store.keep_entries(session, row.id, news.entries)


def busy_between(
    context: "AppContext",
    connection: "Connection",
    start: datetime,
    end: datetime,
    *,
    now: datetime,
) -> list[Stretch] | None:
    """When the calendars block, from ``start`` to ``end`` and a little around.

    None where one has not been read for too long, and the settings say to offer nothing then.
    """
    if not sources_of(context):
        return []
    if context.settings.calendar.when_stale == "closed" and _stale(context, connection, now=now):
        return None
    return store.busy_between(connection, start, end)


def is_closed(context: "AppContext", *, now: datetime) -> bool:
    """Whether nothing is offered because a calendar has not been read for too long."""
    if context.settings.calendar.when_stale != "closed":
        return False
    with context.database.connect() as connection:
        return bool(_stale(context, connection, now=now))


def _stale(context: "AppContext", connection: "Connection", *, now: datetime) -> list[str]:
    """The keys of the sources that have not been read for too long, or never."""
    if not (sources := sources_of(context)):
        return []
    known = store.read_at_by_key(connection)
    limit = now - timedelta(minutes=context.settings.calendar.stale_minutes)
    read_at = {source.key: known.get(source.key) for source in sources}
    return [key for key, at in read_at.items() if at is None or at < limit]


def calendar_fault(context: "AppContext", *, now: datetime) -> datetime | None:
    """Since when a calendar has not been read, where that is too long; else None."""
    with context.database.connect() as connection:
        if not (keys := _stale(context, connection, now=now)):
            return None
        known = store.read_at_by_key(connection)
    return min(known.get(key) or now for key in keys)


def unwritten_since(context: "AppContext", *, now: datetime) -> datetime | None:
    """Since when a booking waits to be entered into the calendar, where that is too long."""
    if not context.settings.calendar.write:
        return None
    with context.database.connect() as connection:
        since = store.owed_since(connection)
    return since if since is not None and since < now - TOO_LONG else None


def tell_of_stale(context: "AppContext", *, now: datetime) -> None:
    """Write to the consultant of calendars not read for too long; once, until they are again."""
    with context.database.connect() as connection:
        keys = _stale(context, connection, now=now)
    if not keys:
        return
    limit = now - timedelta(minutes=context.settings.calendar.stale_minutes)
    with context.database.begin() as session:
        rows = [row for key, row in store.sources_by_key(session).items() if key in keys]
        # What was never read has its time from when the settings named it.
        late = [row for row in rows if not row.told_at and (row.read_at or row.since) < limit]
        if not late:
            return
        facts = {
            "calendars": [
                {
                    "name": row.name,
                    "error": row.error,
                    "since": (row.read_at or row.since).isoformat(),
                }
                for row in late
            ]
        }
        reader, mark = consultant_mailbox(context).address, f"{late[0].id}.{now:%Y%m%dT%H%M%S}"
        letter = new_letter(context, LetterKind.CALENDAR, reader, mark=mark, now=now, facts=facts)
        outbox.enqueue(session, [letter], booking_id=None, now=now)
        for row in late:
            store.note_read(session, row.id, told_at=now)


def status(context: "AppContext") -> list[dict[str, Any]]:
    """Each calendar that blocks: when it was read, what went wrong; instants in ISO 8601, UTC."""
    found = []
    with context.database.read() as session:
        rows = store.sources_by_key(session)
        for source in sources_of(context):
            row = rows.get(source.key)
            told = store.faults(session, row.id) if row else []
            found.append(
                {
                    "name": source.name,
                    "read_at": row.read_at.isoformat() if row and row.read_at else None,
                    "error": row.error if row else "",
                    "faults": [event_fault(Fault(Why(one[0]), *one[1:])) for one in told],
                }
            )
    return found


def blocked_between(context: "AppContext", start: datetime, end: datetime) -> list[Stretch]:
    """When the calendars block, as far as they are known, merged and cut."""
    with context.database.connect() as connection:
        stored = store.busy_between(connection, start, end)
    return merged((max(begin, start), min(until, end)) for begin, until in stored)

"""Calendars' rows: what was read, when, and when it blocks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from stadtfuehrer.calendar.busy import merged
from stadtfuehrer.calendar.moments import EARLIEST
from stadtfuehrer.calendar.reading import UNREADABLE, Entry
from stadtfuehrer.calendar.series import Stretch
from stadtfuehrer.calendar.sources import Source
from stadtfuehrer.calendar.tables import (
    DbCalendarBusy,
    DbCalendarEntry,
    DbCalendarEvent,
    DbCalendarSource,
    DbCalendarTarget,
)
from stadtfuehrer.database.base import upsert

_LONGEST_PIECE = timedelta(days=1)
_MOST_FAULTS = 20
"""Of one entry; who has more need not read them all."""

# Built once, for the pages of free times.
_BUSY = select(DbCalendarBusy.start_at, DbCalendarBusy.end_at).where(
    DbCalendarBusy.start_at >= bindparam("begin"), DbCalendarBusy.start_at < bindparam("end")
)
_READ_AT = select(DbCalendarSource.key, DbCalendarSource.read_at)


_WELL: dict[str, Any] = {"wrong_since": None, "error": "", "failures": 0} | dict.fromkeys(
    ("told_at", "looked_at")
)


def sources_by_key(session: Session) -> dict[str, DbCalendarSource]:
    """Every source that is stored."""
    return {row.key: row for row in session.scalars(select(DbCalendarSource))}


def keep_sources(session: Session, sources: Sequence[Source], *, now: datetime) -> None:
    """Forget what the settings name no more, and note what they name anew."""
    keys = [source.key for source in sources]
    over = select(DbCalendarSource.id).where(DbCalendarSource.key.not_in(keys))
    for table in (DbCalendarBusy, DbCalendarEntry):
        session.execute(delete(table).where(table.source_id.in_(over)))
    session.execute(delete(DbCalendarSource).where(DbCalendarSource.key.not_in(keys)))
    for source in sources:
        blank = {"address": "", "token": "", "failures": 0, "error": ""}
        row = {"key": source.key, "name": source.name, "since": now, "due_at": now}
        session.execute(
            upsert(session, DbCalendarSource).values(**row, **blank).on_conflict_do_nothing()
        )


def etags(session: Session, source_id: int) -> dict[str, str]:
    """What is known of a source's entries."""
    query = select(DbCalendarEntry.href, DbCalendarEntry.etag)
    rows = session.execute(query.where(DbCalendarEntry.source_id == source_id))
    return dict(rows.all())


def keep_entries(session: Session, source_id: int, entries: Mapping[str, Entry | None]) -> None:
    """Replace entries, take out those that are None, and lay out anew when the source blocks."""
    of_source = DbCalendarEntry.source_id == source_id
    rows = []
    for href, entry in entries.items():
        if entry is None:
            session.execute(delete(DbCalendarEntry).where(of_source, DbCalendarEntry.href == href))
            continue
        reading = entry.reading
        if reading is None:
            # A broken entry goes on as it was known.
            query = select(DbCalendarEntry.busy).where(of_source, DbCalendarEntry.href == href)
            busy, faults = session.scalar(query) or [], [UNREADABLE]
        else:
            busy = [[int(at.timestamp()) for at in stretch] for stretch in reading.busy]
            faults = reading.faults[:_MOST_FAULTS]
        found = {"source_id": source_id, "href": href, "etag": entry.etag}
        rows.append({**found, "busy": busy, "faults": faults})
    if rows:
        insertion = upsert(session, DbCalendarEntry)
        anew = {name: insertion.excluded[name] for name in ("etag", "busy", "faults")}
        session.execute(
            insertion.on_conflict_do_update(index_elements=["source_id", "href"], set_=anew), rows
        )
    stored = session.scalars(select(DbCalendarEntry.busy).where(of_source))
    pieces = _pieces(merged(_stretch(pair) for busy in stored for pair in busy))
    laid_out = [{"source_id": source_id, "start_at": begin, "end_at": end} for begin, end in pieces]
    session.execute(delete(DbCalendarBusy).where(DbCalendarBusy.source_id == source_id))
    if laid_out:
        session.execute(insert(DbCalendarBusy), laid_out)


def _stretch(pair: Sequence[int]) -> Stretch:
    return datetime.fromtimestamp(pair[0], UTC), datetime.fromtimestamp(pair[1], UTC)


def _pieces(stretches: Iterable[Stretch]) -> Iterable[Stretch]:
    for begin, end in stretches:
        while end - begin > _LONGEST_PIECE:
            yield begin, begin + _LONGEST_PIECE
            begin += _LONGEST_PIECE  # noqa: PLW2901 - what is left of it
        yield begin, end


def note_read(session: Session, source_id: int, **values: Any) -> None:
    """Keep how far the reading of a source has come."""
    session.execute(
        update(DbCalendarSource).where(DbCalendarSource.id == source_id).values(**values)
    )


def faults(session: Session, source_id: int) -> list[Any]:
    """What is to be told of a source's entries."""
    query = select(DbCalendarEntry.faults).where(DbCalendarEntry.source_id == source_id)
    return [fault for found in session.scalars(query) for fault in found]


def read_at_by_key(connection: Connection) -> dict[str, datetime | None]:
    """When each source was read last."""
    return dict(connection.execute(_READ_AT).all())


def owed_since(connection: Connection) -> datetime | None:
    """Since when the booking that has waited longest waits to be entered."""
    return connection.scalar(select(func.min(DbCalendarEvent.owed_since)))


def busy_between(connection: Connection, start: datetime, end: datetime) -> list[Stretch]:
    """When any source blocks, from ``start`` to ``end`` and a little around, in one range query."""
    bounds = {"begin": start - _LONGEST_PIECE, "end": end}
    return [(begin, end) for begin, end in connection.execute(_BUSY, bounds)]


def get_target(session: Session, key: str) -> DbCalendarTarget:
    """How the calendar that is written to was last; all is well with one that was never tried."""
    known = session.get(DbCalendarTarget, key)
    return known or DbCalendarTarget(key=key, due_at=EARLIEST, **_WELL)


def note_target(session: Session, key: str, **values: Any) -> None:
    """Keep how the calendar that is written to is; of others nothing is kept."""
    session.execute(delete(DbCalendarTarget).where(DbCalendarTarget.key != key))
    session.execute(
        upsert(session, DbCalendarTarget)
        .values(key=key, **_WELL | values)
        .on_conflict_do_update(index_elements=["key"], set_=values)
    )

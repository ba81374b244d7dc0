"""Calendars with very many bookings, and what it costs to show the free times of each.

The page is asked for in this process, by a clock that stands still, so that nothing but the site's
own work is measured. Calendars are asked in turn, so that a neighbour's noise meets all alike, and
the quickest answer counts: it is the one that was disturbed least.
"""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import text

from stadtfuehrer.app import create_app
from stadtfuehrer.booking.store import CALENDAR
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import Database
from tests.support.contexts import NO_LIMITS, NOW, Clock, make_context

PATHS = {"page": "/termin/kennenlernen", "frei.json": "/termin/kennenlernen/frei.json"}
FIVE_MINUTES = 300
HORIZON_DAYS = 60
NIGHT = NOW.replace(hour=20)
"""The first booking inside; nights are outside the opening hours, so that pages stay alike."""

# One statement for all rows: a million one by one would take minutes.
_INSERT = """
INSERT INTO bookings (
    calendar, uid, key, token_hash, kind, title, place, start_at, end_at, before_minutes,
    after_minutes, status, sequence, name, email, address, firma, telefon, anliegen, zone,
    service, answers, quiz_version, cancel_reason, booked_at, changed_at)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count),
    starts(name, at) AS (SELECT :prefix || CAST(i AS TEXT), {at} FROM n)
SELECT :calendar, name, name, {hash}, 'kennenlernen', 'Kennenlerngespräch', 'telefon',
    {start}, {end}, 0, 0, 'confirmed', 0, 'Änne Müller', 'aenne@gast.example',
    'aenne@gast.example', '', '', '', '', '', '{{}}', '', '', {start}, {start}
FROM starts
"""
_DIALECT = {
    "sqlite": {
        "hash": "CAST(name AS BLOB)",
        "start": "strftime('%Y-%m-%d %H:%M:%S.000000', at, 'unixepoch')",
        "end": f"strftime('%Y-%m-%d %H:%M:%S.000000', at + {FIVE_MINUTES}, 'unixepoch')",
    },
    "postgresql": {
        "hash": "convert_to(name, 'UTF8')",
        "start": "to_timestamp(at)",
        "end": f"to_timestamp(at + {FIVE_MINUTES})",
    },
}


def crowd_outside(database: Database, count: int) -> None:
    """Add bookings of five minutes, half long before the shown days and half long after it."""
    past, future = _seconds(NOW - timedelta(days=30)), _seconds(NOW + timedelta(days=120))
    _crowd(database, "past", count // 2, f"{past} - i * {FIVE_MINUTES}")
    _crowd(database, "future", count - count // 2, f"{future} + i * {FIVE_MINUTES}")


def crowd_inside(database: Database, count: int) -> None:
    """Add bookings of five minutes, spread evenly over the nights of the shown days."""
    day = f"(i % {HORIZON_DAYS}) * 86400"
    _crowd(
        database, "in", count, f"{_seconds(NIGHT)} + {day} + (i / {HORIZON_DAYS}) * {FIVE_MINUTES}"
    )


def quickest_answers(
    contexts: Mapping[int, AppContext], *, rounds: int
) -> dict[str, dict[int, float]]:
    """Seconds of the quickest answer, by the page's name and the crowd's size."""
    clients = {
        size: create_app(context, clock=Clock()).test_client() for size, context in contexts.items()
    }
    found = {name: dict.fromkeys(contexts, float("inf")) for name in PATHS}
    for turn in range(rounds):
        # There and back, since whoever is asked first finds the processor's caches cold.
        sizes = list(clients)[:: -1 if turn % 2 else 1]
        for name, path in PATHS.items():
            for size in sizes:
                # At an address of its own each time: a page from the cache would cost nothing.
                took = _seconds_for(clients[size], f"{path}?runde={turn}")
                found[name][size] = min(found[name][size], took)
    return found


def contexts_with(stack: ExitStack, folder: Path, urls: Mapping[int, str]) -> dict[int, AppContext]:
    """Open a context without limits for each crowd's size, on a database of its own."""
    changes = {**NO_LIMITS, "horizon_days": str(HORIZON_DAYS)}
    contexts = {
        size: make_context(folder / f"context-{size}", url, changes=changes)
        for size, url in urls.items()
    }
    for context in contexts.values():
        stack.callback(context.database.close)
    return contexts


def drop_index(database: Database) -> None:
    """Take away what finds the bookings of the shown days."""
    with database.begin() as session:
        session.execute(text("DROP INDEX ix_bookings_calendar_start"))


def _crowd(database: Database, prefix: str, count: int, at: str) -> None:
    if not count:
        return
    words = _DIALECT[database.url.get_backend_name()]
    with database.begin() as session:
        session.execute(
            text(_INSERT.format(at=at, **words)),
            {"count": count, "prefix": prefix, "calendar": CALENDAR},
        )
    with database.begin() as session:
        # PostgreSQL does so of itself within a minute.
        session.execute(text("ANALYZE"))


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _seconds_for(client: FlaskClient, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(path)
    took = time.perf_counter() - began
    assert answer.status_code == 200
    return took

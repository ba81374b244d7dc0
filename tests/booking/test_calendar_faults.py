"""A server that loses a third of everything, and workers that are killed: nothing twice or lost."""

import shutil
import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from unittest.mock import patch

import pytest

from stadtfuehrer.booking.calendar_events import waiting_events
from stadtfuehrer.booking.service import cancel, move
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import Database
from tests.support.calendars import DavServer, failing, misbehaving, with_calendar
from tests.support.contexts import Clock, in_berlin
from tests.support.entered import Office, an_office, as_written, times

RATE = 0.3
MOST_ROUNDS = 400


@contextmanager
def behind(office: Office, server: DavServer, seed: int) -> Iterator[Office]:
    """The same calendar through a line on which a third goes wrong."""
    with misbehaving(failing(server, RATE, seed)) as proxy:
        yield replace(office, context=with_calendar(office.context, url=proxy.url))


def until_written(office: Office) -> None:
    """Go on, as the worker does, until nothing waits any more."""
    for _ in range(MOST_ROUNDS):
        if not waiting_events(office.context, now=office.clock()):
            return
        office.tend(minutes=16)
    raise AssertionError(waiting_events(office.context, now=office.clock()))


def days_of(office: Office, count: int) -> list[str]:
    """So many free starts that leave each other alone, far enough ahead for many rounds."""
    starts = free_times(office.context, office.context.kinds[0], now=office.clock())
    late = [one for one in starts if one > in_berlin("2026-03-20 00:00")]
    return late[:: max(1, len(late) // count)][:count]


@pytest.mark.usefixtures("impatient")
def test_twenty_bookings_and_two_workers_with_separate_memories(
    sqlite_context: AppContext, radicale_server: DavServer, clock: Clock, tmp_path: Path
) -> None:
    office = an_office(sqlite_context, radicale_server, clock, f"Beratungen {uuid.uuid4()}")
    starts = days_of(office, 20)
    tokens = [office.book(start) for start in starts]
    file = office.context.database.file
    assert file is not None
    office.context.database.empty_log()
    shutil.copy(file, tmp_path / "copy.db")
    other = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    twin = replace(office, context=replace(office.context, database=other), clock=Clock())
    with behind(office, radicale_server, 1) as one, behind(twin, radicale_server, 2) as two:
        together(one, two)
        assert sorted(map(times, office.entries())) == sorted(map(as_written, starts))
        # Both know where each event is, so that neither would write it again.
        assert [known(one), known(two)] == [20, 20]
        # A life goes on: some are moved, some called off, in the one memory that is real.
        for token in tokens[:5]:
            cancel(office.context, token, "", now=clock())
        moved = in_berlin("2026-03-19 09:00")
        move(office.context, tokens[5], moved, now=clock())
        until_written(one)
    left = [moved, *starts[6:]]
    assert sorted(map(times, office.entries())) == sorted(map(as_written, left))
    uids = Counter(
        line
        for event in office.entries()
        for line in event.data.splitlines()
        if line.startswith(b"UID:")
    )
    assert set(uids.values()) == {1}
    assert "kalender-termin" not in office.asked()
    other.close()


def together(*offices: Office) -> None:
    threads = [Thread(target=until_written, args=(one,)) for one in offices]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def known(office: Office) -> int:
    file = office.context.database.file
    with closing(sqlite3.connect(str(file))) as database:
        query = "SELECT count(*) FROM calendar_events WHERE href != '' AND owed_since IS NULL"
        (count,) = database.execute(query).fetchone()
    return int(count)


@pytest.fixture
def impatient() -> Iterator[None]:
    with patch("stadtfuehrer.calendar.transport._WAIT_SECONDS", 0.5):
        yield

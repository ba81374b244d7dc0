"""A server that loses a third of everything, and workers that are killed: nothing twice or lost."""

import json
import shutil
import socket
import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from unittest.mock import patch
from urllib.parse import urljoin, urlsplit

import pytest

from stadtfuehrer.booking.calendar_entry import entered_event
from stadtfuehrer.booking.calendar_events import waiting_events
from stadtfuehrer.booking.service import cancel, look_up, move
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import Database
from tests.support.calendars import (
    Behaviour,
    DavServer,
    asked,
    event,
    failing,
    hang,
    ics,
    misbehaving,
    passing_on,
    radicale,
    with_calendar,
)
from tests.support.contexts import NO_LIMITS, Clock, in_berlin, opened_context
from tests.support.entered import Office, an_office, as_written, times
from tests.support.processes import START_SECONDS, started
from tests.support.system_servers import BY_MARKER
from tools.until import patience

RATE = 0.3
MOST_ROUNDS = 400


@contextmanager
def behind(office: Office, server: DavServer, seed: int) -> Iterator[Office]:
    """The same calendar through a line on which a third goes wrong."""
    with misbehaving(failing(server, RATE, seed)) as proxy:
        url = urljoin(proxy.url, urlsplit(server.url).path)
        yield replace(office, context=with_calendar(office.context, url=url))


def until_written(office: Office) -> None:
    """Go on, as the worker does, until nothing waits any more."""
    for _ in range(MOST_ROUNDS):
        if not waiting_events(office.context, now=office.clock()):
            return
        office.tend(minutes=16)
    raise AssertionError(waiting_events(office.context, now=office.clock()))


def days_of(office: Office, count: int) -> list[datetime]:
    """So many free starts that leave each other alone, far enough ahead for many rounds."""
    starts = free_times(office.context, office.context.kinds[0], now=office.clock())
    late = [one for one in starts if one > in_berlin("2026-03-20 00:00")]
    return late[:: max(1, len(late) // count)][:count]


@pytest.fixture(params=["radicale", *BY_MARKER])
def new_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DavServer]:
    """Give a server with no calendars of other tests: each is asked before an event is new."""
    if request.param != "radicale":
        yield request.getfixturevalue(f"{request.param}_server")
        return
    (tmp_path / "radicale").mkdir()
    with radicale(tmp_path / "radicale") as server:
        yield server


@pytest.mark.usefixtures("impatient")
def test_twenty_bookings_and_two_workers_with_separate_memories(
    sqlite_context: AppContext, new_server: DavServer, clock: Clock, tmp_path: Path
) -> None:
    office = an_office(sqlite_context, new_server, clock, f"Beratungen {uuid.uuid4()}")
    starts = days_of(office, 20)
    tokens = [office.book(start) for start in starts]
    file = office.context.database.file
    assert file is not None
    office.context.database.empty_log()
    shutil.copy(file, tmp_path / "copy.db")
    other = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    twin = replace(office, context=replace(office.context, database=other), clock=Clock())
    with behind(office, new_server, 1) as one, behind(twin, new_server, 2) as two:
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


def test_what_another_worker_enters_while_we_look_is_adopted(
    sqlite_context: AppContext, radicale_server: DavServer, clock: Clock
) -> None:
    """DAViCal would take it a second time, at another address."""
    office = an_office(sqlite_context, radicale_server, clock, f"Beratungen {uuid.uuid4()}")
    token = office.book(days_of(office, 1)[0])
    event = entered_event(office.context, look_up(office.context, token).booking)
    asked_for = []

    def behave(line: socket.socket, request: bytes) -> None:
        asked_for.append(request.split()[0])
        answered = asked(radicale_server, line, request)
        if request.startswith(b"REPORT") and not office.entries():
            office.calendar.put(office.uid(token), event)
        line.sendall(answered)

    with misbehaving(behave) as proxy:
        through = replace(office, context=with_calendar(office.context, url=proxy.url))
        through.tend()
    assert b"REPORT" in asked_for
    assert b"PUT" not in asked_for
    assert len(office.entries()) == 1
    assert waiting_events(through.context, now=clock()) == []


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
    with patch("stadtfuehrer.calendar.transport._WAIT_SECONDS", patience(0.3)):
        yield


KILLED = ("before it is written", "before the answer", "when it is read again")


@pytest.mark.parametrize("when", KILLED)
def test_a_worker_that_is_killed_loses_nothing(
    tmp_path: Path, radicale_server: DavServer, when: str
) -> None:
    """A real process, killed in the middle of the second of three events."""
    name, clock = f"Beratungen {uuid.uuid4()}", Clock(now=utc_now())
    folder = tmp_path / "instance"
    file = f"sqlite:///{folder / 'stadtfuehrer.db'}"
    with misbehaving(passing_on(radicale_server)) as proxy:
        keys = radicale_server.settings(write=name) | {"url": proxy.url}
        changes = {f"calendar.{key}": json.dumps(value) for key, value in keys.items()}
        with opened_context(folder, file, changes=NO_LIMITS | changes) as context:
            calendar = radicale_server.make_calendar(name)
            office = Office(context=context, calendar=calendar, clock=clock)
            starts = free_times(context, context.kinds[0], now=clock())[::40][:3]
            for start in starts:
                office.book(start)
            reached = Event()
            proxy.behave = stopping(radicale_server, when, reached)
            with started(folder, "worker") as running:
                assert reached.wait(patience(START_SECONDS)), running.text
                running.process.kill()
                running.process.wait()
            proxy.behave = passing_on(radicale_server)
            assert len(waiting_events(context, now=clock())) == 2
            clock.now = utc_now()
            office.tend()
            office.tend(minutes=3)  # the killed worker's lease is over
            assert waiting_events(context, now=clock()) == []
            assert sorted(map(times, office.entries())) == sorted(map(as_written, starts))


def stopping(server: DavServer, when: str, reached: Event) -> Behaviour:
    """Pass requests on, until with the second event that point is reached: then say nothing."""
    written = 0

    def behave(line: socket.socket, request: bytes) -> None:
        nonlocal written
        method = request.partition(b" ")[0]
        written += method == b"PUT"
        if reached.is_set() or (written == 2 and (when != KILLED[2] or method == b"GET")):
            if when == KILLED[1]:
                asked(server, line, request)
            reached.set()
            hang(line, request)
        else:
            line.sendall(asked(server, line, request))

    return behave


@pytest.mark.parametrize("is_new", [True, False])
def test_what_is_entered_in_the_same_moment_is_not_overwritten(
    sqlite_context: AppContext, radicale_server: DavServer, clock: Clock, *, is_new: bool
) -> None:
    """Between the look and the writing: somebody else's event, or a note in ours."""
    office = an_office(sqlite_context, radicale_server, clock, f"Beratungen {uuid.uuid4()}")
    start, later = days_of(office, 2)
    token = office.book(start)
    if not is_new:
        office.tend()
        move(office.context, token, later, now=clock())
    meddled = Event()

    def behave(line: socket.socket, request: bytes) -> None:
        if request.startswith(b"PUT") and not meddled.is_set():
            meddled.set()
            if is_new:
                office.calendar.put(office.uid(token), ics(event("2026-03-09 10:00", uid="fremd")))
            else:
                office.change(token, (b"END:VEVENT", b"X-NOTIZ:ja\r\nEND:VEVENT"))
        line.sendall(asked(radicale_server, line, request))

    with misbehaving(behave) as proxy:
        behind = replace(office, context=with_calendar(office.context, url=proxy.url))
        until_written(behind)
    assert meddled.is_set()
    data = b"".join(one.data for one in office.entries())
    assert (b"UID:fremd" if is_new else b"X-NOTIZ:ja") in data
    assert as_written(start if is_new else later)[0].encode() in data

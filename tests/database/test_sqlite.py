"""What SQLite needs besides: its settings, its writers in line, its backup."""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from stadtfuehrer import database as database_module
from stadtfuehrer.database import Database, NotSqliteError
from stadtfuehrer.web.rate_limit import DbRateEvent, Event, note_events
from tests.support.racing import forking, in_processes, lost, race
from tests.support.rows import MONDAY_TEN


def file_of(database: Database) -> Path:
    assert database.file is not None
    return database.file


@pytest.fixture
def impatient_database(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database whose writers give up after 10 ms unless something makes them wait in line."""
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.01)
    return Database(sqlite_database.url.render_as_string())


def count_slowly(database: Database, times: int) -> None:
    """Count, and hold each writing transaction for longer than an impatient one would wait."""
    for _ in range(times):
        with database.begin() as session:
            note_events(session, Event.POST, [b"a"], now=MONDAY_TEN)
            time.sleep(0.03)


def posts(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count(DbRateEvent.id))) or 0


PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "secure_delete": 1,
}


def test_each_connection_is_set(sqlite_database: Database) -> None:
    # Two at once, so that the second is a connection of its own.
    with sqlite_database.read() as one, sqlite_database.read() as two:
        for session in (one, two):
            found = {name: session.scalar(text(f"PRAGMA {name}")) for name in PRAGMAS}
            assert found == PRAGMAS


def test_a_writer_keeps_others_out_at_once_and_a_reader_none(sqlite_database: Database) -> None:
    file = file_of(sqlite_database)
    with sqlite_database.begin() as session, closing(sqlite3.connect(file, timeout=0)) as other:
        session.connection()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    with sqlite_database.read() as session, closing(sqlite3.connect(file, timeout=0)) as other:
        session.scalar(select(func.count()).select_from(DbRateEvent))
        other.execute("BEGIN IMMEDIATE")
        other.rollback()


def test_a_writer_that_reads_first_does_not_fail(sqlite_database: Database) -> None:
    """A deferred transaction would: its upgrade to writing does not wait for others."""
    with sqlite_database.begin() as session:
        session.scalar(select(func.count()).select_from(DbRateEvent))
        with (
            closing(sqlite3.connect(file_of(sqlite_database), timeout=0)) as other,
            suppress(sqlite3.OperationalError),
        ):
            other.execute("CREATE TABLE meanwhile (id)")
        note_events(session, Event.POST, [b"a"], now=MONDAY_TEN)
    assert posts(sqlite_database) == 1


def test_threads_wait_in_line(impatient_database: Database) -> None:
    outcomes = race([lambda: count_slowly(impatient_database, 3)] * 4)
    assert lost(outcomes) == []
    assert posts(impatient_database) == 12
    lock = file_of(impatient_database).with_name(f"{file_of(impatient_database).name}.lock")
    assert lock.stat().st_mode & 0o777 == 0o600
    impatient_database.close()


def test_threads_without_the_line_are_turned_away(impatient_database: Database) -> None:
    """Proves the test before: the line is what keeps them from failing."""
    url = impatient_database.url.render_as_string()
    alone = [Database(url) for _ in range(4)]
    for one in alone:
        one._lock = None
    outcomes = race([lambda one=one: count_slowly(one, 3) for one in alone])  # type: ignore[misc]
    assert "DatabaseUnavailable" in lost(outcomes)
    for one in [*alone, impatient_database]:
        one.close()


@forking
def test_forked_processes_wait_in_line(impatient_database: Database) -> None:
    # Used before the fork: its lock must not be the children's, or none would wait.
    count_slowly(impatient_database, 1)
    impatient_database.close()

    def work(_which: int, wait: Callable[[], object]) -> list[str]:
        wait()
        count_slowly(impatient_database, 4)
        return []

    assert in_processes(3, work) == [[], [], []]
    assert posts(impatient_database) == 13
    impatient_database.close()


def test_what_is_closed_leaves_no_file_open_and_can_be_used_again(
    sqlite_database: Database,
) -> None:
    def write() -> None:
        with sqlite_database.begin() as session:
            note_events(session, Event.POST, [b"x"], now=MONDAY_TEN)

    def opened() -> int:
        links = [one.readlink() for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
        # By the whole path: other tests' databases are called the same.
        return sum(str(one).startswith(str(file_of(sqlite_database))) for one in links)

    for _ in range(3):
        write()
        assert opened() > 0
        sqlite_database.close()
        assert opened() == 0


def test_a_lock_that_is_held_is_not_closed(sqlite_database: Database) -> None:
    with sqlite_database.begin() as session:
        sqlite_database.close()
        note_events(session, Event.POST, [b"x"], now=MONDAY_TEN)
    assert posts(sqlite_database) == 1


def test_a_copy_made_while_others_write_is_whole(sqlite_database: Database, tmp_path: Path) -> None:
    """The writer always leaves an even number: half a transaction would be odd."""
    stop = threading.Event()

    def write_pairs() -> None:
        while not stop.is_set():
            with sqlite_database.begin() as session:
                note_events(session, Event.POST, [b"a"], now=MONDAY_TEN)
                note_events(session, Event.POST, [b"b"], now=MONDAY_TEN)

    writer = threading.Thread(target=write_pairs)
    writer.start()
    try:
        counts = []
        for number in range(5):
            target = tmp_path / f"copy{number}.db"
            sqlite_database.copy_to(target)
            with closing(sqlite3.connect(target)) as copy:
                assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                counts.append(copy.execute("SELECT count(*) FROM rate_events").fetchone()[0] or 0)
    finally:
        stop.set()
        writer.join()
    assert [count % 2 for count in counts] == [0] * 5
    assert counts == sorted(counts)


def test_a_copy_waits_for_no_writer_and_is_private(
    sqlite_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "backups").mkdir()
    copy = tmp_path / "backups" / "copy.db"
    with sqlite_database.begin() as session:
        note_events(session, Event.POST, [b"a"], now=MONDAY_TEN)
    with sqlite_database.begin() as session:
        note_events(session, Event.POST, [b"a"], now=MONDAY_TEN)
        sqlite_database.copy_to(copy)
    assert list(copy.parent.iterdir()) == [copy]
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT what FROM rate_events").fetchall() == [("post",)]


def test_a_copy_that_cannot_be_leaves_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        sqlite_database.copy_to(tmp_path / "nowhere" / "copy.db")
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(NotSqliteError):
        Database("postgresql+psycopg://localhost/nothing").copy_to(tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()

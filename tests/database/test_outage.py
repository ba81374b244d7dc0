"""An SQLite file that is locked, full, gone or another: nothing waits for long, nothing is lost."""

import fcntl
import os
import resource
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest

from stadtfuehrer.database import Database, DatabaseUnavailable
from stadtfuehrer.database.schema import upgrade
from stadtfuehrer.web.rate_limit import Event, note_events
from tests.support.racing import forking, in_processes, lost, race
from tests.support.rows import MONDAY_TEN


def file_of(database: Database) -> Path:
    assert database.file is not None
    return database.file


def write(database: Database, *, patience: float = 0.3, network: bytes = b"a") -> None:
    with database.begin(patience=patience) as session:
        note_events(session, Event.POST, [network], now=MONDAY_TEN)


def posts(file: Path) -> list[int]:
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("SELECT count(*) FROM rate_events")]


@contextmanager
def lock_file_held(database: Database) -> Iterator[None]:
    with open(f"{database.file}.lock", "w") as file:  # noqa: PTH123 - its name is no Path yet
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def sqlite_locked(database: Database) -> Iterator[None]:
    with closing(sqlite3.connect(file_of(database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.fixture
def patient(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """One whose connections wait 0.3 s for another program's lock."""
    monkeypatch.setattr("stadtfuehrer.database.BUSY_SECONDS", 0.3)
    with closing(Database(sqlite_database.url.render_as_string())) as database:
        yield database


@pytest.mark.parametrize("held", [lock_file_held, sqlite_locked])
def test_a_foreign_lock_is_waited_for_a_while_and_taken_up_again(
    patient: Database, held: Callable[[Database], AbstractContextManager[None]]
) -> None:
    write(patient)
    with held(patient):
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailable):
            write(patient)
        assert 0.25 < time.monotonic() - began < 3
    write(patient)
    assert posts(file_of(patient)) == [2]


def test_whoever_comes_after_one_has_waited_in_vain_does_not_wait(patient: Database) -> None:
    """Otherwise every thread of the site would be missing for pages that need no lock."""
    with lock_file_held(patient):
        with pytest.raises(DatabaseUnavailable):
            write(patient)
        began = time.monotonic()
        outcomes = race([lambda: write(patient)] * 6)
        assert lost(outcomes) == ["DatabaseUnavailable"] * 6
        assert time.monotonic() - began < 0.25
        # Who looks only is not held up at all.
        with patient.read() as session:
            session.connection()
    write(patient)
    assert posts(file_of(patient)) == [1]


def test_those_who_wait_together_give_up_together(patient: Database) -> None:
    with lock_file_held(patient):
        began = time.monotonic()
        assert lost(race([lambda: write(patient)] * 6)) == ["DatabaseUnavailable"] * 6
        assert time.monotonic() - began < 1
    write(patient)


def test_a_lock_that_is_given_back_in_time_is_had(sqlite_database: Database) -> None:
    def waits() -> None:
        write(sqlite_database, patience=20)

    with lock_file_held(sqlite_database):
        threads = [Thread(target=waits) for _ in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(0.2)
    for thread in threads:
        thread.join()
    assert posts(file_of(sqlite_database)) == [3]


@forking
def test_a_lock_nobody_waits_for_any_more_is_left_to_others(sqlite_database: Database) -> None:
    """Who has given up still stands in the kernel's line, and must not keep what it gets there."""
    with lock_file_held(sqlite_database), pytest.raises(DatabaseUnavailable):
        write(sqlite_database, patience=0.05)

    def other(_which: int, _wait: Callable[[], object]) -> list[str]:
        with closing(Database(sqlite_database.url.render_as_string())) as database:
            write(database, patience=10)
        return []

    assert in_processes(1, other) == [[]]
    write(sqlite_database)
    assert posts(file_of(sqlite_database)) == [2]


def moved(file: Path) -> Path:
    return file.rename(file.with_suffix(".anderswo"))


def replaced(file: Path) -> Path:
    away = moved(file)
    shutil.copy(away, file)
    return away


@pytest.mark.parametrize("take", [moved, replaced])
def test_nothing_is_written_into_a_file_that_is_no_longer_there(
    sqlite_database: Database, take: Callable[[Path], Path]
) -> None:
    file = file_of(sqlite_database)
    write(sqlite_database)
    away = take(file)
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable, match=r"gone|replaced"):
            write(sqlite_database)
        with pytest.raises(DatabaseUnavailable):
            sqlite_database.probe(lambda _session: None)
        # A connection of its own must not make an empty file, nor open another.
        sqlite_database.engine.dispose()
        with pytest.raises(DatabaseUnavailable), sqlite_database.read() as session:
            session.connection()
    assert file.exists() is (take is replaced)
    away.replace(file)
    write(sqlite_database)
    assert posts(file) == [2]


def test_a_start_without_the_file_makes_none_and_finds_it_later(sqlite_database: Database) -> None:
    file = file_of(sqlite_database)
    away = moved(file)
    with pytest.raises(DatabaseUnavailable):
        write(sqlite_database)
    assert not file.exists()
    away.rename(file)
    write(sqlite_database)


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    with closing(Database(f"sqlite:///{tmp_path}/instance/a.db")) as database:
        upgrade(database)
        write(database)
        (tmp_path / "instance").rename(tmp_path / "weg")
        with pytest.raises(DatabaseUnavailable):
            write(database)
        (tmp_path / "weg").rename(tmp_path / "instance")
        write(database)
        assert posts(file_of(database)) == [2]


@forking
def test_a_full_disk_refuses_and_loses_nothing(sqlite_database: Database) -> None:
    """A limit on the size of files stands for it: the log cannot grow, and so nothing is kept."""
    write(sqlite_database)
    sqlite_database.close()

    def fill(_which: int, _wait: Callable[[], object]) -> list[str]:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with closing(Database(sqlite_database.url.render_as_string())) as database:
            write(database)
            log = os.stat(f"{database.file}-wal").st_size  # noqa: PTH116 - its name is no Path
            limit = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (log, limit[1]))
            found = []
            try:
                write(database)
            except DatabaseUnavailable:
                found.append("no booking")
            try:
                database.probe(
                    lambda session: note_events(session, Event.POST, [b"a"], now=MONDAY_TEN)
                )
            except DatabaseUnavailable:
                found.append("not well")
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
            write(database)
            return found

    assert in_processes(1, fill) == [["no booking", "not well"]]
    assert posts(file_of(sqlite_database)) == [3]


def test_a_probe_that_has_just_succeeded_is_not_repeated(sqlite_database: Database) -> None:
    written: list[int] = []
    for _ in range(3):
        sqlite_database.probe(lambda _session: written.append(1))
    assert written == [1]
    with sqlite_locked(sqlite_database):
        sqlite_database._probed_at = time.monotonic() - 60
        with pytest.raises(DatabaseUnavailable):
            sqlite_database.probe(lambda _session: written.append(2))
    assert written == [1]

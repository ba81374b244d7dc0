"""The database: how it is opened, and the unit of work.

SQLite is set as its own documentation and measurements under load ask for: explicit transactions,
writers that begin IMMEDIATE (a deferred one that reads and then writes fails at once, whatever the
busy timeout), WAL with FULL synchronisation (NORMAL may lose an acknowledged booking on power
loss), and a file lock around each writing transaction, since SQLite's busy handler starves
writers under load.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

__all__ = ["AlreadyStored", "Database", "DatabaseUnavailable", "NotSqliteError", "Session"]

BUSY_SECONDS = 5.0

_ASK_AGAIN_SECONDS = 0.005

_WRITING = "stadtfuehrer_writing"


class NotSqliteError(Exception):
    """Something was asked for that only an SQLite file can give."""


class AlreadyStored(Exception):  # noqa: N818 - it names what happened
    """A row that has to be the only one of its kind is there already."""


class DatabaseUnavailable(Exception):  # noqa: N818 - it names what happened
    """The database does not answer, or has not the tables that are asked for."""


@contextmanager
def _translated() -> Iterator[None]:
    """No exception of SQLAlchemy leaves a unit of work."""
    try:
        yield
    except IntegrityError as error:
        raise AlreadyStored from error
    except (DBAPIError, PoolTimeoutError) as error:
        # What is left is a mistake of ours, such as a naive instant.
        raise DatabaseUnavailable(str(getattr(error, "orig", error))) from error


class Database:
    """One database for a process; opens nothing before it is first used, so it survives a fork."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = _sqlite_engine(url)
            self._lock: _FileLock | None = _FileLock(Path(f"{self.url.database}.lock"))
        else:
            self.engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
            self._lock = None
        reading: dict[str, Any] = {_WRITING: False}
        if not self.is_sqlite:
            # PostgreSQL of itself shows each statement what was committed before that statement.
            reading |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._binds = {
            None: self.engine.execution_options(**{**reading, _WRITING: None}),
            False: self.engine.execution_options(**reading),
            True: self.engine.execution_options(**{_WRITING: True}),
        }

    @contextmanager
    def begin(self, *, patience: float | None = None) -> Iterator[Session]:
        """A unit of work that may write: all of it is kept, or nothing.

        With ``patience`` it waits so many seconds for other writers and no longer.

        Raises:
            AlreadyStored, DatabaseUnavailable.
            TimeoutError: an SQLite file was not free in that time.

        """
        with (
            _translated(),
            self._writing(patience),
            self._session(writing=True) as session,
            session.begin(),
        ):
            if patience is not None and not self.is_sqlite:
                session.execute(text(f"SET LOCAL lock_timeout = {int(1000 * patience)}"))
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A look at one consistent state, which never waits for a writer."""
        with _translated(), self._session(writing=False) as session:
            yield session

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """The same for one statement: a session, and a transaction around it, cost more than it."""
        with _translated(), self._binds[None].connect() as connection:
            yield connection

    @contextmanager
    def _session(self, *, writing: bool) -> Iterator[Session]:
        with Session(self._binds[writing], expire_on_commit=False) as session:
            yield session

    def _writing(self, patience: float | None) -> AbstractContextManager[None]:
        return nullcontext() if self._lock is None else self._lock.busy(patience)

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        name = self.url.database
        return Path(name) if self.is_sqlite and name else None

    def copy_to(self, target: Path) -> None:
        """Write a consistent copy into a new file, which appears whole or not at all.

        Others go on reading and writing. Raises NotSqliteError where this is no SQLite database.
        """
        if self.file is None:
            raise NotSqliteError
        half = target.with_name(f".{target.name}.half")
        half.touch(mode=0o600)
        try:
            with (
                closing(sqlite3.connect(self.file)) as ours,
                closing(sqlite3.connect(half)) as copy,
            ):
                ours.backup(copy)
                # One file that can be carried away, without a write-ahead log beside it.
                copy.execute("PRAGMA journal_mode=DELETE")
            half.rename(target)
        finally:
            half.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


class _FileLock:
    """Lets the writers of all processes and threads wait in line for an SQLite file.

    The lock file is opened anew in each process: a lock that was opened before a fork would be
    shared by parent and child.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file: int | None = None
        self._owner = 0

    @contextmanager
    def busy(self, patience: float | None) -> Iterator[None]:
        until = None if patience is None else time.monotonic() + patience
        if not self._threads.acquire(timeout=-1 if patience is None else patience):
            raise TimeoutError
        try:
            if self._file is None or self._owner != os.getpid():
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                self._owner = os.getpid()
            while not _lock(self._file, wait=until is None):
                if until is not None and time.monotonic() >= until:
                    raise TimeoutError
                # A lock that is given up at some time has to be asked for again and again.
                time.sleep(_ASK_AGAIN_SECONDS)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._threads.release()


def _lock(file: int, *, wait: bool) -> bool:
    """Lock the file; whether it was to be had."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        # What visitors wrote does not belong into an error's text, and so into a log.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        # Python's own implicit BEGIN would come too late and be of the wrong sort.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(_WRITING, True)
        if writing is not None:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine

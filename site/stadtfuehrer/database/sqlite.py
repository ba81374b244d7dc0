"""SQLite as it must be set, the line of its writers, and its file: which one it is, and its copies.

Explicit transactions, writers that begin IMMEDIATE (a deferred one that reads and then writes
fails at once, whatever the busy timeout), WAL with FULL synchronisation (NORMAL may lose an
acknowledged booking on power loss), what is deleted overwritten with zeros, and a file lock around
each writing transaction, since SQLite's busy handler starves writers under load.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from stadtfuehrer.refusals import DatabaseUnavailable

WRITING = "stadtfuehrer_writing"
"""The execution option that says how a connection begins: True, False, or None for not at all."""

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


_LEAST_SECONDS = 0.05
"""So long whoever stands in line for this process may need to say that the lock was to be had."""


class SqliteFile:
    """The file that a process has opened: the same one as long as it runs.

    Who writes on into a file that was moved away or replaced loses what they write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened: tuple[int, int] | None = None

    def check(self) -> None:
        """Refuse a file that is gone, or is another than before. Raises DatabaseUnavailable."""
        now = self._identity()
        if now is None:
            raise DatabaseUnavailable(f"{self.path}: file is gone")
        if self.opened not in {None, now}:
            raise DatabaseUnavailable(
                f"{self.path}: file was replaced; a restart opens the new one"
            )

    def note_opened(self) -> None:
        """Remember which file it is, from the first connection on."""
        self.opened = self.opened or self._identity()

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def sqlite_engine(url: str, file: SqliteFile | None, *, patience: float) -> Engine:
    """An engine whose connections wait so many seconds for another program's lock."""
    engine = create_engine(
        url,
        connect_args={"timeout": patience, "check_same_thread": False},
        # What visitors wrote does not belong into an error's text, and so into a log.
        hide_parameters=True,
    )

    @event.listens_for(engine, "do_connect")
    def check(*_connecting: Any) -> None:
        if file is not None:
            # SQLite would make an empty file where there is none.
            file.check()

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        # Python's own implicit BEGIN would come too late and be of the wrong sort.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if file is not None:
            file.note_opened()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING, True)
        if writing is not None:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


class FileLock:
    """Lets the writers of all processes and threads wait in line for an SQLite file.

    The kernel's line for a locked file is fair, but knows no end; asking again and again has an
    end, but is not fair (of eight writers one waited for 2.8 s instead of 0.16 s). So where the
    file is locked, a thread stands in the kernel's line for this process, and goes on standing
    there for whoever comes next when somebody has given up.

    Once somebody has waited in vain, those who come next do not: threads that wait for a lock
    which nobody gives back would be missing for pages that need none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._changed = threading.Condition()
        self._file = -1
        self._owner = 0
        self._in_line = self._wanted = False
        self._waiting_since: float | None = None

    @contextmanager
    def busy(self, patience: float) -> Iterator[None]:
        """Hold the lock; who has begun to write says ``has_begun``.

        Raises DatabaseUnavailable: it was not to be had in so many seconds.
        """
        until = (self._waiting_since or time.monotonic()) + patience
        if not self._threads.acquire(timeout=max(until - time.monotonic(), 0)):
            raise DatabaseUnavailable("the line of writers does not move")
        try:
            self._waiting_since = self._waiting_since or time.monotonic()
            self._take(until)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        """Let go of the file, unless somebody holds the lock or stands in line for it."""
        if not self._threads.acquire(blocking=False):
            return
        with self._changed:
            if self._owner == os.getpid() and not self._in_line:
                os.close(self._file)
                self._owner = 0
        self._threads.release()

    def has_begun(self) -> None:
        """Nothing holds writers up (any more)."""
        self._waiting_since = None

    def _take(self, until: float) -> None:
        if self._owner != os.getpid():
            # A lock that was opened before a fork would be shared by parent and child.
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError as error:
                raise DatabaseUnavailable(f"{self._path}: {error.strerror}") from error
            self._owner, self._in_line = os.getpid(), False
        with self._changed:
            if not self._in_line:
                with suppress(BlockingIOError):
                    fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
                self._in_line = True
                threading.Thread(target=self._stand_in_line, daemon=True).start()
            self._wanted = True
            patience = max(until - time.monotonic(), _LEAST_SECONDS)
            taken = self._changed.wait_for(lambda: not self._in_line, patience)
            self._wanted = False
        if not taken:
            raise DatabaseUnavailable(f"{self._path}: locked by another program")

    def _stand_in_line(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        with self._changed:
            self._in_line = False
            if not self._wanted:
                fcntl.flock(self._file, fcntl.LOCK_UN)
            self._changed.notify_all()


def copy_file(source: Path, target: Path) -> None:
    """Write a consistent copy of a database that others use into a new file, whole or not at all.

    Raises OSError, sqlite3.Error.
    """
    half = target.with_name(f".{target.name}.half")
    half.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(half)) as copy:
            ours.backup(copy)
            # One file that can be carried away, without a write-ahead log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
        half.rename(target)
    finally:
        half.unlink(missing_ok=True)


def close_for_all(file: Path) -> bool:
    """Bring a database into its one file, with no log beside it; False if another has it open.

    That takes a lock which every connection shares, also one of a process that sleeps. What is no
    database (any more) counts as closed.
    """
    try:
        with closing(sqlite3.connect(file, timeout=0)) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return bool(mode == "delete")

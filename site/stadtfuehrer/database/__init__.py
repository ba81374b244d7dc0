"""The database: how it is opened, and the unit of work; see ``sqlite`` for how SQLite is set."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from errno import EEXIST
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from stadtfuehrer.database.sqlite import (
    WRITING,
    FileLock,
    SqliteFile,
    close_for_all,
    copy_file,
    sqlite_engine,
)
from stadtfuehrer.refusals import DatabaseUnavailable

__all__ = ["AlreadyStored", "Database", "DatabaseUnavailable", "InUse", "NotSqliteError", "Session"]

BUSY_SECONDS = 5.0
"""So long a unit of work waits for other writers; longer, nobody waits for a page."""

PROBE_SECONDS = 1.0

PROBED_FOR_SECONDS = 5.0
"""Who asks all the time whether the database can be written must not be what keeps it busy."""


class NotSqliteError(Exception):
    """Something was asked for that only an SQLite file can give."""


class InUse(Exception):  # noqa: N818 - it names what happened
    """Somebody else has the SQLite file open."""


class AlreadyStored(Exception):  # noqa: N818 - it names what happened
    """A row that has to be the only one of its kind is there already."""


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
        self._lock: FileLock | None = None
        self._opened = SqliteFile(self.file) if self.file is not None else None
        self._probed_at: float | None = None
        if self.is_sqlite:
            self.engine = sqlite_engine(url, self._opened, patience=BUSY_SECONDS)
            self._lock = FileLock(Path(f"{self.url.database}.lock"))
        else:
            waits = {
                "connect_timeout": int(BUSY_SECONDS),
                "options": f"-c lock_timeout={int(1000 * BUSY_SECONDS)}",
            }
            own = {name: value for name, value in waits.items() if name not in self.url.query}
            self.engine = create_engine(
                url, pool_pre_ping=True, hide_parameters=True, connect_args=own
            )
        reading: dict[str, Any] = {WRITING: False}
        if not self.is_sqlite:
            # PostgreSQL of itself shows each statement what was committed before that statement.
            reading |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._binds = {
            None: self.engine.execution_options(**{**reading, WRITING: None}),
            False: self.engine.execution_options(**reading),
            True: self.engine.execution_options(**{WRITING: True}),
        }

    @contextmanager
    def begin(self, *, patience: float = BUSY_SECONDS) -> Iterator[Session]:
        """A unit of work that may write: all of it is kept, or nothing.

        It waits so many seconds for other writers and no longer.

        Raises AlreadyStored, DatabaseUnavailable.
        """
        with (
            _translated(),
            self._writing(patience),
            self._session(writing=True) as session,
            session.begin(),
        ):
            if self._opened is not None:
                # SQLite's writers are alone from here on, so that nobody replaces the file.
                session.connection()
                self._opened.check()
            elif patience != BUSY_SECONDS:
                session.execute(text(f"SET LOCAL lock_timeout = {int(1000 * patience)}"))
            if self._lock is not None:
                self._lock.has_begun()
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

    def _writing(self, patience: float) -> AbstractContextManager[None]:
        return nullcontext() if self._lock is None else self._lock.busy(patience)

    def probe(self, write: Callable[[Session], object]) -> None:
        """Find out by writing whether this process can; not if it has just now.

        Raises DatabaseUnavailable.
        """
        if self._opened is not None:
            self._opened.check()
        now = time.monotonic()
        if self._probed_at is None or now - self._probed_at > PROBED_FOR_SECONDS:
            with self.begin(patience=PROBE_SECONDS) as session:
                write(session)
            self._probed_at = now

    def empty_log(self) -> None:
        """Bring all of SQLite's write-ahead log into the file, and leave nothing in the log.

        What was erased stands in there until then. While somebody reads it stays, for the next
        time. Raises DatabaseUnavailable.
        """
        if self.is_sqlite:
            with _translated(), self._writing(BUSY_SECONDS), self.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

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
        copy_file(self.file, target)

    def replace_file(self, new: Path, *, kept: Path) -> None:
        """Put ``new`` in the place of an SQLite file that nobody has open; it is ``kept`` beside.

        So is a log without which it would be less than it was, and which would be read as that of
        the new file. Raises NotSqliteError, InUse, DatabaseUnavailable, OSError.
        """
        if self.file is None:
            raise NotSqliteError
        self.close()
        with self._writing(BUSY_SECONDS):
            if self.file.exists() and not close_for_all(self.file):
                raise InUse
            if kept.exists():
                raise FileExistsError(EEXIST, "gibt es schon")
            for end in ("-wal", "-shm", ""):
                old = Path(f"{self.file}{end}")
                if old.exists():
                    old.rename(f"{kept}{end}")
            new.rename(self.file)

    def close(self) -> None:
        """Let go of every connection, and of the file."""
        self.engine.dispose()
        if self._lock is not None:
            self._lock.close()
        if self._opened is not None:
            self._opened.opened = None

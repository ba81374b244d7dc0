"""Tells whether anything was committed to a database, for a fraction of what looking costs."""

from __future__ import annotations

import os
import sqlite3
import threading
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


class FileStamps:
    """Stamps of an SQLite file: its "data version", as one connection sees it.

    That changes with what *other* connections commit (sqlite.org/pragma.html#pragma_data_version),
    so this one is used for nothing else.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._owner = 0

    def look(self) -> object:
        """A stamp; two that are equal say that nothing was committed in between."""
        with self._lock:
            try:
                if self._connection is None or self._owner != os.getpid():
                    self._connection = sqlite3.connect(self._file, check_same_thread=False)
                    self._owner = os.getpid()
                (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            except sqlite3.Error:
                return object()
        # Each connection counts for itself.
        return self._connection, version

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._connection is not None and self._owner == os.getpid():
                self._connection.close()
            self._connection = None


class ServerStamps:
    """Stamps of a PostgreSQL database: the snapshot, which names what is committed and what not."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def look(self) -> object:
        """A stamp; two that are equal say that nothing was committed in between."""
        try:
            with self._engine.connect() as connection:
                return connection.scalar(text("SELECT pg_current_snapshot()::text"))
        except SQLAlchemyError:
            return object()

    def close(self) -> None:
        """Nothing is held: connections belong to the engine."""

"""A database with its tables, once of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stadtfuehrer.storage.database import Database
from stadtfuehrer.storage.schema import upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give a database with every table, on SQLite and on PostgreSQL."""
    opened = Database(database_url)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_database_url: str) -> Iterator[Database]:
    opened = Database(sqlite_database_url)
    upgrade(opened)
    yield opened
    opened.close()

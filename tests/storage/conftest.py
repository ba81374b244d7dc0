"""A database with its tables, once of each kind."""

from collections.abc import Iterator

import pytest

from stadtfuehrer.storage.database import Database


@pytest.fixture
def database(ready_database_url: str) -> Iterator[Database]:
    """Give a database with every table and no row, on SQLite and on PostgreSQL."""
    opened = Database(ready_database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(ready_sqlite_url: str) -> Iterator[Database]:
    opened = Database(ready_sqlite_url)
    yield opened
    opened.close()

"""Databases that have their tables already: migrating one for each test would cost a minute."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from stadtfuehrer.database import Database
from stadtfuehrer.database.base import Base
from stadtfuehrer.database.schema import upgrade


@pytest.fixture(scope="session")
def migrated_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an SQLite file with every table, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "migrated.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgresql_url(postgresql_url: str) -> Iterator[str]:
    """Give a PostgreSQL database with every table, which all tests of a worker use in turn."""
    server, name = make_url(postgresql_url), f"migrated_{uuid.uuid4().hex}"
    with psycopg.connect(_address(postgresql_url), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} STRATEGY FILE_COPY")
        url = server.set(database=name).render_as_string(hide_password=False)
        _migrate(url)
        yield url
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def ready_sqlite_url(migrated_sqlite_file: Path, tmp_path: Path) -> str:
    """Give an SQLite database of this test's own, with every table and no row."""
    return f"sqlite:///{shutil.copy(migrated_sqlite_file, tmp_path / 'ready.db')}"


@pytest.fixture
def ready_postgresql_url(migrated_postgresql_url: str) -> str:
    """Give the worker's PostgreSQL database, with every table and no row."""
    with psycopg.connect(_address(migrated_postgresql_url)) as connection:
        # Whoever left a transaction open is to be noticed, not waited for.
        connection.execute("SET lock_timeout = '10s'")
        connection.execute(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY")
    return migrated_postgresql_url


@pytest.fixture(params=["sqlite", "postgresql"])
def ready_database_url(request: pytest.FixtureRequest) -> str:
    """Give a database with every table and no row, once for each kind that the site runs on."""
    url: str = request.getfixturevalue(f"ready_{request.param}_url")
    return url


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


def _address(url: str) -> str:
    address = make_url(url).set(drivername="postgresql")
    return address.render_as_string(hide_password=False)

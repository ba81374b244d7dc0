"""Fixtures for everybody: empty databases, and how hard Hypothesis looks."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import make_url

from tools.provision.postgresql import cluster

pytest_plugins = [
    "tests.support.authority",
    "tests.support.browsers",
    "tests.support.fixtures.calendars",
    "tests.support.fixtures.contexts",
    "tests.support.fixtures.databases",
    "tests.support.fixtures.sites",
    "tests.support.mailbox",
    "tests.support.sights.exhibition",
    "tests.support.webkit",
]

# On a shared machine a deadline fails for reasons that are not ours. Bounds have tables of their
# own, so that 50 examples will do each time; HYPOTHESIS_PROFILE=thorough looks for longer.
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("thorough", deadline=None, max_examples=2_000)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=50,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Give the address of a throw-away cluster's `postgres` database, one for each worker.

    Each xdist worker starts its own: 0.9 s at the same time as its neighbours cost less than
    the bookkeeping of who is first to start and last to stop a shared one.
    """
    with cluster() as url:
        yield url


@pytest.fixture
def postgresql_database_url(postgresql_url: str) -> Iterator[str]:
    """Give the address of an empty PostgreSQL database that lives for one test."""
    server = make_url(postgresql_url)
    name = f"test_{uuid.uuid4().hex}"
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        # FILE_COPY: 20 ms instead of WAL_LOG's 45 ms where nothing is synced.
        connection.execute(f"CREATE DATABASE {name} STRATEGY FILE_COPY")
        yield server.set(database=name).render_as_string(hide_password=False)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_database_url(tmp_path: Path) -> str:
    """Give the address of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the address of an empty database, once for each kind that the site runs on."""
    # Asked for by name, so that a test on SQLite does not wait for a PostgreSQL cluster.
    url: str = request.getfixturevalue(f"{request.param}_database_url")
    return url

"""An office without limits, on each database."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from stadtfuehrer.outside.folder import FolderMailer
from stadtfuehrer.services.office import Office
from stadtfuehrer.storage.database import Database
from tests.support.offices import NO_LIMITS, Clock, OpenOffice, opened_office
from tests.support.steps import Life, whole_life


@pytest.fixture
def open_office(ready_database_url: str, tmp_path: Path) -> OpenOffice:
    """Return `open_office(per_day="2", …)`, a block with an office, on both databases."""
    return OpenOffice(tmp_path / "instance", ready_database_url)


@pytest.fixture
def open_sqlite_office(ready_sqlite_url: str, tmp_path: Path) -> OpenOffice:
    """Return the same on SQLite only, for what no database has a say in."""
    return OpenOffice(tmp_path / "instance", ready_sqlite_url)


@pytest.fixture(scope="session")
def furnished_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Read settings and content once; each test gives the office a database of its own."""
    folder = tmp_path_factory.mktemp("furnished")
    url = f"sqlite:///{folder / 'unused.db'}"
    with opened_office(folder / "instance", url, changes=NO_LIMITS) as opened:
        return opened


@pytest.fixture
def office(furnished_office: Office, ready_database_url: str) -> Iterator[Office]:
    database = Database(ready_database_url)
    yield replace(furnished_office, database=database)
    database.close()


@pytest.fixture
def sqlite_office(furnished_office: Office, ready_sqlite_url: str) -> Iterator[Office]:
    database = Database(ready_sqlite_url)
    yield replace(furnished_office, database=database)
    database.close()


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    # aiosmtpd logs each dropped connection as an error; here they are what was asked for.
    caplog.set_level(logging.CRITICAL, "mail.log")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def postfach(tmp_path: Path, clock: Clock) -> FolderMailer:
    return FolderMailer(folder=tmp_path / "postfach", clock=clock)


@pytest.fixture(scope="session")
def lived_office(
    furnished_office: Office, migrated_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Keep the office in which `life` took place."""
    file = tmp_path_factory.mktemp("lived") / "lived.db"
    file.write_bytes(migrated_sqlite_file.read_bytes())
    database = Database(f"sqlite:///{file}")
    yield replace(furnished_office, database=database)
    database.close()


@pytest.fixture(scope="session")
def life(lived_office: Office) -> Life:
    """Give the letters of one whole booking, to be looked at from all sides."""
    return whole_life(lived_office, zone="America/New_York")

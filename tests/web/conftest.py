"""Sites for the tests of their pages, each with a guest who checks every page that is fetched."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from stadtfuehrer.app.application import create_app
from stadtfuehrer.storage.database import Database
from stadtfuehrer.web.desk import furnish
from stadtfuehrer.web.frame.page_cache import PageCache
from tests.support.neighbour import Demonstration
from tests.support.offices import Clock, opened_office
from tests.support.sites import SETTINGS, OpenSite, Site


@pytest.fixture(autouse=True, scope="session")
def plain_log() -> None:
    """Write logs plainly: structlog's default draws errors with all variables, for seconds."""
    structlog.configure(
        processors=[structlog.processors.KeyValueRenderer()],
        # Loggers that tests of the command line left cached would stay as they are.
        cache_logger_on_first_use=False,
    )


@pytest.fixture
def open_site(tmp_path: Path) -> Iterator[OpenSite]:
    """Return `open_site(changes, appended="")`: a site with its own database and clock.

    Nothing is limited unless `changes` says so.
    """
    with ExitStack() as stack:

        def opened(changes: Mapping[str, str] | None = None, appended: str = "") -> Site:
            folder = tmp_path / f"instance-{len(list(tmp_path.iterdir()))}"
            office = stack.enter_context(
                opened_office(
                    folder,
                    f"sqlite:///{folder / 'test.db'}",
                    changes=SETTINGS | dict(changes or {}),
                    appended=appended,
                )
            )
            clock = Clock()
            app = create_app(office, clock=clock)
            return Site(office=office, clock=clock, app=app)

        yield opened


@pytest.fixture(scope="session")
def first_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give the site without limits whose templates are compiled and whose database is empty."""
    folder = tmp_path_factory.mktemp("first") / "instance"
    with opened_office(folder, f"sqlite:///{folder / 'test.db'}", changes=SETTINGS) as office:
        clock = Clock()
        yield Site(office=office, clock=clock, app=create_app(office, clock=clock))


@pytest.fixture
def site(first_site: Site, tmp_path: Path) -> Iterator[Site]:
    """Give a site without limits, with a database and a clock of its own.

    It is the first one furnished anew: a new one would compile every template again.
    """
    file = first_site.office.database.file
    assert file is not None
    first_site.office.database.close()  # So that all of it is in the one file.
    with closing(Database(f"sqlite:///{shutil.copy(file, tmp_path)}")) as database:
        office, clock = replace(first_site.office, database=database), Clock()
        furnish(first_site.app, office, clock)
        # What is kept came from the office before.
        assert isinstance(first_site.app.wsgi_app, PageCache)
        first_site.app.wsgi_app._pages.clear()
        yield Site(office=office, clock=clock, app=first_site.app)


@pytest.fixture
def demonstration(site: Site, tmp_path: Path) -> Demonstration:
    """Give a site that lays its letters into an empty folder, with a neighbour who may look."""
    return Demonstration(office=site.office, clock=site.clock, folder=tmp_path / "postfach")


@pytest.fixture
def lived(demonstration: Demonstration) -> Demonstration:
    """Give the same after a whole life of a booking, with all its letters."""
    demonstration.whole_life()
    return demonstration

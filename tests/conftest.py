"""Fixtures for every floor: databases, the browser, and how hard Hypothesis looks."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from sqlalchemy.engine import make_url

from tests.provision.browser import FLAGS, find_chromium
from tests.provision.postgresql import cluster

# On a shared machine a deadline fails for reasons that are not ours.
settings.register_profile("dev", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# An answer of 404, 409 or 422 is in the console too, but is what such a test asked for.
REFUSED = "the server responded with a status of 4"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

# Opens a page; every page is watched until its block ends (see `open_page`).
OpenPage = Callable[..., AbstractContextManager[Page]]


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for each worker."""
    executable = find_chromium()
    if executable is None:
        pytest.fail("Chromium is missing. Get it with: make provision")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser) -> OpenPage:
    """Return `open_page(javascript=True, **context_options)`, a block with a fresh page.

    It has no memory of other pages, speaks German and lives in Berlin. When the block ends
    well, it fails if the page wrote an error to the console, threw, or asked another host.
    """

    @contextmanager
    def opened(*, javascript: bool = True, **options: object) -> Iterator[Page]:
        settings_of_page = {"locale": "de-DE", "timezone_id": "Europe/Berlin"} | options
        context = browser.new_context(java_script_enabled=javascript, **settings_of_page)  # type: ignore[arg-type]
        complaints: list[str] = []
        page = context.new_page()
        _watch(page, complaints)
        context.on("page", lambda popup: _watch(popup, complaints))
        try:
            yield page
        finally:
            context.close()
        assert complaints == []

    return opened


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Iterator[Page]:
    """Give a fresh, watched page, once with and once without JavaScript."""
    with open_page(javascript=request.param) as opened:
        yield opened


def _watch(page: Page, complaints: list[str]) -> None:
    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and REFUSED not in message.text:
            complaints.append(f"console: {message.text} ({page.url})")

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in LOOPBACK:
            complaints.append(f"request to another host: {request.url} ({page.url})")

    page.on("console", heard)
    page.on("request", asked)
    page.on("pageerror", lambda error: complaints.append(f"script: {error} ({page.url})"))

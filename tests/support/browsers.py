"""Chromium, and pages in it that are watched."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tools.provision.browser import FLAGS, find_chromium

# An answer of 404, 409 or 422 is in the console too, but is what such a test asked for.
REFUSED = "the server responded with a status of 4"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

# Opens a page; every page is watched until its block ends (see `open_page`).
OpenPage = Callable[..., AbstractContextManager[Page]]


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

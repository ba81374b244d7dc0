"""Chromium and Firefox, and pages in them that are watched."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, sync_playwright

from tests.support.screen import screen
from tools.provision.browser import FLAGS, find_chromium, find_firefox

# An answer of 404, 409 or 422 is in the console too, but is what such a test asked for.
REFUSED = "the server responded with a status of 4"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

CHROMIUM_ONLY = pytest.mark.parametrize("browser", ["chromium"], indirect=True)
"""What only its driver can do: no scripts, touch, media as wished, focus in two windows, the tree
that a screen reader has, mouse and keyboard in frames of another site, the same way back over a
page that a form led to. Firefox, as it is driven, leaves scripts on."""

# Opens a page; every page is watched until its block ends (see `open_page`).
OpenPage = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Start what drives the browsers; a process may have it once only."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(chromium: Browser) -> Browser:
    """Give the browser of `open_page`; journeys have others as well."""
    return chromium


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start Chromium once for each worker."""
    executable = find_chromium(playwright)
    if executable is None:
        pytest.fail("Chromium is missing. Get it with: make provision")
    running = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
    yield running
    running.close()


@pytest.fixture(scope="session")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    """Start Firefox as it comes from the system, not Playwright's own, once for each worker."""
    executable = find_firefox()
    if executable is None:
        pytest.fail("Firefox is missing. Get it with: make provision")
    # Without a screen it believes that nothing can hover.
    with screen() as display:
        running = playwright.firefox.launch(
            channel="moz-firefox",
            executable_path=executable,
            headless=False,
            env={**os.environ, "DISPLAY": display},
            # Playwright does not notice when Back shows a page that was kept alive.
            firefox_user_prefs={"browser.sessionhistory.max_total_viewers": 0},
        )
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

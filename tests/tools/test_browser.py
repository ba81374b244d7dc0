import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.support.browsers import OpenPage

PAGES = {
    "/still": "<title>Still</title><h1>Ruhe</h1>",
    "/laut": "<title>Laut</title><script>console.error('au')</script>",
    "/fremd": "<title>Fremd</title><img src='http://fremd.invalid/zaehler.gif'>",
    "/skript": "<title>Skript</title><h1>aus</h1><script>document.body.textContent='an'</script>",
}


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGES.get(self.path, "").encode()
        self.send_response(200 if body else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the test's output clean."""


@pytest.fixture
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_page_speaks_german_and_lives_in_berlin(open_page: OpenPage, address: str) -> None:
    with open_page() as page:
        page.goto(f"{address}/still")
        zone = "Intl.DateTimeFormat().resolvedOptions().timeZone"
        assert page.evaluate(f"[navigator.language, {zone}]") == ["de-DE", "Europe/Berlin"]


def test_page_runs_once_with_and_once_without_javascript(
    page: Page, address: str, request: pytest.FixtureRequest
) -> None:
    page.goto(f"{address}/skript")
    expected = "aus" if request.node.callspec.id == "without-javascript" else "an"
    assert page.inner_text("body") == expected


@pytest.mark.parametrize(
    ("path", "complaint"),
    [("/laut", "console: au"), ("/fremd", "request to another host: http://fremd.invalid/")],
)
def test_page_that_misbehaves_fails_its_test(
    open_page: OpenPage, address: str, path: str, complaint: str
) -> None:
    with pytest.raises(AssertionError, match=complaint), open_page() as page:
        page.goto(address + path)

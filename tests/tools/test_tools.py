"""A watched browser, a server and its settings, a form as a visitor sends it, a PNG read back."""

import http.server
import struct
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.support.browsers import OpenPage
from tools.cards.palette import MOST_COLOURS, indexed_png
from tools.provision.site import change_settings, free_port, running
from tools.provision.visitor import Answer, Form

PAGES = {
    "/still": "<title>Still</title><h1>Ruhe</h1>",
    "/laut": "<title>Laut</title><script>console.error('au')</script>",
    "/fremd": "<title>Fremd</title><img src='http://fremd.invalid/zaehler.gif'>",
    "/skript": "<title>Skript</title><h1>aus</h1><script>document.body.textContent='an'</script>",
}


class _Handler(http.server.BaseHTTPRequestHandler):
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
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
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


def test_server_that_does_not_come_up_is_quoted(tmp_path: Path) -> None:
    refuse = "raise SystemExit('stadtfuehrer.toml: unbekannter Schlüssel')"
    starting = running([sys.executable, "-c", refuse], port=free_port(), cwd=tmp_path)
    with pytest.raises(AssertionError, match="unbekannter Schlüssel"), starting:
        pass


def test_settings_are_changed_in_every_table_that_has_the_key(tmp_path: Path) -> None:
    file = tmp_path / "stadtfuehrer.toml"
    file.write_text("[a]\nstep = 30  # Minuten\nbefore_step = 1\n[b]\nstep = 15\n", "utf-8")
    change_settings(tmp_path, {"step": "5"})
    assert file.read_text("utf-8") == "[a]\nstep = 5\nbefore_step = 1\n[b]\nstep = 5\n"


def test_setting_that_the_file_does_not_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stadtfuehrer.toml").write_text("# step = 30\n", "utf-8")
    with pytest.raises(KeyError, match="step"):
        change_settings(tmp_path, {"step": "5"})


def test_form_gives_what_it_would_send_untouched() -> None:
    page = Answer(
        path="/termin/kennenlernen/20261202T080000Z",
        status=200,
        headers={},
        body=b"""
        <a href="/termin">zur&uuml;ck</a><a name="hier">hier</a>
        <form method="POST">
          <input type="hidden" name="schluessel" value="abc">
          <input name="name"><textarea name="anliegen">Wir m&ouml;chten</textarea>
          <input type="radio" name="farbe" value="rot"><input type="radio" name="farbe"
            value="blau" checked><input type="checkbox" name="ja" value="1">
          <input type="submit" name="weiter" value="1"><button name="zu">zu</button>
        </form><form action="/quiz"></form>""",
    )
    assert page.links() == ["/termin"]
    assert page.forms() == [
        Form(
            action="/termin/kennenlernen/20261202T080000Z",
            method="post",
            fields={"schluessel": "abc", "name": "", "anliegen": "Wir möchten", "farbe": "blau"},
        ),
        Form(action="/quiz", method="get", fields={}),
    ]


def read_back(png: bytes) -> tuple[int, int, list[bytes]]:
    """The size and the colour of every pixel, of a PNG with a palette and no row filters."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        (check,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
        assert check == zlib.crc32(kind + data)
        chunks[kind] = data
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    width, height, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert rest == [8, 3, 0, 0, 0]
    lines = zlib.decompress(chunks[b"IDAT"])
    colours: list[bytes] = []
    for row in range(height):
        start = row * (width + 1)
        assert lines[start] == 0
        colours += [
            chunks[b"PLTE"][3 * index : 3 * index + 3]
            for index in lines[start + 1 : start + 1 + width]
        ]
    return width, height, colours


def test_few_colours_stay_as_they_are() -> None:
    pixels = [b"\x0b\x4a\x9e", b"\xff\xcc\x1f", b"\xff\xcc\x1f", b"\x00\x00\x00"] * 3
    png = indexed_png(b"".join(one + b"\xff" for one in pixels), 4, 3)
    assert read_back(png) == (4, 3, pixels)


def test_rare_colours_become_the_nearest_frequent_ones() -> None:
    frequent = [bytes([3 * at, 0, 0]) for at in range(MOST_COLOURS)]
    pixels = [*frequent, *frequent, bytes([31, 0, 0]), bytes([0, 200, 0])]
    png = indexed_png(b"".join(one + b"\xff" for one in pixels), len(pixels), 1)
    _, _, colours = read_back(png)
    assert colours[: 2 * MOST_COLOURS] == pixels[: 2 * MOST_COLOURS]
    assert colours[-2:] == [bytes([30, 0, 0]), bytes([0, 0, 0])]

"""Draws the icons that cannot be SVG from the one that is: static/img/favicon.svg.

Home screens cut their own corners, so their icons are blue up to the edge.
"""

import struct
from collections.abc import Iterator

from playwright.sync_api import Page

from tools.cards.painting import ROOT, painted

FOLDER = ROOT / "static" / "img"
ICO_PIXELS = 32
SAFE = 0.8
"""The part of a maskable icon that no launcher cuts off (W3C manifest: a circle of 40 % radius)."""
_FULL = "<style>body { display: grid; place-content: center; height: 100vh; margin: 0; %s }</style>"


def icons(page: Page) -> Iterator[tuple[str, bytes]]:
    """Name and content of each icon file."""
    svg = (FOLDER / "favicon.svg").read_text("utf-8")

    def drawing(pixels: float, background: str) -> str:
        sized = svg.replace("<svg ", f'<svg width="{pixels}" height="{pixels}" ', 1)
        return _FULL % f"background: {background}" + sized

    for name, pixels, part in (
        ("apple-touch-icon.png", 180, 1.0),
        ("icon-192.png", 192, 1.0),
        ("icon-512.png", 512, SAFE),
    ):
        html = drawing(pixels * part, "#0b4a9e")
        yield name, painted(page, html, width=pixels, height=pixels)
    page.set_viewport_size({"width": ICO_PIXELS, "height": ICO_PIXELS})
    page.set_content(drawing(ICO_PIXELS, "transparent"))
    yield "favicon.ico", _ico(page.screenshot(omit_background=True))


def _ico(png: bytes) -> bytes:
    """An .ico with one PNG in it, as all browsers since 2009 read it."""
    header = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", ICO_PIXELS, ICO_PIXELS, 0, 0, 1, 32, len(png), 22)
    return header + entry + png

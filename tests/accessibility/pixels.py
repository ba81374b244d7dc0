"""The contrast of all text of a page, measured on the picture that the browser draws.

axe reckons with style sheets. It gives up where a sign is drawn by ``::before``, where a map or a
gradient lies behind, and in forced colours, where styles no longer say what is drawn.
"""

from dataclasses import dataclass

from playwright.sync_api import Page, ViewportSize

from tests.accessibility.asking import ask

SCALE = 2
"""Device pixels to a CSS pixel: the strokes of small type then have pixels without an edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text as it is drawn; contrast as WCAG 2.2 defines it, 1 to 21."""

    text: str
    is_large: bool
    contrast: float

    @property
    def is_legible(self) -> bool:
        """Whether it fulfils WCAG 2.2, 1.4.3."""
        return self.contrast >= (3 if self.is_large else 4.5)


def interval(page: Page) -> None:
    """Make the window as high as the page, so that nothing sticks to its bottom over the rest."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": _size(page)["width"], "height": height})


def measure(page: Page, paper: Page) -> list[Line]:
    """Measure every line of text in a stretched window; ``paper`` is a page that does the sums.

    The two are of different contexts: behind another page of its own, a page takes a second to be
    drawn for its picture.
    """
    lines = ask(page, "lines")
    found = ask(paper, "contrasts", {"png": _picture(page), "lines": lines, "scale": SCALE})
    return [
        Line(text=line["text"], is_large=line["isLarge"], contrast=round(contrast, 2))
        for line, contrast in zip(lines, found, strict=True)
    ]


def _size(page: Page) -> ViewportSize:
    assert page.viewport_size is not None
    return page.viewport_size


def _picture(page: Page) -> str:
    """What is drawn, as a PNG in base64; Playwright's own are packed tightly, for a second each."""
    camera = page.context.new_cdp_session(page)
    busy = camera.send(
        "Page.captureScreenshot",
        {"clip": {"x": 0, "y": 0, **_size(page), "scale": SCALE}, "optimizeForSpeed": True},
    )
    camera.detach()
    picture: str = busy["data"]
    return picture

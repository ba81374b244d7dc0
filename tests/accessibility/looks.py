"""What a page is asked in the browser: by axe, about its layout, its focus and its colours.

The questions are the scripts in the folder beside this file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page

from tests.support.colours import Pair
from tools.provision.node import TOOLS

LEAST_TARGET = 24
"""CSS pixels (WCAG 2.2, 2.5.8)."""
LEAST_RING, LEAST_RING_CONTRAST = 2, 3
"""CSS pixels (WCAG 2.2, 2.4.13), and the ring's contrast with the ground (1.4.11)."""
SCALE = 2
"""Device pixels to a CSS pixel: the strokes of small type then have pixels without an edge."""
_SPACED = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }
"""
"""The text spacing that a page has to bear (WCAG 2.2, 1.4.12)."""
_CONTRAST = "color-contrast"
_BY_DEFAULT_OFF = [
    *("css-orientation-lock", "focus-order-semantics", "label-content-name-mismatch"),
    *("table-fake-caption", "td-has-header", "target-size", "identical-links-same-purpose"),
]
# A letter in its frame may run no script, not even axe; letters have tests of their own.
_RULES = {name: {"enabled": name != "frame-tested"} for name in (*_BY_DEFAULT_OFF, "frame-tested")}
_OPTIONS: dict[str, Any] = {
    "resultTypes": ["violations", "incomplete"],
    "iframes": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": _RULES,
}
AXE: dict[str, dict[str, Any]] = {
    "everything": _OPTIONS,
    # What a night can break: structure is the same by day.
    "colours": _OPTIONS
    | {"runOnly": {"type": "rule", "values": (_CONTRAST, "link-in-text-block")}, "rules": {}},
    # Nothing of contrasts: axe reads -webkit-text-fill-color, which keeps the colour that forced
    # colours do not draw. Sizes are the same in any colours.
    "forced colours": _OPTIONS
    | {"rules": _RULES | {name: {"enabled": False} for name in (_CONTRAST, "target-size")}},
}


def ask(page: Page, question: str, argument: object = None) -> Any:
    """Ask the page one of the questions, ``too_wide`` for ``too_wide.js``; what it answers."""
    return page.evaluate(_script(question), argument)


@cache
def _script(question: str) -> str:
    script = (Path(__file__).parent / "questions" / f"{question}.js").read_text("utf-8").rstrip()
    # A statement where it is linted, an expression where it is asked.
    return script.removesuffix(";")


@cache
def axe_source() -> str:
    """The script, to be run in a page whose context has it as a script of its own."""
    return (TOOLS.package("axe-core") / "axe.min.js").read_text("utf-8")


def complaints_of_axe(page: Page, about: str) -> list[dict[str, str]]:
    """What is wrong, and what axe cannot decide, for each place: rule, where and why."""
    found: dict[str, list[dict[str, str]]] = ask(page, "axe", AXE[about])
    # Where axe cannot reckon a contrast, the pixels decide: see test_drawn.py.
    return found["violations"] + [one for one in found["undecided"] if one["rule"] != _CONTRAST]


def unfold(page: Page) -> None:
    """Open whatever can be unfolded: it is part of the page."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


@contextmanager
def spaced_out(page: Page) -> Iterator[None]:
    """Give the text more space until the block ends."""
    ask(page, "space_out", _SPACED)
    yield
    page.evaluate("document.adoptedStyleSheets.pop()")


def ill_fitting(page: Page) -> Iterator[tuple[str, str]]:
    """What moves, sticks out sideways, hides its own words or is too small, and what it is."""
    for question in ("moving", "too_wide", "cut_off", "sticking_out", "too_small"):
        argument = LEAST_TARGET if question == "too_small" else None
        yield from ((question, one) for one in ask(page, question, argument))


class Focus(NamedTuple):
    """What has the focus, and what keeps that from being seen."""

    what: str
    words: str
    complaints: list[str]


def focus(page: Page) -> Focus | None:
    """What has the focus; None where nothing in particular has it."""
    found = ask(page, "focus")
    if found is None:
        return None
    what, complaints = found["what"], []
    if found["ring"] < LEAST_RING:
        complaints.append(f"a ring of {found['ring']}: {what}")
    elif Pair("", found["colour"], found["ground"]).contrast < LEAST_RING_CONTRAST:
        complaints.append(f"a ring in {found['colour']} on {found['ground']}: {what}")
    if not found["isOnTop"]:
        complaints.append(f"hidden: {what}")
    return Focus(what, " ".join(found["words"].split()), complaints)


def tab_to(page: Page, words: str, *, most: int = 60) -> list[str]:
    """Press Tab until what begins with these words has the focus; what was wrong on the way.

    Raises AssertionError when it cannot be reached.
    """
    found, passed = [], []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = focus(page)
        if at is not None:
            found += at.complaints
            passed.append(at.words)
            if at.words.startswith(words):
                return found
    raise AssertionError(f"„{words}“ cannot be reached on {page.url}, only {passed}")


class Line(NamedTuple):
    """A line of text as it is drawn; contrast as WCAG 2.2 defines it, 1 to 21."""

    text: str
    contrast: float
    is_legible: bool
    """Whether it fulfils WCAG 2.2, 1.4.3."""


def fit_window(page: Page) -> None:
    """Make the window as high as the page, so that nothing sticks to its bottom over the rest."""
    assert page.viewport_size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": height})


def measure(page: Page, paper: Page) -> list[Line]:
    """Measure every line of text in a fitting window, on the picture that the browser draws.

    axe reckons with style sheets. It gives up where a sign is drawn by ``::before``, where a map or
    a gradient lies behind, and in forced colours, where styles no longer say what is drawn.

    ``paper`` is a page of another context that does the sums: behind another page of its own, a
    page takes a second to be drawn for its picture.
    """
    lines = ask(page, "lines")
    found = ask(paper, "contrasts", {"png": _picture(page), "lines": lines, "scale": SCALE})
    return [
        Line(line["text"], round(contrast, 2), contrast >= (3 if line["isLarge"] else 4.5))
        for line, contrast in zip(lines, found, strict=True)
    ]


def _picture(page: Page) -> str:
    """What is drawn, as a PNG in base64; Playwright's own are packed tightly, for a second each."""
    assert page.viewport_size is not None
    camera = page.context.new_cdp_session(page)
    clip = {"x": 0, "y": 0, **page.viewport_size, "scale": SCALE}
    shot = camera.send("Page.captureScreenshot", {"clip": clip, "optimizeForSpeed": True})
    camera.detach()
    picture: str = shot["data"]
    return picture

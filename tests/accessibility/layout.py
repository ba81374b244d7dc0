"""What a page's layout is asked: does it fit, does it hide its own words, can it be hit."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from tests.accessibility.asking import ask

LEAST_TARGET = 24
"""CSS pixels (WCAG 2.2, 2.5.8)."""

_SPACED = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }
"""
"""The text spacing that a page has to bear (WCAG 2.2, 1.4.12)."""


def unfold(page: Page) -> None:
    """Open whatever can be unfolded: it is part of the page."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


@contextmanager
def spaced_out(page: Page) -> Iterator[None]:
    """Give the text more space until the block ends."""
    ask(page, "space_out", _SPACED)
    yield
    page.evaluate("document.adoptedStyleSheets.pop()")


def enlarge(page: Page) -> None:
    """Make the text twice as large (WCAG 2.2, 1.4.4)."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def moving(page: Page) -> list[str]:
    """Animations and transitions that run."""
    found: list[str] = ask(page, "moving")
    return found


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways: nothing, or the widths and whatever sticks out."""
    found: list[str] = ask(page, "too_wide")
    return found


def cut_off(page: Page) -> list[str]:
    """Whatever hides a part of its own text."""
    found: list[str] = ask(page, "cut_off")
    return found


def too_small(page: Page) -> list[str]:
    """Whatever is too small to be hit, but for the exceptions of WCAG 2.2, 2.5.8."""
    found: list[str] = ask(page, "too_small", LEAST_TARGET)
    return found

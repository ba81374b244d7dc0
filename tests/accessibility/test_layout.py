"""Every page on the smallest screen, with large type, with more space around it, and at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.accessibility.layout import cut_off, enlarge, moving, space_out, too_small, too_wide
from tests.sights.exhibition import ROOMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page, ViewportSize

    from tests.conftest import OpenPage
    from tests.sights.exhibition import Exhibition

ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""A screen of 1280 × 1024 at 400 % (WCAG 2.2, 1.4.10)."""
DESK: ViewportSize = {"width": 1280, "height": 800}
_TINY = """
one.style.font = "8px/1 serif";
one.style.display = "block";
for (const a of one.querySelectorAll("a")) {
  a.style.cssText = "font: inherit; min-height: 0; padding: 0";
}
"""
_UNFOLD = "for (const one of document.querySelectorAll('details')) one.open = true"


def looked_at(page: Page) -> Iterator[tuple[str, str]]:
    """Show a page in one way after the other; yield the way and what is wrong then."""

    def wrong(way: str) -> Iterator[tuple[str, str]]:
        for judge in (moving, too_wide, cut_off, too_small):
            yield from ((f"{way}: {judge.__name__}", one) for one in judge(page))

    yield from wrong("at 400 %")
    page.evaluate(_UNFOLD)
    yield from wrong("unfolded")
    space_out(page)
    yield from wrong("with more space")
    page.reload()
    page.set_viewport_size(DESK)
    enlarge(page)
    yield from wrong("twice as large")
    page.set_viewport_size(ZOOMED)


@pytest.mark.parametrize("room", ROOMS)
def test_pages_fit(exhibition: Exhibition, open_page: OpenPage, room: str) -> None:
    found = []
    with open_page(viewport=ZOOMED, reduced_motion="reduce") as page:
        for name in ROOMS[room]:
            page.goto(exhibition.show(name))
            found += [(name, *one) for one in looked_at(page)]
    assert found == []


@pytest.mark.parametrize(
    ("judge", "broken"),
    [
        (too_wide, "one.style.whiteSpace = 'nowrap'"),
        (cut_off, "Object.assign(one.style, { overflow: 'hidden', height: '9px' })"),
        (too_small, _TINY),
        (moving, "one.animate([{ opacity: 0 }, { opacity: 1 }], 60000)"),
    ],
)
def test_what_is_broken_is_found(
    exhibition: Exhibition, open_page: OpenPage, judge: Callable[[Page], list[str]], broken: str
) -> None:
    with open_page(viewport=ZOOMED, reduced_motion="reduce") as page:
        page.goto(exhibition.show("error 404"))
        assert judge(page) == []
        page.evaluate(
            f"for (const one of document.querySelectorAll('main p, main ul')) {{{broken}}}"
        )
        assert judge(page) != []

"""Every page in every state: axe finds nothing, and all fits, however the page is looked at.

A page is loaded once and then changed from one look to the next. Axe judges the whole of it where
most is shown, on a desk by day; elsewhere only what that look can change.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.accessibility.axe import (
    complaints,
    complaints_about_colours,
    complaints_in_forced_colours,
    source,
)
from tests.accessibility.layout import (
    cut_off,
    enlarge,
    moving,
    spaced_out,
    too_small,
    too_wide,
    unfold,
)
from tests.support.browsers import OpenPage
from tests.support.sights.exhibition import ROOMS, Exhibition

Found = tuple[str, str, str]
"""The look, what complains, and about what."""


ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""A screen of 1280 × 1024 at 400 % (WCAG 2.2, 1.4.10)."""
DESK: ViewportSize = {"width": 1280, "height": 800}
NIGHT: dict[str, Any] = {"color_scheme": "dark", "forced_colors": "none"}
FIRST: dict[str, Any] = {"viewport": ZOOMED, "reduced_motion": "reduce", **NIGHT}


def open_first(page: Page, address: str) -> None:
    """Open a page as FIRST says, whatever was looked at before."""
    page.emulate_media(**NIGHT)
    page.set_viewport_size(ZOOMED)
    page.goto(address)


def looked_at(page: Page) -> Iterator[Found]:
    """Look in every way at a page that was just opened; yield what is found, look by look."""
    yield from _ill_fitting(page, "at 400 %")
    unfold(page)
    yield from _ill_fitting(page, "unfolded")
    yield from _by_axe("at night", complaints_about_colours(page))
    with spaced_out(page):
        yield from _ill_fitting(page, "with more space")
    page.emulate_media(color_scheme="light", forced_colors="active")
    yield from _by_axe("in forced colours", complaints_in_forced_colours(page))
    page.emulate_media(forced_colors="none")
    page.set_viewport_size(DESK)
    yield from _by_axe("on a desk", complaints(page))
    enlarge(page)
    yield from _ill_fitting(page, "twice as large")


def _ill_fitting(page: Page, look: str) -> Iterator[Found]:
    for judge in (moving, too_wide, cut_off, too_small):
        yield from ((look, judge.__name__, one) for one in judge(page))


def _by_axe(look: str, told: list[dict[str, str]]) -> Iterator[Found]:
    yield from ((look, one["rule"], f"{one['where']}: {one['why']}") for one in told)


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_is_found(exhibition: Exhibition, open_page: OpenPage, room: str) -> None:
    found = []
    with open_page(**FIRST) as page:
        page.add_init_script(source())
        for name in ROOMS[room]:
            open_first(page, exhibition.show(name))
            found += [(name, *one) for one in looked_at(page)]
    assert found == []


def each(what: str, style: str) -> str:
    return f"for (const one of document.querySelectorAll('{what}')) {{ {style} }}"


def sheet(css: str) -> str:
    return (
        "const sheet = new CSSStyleSheet();"
        f"sheet.replaceSync('{css}');"
        "document.adoptedStyleSheets.push(sheet)"
    )


_TINY = "one.style.cssText = 'display: block; min-height: 0; padding: 0; font: 8px/1 serif'"
_FULL = "one.style.height = `${one.offsetHeight}px`; one.style.overflow = 'hidden'"


BROKEN = [
    (each("main p", "one.style.whiteSpace = 'nowrap'"), "at 400 %", "too_wide"),
    (each("main p", "one.style.cssText = 'overflow: hidden; height: 9px'"), "at 400 %", "cut_off"),
    (each("main p", "one.animate([{ opacity: 0 }, {}], 60000)"), "at 400 %", "moving"),
    (each(".foot a", _TINY), "with more space", "too_small"),
    (each("main p", _FULL), "with more space", "cut_off"),
    (sheet("@media (min-width: 900px) { h1 { width: 50rem } }"), "twice as large", "too_wide"),
    (each("main", "one.style.color = '#666'"), "at night", "color-contrast"),
    (each("main", "one.style.color = '#999'"), "on a desk", "color-contrast"),
    (
        sheet("@media (forced-colors: active) { h1 { display: none } }"),
        "in forced colours",
        "page-has-heading-one",
    ),
    (each("h1", "one.remove()"), "on a desk", "page-has-heading-one"),
    (each("[for=email]", "one.remove()"), "on a desk", "label"),
    (each("[name=email]", "one.autocomplete = 'quatsch'"), "on a desk", "autocomplete-valid"),
]


def test_what_is_broken_is_found(exhibition: Exhibition, open_page: OpenPage) -> None:
    missed = []
    with open_page(**FIRST) as page:
        page.add_init_script(source())
        for broken, look, complaint in BROKEN:
            open_first(page, exhibition.show("form"))
            page.evaluate(broken)
            if not any(found[:2] == (look, complaint) for found in looked_at(page)):
                missed.append((broken, look, complaint))
    assert missed == []

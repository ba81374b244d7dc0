"""Every page in every state: axe finds nothing, and all fits, however the page is looked at.

A page is loaded once and then changed from one look to the next. Axe judges the whole of it where
most is shown, on a desk by day; elsewhere only what that look can change.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.accessibility.looks import axe_source, complaints_of_axe, ill_fitting, spaced_out, unfold
from tests.support.browsers import OpenPage
from tests.support.sights.exhibition import ONE_OF_EACH, ROOMS, Exhibition

Found = tuple[str, str, str]
"""The look, what complains, and about what."""


ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""A screen of 1280 × 1024 at 400 % (WCAG 2.2, 1.4.10)."""
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
NIGHT: dict[str, Any] = {"color_scheme": "dark", "forced_colors": "none"}
TWICE_AS_LARGE = "document.documentElement.style.fontSize = '200%'"  # WCAG 2.2, 1.4.4
OTHER_TYPE = "document.documentElement.style.cssText += '--sign: sans-serif; --read: serif'"
"""As somebody sees it who lets no page choose its fonts; most are wider than ours."""
FIRST: dict[str, Any] = {"viewport": ZOOMED, "reduced_motion": "reduce", **NIGHT}


def open_first(page: Page, address: str) -> None:
    """Open a page as FIRST says, whatever was looked at before."""
    page.emulate_media(**NIGHT)
    page.set_viewport_size(ZOOMED)
    page.goto(address)


def looked_at(page: Page, *, in_any_colours: bool = True) -> Iterator[Found]:
    """Look in every way at a page that was just opened; yield what is found, look by look."""
    yield from _ill_fitting(page, "at 400 %")
    unfold(page)
    yield from _ill_fitting(page, "unfolded")
    yield from _by_axe(page, "at night", "colours")
    if lightness(page, "backgroundColor") > 60 or lightness(page, "color") < 180:
        yield ("at night", "light", "body")
    with spaced_out(page):
        yield from _ill_fitting(page, "with more space")
    page.emulate_media(color_scheme="light", forced_colors="active")
    if in_any_colours:
        yield from _by_axe(page, "in forced colours", "forced colours")
    page.emulate_media(forced_colors="none")
    page.set_viewport_size(DESK)
    yield from _by_axe(page, "on a desk", "everything")
    if lightness(page, "color") > 100 or lightness(page, "backgroundColor") < 180:
        yield ("on a desk", "dark", "body")
    page.evaluate(TWICE_AS_LARGE)
    yield from _ill_fitting(page, "twice as large")
    page.set_viewport_size(PHONE)
    page.evaluate(OTHER_TYPE)
    yield from _ill_fitting(page, "large on a phone")


def lightness(page: Page, what: str) -> float:
    """How light a colour of the body is, 0 to 255."""
    colour: str = page.evaluate(f"getComputedStyle(document.body).{what}")
    parts = [float(part) for part in re.findall(r"[\d.]+", colour)[:3]]
    return sum(parts) / len(parts)


def _ill_fitting(page: Page, look: str) -> Iterator[Found]:
    yield from ((look, *found) for found in ill_fitting(page))


def _by_axe(page: Page, look: str, about: str) -> Iterator[Found]:
    found = complaints_of_axe(page, about)
    yield from ((look, one["rule"], f"{one['where']}: {one['why']}") for one in found)


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_is_found(exhibition: Exhibition, open_page: OpenPage, room: str) -> None:
    found = []
    with open_page(**FIRST) as page:
        page.add_init_script(axe_source())
        for name in ROOMS[room]:
            open_first(page, exhibition.show(name))
            looks = looked_at(page, in_any_colours=name in ONE_OF_EACH)
            found += [(name, *one) for one in looks]
    assert found == []


def test_nothing_is_found_with_the_line_before_the_foot_open(
    exhibition: Exhibition, open_page: OpenPage
) -> None:
    """Over a page with a form whose fields have the same names."""
    with open_page(**FIRST) as page:
        page.add_init_script(axe_source())
        open_first(page, exhibition.show("form"))
        page.locator(".ask a").click()
        page.locator(".ask form").wait_for()
        assert list(looked_at(page)) == []


def each(what: str, style: str) -> str:
    return f"for (const one of document.querySelectorAll('{what}')) {{ {style} }}"


def sheet(css: str) -> str:
    return (
        "const sheet = new CSSStyleSheet();"
        f"sheet.replaceSync('{css}');"
        "document.adoptedStyleSheets.push(sheet)"
    )


_TINY = "one.style.cssText = 'display: block; min-height: 0; padding: 0; font: 8px/1 serif'"
_NARROW = "one.style.cssText = 'width: 3rem; white-space: nowrap'"
_FULL = "one.style.height = `${one.offsetHeight}px`; one.style.overflow = 'hidden'"


BROKEN = [
    (each("main p", "one.style.whiteSpace = 'nowrap'"), "at 400 %", "too_wide"),
    (each("main p", "one.style.cssText = 'overflow: hidden; height: 9px'"), "at 400 %", "cut_off"),
    (each("main p", "one.animate([{ opacity: 0 }, {}], 60000)"), "at 400 %", "moving"),
    (each(".foot a", _TINY), "with more space", "too_small"),
    (each("main p", _FULL), "with more space", "cut_off"),
    (sheet("@media (min-width: 900px) { h1 { width: 50rem } }"), "twice as large", "too_wide"),
    (sheet("@media (max-width: 900px) { h1 { width: 23rem } }"), "large on a phone", "too_wide"),
    (each("h1", _NARROW), "large on a phone", "sticking_out"),
    (each("body", "one.style.backgroundColor = '#888'"), "at night", "light"),
    (each("body", "one.style.color = '#777'"), "on a desk", "dark"),
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
        page.add_init_script(axe_source())
        for broken, look, complaint in BROKEN:
            open_first(page, exhibition.show("form"))
            page.evaluate(broken)
            if not any(found[:2] == (look, complaint) for found in looked_at(page)):
                missed.append((broken, look, complaint))
    assert missed == []

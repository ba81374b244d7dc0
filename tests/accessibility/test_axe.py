"""axe finds nothing on any page in any state: by day, at night and in forced colours.

Each page is loaded once and looked at three times. Structure does not depend on colours, and
colours hardly on width, so three looks stand for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.accessibility.axe import complaints, source
from tests.sights.exhibition import ROOMS

if TYPE_CHECKING:
    from tests.conftest import OpenPage
    from tests.sights.exhibition import Exhibition

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
LOOKS: list[tuple[str, Any, Any]] = [
    ("by day, wide", WIDE, {"color_scheme": "light", "forced_colors": "none"}),
    ("at night, narrow", NARROW, {"color_scheme": "dark", "forced_colors": "none"}),
    ("in forced colours", NARROW, {"color_scheme": "light", "forced_colors": "active"}),
]


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_is_found(exhibition: Exhibition, open_page: OpenPage, room: str) -> None:
    found = []
    with open_page(reduced_motion="reduce") as page:
        page.add_init_script(source())
        for name in ROOMS[room]:
            page.goto(exhibition.show(name))
            # What can be unfolded is part of the page.
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            for look, size, media in LOOKS:
                page.set_viewport_size(size)
                page.emulate_media(**media)
                forced = media["forced_colors"] == "active"
                told = complaints(page, in_forced_colours=forced)
                found += [(name, look, *one.values()) for one in told]
    assert found == []


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ("document.querySelector('h1').remove()", "page-has-heading-one"),
        ("document.querySelector('[for=email]').remove()", "label"),
        ("document.querySelector('[name=email]').autocomplete = 'quatsch'", "autocomplete-valid"),
        ("document.querySelector('main').style.color = '#999'", "color-contrast"),
    ],
)
def test_what_is_broken_is_found(
    exhibition: Exhibition, open_page: OpenPage, broken: str, rule: str
) -> None:
    with open_page() as page:
        page.add_init_script(source())
        page.goto(exhibition.show("form"))
        page.evaluate(broken)
        assert rule in {one["rule"] for one in complaints(page)}

"""As it is drawn: every line can be read in any colours, and what is printed is one sheet."""

import re
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.accessibility.looks import fit_window, measure
from tests.support.browsers import OpenPage
from tests.support.sights.exhibition import ONE_OF_EACH, Exhibition

MEDIA: list[dict[str, Any]] = [
    {"color_scheme": scheme, "forced_colors": forced}
    for forced, scheme in product(("none", "active"), ("light", "dark"))
]
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce"}
# Results of every kind: each says what it has to say at another length.
ONE_SHEET = [
    "office day",
    *("result mixed", "result worst", "result no need", "result nothing known", "result sent"),
    *("result beside others", "booked", "moved", "cancelled", "booked for the consultant"),
    *("times", "times elsewhere", "times later", "move"),
]
A_SHEET = re.compile(rb"/Type\s*/Page\b")
GROUND = "getComputedStyle(document.body).backgroundColor"


def test_text_stands_out(exhibition: Exhibition, open_page: OpenPage) -> None:
    faint = []
    with open_page(**PHONE) as page, open_page() as paper:
        for name in ONE_OF_EACH:
            page.goto(exhibition.show(name))
            fit_window(page)
            for media in MEDIA:
                page.emulate_media(**media)
                lines = measure(page, paper)
                assert len(lines) > 10
                faint += [(name, media, line) for line in lines if not line.is_legible]
            page.set_viewport_size(PHONE["viewport"])
    assert faint == []


def test_what_cannot_be_read_is_found(exhibition: Exhibition, open_page: OpenPage) -> None:
    with open_page(**PHONE) as page, open_page() as paper:
        page.goto(exhibition.show("error 404"))
        fit_window(page)
        page.evaluate("document.querySelector('.lead').style.color = '#8a8f96'")
        faint = [line for line in measure(page, paper) if not line.is_legible]
    assert faint
    assert all(line.contrast == pytest.approx(3, abs=0.2) for line in faint)
    assert " ".join(faint[0].text.split()).startswith("Vielleicht ist der Link veraltet")


def test_a_result_a_booking_and_its_times_are_one_sheet(
    exhibition: Exhibition, open_page: OpenPage
) -> None:
    with open_page(color_scheme="dark") as page:
        for name in ONE_SHEET:
            page.emulate_media(media="null")
            page.goto(exhibition.show(name))
            paper = page.pdf(format="A4", prefer_css_page_size=True)
            assert len(A_SHEET.findall(paper)) == 1, name

            page.emulate_media(media="print")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            clickable = page.locator("nav.menu, form, .way, .side").locator("visible=true")
            expect(clickable).to_have_count(0)
            # Nobody prints the night.
            assert page.evaluate(GROUND) == "rgb(255, 255, 255)"

        page.goto(exhibition.show("public /datenschutz"))
        assert len(A_SHEET.findall(page.pdf(format="A4", prefer_css_page_size=True))) > 1

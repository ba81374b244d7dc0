"""On paper: a result and a booking are one sheet, all words there, nothing that needs a click."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browsers import OpenPage
from tests.support.sights.exhibition import Exhibition

# Results of every kind are printed in tests/journeys/test_result.py.
ONE_SHEET = [
    *("result sent", "result beside others"),
    *("booked", "moved", "cancelled", "booked for the consultant"),
]
A_SHEET = re.compile(rb"/Type\s*/Page\b")


@pytest.mark.parametrize("name", ONE_SHEET)
def test_it_is_one_sheet(exhibition: Exhibition, open_page: OpenPage, name: str) -> None:
    with open_page(color_scheme="dark") as page:
        page.goto(exhibition.show(name))
        paper = page.pdf(format="A4", prefer_css_page_size=True)
        assert len(A_SHEET.findall(paper)) == 1

        page.emulate_media(media="print")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("nav.menu, form, .way, .side").locator("visible=true")).to_have_count(0)
        # Nobody prints the night.
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )


def test_what_is_longer_takes_more_sheets(exhibition: Exhibition, open_page: OpenPage) -> None:
    with open_page() as page:
        page.goto(exhibition.show("public /datenschutz"))
        assert len(A_SHEET.findall(page.pdf(format="A4", prefer_css_page_size=True))) > 1

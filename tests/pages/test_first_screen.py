"""What is seen and reached before anybody scrolls, in a browser."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsers import OpenPage
from tests.support.sights.exhibition import Exhibition

SMALL: dict[str, Any] = {"viewport": {"width": 360, "height": 612}, "javascript": False}
ZOOMED: dict[str, Any] = {"viewport": {"width": 640, "height": 400}, "javascript": False}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "javascript": False}
ENTRIES = ["Angebot", "Ablauf", "Test", "Termin", "Fragen", "Über mich"]


def wholly_on_screen(page: Page, words: str) -> bool:
    box = page.get_by_text(words).first.bounding_box()
    assert box is not None
    assert page.viewport_size is not None
    return box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


@pytest.mark.parametrize("screen", [SMALL, ZOOMED, DESK], ids=["phone", "zoomed", "desk"])
def test_what_it_is_and_the_tests_button(
    exhibition: Exhibition, open_page: OpenPage, screen: dict[str, Any]
) -> None:
    with open_page(**screen) as page:
        page.goto(exhibition.show("public /"))
        said = ["Marketing für kleine Betriebe, München", "Ich bin Vera Beispiel", "Test starten:"]
        assert [one for one in said if not wholly_on_screen(page, one)] == []


def test_the_face_and_the_button_too(exhibition: Exhibition, open_page: OpenPage) -> None:
    with open_page(**SMALL) as page:
        page.goto(exhibition.show("face on home"))
        face = page.get_by_alt_text("Vera Beispiel").bounding_box()
        assert face is not None
        assert face["y"] + face["height"] <= 612
        assert wholly_on_screen(page, "Test starten:")
        assert wholly_on_screen(page, "Gelernte Buchhändlerin")


@pytest.mark.parametrize("screen", [SMALL, ZOOMED], ids=["phone", "zoomed"])
def test_the_menu_opens_with_every_entry(
    exhibition: Exhibition, open_page: OpenPage, screen: dict[str, Any]
) -> None:
    with open_page(**screen) as page:
        page.goto(exhibition.show("public /ueber"))
        menu = page.get_by_role("navigation", name="Hauptmenü")
        expect(menu.get_by_role("link")).to_have_count(0)
        menu.get_by_text("Menü", exact=True).press("Enter")
        expect(menu.get_by_role("link")).to_have_text(ENTRIES)
        boxes = [one.bounding_box() for one in menu.get_by_role("link").all()]
        assert [box for box in boxes if box is None or min(box["width"], box["height"]) < 44] == []
        menu.get_by_role("link", name="Fragen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Was du vorher wissen willst")


def test_the_menu_lies_open_where_there_is_room(
    exhibition: Exhibition, open_page: OpenPage
) -> None:
    with open_page(**DESK) as page:
        page.goto(exhibition.show("public /ueber"))
        menu = page.get_by_role("navigation", name="Hauptmenü")
        expect(menu.get_by_role("link")).to_have_text(ENTRIES)
        expect(menu.get_by_text("Menü", exact=True)).to_be_hidden()

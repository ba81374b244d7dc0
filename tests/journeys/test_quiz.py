"""The quiz without a mouse, with one thumb, without an answer, there and back again."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import steps
from tests.journeys.town import Town
from tests.support.browsers import OpenPage

MOST_STOPS = 40
SMALL_SCREEN = {"width": 360, "height": 640}
PHONE = {"viewport": SMALL_SCREEN, "has_touch": True, "is_mobile": True}
LEAST_TARGET = 44
"""Pixels, the size of a thumb (WCAG 2.2, 2.5.5)."""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the link, button or radio of this name has the focus."""
    focused = "(document.activeElement.labels?.[0] ?? document.activeElement).innerText"
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate(focused).startswith(name):
            return
    raise AssertionError(f"{name!r} cannot be reached on {page.url}")


def test_by_keyboard_alone(town: Town, open_page: OpenPage) -> None:
    with open_page() as page:
        page.set_default_timeout(5000)
        page.goto(town.address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "Zum Inhalt springen"
        page.keyboard.press("Enter")
        tab_to(page, "Wo stehe ich?")
        page.keyboard.press("Enter")

        given = {}
        for number in range(1, steps.QUESTIONS + 1):
            asked = steps.question(page, number)
            first, third = (page.locator(".options label").nth(at).inner_text() for at in (0, 2))
            tab_to(page, first)
            page.keyboard.press("ArrowDown")
            page.keyboard.press("ArrowDown")
            assert steps.chosen(page) == third
            given[asked] = third
            page.keyboard.press("Enter")

        assert steps.answers_on_check_page(page) == given
        tab_to(page, "Ergebnis ansehen")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Woran es liegt")).to_be_visible()


def box(place: Locator) -> tuple[float, float, float]:
    """Top, bottom and height of what is on the screen."""
    found = place.bounding_box()
    assert found is not None
    return found["y"], found["y"] + found["height"], found["height"]


def test_by_digits_and_enter(town: Town, open_page: OpenPage) -> None:
    with open_page() as page:
        page.goto(f"{town.address}/quiz")
        given = {}
        for number in range(1, steps.QUESTIONS + 1):
            asked = steps.question(page, number)
            expect(page.locator(".keys")).to_be_visible()
            page.keyboard.press("5")
            page.keyboard.press("2")
            given[asked] = steps.chosen(page)
            assert given[asked] == page.locator(".options label").nth(1).inner_text()
            page.keyboard.press("Enter")

        assert steps.answers_on_check_page(page) == given


def test_enter_goes_on_from_an_answer_that_was_there(town: Town, open_page: OpenPage) -> None:
    with open_page() as page:
        page.goto(f"{town.address}/quiz?orientierung=nein&frage=orientierung")
        page.locator("h1").click()
        page.keyboard.press("Enter")
        steps.question(page, 2)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_focused()
        page.keyboard.press("3")
        page.keyboard.press("Enter")
        steps.question(page, 3)


def test_other_keys_choose_nothing(town: Town, open_page: OpenPage) -> None:
    others = ["0", "6", "9", "a", "Control+1", "Alt+1", "Meta+1", "Shift+Digit1", "F1", "Space"]
    with open_page() as page:
        page.goto(f"{town.address}/quiz")
        for keys in others:
            page.keyboard.press(keys)
            assert page.locator(".options input:checked").count() == 0, keys


def test_keys_belong_to_whatever_else_has_the_focus(town: Town, open_page: OpenPage) -> None:
    with open_page() as page:
        page.goto(f"{town.address}/quiz")
        page.get_by_role("link", name="Impressum").focus()
        page.keyboard.press("2")
        expect(page.locator(".options input:checked")).to_have_count(0)
        page.keyboard.press("Enter")
        steps.heading(page, "Impressum")


def test_digits_can_be_switched_off_and_stay_off(town: Town, open_page: OpenPage) -> None:
    with open_page() as page:
        page.goto(f"{town.address}/quiz")
        page.get_by_label("Ziffern ausschalten").check()
        page.keyboard.press("2")
        expect(page.locator(".options input:checked")).to_have_count(0)
        steps.answer(page, 0)
        steps.question(page, 2)
        page.keyboard.press("2")
        expect(page.locator(".options input:checked")).to_have_count(0)
        page.get_by_label("Ziffern ausschalten").uncheck()
        page.keyboard.press("2")
        expect(page.locator(".options input").nth(1)).to_be_checked()


def test_no_key_is_promised_where_it_does_nothing(town: Town, open_page: OpenPage) -> None:
    with open_page(javascript=False) as page:
        page.goto(f"{town.address}/quiz")
        expect(page.locator(".keys")).to_be_hidden()
    with open_page(**PHONE) as page:
        page.goto(f"{town.address}/quiz")
        expect(page.locator(".keys")).to_be_hidden()
        page.keyboard.press("2")
        expect(page.locator(".options input:checked")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False])
def test_with_one_thumb(town: Town, open_page: OpenPage, javascript: bool) -> None:  # noqa: FBT001
    with open_page(javascript=javascript, **PHONE) as page:
        page.goto(f"{town.address}/quiz")
        for number in range(1, steps.QUESTIONS + 1):
            steps.question(page, number)
            way, labels = page.get_by_role("button", name="Weiter"), page.locator(".options label")
            assert box(page.locator("h1"))[1] < box(way)[0]
            assert box(way)[1] <= SMALL_SCREEN["height"]
            assert box(labels.first)[0] < box(way)[0], "no answer is in sight"
            for at in range(labels.count()):
                page.locator(".options input").nth(at).focus()
                top, bottom, height = box(labels.nth(at))
                assert height >= LEAST_TARGET
                assert top >= 0
                assert bottom <= box(page.locator(".bar"))[0] + 1, "the bar covers the focus"
            labels.nth(1).tap()
            way.tap()
        steps.heading(page, "Stimmt alles so?")


def test_at_400_per_cent_nothing_stands_in_the_way(town: Town, open_page: OpenPage) -> None:
    with open_page(viewport={"width": 320, "height": 256}) as page:
        page.goto(f"{town.address}/quiz?orientierung=ja")
        steps.question(page, 2)
        page.locator("h1").scroll_into_view_if_needed()
        assert box(page.get_by_role("button", name="Weiter"))[0] > 256
        steps.answer(page, 3)
        steps.question(page, 3)


def test_nothing_moves_while_the_page_comes(town: Town, open_page: OpenPage) -> None:
    moved = """new Promise((told) => {
      let sum = 0;
      new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
        .observe({ type: "layout-shift", buffered: true });
      setTimeout(() => told(sum), 300);
    })"""
    for viewport in (SMALL_SCREEN, {"width": 1280, "height": 800}):
        with open_page(viewport=viewport) as page:
            for query in ("", "?orientierung=ja&weiter=dialog", f"?{steps.KEPT_ANSWERS}"):
                page.goto(f"{town.address}/quiz{query}")
                assert page.evaluate(moved) == 0, (viewport, query)


def test_back_in_the_browser_shows_what_was_chosen(town: Town, page: Page) -> None:
    page.goto(f"{town.address}/quiz?orientierung=nein")
    text = steps.answer(page, 3)
    steps.question(page, 3)
    page.go_back()

    steps.question(page, 2)
    assert steps.chosen(page) == text
    page.go_forward()
    steps.question(page, 3)


def test_what_is_chosen_but_not_sent_outlives_a_reload(town: Town, open_page: OpenPage) -> None:
    with open_page() as page:
        page.goto(f"{town.address}/quiz?orientierung=nein&weiter=orientierung")
        label = page.locator(".options label").nth(2)
        text = label.inner_text()
        label.click()
        page.reload()
        steps.question(page, 2)
        assert steps.chosen(page) == text
        assert steps.booking_query(page)["orientierung"] == ["nein"]
        steps.leaves_no_trace(page)


def test_change_leads_back_to_all_answers(town: Town, page: Page) -> None:
    page.goto(f"{town.address}/quiz?{steps.KEPT_ANSWERS}")
    before = steps.answers_on_check_page(page)
    page.get_by_role("link", name="Ändern").nth(3).click()
    asked = steps.question(page, 4)
    text = steps.answer(page, 0)

    assert steps.answers_on_check_page(page) == before | {asked: text}


def test_going_on_without_an_answer_stays_and_says_so(town: Town, open_page: OpenPage) -> None:
    with open_page() as page:
        page.goto(f"{town.address}/quiz?orientierung=nein")
        page.get_by_role("button", name="Weiter").click()

        steps.question(page, 2)
        told = page.get_by_role("alert")
        expect(told).to_have_text("Wähle eine Antwort aus, dann geht es weiter.")
        expect(told).to_be_focused()
        told.get_by_role("link").click()
        expect(page.locator(".options input").first).to_be_focused()


def test_a_reload_loses_nothing(town: Town, page: Page) -> None:
    page.goto(f"{town.address}/quiz?orientierung=nein&dialog=ja&frage=dialog")
    before = steps.chosen(page)
    page.reload()

    assert steps.chosen(page) == before
    page.get_by_role("button", name="Weiter").click()
    steps.question(page, 3)
    assert steps.booking_query(page)["orientierung"] == ["nein"]


def test_an_incomplete_link_to_the_result_leads_to_the_open_question(
    town: Town, page: Page
) -> None:
    without_third = steps.KEPT_ANSWERS.replace("&rueckkanal=unklar", "")
    page.goto(f"{town.address}/quiz/ergebnis?{without_third}")
    steps.question(page, 3)
    steps.answer(page, 0)

    assert len(steps.answers_on_check_page(page)) == steps.QUESTIONS

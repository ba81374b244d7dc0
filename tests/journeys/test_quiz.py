"""The quiz without a mouse, without an answer, and out of an old link."""

from playwright.sync_api import Page, expect

from tests.conftest import OpenPage
from tests.journeys import steps
from tests.journeys.conftest import Town

MOST_STOPS = 40


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
    assert steps.carried(page)["orientierung"] == ["nein"]


def test_an_incomplete_link_to_the_result_leads_to_the_open_question(
    town: Town, page: Page
) -> None:
    without_third = steps.KEPT_ANSWERS.replace("&rueckkanal=unklar", "")
    page.goto(f"{town.address}/quiz/ergebnis?{without_third}")
    steps.question(page, 3)
    steps.answer(page, 0)

    assert len(steps.answers_on_check_page(page)) == steps.QUESTIONS

"""The quiz by keys and by thumb, its result at rest and read out, and its runs counted once."""

import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import steps
from tests.journeys.steps import Town
from tests.support.browsers import CHROMIUM_ONLY, OpenPage
from tools.until import until

SMALL_SCREEN = {"width": 360, "height": 640}
PHONE = {"viewport": SMALL_SCREEN, "has_touch": True, "is_mobile": True}
LEAST_TARGET = 44
"""Pixels, the size of a thumb (WCAG 2.2, 2.5.5)."""
WORST = "&".join(re.sub("=.*", "=nein", one) for one in steps.KEPT_ANSWERS.split("&"))
"""Every answer the worst."""
DRAWN = "getComputedStyle(document.querySelector('.p-route')).strokeDashoffset"
BUTTON, RESULT = "Ergebnis ansehen", "Woran es liegt"


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

        assert steps.answers_behind_result(page) == given


def test_enter_goes_on_from_an_answer_that_was_there(town: Town, open_page: OpenPage) -> None:
    with open_page() as page:
        page.goto(f"{town.address}/quiz?orientierung=nein&frage=orientierung")
        page.locator("h1").click()
        page.keyboard.press("Enter")
        steps.question(page, 2)
        page.keyboard.press("Enter")
        alert = page.get_by_role("alert")
        expect(alert).to_have_text("Wähle eine Antwort aus, dann geht es weiter.")
        expect(alert).to_be_focused()
        alert.get_by_role("link").click()
        expect(page.locator(".options input").first).to_be_focused()
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


@CHROMIUM_ONLY
def test_no_key_is_promised_where_it_does_nothing(town: Town, open_page: OpenPage) -> None:
    with open_page(javascript=False) as page:
        page.goto(f"{town.address}/quiz")
        expect(page.locator(".keys")).to_be_hidden()
    with open_page(**PHONE) as page:
        page.goto(f"{town.address}/quiz")
        expect(page.locator(".keys")).to_be_hidden()
        page.keyboard.press("2")
        expect(page.locator(".options input:checked")).to_have_count(0)


@CHROMIUM_ONLY
@pytest.mark.parametrize("javascript", [True, False])
def test_with_one_thumb(town: Town, open_page: OpenPage, javascript: bool) -> None:  # noqa: FBT001
    with open_page(javascript=javascript, **PHONE) as page:
        page.goto(f"{town.address}/quiz")
        # Without the script two questions will do.
        for number in range(1, steps.QUESTIONS + 1 if javascript else 3):
            steps.question(page, number)
            way, labels = page.locator(".bar button"), page.locator(".options label")
            for at in range(labels.count()):
                page.locator(".options input").nth(at).focus()
                top, bottom, height = box(labels.nth(at))
                assert height >= LEAST_TARGET
                assert top >= 0
                assert bottom <= box(page.locator(".bar"))[0] + 1, "the bar covers the focus"
            page.evaluate("scrollTo(0, 0)")
            whole = [one for one in labels.all() if box(one)[1] <= SMALL_SCREEN["height"]]
            if javascript:
                # The first page promises something as well, under a head that is not the quiz's.
                assert len(whole) >= (4 if number == 1 else 5)
                expect(way).to_be_hidden()
            else:
                assert box(page.locator("h1"))[1] < box(labels.first)[0] < box(way)[0]
                assert box(way)[1] <= SMALL_SCREEN["height"]
            labels.nth(2).tap()
            if not javascript:
                way.tap()
        if javascript:
            expect(page.get_by_role("heading", name="Was das heißt")).to_be_visible()


@CHROMIUM_ONLY
def test_with_a_finger_there_is_a_way_back_and_on_again(town: Town, open_page: OpenPage) -> None:
    with open_page(**PHONE) as page:
        page.goto(f"{town.address}/quiz")
        given = steps.answer(page, 3)
        steps.question(page, 2)
        page.get_by_role("link", name="Zurück").tap()
        steps.question(page, 1)
        assert steps.chosen(page) == given
        page.get_by_role("button", name="Weiter").tap()
        steps.question(page, 2)
        # With keys, or a screen reader, choosing is not yet answering.
        page.locator(".options input").first.focus()
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(400)
        steps.question(page, 2)
        page.get_by_role("button", name="Weiter").tap()
        steps.question(page, 3)


def test_at_400_per_cent_nothing_stands_in_the_way(town: Town, open_page: OpenPage) -> None:
    with open_page(viewport={"width": 320, "height": 256}) as page:
        page.goto(f"{town.address}/quiz?orientierung=ja")
        steps.question(page, 2)
        page.locator("h1").scroll_into_view_if_needed()
        assert box(page.get_by_role("button", name="Weiter"))[0] > 256
        steps.answer(page, 3)
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


def test_the_route_draws_itself_once(town: Town, open_page: OpenPage) -> None:
    with open_page() as page:
        page.goto(f"{town.address}/quiz/ergebnis?{WORST}")
        page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
        assert page.evaluate(f"parseFloat({DRAWN})") == 0
        name, times = page.evaluate(
            "(one => [one.animationName, one.animationIterationCount])"
            "(getComputedStyle(document.querySelector('.p-route')))"
        )
        assert (name, times) == ("walk", "1")


@CHROMIUM_ONLY
def test_who_wants_no_motion_sees_the_whole_route_at_once(town: Town, open_page: OpenPage) -> None:
    with open_page(reduced_motion="reduce") as page:
        page.goto(f"{town.address}/quiz/ergebnis?{WORST}")
        assert page.evaluate("document.getAnimations().length") == 0
        assert page.evaluate(f"parseFloat({DRAWN})") == 0


@CHROMIUM_ONLY
def test_a_screen_reader_hears_where_one_stands_and_where_to_go(
    town: Town, open_page: OpenPage
) -> None:
    with open_page() as page:
        page.goto(f"{town.address}/quiz/ergebnis?{WORST}")
        tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
        (picture,) = (
            node for node in tree["nodes"] if node.get("role", {}).get("value") == "image"
        )
        assert picture["name"]["value"] == "Dein Stadtplan"
        description = picture["description"]["value"]
        assert description.startswith("Der gelbe Weg führt ins Viertel")
        assert "Du stehst" in description
        page.get_by_text("Der ganze Plan in Worten").click()
        assert page.locator("figcaption li").filter(has_text="Nummer").count() == steps.QUESTIONS


def counted(town: Town, what: str) -> int:
    """The sum over all counters of this sort."""
    database = town.postfach.parent / "stadtfuehrer.db"
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT coalesce(sum(number), 0) FROM tally WHERE what = ?"
        number: int = connection.execute(query, (what,)).fetchone()[0]
    return number


def finish(page: Page) -> None:
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("heading", name=RESULT)).to_be_visible()


def test_each_page_and_the_run_are_counted_and_nothing_is_left(
    open_page: OpenPage, town: Town
) -> None:
    shown, finished = counted(town, "shown"), counted(town, "finished")
    with open_page() as page:
        page.goto(f"{town.address}/quiz")
        steps.take_quiz(page)
        expect(page.get_by_role("heading", name=RESULT)).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", name=RESULT)).to_be_visible()
        steps.leaves_no_trace(page)
    assert counted(town, "finished") == finished + 1
    expected = shown + steps.QUESTIONS
    until(
        lambda: counted(town, "shown") == expected,
        within=10,
        what=lambda: f"{counted(town, 'shown')} of {expected} questions counted",
    )


def test_a_double_click_counts_once(page: Page, town: Town) -> None:
    finished = counted(town, "finished")
    page.goto(f"{town.address}/quiz?{steps.KEPT_ANSWERS}")
    page.get_by_role("button", name=BUTTON).dblclick()
    expect(page.get_by_role("heading", name=RESULT)).to_be_visible()
    assert counted(town, "finished") == finished + 1


def test_back_and_once_more_counts_once(open_page: OpenPage, town: Town) -> None:
    finished = counted(town, "finished")
    with open_page() as page:
        page.goto(f"{town.address}/quiz?{steps.KEPT_ANSWERS}")
        finish(page)
        page.go_back()
        finish(page)
        page.go_back()
        page.get_by_role("link", name="Ändern").first.click()
        steps.answer(page, 0)
        page.wait_for_url("**/ergebnis?*")
        # The same behind the last question, which is posted as well.
        page.goto(f"{town.address}/quiz?{steps.KEPT_ANSWERS.rpartition('&')[0]}")
        steps.answer(page, 2)
        page.wait_for_url("**/ergebnis?*")
        page.go_back()
        assert steps.chosen(page)
        page.locator(".bar button").click()
        page.wait_for_url("**/ergebnis?*")
        steps.leaves_no_trace(page)
    assert counted(town, "finished") == finished + 2

"""The main job in the other two engines, in every run; `-m browsers` makes all journeys there."""

import uuid

import pytest
from playwright.sync_api import expect
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.journeys import steps
from tests.journeys.steps import Town, letters_about
from tests.support.browsers import OpenPage

TO_TEST = "Test starten: 10 Fragen, 3 Minuten"
TO_BOOK, BOOKED = "Termin buchen", "Wir sind verabredet"


def typed() -> dict[str, str]:
    return {
        "name": "Änne Müller",
        "email": f"gast-{uuid.uuid4().hex[:8]}@gast.example",
        "telefon": "+49 30 555077",
    }


@pytest.mark.parametrize("browser", ["firefox"], indirect=True)
def test_from_home_to_a_booking_and_back_in_firefox(town: Town, open_page: OpenPage) -> None:
    fields = typed()
    with open_page(viewport={"width": 360, "height": 740}) as page:
        page.goto(town.address)
        steps.look(page)
        page.get_by_role("link", name=TO_TEST).click()
        steps.take_quiz(page)
        service = steps.service_of_result(page)
        steps.look(page)
        page.get_by_role("link", name="Darüber sprechen").click()
        steps.to_free_times(page)
        assert steps.booking_query(page)["angebot"] == [service]
        steps.choose_time(page)
        steps.fill_in(page, **fields)
        page.get_by_role("button", name=TO_BOOK).click()
        steps.heading(page, BOOKED)
        booked = page.url
        page.go_back()
        assert steps.typed_in(page, *fields) == fields
        page.get_by_role("button", name=TO_BOOK).click()
        steps.heading(page, BOOKED)
        assert page.url == booked
        expect(page.locator(".facts")).to_contain_text(fields["email"])
        steps.leaves_no_trace(page)
    assert len(letters_about(town.postfach, fields["email"], count=2)) == 2


class Visit:
    """What somebody does in WebKit: its driver knows words of links, and little more."""

    def __init__(self, webkit: WebDriver) -> None:
        self._webkit = webkit
        # Between two pages there is nothing to be found, which it calls by many names.
        self._waiting = WebDriverWait(
            webkit, steps.PATIENCE_SECONDS, ignored_exceptions=(WebDriverException,)
        )

    def see(self, heading: str) -> None:
        """Wait for the page with this headline; it fits the window."""
        self.one("h1", heading)
        width, room = self._webkit.execute_script(
            "const page = document.documentElement; return [page.scrollWidth, page.clientWidth]"
        )
        assert width <= room

    def press(self, words: str) -> None:
        """Press the first link or button that says so."""
        found = self.one("a, button", words)
        # Its driver presses nothing that it has scrolled only to the window's edge.
        self._webkit.execute_script("arguments[0].scrollIntoView({ block: 'center' })", found)
        found.click()

    def one(self, css: str, words: str = "") -> WebElement:
        """Wait for the first that is shown and says so."""

        def found(webkit: WebDriver) -> WebElement | None:
            shown = (
                one
                for one in webkit.find_elements(By.CSS_SELECTOR, css)
                if words in one.text and one.is_displayed()
            )
            return next(shown, None)

        element = self._waiting.until(found)
        assert element is not None
        return element


def test_from_home_to_a_booking_and_back_in_webkit(town: Town, webkit: WebDriver) -> None:
    visit, fields = Visit(webkit), typed()
    webkit.set_window_rect(0, 0, 400, 800)
    webkit.get(town.address)
    visit.press(TO_TEST)
    for number in range(1, steps.QUESTIONS + 1):
        visit.one(".where", f"Frage {number} von {steps.QUESTIONS}")
        visit.one(".options li:nth-child(3) label").click()
        visit.press("Weiter" if number < steps.QUESTIONS else "Ergebnis")
    visit.press("Darüber sprechen")
    visit.see("Wie wollen wir sprechen?")
    visit.press("Freie Zeiten")
    visit.one(".times a").click()
    visit.see("Mit wem spreche ich?")
    for name, text in fields.items():
        visit.one(f"[name='{name}']").send_keys(text)
    visit.press(TO_BOOK)
    visit.see(BOOKED)
    booked = webkit.current_url
    webkit.back()
    visit.see("Mit wem spreche ich?")
    still = {name: visit.one(f"[name='{name}']").get_attribute("value") for name in fields}
    assert still == fields
    visit.press(TO_BOOK)
    visit.see(BOOKED)
    assert webkit.current_url == booked
    assert fields["email"] in visit.one(".facts").text
    assert webkit.get_cookies() == []
    assert len(letters_about(town.postfach, fields["email"], count=2)) == 2

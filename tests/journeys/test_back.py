"""The browser's own way back: what was sent or refused is still there, and done only once."""

import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.steps import Town

TYPED = {"name": "Änne Müller", "telefon": "030 555077", "anliegen": "Ein Satz,\nund noch einer."}
BUTTON = "Termin buchen"


def open_form(town: Town, page: Page) -> dict[str, str]:
    """Go to the form of the first free time; what is to be typed there."""
    page.goto(f"{town.address}/termin/kennenlernen")
    steps.choose_time(page)
    return {"email": f"gast-{uuid.uuid4().hex[:8]}@gast.example", **TYPED}


def press(page: Page, button: str = BUTTON) -> None:
    page.get_by_role("button", name=button).click()


def test_back_from_a_booking_is_its_form_and_sent_again_it_is_the_same_booking(
    town: Town, page: Page
) -> None:
    typed = open_form(town, page)
    steps.fill_in(page, **typed)
    with page.expect_request(lambda request: request.method == "POST") as sent:
        press(page)
    # All that older browsers say about where a form comes from.
    assert sent.value.all_headers()["origin"] == town.address
    steps.heading(page, "Wir sind verabredet")
    booked = page.url
    page.go_back()
    steps.heading(page, "Mit wem spreche ich?")
    assert steps.typed_in(page, *typed) == typed
    press(page)
    steps.heading(page, "Wir sind verabredet")
    assert page.url == booked


def test_back_over_a_refused_form_is_the_refused_form(town: Town, page: Page) -> None:
    typed = open_form(town, page)
    steps.fill_in(page, **typed | {"email": "gast"})
    press(page)
    expect(page.get_by_role("alert")).to_contain_text("ist nicht vollständig")
    steps.fill_in(page, **typed)
    press(page)
    steps.heading(page, "Wir sind verabredet")
    booked = page.url
    page.go_back()
    steps.heading(page, "Mit wem spreche ich?")
    assert steps.typed_in(page, *typed) == typed
    press(page)
    steps.heading(page, "Wir sind verabredet")
    assert page.url == booked


@pytest.mark.parametrize("asked", ["booking", "result"])
def test_back_to_a_refused_form_has_what_was_typed_and_what_is_wrong(
    town: Town, page: Page, asked: str
) -> None:
    if asked == "booking":
        open_form(town, page)
    else:
        page.goto(f"{town.address}/quiz/ergebnis?{steps.KEPT_ANSWERS}")
    steps.fill_in(page, name="Änne Müller", email="gast@")
    press(page, BUTTON if asked == "booking" else "Ergebnis schicken")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("ist nicht vollständig")
    refused = page.url
    page.get_by_role("link", name="Impressum").click()
    steps.heading(page, "Impressum")
    page.go_back()
    expect(alert).to_contain_text("ist nicht vollständig")
    assert page.url == refused
    assert steps.typed_in(page, "name", "email") == {"name": "Änne Müller", "email": "gast@"}

"""What goes wrong while somebody books, and loses nothing of what was typed."""

import uuid

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.postfach import letters_about
from tests.journeys.town import Town
from tests.support.browsers import OpenPage

TYPED = {"name": "Änne Müller", "anliegen": "Ein Satz,\nund noch einer."}


def some_guest() -> str:
    return f"gast-{uuid.uuid4().hex[:8]}@gast.example"


def open_form(town: Town, page: Page) -> str:
    """Go to the form of the first free time; return its address."""
    page.goto(f"{town.address}/termin/kennenlernen")
    steps.choose_time(page)
    return page.url


def book(page: Page, guest: str) -> None:
    steps.fill_in(page, email=guest, **TYPED)
    steps.wait_as_people_do(page)
    page.get_by_role("button", name="Termin buchen").click()
    steps.heading(page, "Wir sind verabredet")


def test_a_time_that_somebody_took_meanwhile(town: Town, page: Page, open_page: OpenPage) -> None:
    guest = some_guest()
    address = open_form(town, page)
    steps.fill_in(page, email=guest, **TYPED)
    with open_page() as other:
        other.goto(address)
        book(other, some_guest())
    page.get_by_role("button", name="Termin buchen").click()

    told = page.get_by_role("alert")
    expect(told).to_contain_text("Am nächsten daran liegen")
    steps.look(page)
    assert steps.typed_in(page, "email", *TYPED) == {"email": guest, **TYPED}
    told.get_by_role("button").first.click()
    if page.get_by_role("button", name="Termin buchen").count():
        page.get_by_role("button", name="Termin buchen").click()
    steps.heading(page, "Wir sind verabredet")
    assert len(letters_about(town.postfach, guest, count=2)) == 2


def test_a_form_sent_faster_than_anybody_types(town: Town, open_page: OpenPage) -> None:
    guest = some_guest()
    with open_page() as page:
        open_form(town, page)
        # Typing by script and sending takes less than the second that the settings ask for.
        page.evaluate(
            "typed => { for (const [name, text] of Object.entries(typed))"
            " document.getElementsByName(name)[0].value = text;"
            " document.querySelector('main form').requestSubmit(); }",
            {"email": guest, **TYPED},
        )
        told = page.get_by_role("alert")
        expect(told).to_contain_text("Das ging schneller, als man schreiben kann")
        expect(told).to_be_focused()
        assert steps.typed_in(page, "email", *TYPED) == {"email": guest, **TYPED}
        steps.wait_as_people_do(page)
        page.get_by_role("button", name="Termin buchen").click()
        steps.heading(page, "Wir sind verabredet")


def test_the_calendar_file_and_the_way_back_to_the_booking(town: Town, open_page: OpenPage) -> None:
    guest = some_guest()
    with open_page() as page:
        open_form(town, page)
        book(page, guest)
        address = page.url
        with page.expect_download() as download:
            page.get_by_role("link", name="In den Kalender").click()
        assert download.value.suggested_filename == "termin.ics"
        assert "METHOD:PUBLISH" in download.value.path().read_text("utf-8")
    (to_guest,) = (
        letter
        for letter in letters_about(town.postfach, guest, count=2)
        if letter.recipient == guest
    )
    assert address in to_guest.text


def test_the_result_by_mail(town: Town, page: Page) -> None:
    guest = some_guest()
    page.goto(f"{town.address}/quiz/ergebnis?{steps.KEPT_ANSWERS}")
    headline = page.get_by_role("heading", level=1).inner_text()
    steps.fill_in(page, email=guest)
    steps.wait_as_people_do(page)
    page.get_by_role("button", name="Ergebnis schicken").click()

    expect(page.locator("#brief")).to_contain_text("Ist unterwegs.")
    expect(page.get_by_role("heading", level=1)).to_have_text(headline)
    (letter,) = letters_about(town.postfach, guest, count=1)
    assert headline in letter.text
    assert headline in letter.html
    assert letter.method == ""

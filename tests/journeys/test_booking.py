"""What goes wrong while somebody books and loses nothing of it, and clocks that differ."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.steps import Town, letters_about
from tests.support.browsers import CHROMIUM_ONLY, OpenPage
from tests.support.mailbag import straightened

TIMES = "/termin/kennenlernen"
TYPED = {"name": "Änne Müller", "telefon": "030 555077", "anliegen": "Ein Satz,\nund noch einer."}


def some_guest() -> str:
    return f"gast-{uuid.uuid4().hex[:8]}@gast.example"


def open_form(town: Town, page: Page) -> str:
    """Go to the form of the first free time; return its address."""
    page.goto(f"{town.address}/termin/kennenlernen")
    steps.choose_time(page)
    return page.url


def book(page: Page, guest: str) -> None:
    steps.fill_in(page, email=guest, **TYPED)
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

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Am nächsten daran liegen")
    steps.look(page)
    assert steps.typed_in(page, "email", *TYPED) == {"email": guest, **TYPED}
    alert.get_by_role("button").first.click()
    if page.get_by_role("button", name="Termin buchen").count():
        page.get_by_role("button", name="Termin buchen").click()
    steps.heading(page, "Wir sind verabredet")
    assert len(letters_about(town.postfach, guest, count=2)) == 2


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
        letter for letter in letters_about(town.postfach, guest, count=2) if letter.to == [guest]
    )
    assert address in to_guest.text


def test_the_result_by_mail(town: Town, page: Page) -> None:
    guest = some_guest()
    page.goto(f"{town.address}/quiz/ergebnis?{steps.KEPT_ANSWERS}")
    headline = page.get_by_role("heading", level=1).inner_text()
    steps.fill_in(page, email=guest)
    page.get_by_role("button", name="Ergebnis schicken").click()

    expect(page.locator("#brief")).to_contain_text("Ist unterwegs.")
    expect(page.get_by_role("heading", level=1)).to_have_text(headline)
    (letter,) = letters_about(town.postfach, guest, count=1)
    assert headline in straightened(letter.text)
    assert headline in letter.html
    assert letter.invitation is None


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "Australia/Lord_Howe"])
def test_javascript_shows_it_beside_the_consultants_and_takes_it_along(
    town: Town, open_page: OpenPage, zone: str
) -> None:
    with open_page(timezone_id=zone) as page:
        page.goto(town.address + TIMES)
        steps.look(page)
        first = page.locator(".times a").first
        start = datetime.fromisoformat(first.locator("time").get_attribute("datetime") or "")
        there = start.astimezone(ZoneInfo(zone))
        expect(first.locator("small")).to_contain_text(f"{there:%H:%M} Uhr bei dir")
        expect(page.get_by_label("Du bist woanders?")).to_have_value(zone)
        first.click()
        assert steps.booking_query(page)["zone"] == [zone]
        expect(page.locator(".time-sign .zone")).to_contain_text("bei dir")


@CHROMIUM_ONLY
def test_without_javascript_it_can_be_chosen(town: Town, open_page: OpenPage) -> None:
    with open_page(javascript=False, timezone_id="Asia/Tokyo") as page:
        page.goto(town.address + TIMES)
        expect(page.locator(".times small")).to_have_count(0)
        page.get_by_text("Alle Uhrzeiten: Zeit in Berlin").click()
        page.get_by_label("Du bist woanders?").select_option("Tokyo")
        page.get_by_role("button", name="Auch meine Zeit zeigen").click()
        steps.look(page)
        expect(page.locator(".times small").first).to_contain_text("Uhr bei dir")


@pytest.mark.parametrize("zone", ["Europe/Vienna", "UTC", "Atlantic/Reykjavik"])
def test_where_the_clocks_agree_or_are_hidden_nothing_is_said(
    town: Town, open_page: OpenPage, zone: str
) -> None:
    with open_page(timezone_id=zone) as page:
        page.goto(town.address + TIMES)
        expect(page.locator(".times a").first).to_be_visible()
        expect(page.locator(".times small")).to_have_count(0)
        expect(page.get_by_label("Du bist woanders?")).to_have_value("")

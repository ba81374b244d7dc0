"""Whoever tries the project sees the whole job in the browser: the letters and what is in them.

A style of a letter that its frame's policy refused would be an error in the console.
"""

import uuid

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.steps import Town
from tests.support.browsers import CHROMIUM_ONLY, OpenPage
from tools.until import until

PATIENCE_MS = 15_000
"""The letter worker looks twice a second, the page every two; the machine may be busy."""


def book(town: Town, page: Page, name: str) -> str:
    """Book the first free time; return the booking's address."""
    page.goto(f"{town.address}/termin/kennenlernen")
    steps.choose_time(page)
    guest = f"{uuid.uuid4().hex[:8]}@gast.example"
    steps.fill_in(page, name=name, email=guest, telefon="030 555077")
    page.get_by_role("button", name="Termin buchen").click()
    steps.heading(page, "Wir sind verabredet")
    return page.url


def some_name() -> str:
    return f"Änne {uuid.uuid4().hex[:8]}"


@CHROMIUM_ONLY
def test_a_letter_appears_by_itself_and_is_read(town: Town, open_page: OpenPage) -> None:
    name = some_name()
    with open_page() as watching, open_page() as page:
        watching.goto(town.opens_postfach)
        watching.wait_for_url(f"{town.address}/postfach")
        steps.heading(watching, "Postfach der Vorführung")
        expect(watching.get_by_role("link", name="Neu laden")).to_be_hidden()
        at = watching.get_by_role("link", name="Einen Termin buchen")
        at.focus()

        booking = book(town, page, name)
        theirs = watching.locator(".pile li", has_text=f"An {name}")
        expect(theirs).to_have_count(1, timeout=PATIENCE_MS)
        expect(watching.get_by_role("status")).to_contain_text("neue")
        expect(at).to_be_focused()

        theirs.get_by_role("link").click()
        read(watching, booking, name)
        (cookie,) = watching.context.cookies()
        assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == (
            "/postfach",
            True,
            "Strict",
        )
        steps.leaves_no_trace(page)


@CHROMIUM_ONLY
def test_a_letter_is_read_without_javascript(town: Town, open_page: OpenPage) -> None:
    name = some_name()
    with open_page(javascript=False, viewport={"width": 360, "height": 740}) as page:
        booking = book(town, page, name)
        page.goto(town.opens_postfach)
        theirs = page.locator(".pile li", has_text=f"An {name}")

        def has_come() -> bool:
            page.get_by_role("link", name="Neu laden").click()
            return theirs.count() > 0

        until(has_come, within=PATIENCE_MS / 1000, what="the letter comes")
        theirs.get_by_role("link").click()
        read(page, booking, name)


def read(page: Page, booking: str, name: str) -> None:
    """Read both forms and the invitation, take the files along, and follow the letter's link."""
    steps.look(page)
    expect(page.locator(".facts").first).to_contain_text(name)
    expect(page.locator(".enclosed")).to_contain_text("Trägt den Termin in den Kalender ein.")
    expect(page.locator(".enclosed")).to_contain_text(f"{name} und Vera Beispiel")
    for label, file in (
        ("Brief als .eml", "bestaetigung.eml"),
        ("Einladung als .ics", "einladung.ics"),
    ):
        with page.expect_download() as download:
            page.get_by_role("link", name=label).click()
        assert download.value.suggested_filename == file

    page.get_by_role("link", name="Nur Text").click()
    steps.look(page)
    expect(page.locator(".plain-letter")).to_contain_text(name)
    expect(page.locator(".plain-letter")).to_contain_text(booking)
    page.get_by_role("link", name="Gestaltet").click()

    letter = page.frame_locator("iframe")
    expect(letter.locator("body")).to_contain_text(name)
    letter.locator(f"a[href='{booking}']").first.click()
    page.wait_for_url(booking)
    steps.heading(page, "Wir sind verabredet")

"""Somebody who booked becomes a customer, and the figures tell of it."""

from contextlib import closing

from playwright.sync_api import Page, expect

from stadtfuehrer.booking.service import book
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.bootstrap import open_context, utc_now
from tests.journeys import steps
from tests.journeys.steps import Town
from tests.support.contexts import a_visitor, a_wish
from tests.support.office import link_into


def test_a_lead_is_found_noted_and_counted(town: Town, page: Page) -> None:
    context = open_context(town.postfach.parent, {})
    with closing(context.database):
        start = free_times(context, context.get_kind("kennenlernen"), now=utc_now())[-1]
        visitor = a_visitor(name="Ilse Öhm", email="ilse@gast.example")
        book(context, a_wish(context, start, visitor=visitor), now=utc_now())
    page.goto(town.address + link_into(town.postfach.parent))
    page.get_by_role("button", name="Hier anmelden").click()
    page.get_by_role("link", name="Leads").click()
    page.get_by_label("Suche").fill("öhm")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(6)  # five states, one
    page.get_by_role("link", name="Ilse Öhm", exact=True).click()
    steps.heading(page, "Ilse Öhm")
    steps.look(page)
    page.get_by_label("Stand").select_option("Kunde")
    page.get_by_label("Deine Notiz").fill("Fängt im Mai an.")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("status")).to_have_text("Gespeichert.")
    expect(page.get_by_label("Deine Notiz")).to_have_value("Fängt im Mai an.")
    page.get_by_role("link", name="Leads").first.click()
    page.get_by_role("link", name="Kunde 1").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Als Tabelle (CSV)").click()
    table = download.value.path().read_text("utf-8-sig")
    assert [line.partition(",")[0] for line in table.splitlines()][:2] == ["name", "Ilse Öhm"]
    page.get_by_role("link", name="Zahlen").click()
    way = page.get_by_role("row", name="Kunde geworden 1")
    expect(way).to_have_count(1)
    page.get_by_text("Jede Woche als Zahl").click()
    expect(page.get_by_role("region", name="Jede Woche als Zahl")).to_be_visible()
    steps.look(page)

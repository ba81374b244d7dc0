"""A visitor whose clock shows another time than the consultant's."""

from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import look
from tests.journeys.town import Town
from tests.support.browsers import OpenPage

TIMES = "/termin/kennenlernen"


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "Australia/Lord_Howe"])
def test_javascript_shows_it_beside_the_consultants_and_takes_it_along(
    town: Town, open_page: OpenPage, zone: str
) -> None:
    with open_page(timezone_id=zone) as page:
        page.goto(town.address + TIMES)
        look(page)
        first = page.locator(".times a").first
        start = datetime.fromisoformat(first.locator("time").get_attribute("datetime") or "")
        there = start.astimezone(ZoneInfo(zone))
        expect(first.locator("small")).to_contain_text(f"{there:%H:%M} Uhr bei dir")
        expect(page.get_by_label("Du bist woanders?")).to_have_value(zone)
        first.click()
        assert parse_qs(urlsplit(page.url).query)["zone"] == [zone]
        expect(page.locator(".time-sign .zone")).to_contain_text("bei dir")


def test_without_javascript_it_can_be_chosen(town: Town, open_page: OpenPage) -> None:
    with open_page(javascript=False, timezone_id="Asia/Tokyo") as page:
        page.goto(town.address + TIMES)
        expect(page.locator(".times small")).to_have_count(0)
        page.get_by_label("Du bist woanders?").select_option("Asia/Tokyo")
        page.get_by_role("button", name="Auch meine Zeit zeigen").click()
        look(page)
        expect(page.locator(".times small").first).to_contain_text("Uhr bei dir")


def test_where_the_clocks_agree_nothing_is_said(town: Town, open_page: OpenPage) -> None:
    with open_page(timezone_id="Europe/Vienna") as page:
        page.goto(town.address + TIMES)
        expect(page.locator(".times a").first).to_be_visible()
        expect(page.locator(".times small")).to_have_count(0)
        expect(page.get_by_label("Du bist woanders?")).to_have_value("")

"""A time that cannot be had (any more): the nearest free ones, with nothing typed twice."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest

from stadtfuehrer.booking.model import Visitor
from stadtfuehrer.text.formatting import find_instant, in_address
from tests.support.contexts import full_answers, in_berlin
from tests.support.pages import Page
from tests.support.sites import TYPED, OpenSite, Site

BUTTON = "Termin buchen"
START = in_berlin("2026-03-05 10:00")


def near(page: Page) -> dict[str, datetime]:
    """The times that are offered instead, by the words on their buttons."""
    (form,) = (form for form in page.forms() if "email" in form.names)
    found = {}
    for label, (action, _, _) in form.buttons.items():
        instant = find_instant(action.rpartition("/")[2])
        assert instant is not None
        found[label] = instant
    return found


def just_gone(site: Site) -> Page:
    """The form comes back: somebody else was quicker."""
    booking_query = {
        **full_answers(site.context),
        "angebot": "marketingumsetzung",
        "zone": "Asia/Tokyo",
    }
    shown = site.guest.get(f"{site.form_path(START)}?{urlencode(booking_query)}")
    site.book(START)
    return site.guest.press(shown, BUTTON, TYPED, status=409)


def test_a_time_just_gone_keeps_everything_typed(site: Site) -> None:
    page = just_gone(site)
    assert page.alert.startswith("Diese Zeit ist gerade vergeben worden\n")
    assert {name: page.value(name) for name in TYPED} == TYPED
    assert page.value("angebot") == "marketingumsetzung"
    assert page.value("zone") == "Asia/Tokyo"
    assert page.value("antworten") == urlencode(full_answers(site.context))


def test_the_nearest_free_times_are_offered_in_order(site: Site) -> None:
    offered = [*near(just_gone(site)).values()]
    by_distance = sorted(site.free(), key=lambda free: abs(free - START))
    assert offered == sorted(by_distance[:6])
    assert START not in offered


def test_another_time_is_one_click_away(site: Site) -> None:
    page = just_gone(site)
    label, start = next(iter(near(page).items()))
    assert re.fullmatch(r"Donnerstag, 5\. März, \d\d:\d\d Uhr", label)
    after = site.guest.press(page, label)
    (_, booking) = sorted(site.bookings(), key=lambda one: one.start != START)
    assert (booking.start, booking.visitor) == (start, Visitor(**TYPED, zone="Asia/Tokyo"))
    assert booking.interest.service == "marketingumsetzung"
    assert booking.interest.answers == full_answers(site.context)
    assert site.guest.get(after.location).heading == "Wir sind verabredet"


def test_the_first_button_books_nothing_that_was_not_chosen(site: Site) -> None:
    page = just_gone(site)
    (form,) = (one for one in page.all("form") if one.get("method") == "post")
    first = next(one for one in form.iter("button"))
    assert first.get("disabled") is not None  # What Enter in a field would press.
    assert BUTTON not in page.text


def test_when_the_time_in_its_place_is_gone_too_the_next_ones_are_offered(site: Site) -> None:
    page = just_gone(site)
    label, start = next(iter(near(page).items()))
    site.book(start)
    again = site.guest.press(page, label, status=409)
    assert start not in near(again).values()
    assert {name: again.value(name) for name in TYPED} == TYPED


def test_when_nothing_is_left_the_page_leads_to_all_times(open_site: OpenSite) -> None:
    site = open_site(appended="\n[[booking.closed]]\nfrom = 2026-03-06\nto = 2026-12-31\n")
    shown = site.guest.get(site.form_path(START))
    while free := site.free():
        site.book(free[0])
    page = site.guest.press(shown, BUTTON, TYPED, status=409)
    assert near(page) == {}
    assert "Andere Zeit aussuchen" in page.alert
    assert {name: page.value(name) for name in TYPED} == TYPED


REASONS = {
    "off the grid": (START + timedelta(minutes=5), "Zu dieser Zeit gibt es keinen Termin"),
    "at night": (in_berlin("2026-03-05 03:00"), "Zu dieser Zeit gibt es keinen Termin"),
    "on a Sunday": (in_berlin("2026-03-08 10:00"), "Zu dieser Zeit gibt es keinen Termin"),
    "on a holiday": (in_berlin("2026-04-06 10:00"), "Zu dieser Zeit gibt es keinen Termin"),
    "a second late": (START + timedelta(seconds=1), "Zu dieser Zeit gibt es keinen Termin"),
    "in the past": (in_berlin("2026-02-26 10:00"), "So kurzfristig geht es nicht"),
    "long ago": (in_berlin("1026-02-26 10:00"), "So kurzfristig geht es nicht"),
    "within the notice": (in_berlin("2026-03-02 16:00"), "So kurzfristig geht es nicht"),
    "behind the horizon": (in_berlin("2026-05-04 09:00"), "So weit im Voraus geht es noch nicht"),
    "in the year 9998": (in_berlin("9998-05-04 09:00"), "So weit im Voraus geht es noch nicht"),
}


@pytest.mark.parametrize("case", sorted(REASONS))
def test_a_time_that_is_not_offered_says_why_and_shows_free_ones(site: Site, case: str) -> None:
    start, heading = REASONS[case]
    page = site.guest.get(site.form_path(start), status=409)
    assert page.heading == heading
    assert "Diese Zeiten sind frei." in page.text
    first = next(href for label, href in page.links() if label.startswith("Buchen:"))
    site.guest.get(first)


@pytest.mark.parametrize("case", sorted(REASONS))
def test_a_time_that_is_not_offered_is_not_booked(site: Site, case: str) -> None:
    start, heading = REASONS[case]
    page = site.guest.post(site.form_path(start), TYPED, status=409)
    assert page.alert.startswith(heading)
    assert {name: page.value(name) for name in TYPED} == TYPED
    assert site.bookings() == []


def test_a_taken_time_shows_the_free_ones_of_that_day_first(site: Site) -> None:
    site.book(START)
    page = site.guest.get(site.form_path(START), status=409)
    assert page.heading == "Diese Zeit ist gerade vergeben worden"
    first = next(label for label, _ in page.links() if label.startswith("Buchen:"))
    assert first == "Buchen: 09:00 Uhr, Donnerstag, 5. März"


@pytest.mark.parametrize(
    "start",
    [
        *("morgen", "20260305", "20260305T090000", "20260305T090000z", "2026-03-05T09:00:00Z"),
        *("20261332T990000Z", "20260305T240000Z", "99991231T235959Z", "00010101T000000Z"),
        *("٢٠٢٦٠٣٠٥T090000Z", "20260305T090000Z%0A", "%00", "-", "a" * 5000),
    ],
)
def test_what_is_no_time_is_not_found(site: Site, start: str) -> None:
    for page in (
        site.guest.get(f"/termin/kennenlernen/{start}", status=404),
        site.guest.post(f"/termin/kennenlernen/{start}", TYPED, status=404),
    ):
        assert page.link("Einen Termin aussuchen") == "/termin"
    assert find_instant(in_address(START)) == START

"""A time that cannot be had (any more): the nearest free ones, with nothing typed twice."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest

from stadtfuehrer.booking.visitor import Visitor
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


def typed_in(page: Page) -> dict[str, str]:
    return {name: page.value(name) for name in TYPED}


@pytest.fixture
def gone(site: Site) -> Page:
    """The form that comes back: somebody else was quicker."""
    query = full_answers(site.context) | {"angebot": "marketingumsetzung", "zone": "Asia/Tokyo"}
    shown = site.guest.get(f"{site.form_path(START)}?{urlencode(query)}")
    site.book(START)
    return site.guest.press(shown, BUTTON, TYPED, status=409)


def test_a_time_just_gone_keeps_everything_and_offers_the_nearest(site: Site, gone: Page) -> None:
    assert gone.alert.startswith("Diese Zeit ist vergeben\n")
    assert typed_in(gone) == TYPED
    assert gone.value("angebot") == "marketingumsetzung"
    assert gone.value("zone") == "Asia/Tokyo"
    assert gone.value("antworten") == urlencode(full_answers(site.context))
    by_distance = sorted(site.free(), key=lambda free: abs(free - START))
    assert [*near(gone).values()] == sorted(by_distance[:6])
    # The first button, which Enter in a field would press, books nothing that was not chosen.
    (form,) = (one for one in gone.all("form") if one.get("method") == "post")
    assert next(form.iter("button")).get("disabled") is not None
    assert BUTTON not in gone.text


def test_another_time_is_one_click_away(site: Site, gone: Page) -> None:
    label, start = next(iter(near(gone).items()))
    assert re.fullmatch(r"Donnerstag, 5\. März, \d\d:\d\d Uhr", label)
    after = site.guest.press(gone, label)
    (booking,) = (one for one in site.bookings() if one.start != START)
    assert (booking.start, booking.visitor) == (start, Visitor(**TYPED, zone="Asia/Tokyo"))
    assert booking.interest.service == "marketingumsetzung"
    assert booking.interest.answers == full_answers(site.context)
    assert site.guest.get(after.location).heading == "Wir sind verabredet"


def test_when_the_time_in_its_place_is_gone_too_the_next_ones_are_offered(
    site: Site, gone: Page
) -> None:
    label, start = next(iter(near(gone).items()))
    site.book(start)
    again = site.guest.press(gone, label, status=409)
    assert start not in near(again).values()
    assert typed_in(again) == TYPED


def test_when_nothing_is_left_the_page_leads_to_all_times(open_site: OpenSite) -> None:
    site = open_site(appended="\n[[booking.closed]]\nfrom = 2026-03-06\nto = 2026-12-31\n")
    shown = site.guest.get(site.form_path(START))
    while free := site.free():
        site.book(free[0])
    page = site.guest.press(shown, BUTTON, TYPED, status=409)
    assert near(page) == {}
    assert "Andere Zeit aussuchen" in page.alert
    assert typed_in(page) == TYPED


NO_TIME = "Zu dieser Zeit gibt es keinen Termin"
TOO_SOON, TOO_FAR = "So kurzfristig geht es nicht", "So weit im Voraus geht es noch nicht"


@pytest.mark.parametrize(
    ("start", "heading"),
    [
        pytest.param(START + timedelta(minutes=5), NO_TIME, id="off the grid"),
        pytest.param(in_berlin("2026-03-05 03:00"), NO_TIME, id="at night"),
        pytest.param(in_berlin("2026-04-06 10:00"), NO_TIME, id="on a holiday"),
        pytest.param(START + timedelta(seconds=1), NO_TIME, id="a second late"),
        pytest.param(in_berlin("2026-02-26 10:00"), TOO_SOON, id="in the past"),
        pytest.param(in_berlin("1026-02-26 10:00"), TOO_SOON, id="long ago"),
        pytest.param(in_berlin("2026-03-02 16:00"), TOO_SOON, id="within the notice"),
        pytest.param(in_berlin("2026-05-04 09:00"), TOO_FAR, id="behind the horizon"),
        pytest.param(in_berlin("9998-05-04 09:00"), TOO_FAR, id="in the year 9998"),
    ],
)
def test_a_time_that_is_not_offered_says_why_and_is_not_booked(
    site: Site, start: datetime, heading: str
) -> None:
    page = site.guest.get(site.form_path(start), status=409)
    assert page.heading == heading
    assert "Diese Zeiten sind frei." in page.text
    site.guest.get(next(href for label, href in page.links() if label.startswith("Buchen:")))
    page = site.guest.post(site.form_path(start), TYPED, status=409)
    assert page.alert.startswith(heading)
    assert typed_in(page) == TYPED
    assert site.bookings() == []


def test_a_taken_time_shows_the_free_ones_of_that_day_first(site: Site) -> None:
    site.book(START)
    page = site.guest.get(site.form_path(START), status=409)
    assert page.heading == "Diese Zeit ist vergeben"
    first = next(label for label, _ in page.links() if label.startswith("Buchen:"))
    assert first == "Buchen: 09:00 Uhr, Donnerstag, 5. März"


def test_what_is_no_time_is_not_found(site: Site) -> None:
    for start in (
        *("morgen", "20260305", "20260305T090000", "20260305T090000z", "2026-03-05T09:00:00Z"),
        *("20261332T990000Z", "20260305T240000Z", "99991231T235959Z", "00010101T000000Z"),
        *("٢٠٢٦٠٣٠٥T090000Z", "20260305T090000Z%0A", "%00", "-", "a" * 5000),
    ):
        path = f"/termin/kennenlernen/{start}"
        for page in (site.guest.get(path, status=404), site.guest.post(path, TYPED, status=404)):
            assert page.link("Einen Termin aussuchen") == "/termin"
    assert find_instant(in_address(START)) == START

"""Limits against robots: told kindly, and nothing typed is lost."""

import pytest

from tests.support.contexts import in_berlin
from tests.support.guest import Guest
from tests.support.pages import Page
from tests.support.sites import TYPED, OpenSite, Site

START = in_berlin("2026-03-05 09:00")


def send(site: Site, guest: Guest, *, status: int) -> Page:
    """Send a form that is refused for its address, so that only the limit changes the answer."""
    page = guest.get(site.form_path(START))
    return guest.press(page, "Termin buchen", TYPED | {"email": "aenne"}, status=status)


def test_the_form_above_the_limit_is_told_when_to_come_back(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "2"})
    for _ in range(2):
        send(site, site.guest, status=422)
    site.clock.turn(minutes=20, seconds=15)
    page = send(site, site.guest, status=429)
    assert page.headers["retry-after"] == str(3600 - 20 * 60 - 15)
    assert "Das waren sehr viele Formulare auf einmal" in page.alert
    assert {name: page.value(name) for name in TYPED} == TYPED | {"email": "aenne"}
    site.clock.turn(seconds=int(page.headers["retry-after"]) - 1)
    send(site, site.guest, status=429)
    site.clock.turn(seconds=1)
    send(site, site.guest, status=422)


@pytest.mark.parametrize(
    ("one", "other", "status"),
    [
        ("192.0.2.7", "192.0.2.7", 429),
        ("192.0.2.7", "192.0.2.8", 422),
        ("2001:db8::1", "2001:db8::ffff:1", 429),
        ("2001:db8::1", "2001:db8:0:1::1", 422),
    ],
)
def test_each_network_has_a_limit_of_its_own(
    open_site: OpenSite, one: str, other: str, status: int
) -> None:
    site = open_site({"posts_per_hour": "1"})
    send(site, Guest(app=site.app, address=one), status=422)
    send(site, Guest(app=site.app, address=other), status=status)


def test_without_trusted_proxies_nobody_can_name_another_network(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "1"})
    for number, status in enumerate([422, 429]):
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        fields = TYPED | {"email": "aenne"}
        site.guest.post(site.form_path(START), fields, status=status, headers=headers)


def test_behind_a_trusted_proxy_its_word_counts(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "1", "proxies": "1"})
    for number in range(2):
        headers = {"X-Forwarded-For": f"198.51.100.1, 203.0.113.{number}"}
        fields = TYPED | {"email": "aenne"}
        site.guest.post(site.form_path(START), fields, status=422, headers=headers)


def test_moving_and_calling_off_count_as_well(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "1"})
    start = in_berlin("2026-03-09 09:00")
    token = site.book(start)
    send(site, site.guest, status=422)
    preview = site.guest.get(f"/buchung/{token}/verschieben?start=20260306T080000Z")
    page = site.guest.press(preview, "Verschieben", status=429)
    assert page.value("start") == "20260306T080000Z"
    question = site.guest.get(f"/buchung/{token}/absagen")
    page = site.guest.press(question, "Absagen", {"grund": "krank\ngeworden"}, status=429)
    assert page.value("grund") == "krank\ngeworden"
    (booking,) = site.bookings()
    assert (booking.start, booking.status.value) == (start, "confirmed")


def test_reading_is_not_limited(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "1"})
    for _ in range(4):
        site.guest.get(site.form_path(START))


def test_one_address_can_hold_so_many_bookings(open_site: OpenSite) -> None:
    site = open_site({"bookings_per_address": "2"})
    booked = [
        site.guest.post(site.form_path(site.free()[50]), TYPED | {"email": spelling}).location
        for spelling in ("aenne@gast.example", "AENNE@Gast.example")
    ]
    form = site.guest.get(site.form_path(START))
    page = site.guest.press(form, "Termin buchen", TYPED, status=409)
    assert "Für diese Adresse sind schon Termine gebucht" in page.alert
    assert {name: page.value(name) for name in TYPED} == TYPED
    site.guest.press(form, "Termin buchen", TYPED | {"email": "b@gast.example"})
    site.guest.post(f"{booked[0]}/absagen", {})
    site.guest.press(site.guest.get(site.form_path(site.free()[60])), "Termin buchen", TYPED)

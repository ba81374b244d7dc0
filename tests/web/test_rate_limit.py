"""The limit for each network: what counts as one, when it turns over, and what is said of it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from stadtfuehrer.context import AppContext
from stadtfuehrer.refusals import TooManyPosts
from stadtfuehrer.web.rate_limit import DbRateEvent, check_rate
from tests.support.contexts import OpenContext, in_berlin
from tests.support.pages import Page
from tests.support.racing import lost, race, won
from tests.support.sites import TYPED, OpenSite, Site

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
START = in_berlin("2026-03-05 09:00")
REFUSED = TYPED | {"email": "aenne"}
"""Refused for its address, so that only the limit changes the answer."""


def admitted(context: AppContext, address: str, now: datetime = TEN) -> bool:
    try:
        check_rate(context, address, now=now)
    except TooManyPosts:
        return False
    return True


def test_a_network_may_send_as_many_as_the_limit_within_any_hour(open_context: OpenContext) -> None:
    # The window slides, and what was refused does not prolong it.
    after = {0: True, 30: True, 59: False, 60: True, 61: False, 89: False, 90: True, 119: False}
    with open_context(posts_per_hour="2") as context:
        taken = {
            minutes: admitted(context, "192.0.2.1", TEN + timedelta(minutes=minutes))
            for minutes in after
        }
    assert taken == after


def test_a_neighbourhood_of_networks_shares_the_limit(open_sqlite_context: OpenContext) -> None:
    with open_sqlite_context(posts_per_hour="3") as context:
        taken = [admitted(context, f"2001:db8:7:{number:x}::1") for number in range(5)]
        assert taken == [True, True, True, False, False]
        assert admitted(context, "2001:db8:8::1")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),  # the same host, over an IPv6 socket
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", True),
        ("2001:db8:0:1::1", "2001:DB8:0:1::1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", True),  # the same /48
        ("2001:db8:1:1::1", "2001:db8:2:1::1", False),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("", "unix:", True),  # no address at all
        ("", "192.0.2.1", False),
    ],
)
def test_what_counts_as_one_network(
    open_sqlite_context: OpenContext, first: str, second: str, *, same: bool
) -> None:
    with open_sqlite_context(posts_per_hour="1") as context:
        assert admitted(context, first)
        assert admitted(context, second) is not same


def test_no_limit_counts_nothing(open_sqlite_context: OpenContext) -> None:
    with open_sqlite_context(posts_per_hour="0") as context:
        assert all(admitted(context, "192.0.2.1") for _ in range(5))
        with context.database.read() as session:
            assert session.scalar(select(func.count()).select_from(DbRateEvent)) == 0


def test_the_limit_is_exact_for_those_who_send_at_once(open_context: OpenContext) -> None:
    with open_context(posts_per_hour="3") as context:
        outcomes = race([lambda: check_rate(context, "192.0.2.1", now=TEN)] * 8)
        assert len(won(outcomes)) == 3
        assert lost(outcomes) == ["TooManyPosts"] * 5


def test_no_address_is_stored(open_sqlite_context: OpenContext) -> None:
    with open_sqlite_context(posts_per_hour="9") as context:
        check_rate(context, "192.0.2.1", now=TEN)
        with context.database.read() as session:
            network = session.scalars(select(DbRateEvent.subject)).one()
    assert len(network) == 32
    assert b"192.0.2.1" not in network


def send(site: Site, *, status: int) -> Page:
    page = site.guest.get(site.form_path(START))
    return site.guest.press(page, "Termin buchen", REFUSED, status=status)


def test_the_form_above_the_limit_says_when_to_come_back(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "2"})
    for _ in range(2):
        send(site, status=422)
    site.clock.turn(minutes=20, seconds=15)
    page = send(site, status=429)
    assert page.headers["retry-after"] == str(3600 - 20 * 60 - 15)
    assert "Das waren sehr viele Formulare auf einmal" in page.alert
    assert "Ab 10:00 Uhr geht es weiter" in page.alert
    assert {name: page.value(name) for name in TYPED} == REFUSED
    site.clock.turn(seconds=int(page.headers["retry-after"]) - 1)
    send(site, status=429)
    site.clock.turn(seconds=1)
    send(site, status=422)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "statuses"),
    [
        ("0", "203.0.113.{}", [422, 429]),  # nobody can name another network
        ("1", "198.51.100.1, 203.0.113.{}", [422, 422]),  # a trusted proxy's word counts
        ("1", "203.0.113.{}, 198.51.100.1", [422, 429]),  # nobody else's does
    ],
)
def test_whose_word_counts_for_the_network(
    open_site: OpenSite, proxies: str, forwarded: str, statuses: list[int]
) -> None:
    site = open_site({"posts_per_hour": "1", "proxies": proxies})
    for number, status in enumerate(statuses):
        headers = {"X-Forwarded-For": forwarded.format(number)}
        site.guest.post(site.form_path(START), REFUSED, status=status, headers=headers)


def test_moving_and_calling_off_count_as_well(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "1"})
    start = in_berlin("2026-03-09 09:00")
    token = site.book(start)
    send(site, status=422)
    preview = site.guest.get(f"/buchung/{token}/verschieben?start=20260306T080000Z")
    page = site.guest.press(preview, "Verschieben", status=429)
    assert page.value("start") == "20260306T080000Z"
    question = site.guest.get(f"/buchung/{token}/absagen")
    page = site.guest.press(question, "Absagen", {"grund": "krank\ngeworden"}, status=429)
    assert page.value("grund") == "krank\ngeworden"
    (booking,) = site.bookings()
    assert (booking.start, booking.status.value) == (start, "confirmed")


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

"""frei.json says what the page says and what a booking accepts."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtfuehrer.booking.service import cancel, look_up
from tests.support.contexts import in_berlin
from tests.support.sites import KIND, TYPED, Site

PATH = f"/termin/{KIND}/frei.json"


def asked(site: Site, query: str = "", kind: str = KIND) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(site.guest.get(f"/termin/{kind}/frei.json{query}").body)
    return answer


def test_the_answer_has_the_shape_of_the_contract(site: Site) -> None:
    assert asked(site, "?von=2026-03-04&bis=2026-03-04") == {
        "kind": KIND,
        "zone": "Europe/Berlin",
        "minutes": 30,
        "free": [
            f"2026-03-04T{clock}:00+01:00"
            for clock in ("09:00", "09:30", "10:00", "10:30", "11:00", "11:30")
        ],
    }


def test_both_days_are_included_and_offsets_follow_the_clocks(site: Site) -> None:
    free = asked(site, "?von=2026-03-27&bis=2026-03-30")["free"]
    assert (free[0], free[-1]) == ("2026-03-27T09:00:00+01:00", "2026-03-30T16:30:00+02:00")


@pytest.mark.parametrize("kind", ["kennenlernen", "stadtrundgang", "hausbesuch"])
def test_without_days_it_lists_everything_that_the_pages_show(site: Site, kind: str) -> None:
    site.book(site.free()[5])
    listed = [datetime.fromisoformat(one) for one in asked(site, kind=kind)["free"]]
    assert listed == site.free(kind)
    page, shown = site.guest.get(f"/termin/{kind}"), []
    while True:
        shown += [one.get("datetime") for one in page.all("time")]
        if "Spätere Tage" not in page.text:
            break
        page = site.guest.get(page.link("Spätere Tage"))
    assert shown == asked(site, kind=kind)["free"]


@pytest.mark.parametrize(
    "query",
    [
        "?von=2026-03-05&bis=2026-03-04",
        "?von=2020-01-01&bis=2020-12-31",
        "?von=2030-01-01",
        "?bis=0001-01-01",
        "?von=9999-12-31&bis=9999-12-31",
        "?von=2026-03-07&bis=2026-03-08",
    ],
)
def test_days_without_times_give_an_empty_list(site: Site, query: str) -> None:
    assert asked(site, query)["free"] == []


def test_a_stretch_of_ages_is_cut_to_the_horizon(site: Site) -> None:
    assert asked(site, "?von=0001-01-01&bis=9999-12-31") == asked(site)


@pytest.mark.parametrize("query", ["?von=heute", "?bis=2026-02-30", "?von=", "?von=%00"])
def test_what_is_no_date_is_refused_with_the_reason(site: Site, query: str) -> None:
    answer = site.guest.get(PATH + query, status=422)
    assert json.loads(answer.body) == {"error": "„von“ und „bis“ sind Daten wie 2026-12-02."}


def test_the_times_of_an_unknown_kind_are_not_found(site: Site) -> None:
    site.guest.get("/termin/kaffee/frei.json", status=404)


DAYS = st.dates(date(2026, 3, 1), date(2026, 5, 4))
MINUTES = st.integers(0, 24 * 12).map(lambda five: timedelta(minutes=5 * five))


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(picks=st.lists(st.integers(0, 300), min_size=1, max_size=6))
def test_what_is_listed_can_be_booked(site: Site, picks: list[int]) -> None:
    tokens = []
    for pick in picks:
        listed = asked(site)["free"]
        start = datetime.fromisoformat(listed[pick % len(listed)])
        tokens.append(site.guest.post(site.form_path(start), TYPED).location.rpartition("/")[2])
        assert look_up(site.context, tokens[-1]).booking.start == start
        assert start not in {datetime.fromisoformat(one) for one in asked(site)["free"]}
    # The next round finds the calendar empty again.
    for token in tokens:
        cancel(site.context, token, "", now=site.clock())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=DAYS, clock=MINUTES)
def test_what_is_not_listed_is_refused(site: Site, day: date, clock: timedelta) -> None:
    if not site.bookings():
        site.book(in_berlin("2026-03-10 10:00"))
    start = in_berlin(f"{day} 00:00") + clock
    listed = start in {datetime.fromisoformat(one) for one in asked(site)["free"]}
    page = site.guest.get(site.form_path(start), status=200 if listed else 409)
    if not listed:
        site.guest.post(site.form_path(start), TYPED, status=409)
        assert len(site.bookings()) == 1
    assert page.heading

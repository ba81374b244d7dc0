"""The page of free times and frei.json: all of them, each once, on clocks that people can read."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree.ElementTree import Element

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtfuehrer.booking.service import cancel, look_up
from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import full_answers, in_berlin
from tests.support.pages import Page, words
from tests.support.sites import KIND, TYPED, OpenSite, Site

PATH = f"/termin/{KIND}"


LATER, EARLIER = "Nächster freier Tag: ", "Freier Tag davor: "


def links(page: Page) -> list[Element]:
    """The day's times."""
    return [a for a in page.by_id("zeiten").iter("a") if any(True for _ in a.iter("time"))]


def starts(page: Page) -> list[datetime]:
    """The instants of a page's day, in its order."""
    times = [time for a in links(page) for time in a.iter("time")]
    return [datetime.fromisoformat(one.get("datetime", "")) for one in times]


def targets(page: Page) -> list[str]:
    """The last part of the address behind each time."""
    return [urlsplit(a.get("href", "")).path.rpartition("/")[2] for a in links(page)]


def way(page: Page, label: str) -> str:
    """The address of the link that begins so, or nothing."""
    return next((href for text, href in page.links() if text.startswith(label)), "")


def walk(site: Site, first: Page, label: str) -> list[Page]:
    """The page and all that lie in one direction of it."""
    pages = [first]
    while href := way(pages[-1], label):
        pages.append(site.guest.get(href))
    return pages


def asked(site: Site, query: str = "", kind: str = KIND) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(site.guest.get(f"/termin/{kind}/frei.json{query}").body)
    return answer


@pytest.mark.parametrize("kind", ["kennenlernen", "stadtrundgang", "hausbesuch"])
def test_pages_and_json_show_every_free_time_once_and_in_order(site: Site, kind: str) -> None:
    site.book(site.free()[5])
    free = site.free(kind)
    pages = walk(site, site.guest.get(f"/termin/{kind}"), LATER)
    assert len(pages) > 20
    assert [start for page in pages for start in starts(page)] == free
    assert [start for page in pages for start in targets(page)] == [*map(in_address, free)]
    back = walk(site, pages[-1], EARLIER)
    assert [start for page in reversed(back) for start in starts(page)] == free
    assert [start.isoformat() for page in pages for start in starts(page)] == asked(
        site, kind=kind
    )["free"]


def test_a_time_leads_to_its_form_before_and_after_the_clocks_change(site: Site) -> None:
    page = site.guest.get(PATH)
    assert "Alle Uhrzeiten: Zeit in Berlin, UTC+1\n" in page.text
    address = page.link("Buchen: 09:00 Uhr, Dienstag, 3. März")
    assert urlsplit(address).path == f"{PATH}/20260303T080000Z"
    assert "Dienstag, 3. März 2026\n09:00–09:30 Uhr" in site.guest.get(address).text
    for day, path in (("Freitag, 27.", "27T080000Z"), ("Montag, 30.", "30T070000Z")):
        page = site.guest.get(f"{PATH}?ab=2026-03-{path[:2]}")
        assert page.link(f"Buchen: 09:00 Uhr, {day} März") == f"{PATH}/202603{path}"


def test_the_visitors_own_time_stands_beside_and_travels_along(site: Site) -> None:
    page = site.guest.press(site.guest.get(PATH), "Auch meine Zeit zeigen", {"zone": "Asia/Tokyo"})
    assert "dazu deine Zeit in Tokyo" in page.text
    address = page.link("Buchen: 09:00 Uhr, Dienstag, 3. März, 17:00 Uhr bei dir")
    assert parse_qs(urlsplit(address).query) == {"zone": ["Asia/Tokyo"]}
    form = site.guest.get(address)
    assert "17:00–17:30 Uhr bei dir (Zeit in Tokyo, UTC+9)" in form.text
    assert form.value("zone") == "Asia/Tokyo"
    assert "bei dir" in site.guest.get(way(page, LATER)).text
    # Another date at the visitor's place is named; the same clocks add nothing.
    page = site.guest.get(f"{PATH}?zone=Pacific/Auckland")
    label = "Buchen: 16:30 Uhr, Dienstag, 3. März, 04:30 Uhr bei dir, Mittwoch, 4. März"
    assert page.link(label).endswith("/20260303T153000Z?zone=Pacific%2FAuckland")
    assert "bei dir" not in site.guest.get(f"{PATH}?zone=Europe/Vienna").text


def test_an_unknown_zone_or_day_is_said_and_all_times_stay(site: Site) -> None:
    everything = starts(site.guest.get(PATH))
    for zone in ("Mond/Krater", "berlin", "../../etc/passwd", "UTC+1", "\x00"):
        page = site.guest.get(f"{PATH}?{urlencode({'zone': zone})}")
        assert page.notices == ["Diese Zeitzone kenne ich nicht. Wähle unten eine andere aus."]
        assert starts(page) == everything
        assert all("zone" not in urlsplit(href).query for _, href in page.links())
    for begin in ("morgen", "2026-13-01", "2026-02-30", "20260305", "٢٠٢٦-03-05"):
        page = site.guest.get(f"{PATH}?{urlencode({'ab': begin})}")
        (notice,) = page.notices
        assert "Das Datum in der Adresse konnte ich nicht lesen" in notice
        assert starts(page) == everything


def test_a_page_begins_with_the_day_that_is_asked_for_or_the_next_with_times(site: Site) -> None:
    free = site.free()
    for begin in ("0001-01-01", "2026-03-01", "2026-03-05", "2026-03-07"):
        page = site.guest.get(f"{PATH}?ab={begin}")
        day = max(begin, "2026-03-03")
        first = next(start for start in free if start >= in_berlin(f"{day} 00:00"))
        assert (page.notices, starts(page)[0]) == ([], first)
    for begin in ("2026-05-02", "9999-12-31"):
        page = site.guest.get(f"{PATH}?ab={begin}")
        assert starts(page)[-1] == free[-1]
        assert not way(page, LATER)


def test_three_times_of_three_days_are_suggested_until_a_day_is_asked_for(site: Site) -> None:
    page = site.guest.get(PATH)
    (suggested,) = (one for one in page.all("ul") if "suggested" in one.get("class", ""))
    assert [words(one) for one in suggested.iter("a")] == [
        "Dienstag, 3. MärzBuchen: 09:00 Uhr",
        "Mittwoch, 4. MärzBuchen: 09:00 Uhr",
        "Donnerstag, 5. MärzBuchen: 13:00 Uhr",
    ]
    assert "Vorschläge" not in site.guest.get(f"{PATH}?ab=2026-03-04").text


def test_only_so_many_times_of_a_day_are_shown_and_each_free_one_can_be_booked(
    open_site: OpenSite,
) -> None:
    site = open_site({"shown_per_day": "3"})
    shown = starts(site.guest.get(PATH))
    clocks = ["09:00", "11:00", "14:00"]
    assert shown == [in_berlin(f"2026-03-03 {clock}") for clock in clocks]
    day = "?von=2026-03-03&bis=2026-03-03"
    assert asked(site, day)["free"] == [f"2026-03-03T{clock}:00+01:00" for clock in clocks]
    # One is taken: the others stay, and another one joins them.
    site.book(shown[1])
    assert starts(site.guest.get(PATH)) == [
        in_berlin(f"2026-03-03 {clock}") for clock in ("09:00", "14:00", "16:00")
    ]
    hidden = in_berlin("2026-03-03 15:00")
    site.guest.post(site.form_path(hidden), TYPED)
    gone = site.guest.post(site.form_path(hidden), TYPED, status=409)
    near = [label for label in gone.form("email").buttons if label]
    clocks = ["09:00", "14:00", "16:00"]
    assert near[:3] == [f"Dienstag, 3. März, {clock} Uhr" for clock in clocks]


def test_moving_shows_as_many_to_the_guest_and_all_to_the_consultant(open_site: OpenSite) -> None:
    site = open_site({"shown_per_day": "2"})
    token = site.book(in_berlin("2026-03-03 09:00"))
    (booking,) = site.bookings()
    own = consultant_token(site.context.secret, booking.uid)
    seen = [
        len(starts(site.guest.get(f"/buchung/{one}/verschieben?ab=2026-03-04")))
        for one in (token, own)
    ]
    assert seen == [2, 6]


def test_a_booking_takes_its_times_from_the_page(site: Site) -> None:
    before = site.free()
    site.book(before[2])
    # Its half hour, and what would end or begin in the 15 minutes around it.
    assert starts(site.guest.get(PATH))[:2] == [before[0], before[4]]


def test_when_nothing_is_free_the_page_says_whom_to_ask(open_site: OpenSite) -> None:
    closed = "\n[[booking.closed]]\nfrom = 2026-01-01\nto = 2026-12-31\n"
    page = open_site(appended=closed).guest.get(PATH)
    assert "Hier ist gerade nichts frei" in page.text
    said = "Bis Sonntag, 3. Januar habe ich keine Sprechzeiten. Ab Montag, 4. Januar 2027 geht"
    assert said in page.text
    assert "buchen kannst du diese Zeiten ab Donnerstag, 5. November." in page.text
    main = {a.get("href") for a in page.main.iter("a")}
    assert "mailto:vera@stadtfuehrer.example" in main
    assert "+49 89 5550 1234" in words(page.main)


def test_without_any_hours_to_come_the_page_says_so(open_site: OpenSite) -> None:
    closed = "\n[[booking.closed]]\nfrom = 2026-01-01\nto = 2036-12-31\n"
    page = open_site(appended=closed).guest.get(PATH)
    assert "Im Moment habe ich dafür keine Sprechzeiten." in page.text


def test_service_and_answers_travel_along_to_the_form(site: Site) -> None:
    query = {**full_answers(site.context), "angebot": "marketingberatung"}
    kinds = site.guest.get(f"/termin?{urlencode(query)}")
    assert "Deine Antworten aus dem Test kommen mit" in kinds.text
    page = site.guest.get(kinds.link("Freie Zeiten für: Kennenlerngespräch"))
    page = site.guest.get(way(page, LATER))
    page = site.guest.press(page, "Auch meine Zeit zeigen", {"zone": "Europe/London"})
    first = next(href for label, href in page.links() if label.startswith("Buchen"))
    sent = dict(site.guest.get(first).form("email").fields)
    assert sent["antworten"] == urlencode(full_answers(site.context))
    assert (sent["angebot"], sent["zone"]) == ("marketingberatung", "Europe/London")


def test_kinds_are_offered_with_length_and_place_and_no_others(site: Site) -> None:
    page, kinds = site.guest.get("/termin"), site.context.kinds
    assert [words(one) for one in page.main.iter("h2")] == [kind.title for kind in kinds]
    for kind in kinds:
        assert f"Dauer\n{kind.minutes} Minuten" in page.text
        assert page.link(f"Freie Zeiten für: {kind.title}") == f"/termin/{kind.id}"
    assert page.text.count("Fang am besten hier an\nKennenlerngespräch") == 1
    assert "So sprechen wir\nam Telefon: Ich rufe dich an" in page.text
    assert "So sprechen wir\nvor Ort: Musterweg 7, 80331 München" in page.text
    for path in ("", "/20260303T080000Z"):
        page = site.guest.get(f"/termin/kaffee{path}", status=404)
        assert page.heading == "Diese Art von Gespräch gibt es nicht"
        assert page.link("Einen Termin aussuchen") == "/termin"
    site.guest.get("/termin/kaffee/frei.json", status=404)


def test_the_json_has_the_shape_of_the_contract(site: Site) -> None:
    clocks = ("09:00", "09:30", "10:00", "10:30", "11:00", "11:30")
    assert asked(site, "?von=2026-03-04&bis=2026-03-04") == {
        "kind": KIND,
        "zone": "Europe/Berlin",
        "minutes": 30,
        "free": [f"2026-03-04T{clock}:00+01:00" for clock in clocks],
    }
    # Both days are included, and offsets follow the clocks.
    free = asked(site, "?von=2026-03-27&bis=2026-03-30")["free"]
    assert (free[0], free[-1]) == ("2026-03-27T09:00:00+01:00", "2026-03-30T16:30:00+02:00")
    # Ages are cut to the horizon; days without times give an empty list.
    assert asked(site, "?von=0001-01-01&bis=9999-12-31") == asked(site)
    for query in (
        "von=2026-03-05&bis=2026-03-04",
        "von=2020-01-01&bis=2020-12-31",
        "bis=0001-01-01",
        "von=9999-12-31&bis=9999-12-31",
        "von=2026-03-07&bis=2026-03-08",
    ):
        assert asked(site, f"?{query}")["free"] == []
    error = {"error": "„von“ und „bis“ sind Daten wie 2026-12-02."}
    for query in ("von=heute", "bis=2026-02-30", "von=", "von=%00"):
        answer = site.guest.get(f"{PATH}/frei.json?{query}", status=422)
        assert json.loads(answer.body) == error


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    picks=st.lists(st.integers(0, 300), min_size=1, max_size=3),
    day=st.dates(date(2026, 3, 1), date(2026, 5, 4)),
    five=st.integers(0, 24 * 12),
)
def test_what_is_listed_can_be_booked_and_nothing_else(
    site: Site, picks: list[int], day: date, five: int
) -> None:
    tokens = []
    for pick in picks:
        free = asked(site)["free"]
        start = datetime.fromisoformat(free[pick % len(free)])
        tokens.append(site.guest.post(site.form_path(start), TYPED).location.rpartition("/")[2])
        assert look_up(site.context, tokens[-1]).booking.start == start
        assert free[pick % len(free)] not in asked(site)["free"]
    start = in_berlin(f"{day} 00:00") + five * timedelta(minutes=5)
    listed = start in {datetime.fromisoformat(one) for one in asked(site)["free"]}
    assert site.guest.get(site.form_path(start), status=200 if listed else 409).heading
    if not listed:
        site.guest.post(site.form_path(start), TYPED, status=409)
    # The next round finds the calendar empty again.
    for token in tokens:
        cancel(site.context, token, "", now=site.clock())

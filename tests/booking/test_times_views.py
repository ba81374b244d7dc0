"""The page of free times: all of them, each once, on clocks that the visitor can read."""

from datetime import datetime
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from stadtfuehrer.text.formatting import in_address
from tests.support.contexts import full_answers, in_berlin
from tests.support.pages import Page, words
from tests.support.sites import KIND, OpenSite, Site

PATH = f"/termin/{KIND}"


def starts(page: Page) -> list[datetime]:
    """The instants on a page, in its order."""
    return [datetime.fromisoformat(one.get("datetime", "")) for one in page.all("time")]


def targets(page: Page) -> list[str]:
    """The last part of the address behind each time."""
    times = [a for a in page.all("a") if any(child.tag == "time" for child in a)]
    return [urlsplit(a.get("href", "")).path.rpartition("/")[2] for a in times]


def walk(site: Site, first: Page, label: str) -> list[Page]:
    """The page and all that lie in one direction of it."""
    pages = [first]
    while label in pages[-1].text:
        pages.append(site.guest.get(pages[-1].link(label)))
    return pages


def test_later_pages_show_every_free_time_once_and_in_order(site: Site) -> None:
    pages = walk(site, site.guest.get(PATH), "Spätere Tage")
    assert len(pages) > 3
    assert [start for page in pages for start in starts(page)] == site.free()
    assert [start for page in pages for start in targets(page)] == [*map(in_address, site.free())]


def test_earlier_pages_lead_back_over_every_free_time(site: Site) -> None:
    last = walk(site, site.guest.get(PATH), "Spätere Tage")[-1]
    pages = walk(site, last, "Frühere Tage")
    assert [start for page in reversed(pages) for start in starts(page)] == site.free()


@pytest.mark.parametrize("begin", ["2026-03-05", "2026-03-28", "2026-04-03", "2026-04-30"])
def test_paging_from_any_day_reaches_every_free_time(site: Site, begin: str) -> None:
    page = site.guest.get(f"{PATH}?ab={begin}")
    found = {*starts(page)}
    for label in ("Spätere Tage", "Frühere Tage"):
        found |= {start for one in walk(site, page, label) for start in starts(one)}
    assert found == {*site.free()}
    assert starts(page)[0] >= in_berlin(f"{begin} 00:00")


def test_a_time_leads_to_its_form(site: Site) -> None:
    page = site.guest.get(PATH)
    address = page.link("Buchen: 09:00 Uhr, Dienstag, 3. März")
    assert urlsplit(address).path == f"{PATH}/20260303T080000Z"
    assert "Dienstag, 3. März 2026\n09:00–09:30 Uhr" in site.guest.get(address).text


def test_times_are_those_of_berlin_before_and_after_the_clocks_change(site: Site) -> None:
    for day, path in [("27. März", "20260327T080000Z"), ("30. März", "20260330T070000Z")]:
        page = site.guest.get(f"{PATH}?ab=2026-03-27")
        weekday = "Freitag" if day == "27. März" else "Montag"
        assert page.link(f"Buchen: 09:00 Uhr, {weekday}, {day}") == f"{PATH}/{path}"


def test_the_zone_is_named(site: Site) -> None:
    assert "Alle Uhrzeiten: Zeit in Berlin, UTC+1." in site.guest.get(PATH).text


def test_the_visitors_own_time_stands_beside_and_travels_along(site: Site) -> None:
    page = site.guest.press(site.guest.get(PATH), "Auch meine Zeit zeigen", {"zone": "Asia/Tokyo"})
    assert "dazu deine Zeit in Asia/Tokyo" in page.text
    address = page.link("Buchen: 09:00 Uhr, Dienstag, 3. März, 17:00 Uhr bei dir")
    assert parse_qs(urlsplit(address).query) == {"zone": ["Asia/Tokyo"]}
    form = site.guest.get(address)
    assert "17:00–17:30 Uhr bei dir (Zeit in Tokyo, UTC+9)" in form.text
    assert form.value("zone") == "Asia/Tokyo"
    later = site.guest.get(page.link("Spätere Tage"))
    assert "bei dir" in later.text


def test_another_date_at_the_visitors_place_is_named(site: Site) -> None:
    page = site.guest.get(f"{PATH}?zone=Pacific/Auckland")
    assert "16:30" in page.text
    label = "Buchen: 16:30 Uhr, Dienstag, 3. März, 04:30 Uhr bei dir, Mittwoch, 4. März"
    assert page.link(label).endswith("/20260303T153000Z?zone=Pacific%2FAuckland")


def test_a_zone_with_the_same_clocks_adds_nothing(site: Site) -> None:
    assert "bei dir" not in site.guest.get(f"{PATH}?zone=Europe/Vienna").text


@pytest.mark.parametrize("zone", ["Mond/Krater", "berlin", "../../etc/passwd", "UTC+1", "\x00"])
def test_an_unknown_zone_is_said_and_all_times_stay(site: Site, zone: str) -> None:
    page = site.guest.get(f"{PATH}?{urlencode({'zone': zone})}")
    assert page.notices == ["Diese Zeitzone kenne ich nicht. Wähle unten eine andere aus."]
    assert starts(page) == starts(site.guest.get(PATH))
    assert all("zone" not in urlsplit(href).query for _, href in page.links())


@pytest.mark.parametrize("begin", ["morgen", "2026-13-01", "2026-02-30", "20260305", "٢٠٢٦-03-05"])
def test_a_day_that_is_none_is_said_and_all_times_are_shown(site: Site, begin: str) -> None:
    page = site.guest.get(f"{PATH}?{urlencode({'ab': begin})}")
    assert len(page.notices) == 1
    assert "Das Datum in der Adresse konnte ich nicht lesen" in page.notices[0]
    assert starts(page) == starts(site.guest.get(PATH))


@pytest.mark.parametrize(
    ("begin", "same_as"),
    [("0001-01-01", ""), ("2025-12-24", ""), ("2026-03-01", ""), ("2026-03-07", "?ab=2026-03-09")],
)
def test_from_a_day_without_times_on_the_next_one_with_some_is_shown(
    site: Site, begin: str, same_as: str
) -> None:
    page = site.guest.get(f"{PATH}?ab={begin}")
    assert (page.notices, starts(page)) == ([], starts(site.guest.get(f"{PATH}{same_as}")))


@pytest.mark.parametrize("begin", ["2026-05-02", "2027-01-01", "9999-12-31"])
def test_behind_the_last_time_the_last_ones_are_shown(site: Site, begin: str) -> None:
    page = site.guest.get(f"{PATH}?ab={begin}")
    assert starts(page)[-1] == site.free()[-1]
    assert "Spätere Tage" not in page.text


def test_a_booking_takes_its_times_from_the_page(site: Site) -> None:
    before = site.free()
    site.book(before[2])
    # Its half hour, and what would end or begin in the 15 minutes around it.
    assert starts(site.guest.get(PATH))[:2] == [before[0], before[4]]


def test_when_nothing_is_free_the_page_says_whom_to_ask(open_site: OpenSite) -> None:
    closed = "\n[[booking.closed]]\nfrom = 2026-01-01\nto = 2026-12-31\n"
    page = open_site(appended=closed).guest.get(PATH)
    assert "Hier ist gerade nichts frei" in page.text
    assert "In den nächsten 60 Tagen ist alles vergeben." in page.text
    main = {a.get("href") for a in page.main.iter("a")}
    assert "mailto:vera@stadtfuehrer.example" in main
    assert "+49 89 5550 1234" in words(page.main)


def test_service_and_answers_travel_along_to_the_form(site: Site) -> None:
    booking_query = {**full_answers(site.context), "angebot": "marketingberatung"}
    kinds = site.guest.get(f"/termin?{urlencode(booking_query)}")
    assert "Deine Antworten aus dem Quiz kommen mit" in kinds.text
    page = site.guest.get(kinds.link("Freie Zeiten für: Kennenlerngespräch"))
    page = site.guest.get(page.link("Spätere Tage"))
    page = site.guest.press(page, "Auch meine Zeit zeigen", {"zone": "Europe/London"})
    first = next(href for label, href in page.links() if label.startswith("Buchen"))
    form = site.guest.get(first).form("email")
    sent = dict(form.fields)
    assert sent["antworten"] == urlencode(full_answers(site.context))
    assert sent["angebot"] == "marketingberatung"
    assert sent["zone"] == "Europe/London"


def test_kinds_are_offered_with_length_and_place(site: Site) -> None:
    page = site.guest.get("/termin")
    assert [words(one) for one in page.main.iter("h2")] == [
        kind.title for kind in site.context.kinds
    ]
    for kind in site.context.kinds:
        assert f"{kind.minutes} Minuten · {kind.place_label}" in page.text
        assert page.link(f"Freie Zeiten für: {kind.title}") == f"/termin/{kind.id}"


@pytest.mark.parametrize("path", ["/termin/kaffee", "/termin/kaffee/20260303T080000Z"])
def test_an_unknown_kind_is_not_found(site: Site, path: str) -> None:
    page = site.guest.get(path, status=404)
    assert page.heading == "Diese Art von Gespräch gibt es nicht"
    assert page.link("Einen Termin aussuchen") == "/termin"

"""The day in the browser: who comes, one tap to them, and what waits."""

from datetime import timedelta

import pytest

from stadtfuehrer.booking.by_hand import Decision, note_missed
from stadtfuehrer.booking.service import look_up_by_id
from stadtfuehrer.web import init_context
from tests.support import voices
from tests.support.agenda import ON_SITE, VIDEO, booked_at
from tests.support.calendars import with_calendar
from tests.support.contexts import in_berlin
from tests.support.entered import changed_event
from tests.support.neighbour import Demonstration
from tests.support.office import OfficeGuest, signed_in
from tests.support.pages import Page, words
from tests.support.rows import a_booking, add
from tests.support.sights import agenda as sights
from tests.support.sites import Site
from tests.support.statements import statements

TUESDAY_NINE = in_berlin("2026-03-03 09:00")


@pytest.fixture
def guest(site: Site) -> OfficeGuest:
    return signed_in(site)


def ways(page: Page) -> list[tuple[str, str]]:
    """What a tap leads to, on the cards of the day."""
    cards = [card for one in page.all("ol") for card in one.iter("a")]
    return [(words(a), a.get("href", "")) for a in cards if a.get("class") in {"way", "side"}]


def test_a_day_without_anybody(guest: OfficeGuest) -> None:
    page = guest.get("/buero")
    assert page.heading == "Heute"
    assert "Heute ist kein Gespräch." in page.text
    assert "Es wartet" not in page.text


def test_who_comes_with_what_they_said_and_one_tap_to_them(site: Site) -> None:
    booked_at(site, "2026-03-03 09:00", at=-2)
    booked_at(site, "2026-03-03 10:00", kind=VIDEO, name="Kofi", telefon="")
    booked_at(site, "2026-03-03 13:30", kind=ON_SITE, name="Jo", telefon="", anliegen="")
    site.clock.now = TUESDAY_NINE
    page = signed_in(site).get("/buero")
    found = ("Uns findet niemand.", "Mehrere Wege sind gleich gut")
    for said in ("Änne Müller", "09:00–09:30 Uhr", *found):
        assert said in page.text
    assert page.body.count(b'class="plan') == 1
    assert ways(page) == [
        ("Anrufen", "tel:+4930555077"),
        ("Nicht gekommen", "/buero/buchung/1/nicht-gekommen"),
        ("Zum Videoraum", "https://video.stadtfuehrer.example/vera"),
    ]
    assert "Dein Gast kommt zu dir" in page.text


def test_the_three_reasons_and_the_map_of_each_with_a_result(site: Site) -> None:
    for hour in (9, 10):
        booked_at(site, f"2026-03-03 {hour:02}:00", at=-2)
    page = signed_in(site).get("/buero?tag=2026-03-03")
    assert page.body.count(b'class="plan') == 2
    assert page.body.count(b"Orientierung:") == 2


def test_another_day_and_the_days_after_it(site: Site, guest: OfficeGuest) -> None:
    booked_at(site, "2026-03-05 09:00")
    page = guest.get("/buero")
    assert "Donnerstag, 5. März" in page.text
    page = guest.get("/buero?tag=2026-03-05")
    assert page.heading == "Donnerstag, 5. März"
    assert "Kennenlerngespräch am Telefon, Müller & Töchter GbR" in page.text
    for no_day in ("morgen", "0001-01-01", "9999-12-31", "2026-02-30"):
        assert guest.get(f"/buero?tag={no_day}").heading == "Heute"
    guest.get("/buero?tag=9998-12-31")


def test_who_did_not_come_is_marked_and_not_asked_about_again(site: Site) -> None:
    row_id = booked_at(site, "2026-03-03 09:00")
    site.clock.now = TUESDAY_NINE
    seen = look_up_by_id(site.context, row_id).booking.version
    said = Decision(who="vera@stadtfuehrer.example", seen=seen)
    note_missed(site.context, row_id, said, offers=False, now=site.clock())
    page = signed_in(site).get("/buero")
    assert [label for label, _ in ways(page)] == ["Anrufen"]
    assert page.text.count("Nicht gekommen") == 1


def test_a_request_is_accepted_from_the_list(demonstration: Demonstration) -> None:
    guest = sights.waiting(demonstration)
    page = guest.get("/buero")
    assert "Anfrage: Kennenlerngespräch" in page.text
    assert "Adresse noch nicht bestätigt, die Zeit ist bis 09:30 Uhr frei gehalten" in page.text
    shown = guest.get(guest.press(page, "Zusagen").location)
    assert "Zugesagt. Die Bestätigung geht an deinen Gast." in shown.text
    assert "Anfrage:" not in guest.get("/buero").text


def test_what_came_back_leads_to_the_booking(demonstration: Demonstration) -> None:
    page = sights.what_came_back(demonstration)
    for said in (
        *("Hat deine Einladung abgelehnt", "Du hast die Einladung abgelehnt"),
        *("Die Adresse nimmt keine Briefe an", "2 Briefe kamen nicht an"),
    ):
        assert said in page.text
    assert page.link("Änne Müller") == "/buero/buchung/1"
    assert page.link("2 Briefe kamen nicht an") == "/buero/briefe?nur=gescheitert"


def test_what_was_said_and_what_is_held(site: Site, guest: OfficeGuest) -> None:
    voices.said(site, said_at=site.clock() - timedelta(days=3))
    one = guest.get("/buero")
    assert one.link("Eine Stimme wartet") == "/buero/stimmen"
    assert "seit Freitag, 27. Februar 2026, 09:00 Uhr" in one.text
    voices.said(site)
    for _ in range(2):
        voices.said(site, is_held=True)
    more = guest.get("/buero")
    assert more.link("2 Stimmen warten") == "/buero/stimmen"
    assert "die älteste seit Freitag, 27. Februar 2026, 09:00 Uhr" in more.text
    assert more.link("2 Stimmen sind zurückgehalten") == "/buero/stimmen"


def test_a_calendar_that_says_otherwise_or_nothing(site: Site) -> None:
    row_id = booked_at(site, "2026-03-05 09:00")
    its = look_up_by_id(site.context, row_id)
    calendar = {
        "url": "http://127.0.0.1:1/",
        "write": "Termine",
        "feeds": ("http://127.0.0.1:1/a",),
    }
    context = with_calendar(site.context, **calendar)
    changed_event(context, its.token, None, now=site.clock())
    init_context(site.app, context, site.clock)
    page = signed_in(site).get("/buero")
    assert "Nicht mehr in deinem Kalender. Soll der Termin ausfallen?" in page.text
    assert "Dein Kalender ist seit Montag, 2. März 2026, 09:00 Uhr nicht gelesen." in page.text
    asked = signed_in(site).get(page.link("Änne Müller"))
    assert asked.link("Entscheiden, was gilt") == f"/buchung/{its.token}/kalender"


@pytest.mark.parametrize("path", ["/buero", "/buero/buchung/1"])
def test_the_number_of_statements_does_not_grow(site: Site, path: str) -> None:
    booked_at(site, "2026-03-03 09:00", at=-2)
    site.clock.now = TUESDAY_NINE
    guest = signed_in(site)
    guest.get(path)

    def cost() -> int:
        with statements(site) as said:
            guest.get(path)
        return len(said)

    few = cost()
    with site.context.database.begin() as session:
        for number in range(1000):
            add(session, a_booking(in_berlin("2026-03-04 00:00") + timedelta(hours=number)))
    assert cost() == few
    assert few <= 9

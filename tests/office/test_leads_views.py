"""The room of leads: found, noted, taken along as a table and as cards."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from stadtfuehrer.office.leads_views import A_PAGE
from tests.support.contexts import in_berlin
from tests.support.office import OfficeGuest, signed_in
from tests.support.pages import Page
from tests.support.rows import MONDAY_TEN, a_booking, add
from tests.support.sights.leads import LEAD, NOTE
from tests.support.sites import TYPED, Site
from tests.support.statements import statements
from tests.support.voices import said

START = in_berlin("2026-03-05 09:00")


@pytest.fixture
def guest(site: Site) -> OfficeGuest:
    return signed_in(site)


def add_leads(site: Site, number: int, *, after: int = 0) -> None:
    with site.context.database.begin() as session:
        for at in range(after, after + number):
            booking = a_booking(MONDAY_TEN + timedelta(days=at))
            visitor = replace(booking.visitor, name=f"Gast {at}", email=f"gast{at}@gast.example")
            booked_at = booking.booked_at + timedelta(minutes=at)
            add(session, replace(booking, visitor=visitor, booked_at=booked_at))


def names(page: Page) -> list[str]:
    return ["".join(one.itertext()) for one in page.all("h2")]


def test_before_the_first_there_is_a_word_instead_of_a_list(guest: OfficeGuest) -> None:
    page = guest.get("/buero/leads")
    assert "Noch ist niemand da." in page.text
    assert not [form for form in page.forms() if form.method == "GET"]


def test_the_list_is_searched_and_narrowed_down_to_a_state(site: Site, guest: OfficeGuest) -> None:
    add_leads(site, 12)
    done = guest.press(
        guest.get("/buero/lead?adresse=gast11@gast.example"), "Speichern", {"stand": "kunde"}
    )
    assert guest.get(done.location).notices == ["Gespeichert."]
    found = guest.press(guest.get("/buero/leads"), "Suchen", {"suche": "gast 1"})
    assert names(found) == ["Gast 11", "Gast 10", "Gast 1"]
    customers = guest.get(found.link("Kunde 1"))
    assert (names(customers), customers.value("suche")) == (["Gast 11"], "gast 1")
    # The state stays when the words change.
    none = guest.press(customers, "Suchen", {"suche": "gast 10"})
    assert "Darauf passt niemand." in none.text
    assert len(names(guest.get(none.link("Alle zeigen")))) == 12


@pytest.mark.parametrize("query", ["stand=quatsch", "angebot=x&gespraech=y", "seite=99999999999"])
def test_a_query_of_nonsense_is_an_empty_list_or_all(
    site: Site, guest: OfficeGuest, query: str
) -> None:
    add_leads(site, 1)
    assert names(guest.get(f"/buero/leads?{query}")) in ([], ["Gast 0"])


def test_a_long_list_has_pages_and_costs_no_more_statements(site: Site, guest: OfficeGuest) -> None:
    counts = []
    for number, after in ((1, 0), (999, 1)):
        add_leads(site, number, after=after)
        with statements(site) as sent:
            guest.get("/buero/leads")
        counts.append(len(sent))
    assert counts == [5, 5]  # who is signed in, bookings, who waits, what is noted, who asked
    first = guest.get("/buero/leads?suche=gast")
    assert names(first)[0] == "Gast 999"
    assert len(names(first)) == A_PAGE
    second = guest.get(first.link("Seite 2 →"))
    assert (names(second)[0], second.value("suche")) == (f"Gast {999 - A_PAGE}", "gast")
    with statements(site) as sent:
        guest.get("/buero/lead?adresse=gast7@gast.example")
    assert len(sent) == 5


def test_one_lead_leads_to_bookings_and_to_all_that_is_stored(
    site: Site, guest: OfficeGuest
) -> None:
    site.book(START)
    page = guest.get(LEAD)
    assert page.heading == "Änne Müller"
    assert page.link("+49 30 5550 77") == "tel:+4930555077"
    assert (
        page.link("Kennenlerngespräch, Donnerstag, 5. März 2026, 09:00 Uhr") == "/buero/buchung/1"
    )
    stored = page.link("Alles, was gespeichert ist, herausgeben oder löschen")
    assert "Gespeichert unter aenne@gast.example" in guest.get(stored).text
    assert "Uns findet niemand." in page.text


def test_two_at_once_see_both_and_then_decide(site: Site, guest: OfficeGuest) -> None:
    site.book(START)
    mine = guest.get(LEAD)
    other = signed_in(site)
    other.press(other.get(LEAD), "Speichern", {"stand": "kunde", "notiz": NOTE})
    site.clock.turn(minutes=1)
    typed = {"stand": "kein-interesse", "notiz": "Ruft nicht zurück."}
    both = guest.press(mine, "Speichern", typed, status=409)
    assert "Inzwischen hat jemand etwas anderes notiert" in both.alert
    assert "So steht es jetzt da: Kunde" in both.text
    assert "Budget klären." in both.text
    assert (both.value("notiz"), both.value("stand")) == ("Ruft nicht zurück.", "kein-interesse")
    guest.press(both, "Speichern", {"notiz": f"{NOTE}\nRuft nicht zurück."})
    assert guest.get(LEAD).value("notiz") == f"{NOTE}\nRuft nicht zurück."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"notiz": "x" * 3001}, "Höchstens 3000 Zeichen."),
        ({"stand": "könig"}, "Wähle einen Stand aus."),
    ],
)
def test_what_cannot_be_kept_is_said_and_not_lost(
    site: Site, guest: OfficeGuest, typed: dict[str, str], said: str
) -> None:
    site.book(START)
    page = guest.press(guest.get(LEAD), "Speichern", {"notiz": "Bleibt."} | typed, status=422)
    assert said in page.alert
    assert page.title.startswith("Fehler: ")
    assert page.value("notiz") == typed.get("notiz", "Bleibt.")


def test_who_only_asked_is_a_lead_by_what_they_asked(site: Site, guest: OfficeGuest) -> None:
    voice = said(site, name="Ida Ott", email="ida@gast.example")
    page = guest.get("/buero/leads")
    assert (names(page), page.link("Hat gefragt: Ida Ott")) == (
        ["Ida Ott"],
        f"/buero/stimmen/{voice.id}",
    )
    one = guest.get(page.link("Ida Ott"))
    assert (one.heading, one.link(f"{voice.text}, Nr. {voice.id}")) == (
        "Ida Ott",
        f"/buero/stimmen/{voice.id}",
    )
    assert "wartet auf dich" in one.text
    done = guest.press(one, "Speichern", {"stand": "im-gespraech"})
    assert guest.get(done.location).value("stand") == "im-gespraech"


def test_of_nobody_there_is_no_page(guest: OfficeGuest) -> None:
    assert guest.get("/buero/lead", status=404).heading == "Diesen Lead gibt es nicht"
    guest.get("/buero/lead?adresse=fremd@gast.example", status=404)


def test_the_table_is_tame_and_has_those_that_are_shown(site: Site, guest: OfficeGuest) -> None:
    site.guest.post(site.form_path(START), TYPED | {"firma": "=1+1"})
    add_leads(site, 2)
    page = guest.press(guest.get("/buero/leads"), "Suchen", {"suche": "änne"})
    table = guest.press(page, "Als Tabelle (CSV)", status=200)
    (row,) = csv.DictReader(io.StringIO(table.body.decode("utf-8-sig")))
    assert (row["name"], row["firma"], row["stand"]) == ("Änne Müller", "'=1+1", "Neu")
    cards = guest.press(guest.get("/buero/leads"), "Fürs Adressbuch (vCard)", status=200)
    assert cards.body.count(b"BEGIN:VCARD") == 3
    assert "hat eine Liste der Leads heruntergeladen" in guest.get("/buero/protokoll").text

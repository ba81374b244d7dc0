"""One person's data in the browser, and an attack undone."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from stadtfuehrer.dialogue import check_ins
from stadtfuehrer.dialogue.model import Kind
from stadtfuehrer.quiz.service import send_result
from stadtfuehrer.text import Mailbox
from tests.support.contexts import full_answers, in_berlin
from tests.support.office import OfficeGuest, signed_in
from tests.support.rows import a_booking, add
from tests.support.sites import TYPED, Site
from tests.support.stored import letters, live_bookings
from tests.support.voices import published, said

START = in_berlin("2026-03-05 09:00")
ADDRESS = TYPED["email"]


@pytest.fixture
def vera(site: Site) -> OfficeGuest:
    site.book(START)
    return signed_in(site)


def of(vera: OfficeGuest, address: str = ADDRESS) -> str:
    return f"/buero/menschen?adresse={address}"


def test_what_is_stored_is_shown_and_handed_over(vera: OfficeGuest) -> None:
    lead = vera.get(f"/buero/lead?adresse={ADDRESS}")
    vera.press(lead, "Speichern", {"stand": "kunde", "notiz": "Fängt im Mai an."})
    page = vera.get(of(vera, "AENNE@gast.example"))
    assert "Von dir notiert: Kunde\nFängt im Mai an." in page.text
    assert "Kennenlerngespräch, Donnerstag, 5. März 2026, 09:00 Uhr" in page.text
    answer = vera.press(page, "Daten als JSON", status=200)
    told = json.loads(answer.body)
    assert told["bookings"][0]["visitor"]["email"] == ADDRESS
    answer = vera.press(page, "Alles als ZIP", status=200)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert json.loads(archive.read("person.json")) == told
    assert vera.get("/buero/protokoll").text.count("hat herausgegeben") == 2


def test_who_wants_to_be_asked_after_a_week_is_shown(site: Site, vera: OfficeGuest) -> None:
    answers, mailbox = full_answers(site.context), Mailbox(name="", address=ADDRESS)
    send_result(site.context, answers, mailbox, key="k", asks=True, now=site.clock())
    asked = "Will gefragt werden, was nach dem Test geklappt hat: Montag, 9. März 2026, 09:00 Uhr."
    assert asked in vera.get(of(vera)).text


def test_erasing_has_to_be_meant_and_waits_for_what_is_to_come(
    site: Site, vera: OfficeGuest
) -> None:
    page = vera.get(of(vera))
    assert "Ein Termin steht noch bevor" in page.text
    assert all("Löschen" not in form.buttons for form in page.forms())
    site.clock.turn(days=4)
    page = vera.press(vera.get(of(vera)), "Löschen", status=422)
    assert "Setz das Häkchen" in page.alert
    page = vera.press(page, "Löschen", {"sicher": "y"}, status=200)
    assert page.heading == "Gelöscht"
    assert "nichts gespeichert" in vera.get(of(vera)).text


def test_what_somebody_said_is_shown_and_erased_where_it_could_be_read(
    site: Site, vera: OfficeGuest
) -> None:
    published(site, text="Was kostet ein Flyer?", heard="Steht da.", heard_at=site.clock())
    said(site, kind=Kind.FEEDBACK, text="", choice="sehr")
    with site.context.database.begin() as session:
        check_ins.allow(session, "Änne Müller", ADDRESS, now=site.clock())
    site.clock.turn(days=4)
    page = vera.get(of(vera))
    assert "Frage von Änne Müller, Nr. 1\nWas kostet ein Flyer?\n" in page.text
    assert "09:00 Uhr; beantwortet, veröffentlicht, gehört" in page.text
    assert "Rückmeldung von Änne Müller, Nr. 2\nSehr zufrieden." in page.text
    assert "Du darfst nachfragen, wie es läuft: zugestimmt Montag, 2. März 2026" in page.text
    page = vera.press(page, "Löschen", {"sicher": "y"}, status=200)
    assert "Gelöscht sind 2 Stimmen" in page.text
    assert "Dein Satz, was daraus wurde, steht weiter" in page.text
    assert "Nachfragen, wie es läuft, darfst du nicht mehr." in page.text
    assert "nichts gespeichert" in vera.get(of(vera)).text


def test_a_consultation_booked_meanwhile_stops_the_erasing(site: Site, vera: OfficeGuest) -> None:
    site.clock.turn(days=4)
    page = vera.get(of(vera))
    site.book(START + timedelta(days=7))
    page = vera.press(page, "Löschen", {"sicher": "y"}, status=409)
    assert "Ein Termin steht noch bevor" in page.alert
    assert len(site.bookings()) == 2


def test_an_attack_is_undone_and_nobody_else_touched(site: Site, vera: OfficeGuest) -> None:
    for hours in (1, 2, 4):
        path = site.form_path(START + timedelta(hours=hours))
        site.guest.post(path, TYPED | {"email": f"r{hours}@robot.example"})
    before = len(letters(site.context))
    page = vera.press(vera.get("/buero/viele"), "Zeigen", status=422)
    assert "Nenne eine Zeit oder eine Adresse" in page.mistake("adresse")
    page = vera.press(page, "Zeigen", {"adresse": "@robot.example"}, status=200)
    assert page.notices == ["3 Buchungen:"]
    with site.context.database.begin() as session:
        late = a_booking(START + timedelta(days=1))
        add(session, late)
    page = vera.get(vera.press(page, "Diese absagen").location)
    assert page.notices == ["3 Buchungen sind abgesagt."]
    assert {one.visitor.email for one in live_bookings(site.context)} == {
        ADDRESS,
        late.visitor.email,
    }
    assert len(letters(site.context)) == before

"""A booking's page, and one that is entered by hand."""

import pytest

from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.text.formatting import in_address
from tests.support.agenda import booked_at
from tests.support.contexts import in_berlin
from tests.support.neighbour import Demonstration
from tests.support.office import OfficeGuest, signed_in
from tests.support.sights import agenda as sights
from tests.support.sites import Site
from tests.support.stored import letters

RUTH = sights.BY_HAND
TUESDAY = in_berlin("2026-03-03 10:00")


@pytest.fixture
def guest(site: Site) -> OfficeGuest:
    return signed_in(site)


def test_all_of_a_booking(site: Site, guest: OfficeGuest) -> None:
    row_id = booked_at(site, "2026-03-04 09:00", at=-2)
    page = guest.get(f"/buero/buchung/{row_id}")
    assert page.heading == "Änne Müller"
    for said in (
        *("Mittwoch, 4. März 2026", "09:00–09:30 Uhr", "Müller & Töchter GbR"),
        *("Uns findet niemand.", "Orientierung:", "Gebucht von Änne Müller"),
        "Brief „Bestätigung“ an aenne@gast.example wartet",
    ):
        assert said in page.text
    assert page.link("aenne@gast.example") == "mailto:aenne@gast.example"
    assert page.link("Anrufen") == "tel:+4930555077"
    guest.get("/buero/buchung/999", status=404)


def test_its_history_says_who_did_what_and_what_became_of_the_letters(
    demonstration: Demonstration,
) -> None:
    page = sights.history(demonstration)
    lines = [line for line in page.text.splitlines() if not line.startswith("Montag, 2. März")]
    assert lines[lines.index("Verlauf") + 1 : lines.index("Verlauf") + 10] == [
        "Gebucht von Änne Müller",
        "Brief „Bestätigung“ an aenne@gast.example verschickt",
        "Brief „Neuer Termin“ an dich verschickt",
        "Verschoben von dir, vorher Mittwoch, 4. März 2026, 09:00 Uhr",
        "Brief „Verschoben“ an aenne@gast.example verschickt",
        "Brief „Verschoben“ an dich verschickt",
        "Abgesagt von dir",
        "Brief „Absage“ an aenne@gast.example wartet",
        "Brief „Absage“ an dich wartet",
    ]


def test_what_was_done_before_is_said_on_the_page(demonstration: Demonstration) -> None:
    guest = sights.waiting(demonstration)
    shown = guest.get("/buero/buchung/5")
    guest.press(shown, "Zusagen")
    page = guest.press(shown, "Zusagen", status=409)
    assert "Inzwischen geändert" in page.text


def test_somebody_without_an_address_is_entered(site: Site, guest: OfficeGuest) -> None:
    done = guest.press(guest.get("/buero/buchung/neu"), "Eintragen", RUTH)
    page = guest.get(done.location)
    assert page.notices == ["Eingetragen."]
    assert "keine, Briefe gehen nur an dich" in page.text
    (booking,) = site.bookings()
    assert (booking.start, booking.visitor.name) == (
        in_berlin("2026-03-02 20:00"),
        "Ruth am Telefon",
    )
    assert [one.kind for one in letters(site.context)] == [LetterKind.INVITATION]


@pytest.mark.parametrize(("brief", "written"), [("y", 2), ("", 1)])
def test_a_free_time_and_a_letter_if_wanted(
    site: Site, guest: OfficeGuest, brief: str, written: int
) -> None:
    form = guest.get("/buero/buchung/neu?art=stadtrundgang")
    typed = {"start": in_address(TUESDAY), "name": "Kofi", "email": "kofi@gast.example"}
    guest.press(form, "Eintragen", typed | {"brief": brief})
    (booking,) = site.bookings()
    assert (booking.kind, booking.start) == ("stadtrundgang", TUESDAY)
    assert len(letters(site.context)) == written


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Wie heißt dein Gast?"),
        ({"telefon": ""}, "Ohne Nummer und ohne Adresse erreichst du deinen Gast nicht."),
        ({"email": "kofi@"}, "Diese E-Mail-Adresse ist nicht vollständig."),
        ({"start": "", "tag": "", "uhrzeit": ""}, "Wähle eine Zeit aus."),
    ],
)
def test_what_is_missing(site: Site, guest: OfficeGuest, typed: dict[str, str], said: str) -> None:
    form = guest.get("/buero/buchung/neu")
    page = guest.press(form, "Eintragen", RUTH | typed, status=422)
    assert said in page.alert
    assert site.bookings() == []


def test_over_another_it_says_what_is_there_and_keeps_what_was_typed(
    site: Site, guest: OfficeGuest
) -> None:
    booked_at(site, "2026-03-04 10:00", name="Kofi O’Hara")
    typed = RUTH | {"tag": "2026-03-04", "uhrzeit": "10:25"}
    form = guest.get("/buero/buchung/neu")
    page = guest.press(form, "Eintragen", typed, status=409)
    assert "Kofi O’Hara" in page.alert
    assert page.value("name") == "Ruth am Telefon"
    guest.press(page, "Eintragen", {"uhrzeit": "10:45"})


def test_sent_twice_it_is_entered_once(site: Site, guest: OfficeGuest) -> None:
    form = guest.get("/buero/buchung/neu")
    first, second = (guest.press(form, "Eintragen", RUTH).location for _ in range(2))
    assert first == second
    page = guest.press(form, "Eintragen", RUTH | {"name": "Rita"}, status=422)
    assert page.value("name") == "Rita"
    assert len(site.bookings()) == 1

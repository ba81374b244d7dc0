"""Asking to be told when something is free: offered where nothing is, and nothing typed is lost."""

import pytest

from stadtfuehrer.booking.service import cancel
from stadtfuehrer.booking.waiting import tell_waiting
from stadtfuehrer.mail.tables import all_letters
from tests.support.contexts import a_kind
from tests.support.guest import Guest
from tests.support.lines import APPENDED, BUTTON, LINE, NINE, PATH, SCARCE, in_line
from tests.support.sites import OpenSite, Site

OFFER = "Bescheid bekommen, wenn etwas frei wird"
GUEST = "aenne@gast.example"


@pytest.fixture
def full(open_site: OpenSite) -> Site:
    """Give a site whose one time in the week to come is booked."""
    site = open_site(appended=APPENDED)
    site.book(NINE, SCARCE)
    return site


def test_from_the_empty_calendar_to_the_place_in_line(full: Site) -> None:
    empty = full.guest.get(PATH)
    assert "Hier ist gerade nichts frei" in empty.text
    assert "In den nächsten 7 Tagen habe ich nichts mehr frei." in empty.text
    # It also names a person, and shows no months.
    assert empty.link("vera@stadtfuehrer.example") == "mailto:vera@stadtfuehrer.example"
    assert "+49 89 5550 1234" in empty.text
    assert empty.all("table") == []
    asked = full.guest.get(empty.link(OFFER))
    assert asked.heading == "Sag mir Bescheid, wenn etwas frei wird"
    assert "spätestens nach 90 Tagen" in asked.text
    # Sent twice it is one place and one letter.
    noted, again = (full.guest.press(asked, BUTTON, {"email": GUEST}) for _ in range(2))
    assert noted.location == again.location == f"{LINE}?adresse=notiert"
    page = full.guest.get(noted.location)
    assert page.heading == "Notiert"
    assert "„Sprechstunde“" in page.text
    assert in_line(full.context) == ["aenne"]
    full.clock.turn(days=3)
    assert [tell_waiting(full.context, now=full.clock()) for _ in range(2)] == [1, 0]
    with full.context.database.read() as session:
        assert sum(letter.kind == "frei-geworden" for letter in all_letters(session)) == 1


def test_where_something_is_free_nobody_waits_for_it(open_site: OpenSite) -> None:
    """Neither who finds the page nor who has had its form open since all was taken."""
    site = open_site(appended=APPENDED)
    token = site.book(NINE, SCARCE)
    asked = site.guest.get(LINE)
    cancel(site.context, token, "", now=site.clock())
    for page in (
        site.guest.get(LINE),
        site.guest.press(asked, BUTTON, {"email": GUEST}, status=409),
    ):
        assert page.heading == "Du musst gar nicht warten"
        assert page.link("Freie Zeiten ansehen") == PATH
        assert all("email" not in form.names for form in page.forms())
    assert in_line(site.context) == []
    assert tell_waiting(site.context, now=site.clock()) == 0


def test_an_address_waits_for_three_kinds_at_most(open_site: OpenSite) -> None:
    kinds = [f"{SCARCE}-{number}" for number in range(4)]
    never = 'horizon_days = 7\nhours = { thursday = ["09:00-09:30"] }\n'
    appended = "".join(a_kind(one) + never for one in kinds)
    appended += "\n[[booking.closed]]\nfrom = 2026-03-01\nto = 2026-12-31\n"
    site = open_site(appended=appended)
    for kind in kinds[:3]:
        site.guest.post(f"/termin/{kind}/warten", {"email": GUEST})
    page = site.guest.post(f"/termin/{kinds[3]}/warten", {"email": GUEST.upper()}, status=409)
    assert "steht schon auf mehreren Wartelisten" in page.alert
    assert page.value("email") == GUEST.upper()
    # Where it waits it may ask again, and others are not kept out.
    site.guest.post(f"/termin/{kinds[0]}/warten", {"email": GUEST})
    site.guest.post(f"/termin/{kinds[3]}/warten", {"email": "bert@gast.example"})
    assert sorted(in_line(site.context)) == ["aenne"] * 3 + ["bert"]


def test_where_something_is_free_or_is_moved_nobody_is_asked_to_wait(open_site: OpenSite) -> None:
    site = open_site(appended=APPENDED)
    assert LINE not in {href for _, href in site.guest.get(PATH).links()}
    page = site.guest.get(f"/buchung/{site.book(NINE, SCARCE)}/verschieben")
    assert "Hier ist gerade nichts frei" in page.text
    assert LINE not in {href for _, href in page.links()}
    assert page.link("vera@stadtfuehrer.example")


def test_an_address_that_will_not_do_stays_and_says_why(full: Site) -> None:
    page = full.guest.get(LINE)
    for email, said in (
        ("", "Die Adresse fehlt."),
        ("aenne", "ist nicht vollständig"),
        ("a@b.example, c@d.example", "genau eine E-Mail-Adresse"),
        ("änne@gast.example", "An diese Adresse kann ich leider keine Mail schicken"),
        (f"{'a' * 65}@gast.example", "An diese Adresse kann ich leider keine Mail"),
    ):
        page = full.guest.press(page, BUTTON, {"email": email}, status=422)
        assert said in page.mistake("email")
        assert page.value("email") == email
    assert in_line(full.context) == []
    full.guest.press(page, BUTTON, {"email": GUEST})
    assert in_line(full.context) == ["aenne"]


def test_a_form_above_the_limit_keeps_the_address(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "1"}, APPENDED)
    site.book(NINE, SCARCE)
    site.guest.press(site.guest.get(LINE), BUTTON, {"email": "aenne"}, status=422)
    page = site.guest.press(site.guest.get(LINE), BUTTON, {"email": GUEST}, status=429)
    assert "Pause nötig" in page.alert
    assert page.value("email") == GUEST
    assert in_line(site.context) == []
    Guest(app=site.app, address="198.51.100.1").press(page, BUTTON)
    assert in_line(site.context) == ["aenne"]


def test_what_a_robot_sends_is_doubted_and_a_person_may_send_again(open_site: OpenSite) -> None:
    site = open_site({"minimum_seconds": "3"}, APPENDED)
    site.book(NINE, SCARCE)
    asked = site.guest.get(LINE)
    quick = site.guest.press(asked, BUTTON, {"email": GUEST}, status=422)
    assert "So schnell füllen sonst nur Programme aus" in quick.alert
    trapped = site.guest.press(asked, BUTTON, {"email": GUEST, "website": "x"}, status=422)
    assert "Ein Feld, das leer bleiben soll" in trapped.alert
    assert in_line(site.context) == []
    site.clock.turn(seconds=3)
    site.guest.press(quick, BUTTON)
    assert in_line(site.context) == ["aenne"]


def test_the_form_with_a_corrected_address_notes_that_one(full: Site) -> None:
    asked = full.guest.get(LINE)
    for name in ("aenen", "aenne", "aenne"):
        full.guest.press(asked, BUTTON, {"email": f"{name}@gast.example"})
    assert in_line(full.context) == ["aenen", "aenne"]


def test_for_an_unknown_kind_nobody_waits_and_only_one_word_says_noted(full: Site) -> None:
    path = "/termin/kaffee/warten"
    full.guest.get(path, status=404)
    page = full.guest.post(path, {"email": GUEST}, status=404)
    assert page.heading == "Diese Art von Gespräch gibt es nicht"
    for query in ("", "?adresse=", f"?adresse={GUEST}"):
        page = full.guest.get(f"{LINE}{query}")
        assert page.heading == "Sag mir Bescheid, wenn etwas frei wird"
        assert GUEST not in page.text

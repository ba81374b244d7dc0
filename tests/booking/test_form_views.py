"""The form for a free time: what is typed, what is refused, and that twice is once."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from stadtfuehrer.booking.model import Interest, Visitor
from tests.support.contexts import full_answers, in_berlin
from tests.support.pages import Page
from tests.support.sites import TYPED, OpenSite, Site

BUTTON = "Termin buchen"
LIMITED = {"minimum_seconds": "3"}


def form(site: Site) -> Page:
    return site.guest.get(site.form_path(in_berlin("2026-03-05 09:00")))


def kept(page: Page) -> dict[str, str]:
    return {name: page.value(name) for name in TYPED}


def test_the_form_names_time_kind_place_and_what_happens_to_the_data(site: Site) -> None:
    page = form(site)
    assert page.heading == "Für wen ist der Termin?"
    assert "Kennenlerngespräch\nDonnerstag, 5. März 2026\n09:00–09:30 Uhr" in page.text
    assert "Zeit in Berlin, UTC+1" in page.text
    assert "6 Monate nach dem Gespräch werden sie gelöscht" in page.text
    assert page.link("Datenschutz") == "/datenschutz"
    assert page.link("Andere Zeit aussuchen") == "/termin/kennenlernen?ab=2026-03-05"


def test_a_filled_in_form_books_and_leads_to_the_booking(site: Site) -> None:
    start = in_berlin("2026-03-05 09:00")
    page = site.guest.press(form(site), BUTTON, TYPED)
    assert page.location.startswith("/buchung/")
    (booking,) = site.bookings()
    assert (booking.start, booking.end) == (start, start + timedelta(minutes=30))
    assert booking.visitor == Visitor(**TYPED)
    after = site.guest.get(page.location)
    assert after.heading == "Wir sind verabredet"
    for typed in TYPED.values():
        assert " ".join(typed.split()) in after.text


def test_name_and_address_are_enough(site: Site) -> None:
    site.guest.press(form(site), BUTTON, {"name": "Änne", "email": "aenne@gast.example"})
    (booking,) = site.bookings()
    assert booking.visitor == Visitor(name="Änne", email="aenne@gast.example")


def test_service_answers_and_zone_are_booked_with_it(site: Site) -> None:
    answers = full_answers(site.context)
    booking_query = {**answers, "angebot": "marketingkonzeption", "zone": "Asia/Tokyo"}
    shown = site.guest.get(f"{site.form_path(site.free()[0])}?{urlencode(booking_query)}")
    after = site.guest.get(site.guest.press(shown, BUTTON, TYPED).location)
    (booking,) = site.bookings()
    assert booking.interest == Interest(
        service="marketingkonzeption",
        answers=answers,
        quiz_version=site.context.catalogue.quiz.version,
    )
    assert booking.visitor.zone == "Asia/Tokyo"
    assert "Marketingkonzeption" in after.text
    assert "17:00–17:30 Uhr bei dir" in after.text


def test_the_same_form_sent_twice_is_one_booking_with_one_address(site: Site) -> None:
    shown = form(site)
    first = site.guest.press(shown, BUTTON, TYPED)
    second = site.guest.press(shown, BUTTON, TYPED)
    assert first.location == second.location
    assert len(site.bookings()) == 1


def test_the_same_form_sent_again_after_the_time_was_moved_is_the_same_booking(site: Site) -> None:
    shown = form(site)
    first = site.guest.press(shown, BUTTON, TYPED)
    site.guest.post(f"{first.location}/verschieben", {"start": "20260304T080000Z"})
    assert site.guest.press(shown, BUTTON, TYPED).location == first.location
    assert [booking.start for booking in site.bookings()] == [in_berlin("2026-03-04 09:00")]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Dein Name fehlt"),
        ("name", "   ", "Dein Name fehlt"),
        ("name", "x" * 121, "höchstens 120 Zeichen"),
        ("name", "x" * 2000, "höchstens 120 Zeichen"),
        ("email", "", "fehlt noch"),
        ("email", "aenne", "nicht vollständig"),
        ("email", "aenne@", "nicht vollständig"),
        ("email", "a@b.example, c@d.example", "genau eine E-Mail-Adresse"),
        ("email", "a@b.example;c@d.example", "genau eine E-Mail-Adresse"),
        ("email", "a@b.example c@d.example", "genau eine E-Mail-Adresse"),
        ("email", "änne@gast.example", "Vor dem @"),
        ("email", '"a b"@gast.example', "genau eine E-Mail-Adresse"),
        ("telefon", "ruf an", "besteht aus Ziffern"),
        ("firma", "x" * 121, "Höchstens 120 Zeichen"),
        ("anliegen", "x" * 3001, "Höchstens 3000 Zeichen"),
    ],
)
def test_a_field_that_is_not_right_is_named_and_everything_typed_stays(
    site: Site, field: str, typed: str, said: str
) -> None:
    page = site.guest.press(form(site), BUTTON, TYPED | {field: typed}, status=422)
    assert said in page.mistake(field)
    assert page.alert == f"Hier hakt es noch\n{page.mistake(field)}"
    assert page.link(page.mistake(field)) == f"#{field}"
    assert kept(page) == TYPED | {field: typed.strip()}
    assert site.bookings() == []
    site.guest.press(page, BUTTON, {field: TYPED[field]})
    assert [booking.visitor for booking in site.bookings()] == [Visitor(**TYPED)]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "Jörg-Ößwald D’Artagnan"),
        ("name", "👩‍💻 Änne 🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
        ("name", "x" * 120),
        ("name", '"><script>alert(1)</script>'),
        ("name", "{{ 7 * 7 }} %s {0} \\n"),
        ("firma", "Müller & Söhne <GmbH>"),
        ("anliegen", "x" * 3000),
        ("anliegen", "👩‍💻" * 900),
        ("anliegen", "Zeile\n\n  <b>zwei</b>\n</textarea><script>alert(1)</script>"),
        ("telefon", "(089) 123-456/7"),
        ("email", "änne@gast.example".replace("ä", "ae")),
        ("email", "A.B+c@münchen.example"),
    ],
)
def test_what_people_write_is_booked_and_shown_as_they_wrote_it(
    site: Site, field: str, typed: str
) -> None:
    after = site.guest.press(form(site), BUTTON, TYPED | {field: typed})
    (booking,) = site.bookings()
    assert getattr(booking.visitor, field) == typed
    text = site.guest.get(after.location).text
    assert " ".join(typed.split()) in " ".join(text.split())


def test_what_a_robot_fills_in_is_refused_and_can_be_sent_again(site: Site) -> None:
    page = site.guest.press(form(site), BUTTON, TYPED | {"website": "http://x.example"}, status=422)
    assert "Ein Feld, das leer bleiben soll, war ausgefüllt." in page.alert
    assert (kept(page), page.value("website")) == (TYPED, "")
    assert site.bookings() == []
    site.guest.press(page, BUTTON)


@pytest.mark.parametrize(("seconds", "status"), [(0, 422), (2.999, 422), (3, 303), (3600, 303)])
def test_a_form_takes_as_long_as_a_person_needs(
    open_site: OpenSite, seconds: float, status: int
) -> None:
    site = open_site(LIMITED)
    shown = form(site)
    site.clock.turn(seconds=seconds)
    page = site.guest.press(shown, BUTTON, TYPED, status=status)
    assert len(site.bookings()) == (status == 303)
    if status == 422:
        assert "schneller, als man schreiben kann" in page.alert
        assert kept(page) == TYPED
        site.clock.turn(seconds=3)
        site.guest.press(page, BUTTON)


@pytest.mark.parametrize("key", ["", "x", "WyJhIiwxXQ.gefaelscht", "\x00", "ä" * 50])
def test_a_key_that_is_not_ours_is_refused_and_replaced(open_site: OpenSite, key: str) -> None:
    site = open_site(LIMITED)
    page = site.guest.press(form(site), BUTTON, TYPED | {"schluessel": key}, status=422)
    assert "nicht mehr gültig" in page.alert
    assert kept(page) == TYPED
    assert page.value("schluessel") not in {"", key}
    site.clock.turn(seconds=3)
    site.guest.press(page, BUTTON)


def test_a_key_of_another_site_is_none_of_ours(open_site: OpenSite) -> None:
    site, other = open_site(LIMITED), open_site(LIMITED)
    key = form(other).value("schluessel")
    site.clock.turn(seconds=3)
    site.guest.press(form(site), BUTTON, TYPED | {"schluessel": key}, status=422)


def test_without_a_shortest_time_a_form_needs_no_key(site: Site) -> None:
    site.guest.post(site.form_path(site.free()[0]), {"name": "Änne", "email": "a@gast.example"})
    assert len(site.bookings()) == 1

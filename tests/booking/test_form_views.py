"""The form for a free time: what is typed, what is refused, and that twice is once."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from stadtfuehrer.booking.lists import all_bookings
from stadtfuehrer.booking.visitor import LABELS, Interest, Visitor
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import full_answers, in_berlin
from tests.support.mailbag import read
from tests.support.pages import Page, words
from tests.support.sites import TYPED, OpenSite, Site
from tests.support.stored import letters
from tests.support.written import in_both

BUTTON = "Termin buchen"
LIMITED = {"minimum_seconds": "3"}
NINE = in_berlin("2026-03-05 09:00")


def form(site: Site) -> Page:
    return site.guest.get(site.form_path(NINE))


def typed_in(page: Page) -> dict[str, str]:
    return {name: page.value(name) for name in TYPED}


def test_a_filled_in_form_books_and_leads_to_the_booking(site: Site) -> None:
    page = form(site)
    assert page.heading == "Mit wem spreche ich?"
    assert "Kennenlerngespräch\nDonnerstag, 5. März 2026\n09:00–09:30 Uhr" in page.text
    assert "Zeit in Berlin, UTC+1" in page.text
    assert "6 Monate nach dem Gespräch werden sie gelöscht" in page.text
    assert page.link("Datenschutz") == "/datenschutz"
    assert page.link("Andere Zeit aussuchen") == "/termin/kennenlernen?ab=2026-03-05"
    after = site.guest.press(page, BUTTON, TYPED)
    assert after.location.startswith("/buchung/")
    (booking,) = site.bookings()
    assert (booking.start, booking.end) == (NINE, NINE + timedelta(minutes=30))
    assert booking.visitor == Visitor(**TYPED)
    shown = site.guest.get(after.location)
    assert shown.heading == "Wir sind verabredet"
    for typed in TYPED.values():
        assert " ".join(typed.split()) in shown.text


def test_every_field_of_the_visitor_arrives_everywhere(site: Site) -> None:
    """A field of the form is one field: whatever it asks for arrives wherever it belongs."""
    typed = {name: TYPED.get(name, f"Angabe-{name}") for name in LABELS}
    typed["anliegen"] = "Uns findet niemand."
    assert form(site).form("name").names >= LABELS.keys()
    booked = site.guest.press(form(site), BUTTON, typed).location
    (booking,) = site.bookings()
    assert booking.visitor.asked == typed
    own = f"/buchung/{consultant_token(site.context.secret, booking.uid)}"
    shown = [words(site.guest.get(address).main) for address in (booked, own)]
    (row,) = all_bookings(site.context)
    sent = {one.kind: read(one) for one in letters(site.context)}
    for name, value in typed.items():
        assert all(f"{LABELS[name]}\n{value}" in page for page in shown)
        assert row[name] == value
        in_both(sent[LetterKind.INVITATION], value)
        assert value in sent[LetterKind.INVITATION].event["DESCRIPTION"]
        if name not in {"name", "telefon"}:  # greeting, and who calls whom
            # Nobody has confirmed that the address is theirs.
            assert value not in sent[LetterKind.CONFIRMATION].text
            assert value not in sent[LetterKind.CONFIRMATION].html


def test_name_and_address_are_enough_and_without_a_shortest_time_no_key_is_needed(
    site: Site,
) -> None:
    few = {"name": "Änne", "email": "aenne@gast.example"}
    site.guest.post(site.form_path(NINE, "stadtrundgang"), few)
    assert [booking.visitor for booking in site.bookings()] == [Visitor(**few)]


def test_service_answers_and_zone_are_booked_with_it(site: Site) -> None:
    answers = full_answers(site.context)
    query = {**answers, "angebot": "marketingkonzeption", "zone": "Asia/Tokyo"}
    shown = site.guest.get(f"{site.form_path(NINE)}?{urlencode(query)}")
    after = site.guest.get(site.guest.press(shown, BUTTON, TYPED).location)
    (booking,) = site.bookings()
    quiz = site.context.catalogue.quiz
    interest = Interest(
        service="marketingkonzeption",
        answers=answers,
        quiz_version=quiz.version,
        wording=quiz.wording(answers),
    )
    assert (booking.interest, booking.visitor.zone) == (interest, "Asia/Tokyo")
    assert "Marketingkonzeption" in after.text
    assert "17:00–17:30 Uhr bei dir" in after.text


def test_the_same_form_again_is_the_same_booking_also_after_a_move(site: Site) -> None:
    shown = form(site)
    first = site.guest.press(shown, BUTTON, TYPED).location
    assert site.guest.press(shown, BUTTON, TYPED).location == first
    site.guest.post(f"{first}/verschieben", {"start": "20260304T080000Z"})
    assert site.guest.press(shown, BUTTON, TYPED).location == first
    assert [booking.start for booking in site.bookings()] == [in_berlin("2026-03-04 09:00")]


@pytest.mark.parametrize(
    ("name", "typed"),
    [("email", "bert@gast.example"), ("name", "Bert"), ("rueckfrage", "y"), ("anliegen", "")],
)
def test_the_same_form_with_other_words_is_told_so_and_may_be_sent_anew(
    open_site: OpenSite, name: str, typed: str
) -> None:
    site = open_site(LIMITED)
    shown = form(site)
    site.clock.turn(seconds=3)
    booked = site.guest.press(shown, BUTTON, TYPED).location
    page = site.guest.press(shown, BUTTON, TYPED | {name: typed}, status=422)
    assert "Dieses Formular hast du schon einmal abgeschickt." in page.alert
    assert booked not in page.body.decode()
    assert typed_in(page) == {**TYPED, name: typed} if name in TYPED else typed_in(page) == TYPED
    assert page.value("schluessel") != shown.value("schluessel")
    assert len(site.bookings()) == 1
    # The time is taken now, but the form is whole: another one is a click away.
    gone = site.guest.press(page, BUTTON, status=409)
    other = next(label for label in gone.form("email").buttons if "Uhr" in label)
    site.guest.press(gone, other)
    assert len(site.bookings()) == 2


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "   ", "Dein Name fehlt"),
        ("name", "x" * 121, "höchstens 120 Zeichen"),
        ("name", "Gewonnen! https://x.example", "nur deinen Namen"),
        ("email", "", "fehlt noch"),
        ("email", "aenne@", "nicht vollständig"),
        ("email", "a@b.example, c@d.example", "genau eine E-Mail-Adresse"),
        ("email", "a@b.example;c@d.example", "genau eine E-Mail-Adresse"),
        ("email", "a@b.example c@d.example", "genau eine E-Mail-Adresse"),
        ("email", "änne@gast.example", "Vor dem @"),
        ("email", '"a b"@gast.example', "genau eine E-Mail-Adresse"),
        ("telefon", "ruf an", "besteht aus Ziffern"),
        *(("telefon", one, "besteht aus Ziffern") for one in ("1234", "+49 3", "(0) - / .")),
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
    assert typed_in(page) == TYPED | {field: typed.strip()}
    assert site.bookings() == []
    site.guest.press(page, BUTTON, {field: TYPED[field]})
    assert [booking.visitor for booking in site.bookings()] == [Visitor(**TYPED)]


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Jörg-Ößwald D’Artagnan 👩‍💻 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "firma": "Müller & Söhne <GmbH>"},
        {"name": "x" * 120, "anliegen": "x" * 3000, "telefon": "12345"},
        {"name": '"><script>alert(1)</script>', "anliegen": "👩‍💻" * 900},
        {"name": "{{ 7 * 7 }} %s {0} \\n", "telefon": "(089) 123-456/7"},
        {"anliegen": "Zeile\n\n  <b>zwei</b>\n</textarea><script>alert(1)</script>"},
        {"email": "A.B+c@münchen.example"},
    ],
)
def test_what_people_write_is_booked_and_shown_as_they_wrote_it(
    site: Site, typed: dict[str, str]
) -> None:
    after = site.guest.press(form(site), BUTTON, TYPED | typed)
    (booking,) = site.bookings()
    assert booking.visitor == Visitor(**(TYPED | typed))
    text = " ".join(site.guest.get(after.location).text.split())
    assert all(" ".join(one.split()) in text for one in typed.values())


def test_what_a_robot_fills_in_is_refused_and_can_be_sent_again(site: Site) -> None:
    page = site.guest.press(form(site), BUTTON, TYPED | {"website": "http://x.example"}, status=422)
    assert "Ein Feld, das leer bleiben soll, war ausgefüllt." in page.alert
    assert (typed_in(page), page.value("website")) == (TYPED, "")
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
        assert "So schnell füllen sonst nur Programme aus" in page.alert
        assert typed_in(page) == TYPED
        site.clock.turn(seconds=3)
        site.guest.press(page, BUTTON)


@pytest.mark.parametrize("seconds", [0.001, 3600, 20 * 86400])
def test_a_form_shown_while_the_clock_ran_ahead_is_taken(
    open_site: OpenSite, seconds: float
) -> None:
    site = open_site(LIMITED)
    shown = form(site)
    site.clock.turn(seconds=-seconds)
    site.guest.press(shown, BUTTON, TYPED)
    assert len(site.bookings()) == 1


def test_a_key_that_is_not_ours_is_refused_and_replaced(open_site: OpenSite) -> None:
    site, other = open_site(LIMITED), open_site(LIMITED)
    of_another_site = form(other).value("schluessel")
    page = form(site)
    site.clock.turn(seconds=3)
    for key in ("", "x", "WyJhIiwxXQ.gefaelscht", "\x00", "ä" * 50, of_another_site):
        page = site.guest.press(page, BUTTON, TYPED | {"schluessel": key}, status=422)
        assert "nicht mehr gültig" in page.alert
        assert typed_in(page) == TYPED
        assert page.value("schluessel") not in {"", key}
    site.clock.turn(seconds=3)
    site.guest.press(page, BUTTON)

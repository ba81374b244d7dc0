"""How it was: the page, the consent to be asked, and the consultant's own link."""

from datetime import timedelta

import pytest

from stadtfuehrer.booking.model import CONSENT_VERSION, CONSENT_WORDING, Status
from stadtfuehrer.booking.reminders import thank
from stadtfuehrer.mail.message import LetterKind
from tests.support.contexts import in_berlin
from tests.support.mailbag import Read, read
from tests.support.sights.booked import OVER, SEND, of_consultant
from tests.support.sites import TYPED, Site
from tests.support.stored import letters

START = in_berlin("2026-03-05 09:00")


@pytest.fixture
def booked(site: Site) -> str:
    return f"/buchung/{site.book(START)}"


def feedback_letters(site: Site) -> list[Read]:
    return [read(one) for one in letters(site.context) if one.kind == LetterKind.FEEDBACK]


def test_from_the_letters_link_it_is_one_more_click(site: Site, booked: str) -> None:
    site.clock.now = OVER
    page = site.guest.get(f"{booked}/rueckmeldung?zufrieden=eher")
    assert page.form("worte").fields[0] == ("zufrieden", "eher")
    assert feedback_letters(site) == []  # a mail scanner opens every link

    thanks = site.guest.press(page, SEND, {"worte": "Kurz und klar."})
    shown = site.guest.get(thanks.location)
    assert shown.heading == "Danke für deine Antwort"
    (letter,) = feedback_letters(site)
    assert "Eher zufrieden" in letter.text
    assert "Kurz und klar." in letter.text
    # Opened again, by a link with another answer or sent twice, it stays at that.
    again = site.guest.get(f"{booked}/rueckmeldung?zufrieden=nicht")
    assert again.heading == "Danke für deine Antwort"
    site.guest.press(page, SEND)
    assert len(feedback_letters(site)) == 1


def test_what_is_added_later_is_not_lost_silently(site: Site, booked: str) -> None:
    site.clock.now = OVER
    page = site.guest.get(f"{booked}/rueckmeldung?zufrieden=sehr")
    site.guest.press(page, SEND)
    refused = site.guest.press(page, SEND, {"worte": "Noch etwas: danke!"}, status=409)
    assert refused.value("worte") == "Noch etwas: danke!"
    assert "schick mir bitte als E-Mail" in refused.text


@pytest.mark.parametrize("chosen", ["", "prima", "sehr\x00", "SEHR"])
def test_without_a_choice_the_words_are_kept(site: Site, booked: str, chosen: str) -> None:
    site.clock.now = OVER
    fields = {"zufrieden": chosen, "worte": "Fast <gut>"} if chosen else {"worte": "Fast <gut>"}
    page = site.guest.post(f"{booked}/rueckmeldung", fields, status=422)
    assert "Wähle eine der vier Antworten aus." in page.text
    assert page.value("worte") == "Fast <gut>"
    assert page.title.startswith("Fehler: ")
    assert feedback_letters(site) == []


@pytest.mark.parametrize("wanted", ["?zufrieden=prima", "?zufrieden=", "?anders=sehr", ""])
def test_a_link_without_a_known_answer_asks_openly(site: Site, booked: str, wanted: str) -> None:
    site.clock.now = OVER
    page = site.guest.get(f"{booked}/rueckmeldung{wanted}")
    assert "zufrieden" not in dict(page.form("worte").fields)


def test_before_the_end_and_after_a_cancellation_the_page_says_why_not(
    site: Site, booked: str
) -> None:
    page = site.guest.get(f"{booked}/rueckmeldung", status=409)
    assert page.heading == "Das Gespräch steht noch bevor"
    site.guest.post(f"{booked}/rueckmeldung", {"zufrieden": "sehr"}, status=409)
    site.guest.press(site.guest.get(f"{booked}/absagen"), "Absagen")
    site.clock.now = OVER
    page = site.guest.get(f"{booked}/rueckmeldung", status=409)
    assert page.heading == "Dieses Gespräch ist abgesagt worden"


def test_the_page_of_a_past_booking_leads_to_the_question_without_any_consent(
    site: Site, booked: str
) -> None:
    assert "Sagen, wie es war" not in site.guest.get(booked).text
    site.clock.now = OVER
    page = site.guest.get(booked)
    assert page.link("Sagen, wie es war") == f"{booked}/rueckmeldung"


def test_the_consent_is_not_ticked_beforehand_and_stands_apart(site: Site) -> None:
    form = site.guest.get(site.form_path(START))
    assert "rueckfrage" in form.form("name").names
    assert "rueckfrage" not in dict(form.form("name").fields)
    assert CONSENT_WORDING in form.text
    site.guest.press(form, "Termin buchen", TYPED)
    assert [booking.consent for booking in site.bookings()] == [None]


def test_a_given_consent_is_kept_through_a_mistake_shown_and_taken_back(site: Site) -> None:
    form = site.guest.get(site.form_path(START))
    wrong = site.guest.press(
        form, "Termin buchen", TYPED | {"email": "aenne", "rueckfrage": "y"}, status=422
    )
    assert dict(wrong.form("name").fields)["rueckfrage"] == "y"
    booked = site.guest.press(wrong, "Termin buchen", {"email": TYPED["email"]}).location
    (booking,) = site.bookings()
    assert booking.consent is not None
    assert (booking.consent.version, booking.consent.wording) == (CONSENT_VERSION, CONSENT_WORDING)
    assert booking.consent.given_at == site.clock()

    page = site.guest.get(booked)
    assert "Am Montag, 2. März 2026 hast du zugestimmt" in page.text
    back = site.guest.press(page, "Lieber nicht fragen").location
    assert "zugestimmt" not in site.guest.get(back).text
    assert [booking.consent for booking in site.bookings()] == [None]
    thank(site.context, now=OVER)
    (thanks,) = (read(one) for one in letters(site.context) if one.kind == LetterKind.THANKS)
    assert "rueckmeldung" not in thanks.everything


def test_the_consultants_link_works_until_the_beginning(site: Site, booked: str) -> None:
    own = of_consultant(site)
    site.clock.now = START - timedelta(minutes=5)
    assert "Schreib mir bitte" in site.guest.get(booked).text
    page = site.guest.get(own)
    assert page.heading == "Kennenlerngespräch mit Änne Müller"
    assert "zugestimmt" not in page.text
    question = site.guest.get(page.link("Absagen"))
    site.guest.press(question, "Absagen", {"grund": "Ich liege im Bett."})
    (booking,) = site.bookings()
    assert booking.status is Status.CANCELLED
    assert site.guest.get(own).heading == "Abgesagt: Änne Müller"
    (to_visitor,) = (
        read(one) for one in letters(site.context) if one.kind == LetterKind.CANCELLED_VISITOR
    )
    assert "Ich liege im Bett." in to_visitor.text
    assert "ich muss unseren Termin leider absagen" in to_visitor.text


def test_each_letter_carries_its_readers_own_link(site: Site, booked: str) -> None:
    token, own = booked.rpartition("/")[2], of_consultant(site).rpartition("/")[2]
    for letter in letters(site.context):
        everything = read(letter).everything.replace("\r\n ", "")
        mine, other = (token, own) if letter.recipient == TYPED["email"] else (own, token)
        assert mine in everything
        assert other not in everything


def test_a_moved_booking_has_the_same_two_links(site: Site, booked: str) -> None:
    own = of_consultant(site)
    page = site.guest.get(f"{own}/verschieben?start=20260306T100000Z")
    site.guest.press(page, "Verschieben")
    (booking,) = site.bookings()
    assert booking.start == in_berlin("2026-03-06 11:00")
    assert "11:00–11:30 Uhr" in site.guest.get(booked).text
    assert "11:00–11:30 Uhr" in site.guest.get(own).text

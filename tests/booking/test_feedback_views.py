"""How it was: the page, the consent to be asked, and the consultant's own link."""

from datetime import timedelta

import pytest

from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.reminders import thank
from stadtfuehrer.booking.visitor import CONSENT_VERSION, CONSENT_WORDING
from stadtfuehrer.dialogue.answering import hear
from stadtfuehrer.dialogue.asking import take_back
from stadtfuehrer.dialogue.check_ins import guests
from stadtfuehrer.dialogue.model import CHECKING_IN, PUBLISHING, WITH_NAME, Kind
from stadtfuehrer.mail.message import LetterKind
from tests.support.contexts import in_berlin
from tests.support.mailbag import Read, read
from tests.support.sights.booked import OVER, SEND, of_consultant
from tests.support.sites import TYPED, Site
from tests.support.stored import letters
from tests.support.voices import all_voices, own_page

START = in_berlin("2026-03-05 09:00")


@pytest.fixture
def booked(site: Site) -> str:
    return f"/buchung/{site.book(START)}"


def of_kind(site: Site, kind: LetterKind) -> list[Read]:
    return [read(one) for one in letters(site.context) if one.kind == kind]


def test_from_the_letters_link_it_is_one_more_click(site: Site, booked: str) -> None:
    assert "Sagen, wie es war" not in site.guest.get(booked).text
    site.clock.now = OVER
    assert site.guest.get(booked).link("Sagen, wie es war") == f"{booked}/rueckmeldung"
    page = site.guest.get(f"{booked}/rueckmeldung?zufrieden=eher")
    assert page.form("worte").fields[0] == ("zufrieden", "eher")
    assert of_kind(site, LetterKind.FEEDBACK) == []  # a mail scanner opens every link

    thanks = site.guest.press(page, SEND, {"worte": "Kurz und klar."})
    assert site.guest.get(thanks.location).heading == "Danke für deine Antwort"
    (letter,) = of_kind(site, LetterKind.FEEDBACK)
    assert "Eher zufrieden" in letter.text
    assert "Kurz und klar." in letter.text
    # Opened again, by a link with another answer or sent twice, it stays at that.
    again = site.guest.get(f"{booked}/rueckmeldung?zufrieden=nicht")
    assert again.heading == "Danke für deine Antwort"
    site.guest.press(page, SEND)
    assert len(of_kind(site, LetterKind.FEEDBACK)) == 1
    # What is added later is not lost silently.
    refused = site.guest.press(page, SEND, {"worte": "Noch etwas: danke!"}, status=409)
    assert refused.value("worte") == "Noch etwas: danke!"
    assert "schick mir bitte als E-Mail" in refused.text


def test_without_a_known_choice_the_words_are_kept(site: Site, booked: str) -> None:
    site.clock.now = OVER
    path, words = f"{booked}/rueckmeldung", {"worte": "Fast <gut>"}
    for fields in ({}, *({"zufrieden": chosen} for chosen in ("prima", "sehr\x00", "SEHR"))):
        page = site.guest.post(path, fields | words, status=422)
        assert "Wähle eine der vier Antworten aus." in page.text
        assert page.value("worte") == "Fast <gut>"
        assert page.title.startswith("Fehler: ")
    assert of_kind(site, LetterKind.FEEDBACK) == []
    for query in ("?zufrieden=prima", "?zufrieden=", "?anders=sehr", ""):
        page = site.guest.get(f"{path}{query}")
        assert "zufrieden" not in dict(page.form("worte").fields)


def test_each_consent_is_unticked_apart_and_kept_through_a_mistake(site: Site, booked: str) -> None:
    site.clock.now = OVER
    page = site.guest.get(f"{booked}/rueckmeldung")
    consents = {"oeffentlich", "vorname", "nachfrage"}
    assert consents <= set(page.form("worte").names)
    assert not consents & set(dict(page.form("worte").fields))
    for wording in (PUBLISHING[Kind.FEEDBACK][1], WITH_NAME, CHECKING_IN):
        assert wording in page.text
    ticked = {"worte": "Klar.", "oeffentlich": "y", "nachfrage": "y"}
    wrong = site.guest.press(page, SEND, ticked, status=422)
    assert consents & set(dict(wrong.form("worte").fields)) == {"oeffentlich", "nachfrage"}
    site.guest.press(wrong, SEND, {"zufrieden": "eher"})
    (voice,) = all_voices(site)
    assert voice.consent is not None
    assert (voice.text, voice.first_name) == ("Klar.", "")
    assert [one.email for one in guests(site.context)] == [TYPED["email"]]


@pytest.mark.parametrize(
    ("ticked", "next_"),
    [
        ({"worte": "Klar."}, "Veröffentlicht wird davon nichts."),
        ({"worte": "Klar.", "vorname": "y"}, "Veröffentlicht wird davon nichts."),
        ({"oeffentlich": "y"}, "Veröffentlicht wird davon nichts."),
        (
            {"worte": "Klar.", "oeffentlich": "y"},
            "Danach kann sie auf diesen Seiten stehen, ohne deinen Namen.",
        ),
        (
            {"worte": "Klar.", "oeffentlich": "y", "vorname": "y"},
            "Danach kann sie auf diesen Seiten stehen, mit deinem Vornamen (Änne).",
        ),
    ],
)
def test_the_thanks_say_what_becomes_of_it_and_lead_to_where_it_is_taken_back(
    site: Site, booked: str, ticked: dict[str, str], next_: str
) -> None:
    site.clock.now = OVER
    page = site.guest.get(f"{booked}/rueckmeldung?zufrieden=sehr")
    thanks = site.guest.get(site.guest.press(page, SEND, ticked).location)
    assert next_ in thanks.text
    (voice,) = all_voices(site)
    own = site.guest.get(thanks.link("Ansehen oder zurücknehmen"))
    assert own.path == own_page(site, voice)
    site.guest.press(own, "Zurücknehmen und löschen")
    assert all_voices(site) == []
    again = site.guest.get(f"{booked}/rueckmeldung")
    assert again.heading == "Danke für deine Antwort"
    assert "zurücknehmen" not in again.text
    assert "Veröffentlicht" not in again.text


def test_what_is_heard_and_then_taken_back_is_taken_back(site: Site, booked: str) -> None:
    """Of it remains what was done, which belongs to nobody."""
    site.clock.now = OVER
    form = {"zufrieden": "nicht", "worte": "Zu schnell.", "oeffentlich": "y"}
    site.guest.post(f"{booked}/rueckmeldung", form)
    (voice,) = all_voices(site)
    hear(
        site.context, voice.id, "Langsamer.", is_done=True, version=voice.version, who="", now=OVER
    )
    take_back(site.context, own_page(site, voice).rpartition("/")[2])
    assert "zurücknehmen" not in site.guest.get(f"{booked}/rueckmeldung").text


def test_before_the_end_and_after_a_cancellation_the_page_says_why_not(
    site: Site, booked: str
) -> None:
    page = site.guest.get(f"{booked}/rueckmeldung", status=409)
    assert page.heading == "Das Gespräch steht noch bevor"
    site.guest.post(f"{booked}/rueckmeldung", {"zufrieden": "sehr"}, status=409)
    site.guest.press(site.guest.get(f"{booked}/absagen"), "Absagen")
    site.clock.now = OVER
    page = site.guest.get(f"{booked}/rueckmeldung", status=409)
    assert page.heading == "Dieses Gespräch hat nicht stattgefunden"


def test_a_given_consent_is_kept_through_a_mistake_shown_and_taken_back(site: Site) -> None:
    form = site.guest.get(site.form_path(START))
    assert "rueckfrage" in form.form("name").names
    assert "rueckfrage" not in dict(form.form("name").fields)  # not ticked beforehand
    assert CONSENT_WORDING in form.text
    typed = TYPED | {"email": "aenne", "rueckfrage": "y"}
    wrong = site.guest.press(form, "Termin buchen", typed, status=422)
    assert dict(wrong.form("name").fields)["rueckfrage"] == "y"
    booked = site.guest.press(wrong, "Termin buchen", {"email": TYPED["email"]}).location
    (consent,) = (booking.consent for booking in site.bookings())
    assert consent is not None
    assert (consent.version, consent.wording, consent.given_at) == (
        CONSENT_VERSION,
        CONSENT_WORDING,
        site.clock(),
    )

    page = site.guest.get(booked)
    assert "Am Montag, 2. März 2026 hast du zugestimmt" in page.text
    back = site.guest.press(page, "Lieber nicht fragen").location
    assert "zugestimmt" not in site.guest.get(back).text
    site.guest.press(
        site.guest.get(site.form_path(START + timedelta(hours=2))), "Termin buchen", TYPED
    )
    assert [booking.consent for booking in site.bookings()] == [None, None]
    thank(site.context, now=OVER)
    for thanks in of_kind(site, LetterKind.THANKS):
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
    assert [booking.status for booking in site.bookings()] == [Status.CANCELLED]
    assert site.guest.get(own).heading == "Abgesagt: Änne Müller"
    (to_visitor,) = of_kind(site, LetterKind.CANCELLED_VISITOR)
    assert "Ich liege im Bett." in to_visitor.text
    assert "ich muss unseren Termin leider absagen" in to_visitor.text


def test_each_letter_carries_its_readers_own_link_also_after_a_move(
    site: Site, booked: str
) -> None:
    own = of_consultant(site)
    page = site.guest.get(f"{own}/verschieben?start=20260306T100000Z")
    site.guest.press(page, "Verschieben")
    assert [booking.start for booking in site.bookings()] == [in_berlin("2026-03-06 11:00")]
    for address in (booked, own):
        assert "11:00–11:30 Uhr" in site.guest.get(address).text
    tokens = [address.rpartition("/")[2] for address in (booked, own)]
    for letter in letters(site.context):
        everything = read(letter).everything.replace("\r\n ", "")
        mine, other = tokens if letter.recipient == TYPED["email"] else tokens[::-1]
        assert mine in everything
        assert other not in everything

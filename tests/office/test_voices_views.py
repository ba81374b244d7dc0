"""The room of voices in the browser: read, answered, shown, heard, and two at once."""

from datetime import timedelta

import pytest

from stadtfuehrer.dialogue.answering import get_voice
from stadtfuehrer.dialogue.model import Kind, Voice
from stadtfuehrer.mail.message import LetterKind
from tests.support.mailbag import read
from tests.support.office import OfficeGuest, signed_in
from tests.support.pages import Page
from tests.support.sights.voices import CONSENT, HEARD, guest_who_agreed, path_to_it
from tests.support.sites import Site
from tests.support.statements import statements
from tests.support.stored import letters
from tests.support.voices import ANSWER, answered, said

VOICES = "/buero/stimmen"
IN_A_LINE = "Ja, wenn er etwas erzählt."


@pytest.fixture
def guest(site: Site) -> OfficeGuest:
    return signed_in(site)


@pytest.fixture
def voice(site: Site) -> Voice:
    """A question that may be shown, with the first name."""
    return said(site, consent=CONSENT, with_name=True, about="/ablauf")


def its(site: Site, voice: Voice) -> Voice:
    return get_voice(site.context, voice.id)


def kinds(site: Site) -> list[str]:
    return [one.kind for one in letters(site.context)]


def preview_of(guest: OfficeGuest, voice: Voice, **typed: str) -> Page:
    form = guest.get(path_to_it(voice.id))
    return guest.press(form, "Vorschau", {"antwort": ANSWER} | typed, status=200)


def headings(page: Page) -> list[str]:
    return ["".join(one.itertext()).partition(", Nr. ")[0] for one in page.all("h3")]


def test_before_anybody_wrote_there_is_a_word_for_each_list(guest: OfficeGuest) -> None:
    page = guest.get(VOICES)
    assert "Noch hat niemand geschrieben." in page.text
    assert "Noch darfst du niemanden fragen." in page.text
    assert headings(page) == []


def test_what_waits_what_is_held_and_what_is_settled(site: Site, guest: OfficeGuest) -> None:
    said(site, name="", about="/ablauf")
    said(site, kind=Kind.FEEDBACK, choice="eher", name="Max Ott", said_at=site.clock())
    said(site, name="Bonus", is_held=True)
    answered(site, name="Ida", helped=False)
    page = guest.get(VOICES)
    assert headings(page) == [
        "Frage ohne Namen",
        "Rückmeldung von Max Ott",
        "Frage von Bonus",
        "Frage von Ida",
    ]
    assert "Eher zufrieden." in page.text
    assert "beantwortet, hat nicht geholfen" in page.text
    opened = guest.get(guest.press(page, "Kein Roboter").location)
    assert (opened.notices, opened.heading) == (["Freigegeben."], "Frage von Bonus")


def test_a_long_list_has_pages_and_costs_no_more_statements(site: Site, guest: OfficeGuest) -> None:
    counts = []
    for number, first in ((1, 0), (29, 1)):
        for at in range(first, first + number):
            answered(site, name=f"Gast {at}", said_at=site.clock() - timedelta(hours=at))
            guest_who_agreed(site, f"Gast{at} Ott")
        with statements(site) as sent:
            guest.get(VOICES)
        counts.append(len(sent))
    assert counts == [5, 5]  # who is signed in, guests, what waits, is held, is settled
    first_page = guest.get(VOICES)
    assert "Und 5 weitere" in first_page.text
    second = guest.get(first_page.link("Seite 2 →"))
    assert headings(second)[0] == "Frage von Gast 25"
    assert "Auf dieser Seite steht nichts mehr." in guest.get(f"{VOICES}?seite=9").text


def test_a_guest_is_asked_once_a_quarter(site: Site, guest: OfficeGuest) -> None:
    guest_who_agreed(site, "Ida Ott", site.clock() - timedelta(days=92))
    guest_who_agreed(site, "Max Ott", site.clock() - timedelta(days=91))
    page = guest.get(VOICES)
    assert page.body.decode().count("Fragen, wie es läuft") == 1
    assert "wieder ab Dienstag, 3. März 2026" in page.text
    asked = guest.get(guest.press(page, "Fragen, wie es läuft").location)
    assert asked.notices == ["Gefragt. Die Antwort kommt hierher und in dein Postfach."]
    assert "Fragen, wie es läuft" not in asked.text
    again = guest.get(guest.press(page, "Fragen, wie es läuft").location)
    assert "Mehr als einmal im Vierteljahr" in again.notices[0]
    assert kinds(site) == [LetterKind.CHECK_IN]


def test_all_of_one(site: Site, guest: OfficeGuest, voice: Voice) -> None:
    page = guest.get(path_to_it(voice.id))
    assert page.heading == "Frage von Änne Müller"
    assert page.link("aenne@gast.example") == "mailto:aenne@gast.example"
    assert guest.get(page.link("Lead")).heading == "Änne Müller"
    assert "erlaubt, mit Vornamen: „Frage und Antwort dürfen hier stehen.“" in page.text
    assert guest.get(VOICES).link("Frage von Änne Müller, Nr. 1") == path_to_it(voice.id)
    alone = guest.get(path_to_it(said(site, email="", name="").id))
    assert "Ohne Adresse geht kein Brief hinaus." in alone.text
    assert "nicht erlaubt" in alone.text
    assert "veröffentlichen" not in alone.text
    guest.get(path_to_it(99), status=404)


def test_an_answer_is_read_before_it_is_sent(site: Site, guest: OfficeGuest, voice: Voice) -> None:
    preview = preview_of(guest, voice)
    assert preview.heading == "Das liest Änne Müller"
    assert IN_A_LINE in preview.text
    assert "So steht es für alle auf der Seite" not in preview.text
    assert its(site, voice).is_open
    done = guest.get(guest.press(preview, "Senden").location)
    assert done.notices == ["Gesendet."]
    (letter,) = letters(site.context)
    assert (letter.kind, letter.recipient) == (LetterKind.ANSWER, "aenne@gast.example")
    assert IN_A_LINE in read(letter).text
    # Word for word what was read.
    assert read(letter).text.split() == preview_words(preview)
    assert (
        "vera@stadtfuehrer.example hat jemandem geantwortet" in guest.get("/buero/protokoll").text
    )


def test_pressed_twice_it_is_sent_once(site: Site, guest: OfficeGuest, voice: Voice) -> None:
    preview = preview_of(guest, voice, zeigen="y")
    guest.press(preview, "Senden")
    again = guest.get(guest.press(preview, "Senden").location)
    assert again.notices == ["Gesendet.", "Ist schon erledigt."]
    assert kinds(site) == [LetterKind.ANSWER]
    assert its(site, voice).answer == ANSWER


def preview_words(page: Page) -> list[str]:
    (letter,) = (one for one in page.all("div") if one.get("class") == "as-typed")
    return "".join(letter.itertext()).split()


def test_what_was_read_can_still_be_changed(site: Site, guest: OfficeGuest, voice: Voice) -> None:
    form = guest.press(preview_of(guest, voice, zeigen="y"), "Noch ändern", status=200)
    assert form.value("antwort").strip() == ANSWER
    again = guest.press(form, "Vorschau", {"antwort": "Kürzer."}, status=200)
    assert "So steht es für alle auf der Seite" in again.text
    guest.press(again, "Senden")
    assert (its(site, voice).answer, bool(its(site, voice).published_at)) == ("Kürzer.", True)


def test_published_and_hidden_every_page_shows_it_at_once(
    site: Site, guest: OfficeGuest, voice: Voice
) -> None:
    pages = ("/ablauf", "/fragen")
    assert not any(voice.text in site.guest.get(path).text for path in pages)
    done = guest.get(guest.press(preview_of(guest, voice, zeigen="y"), "Senden").location)
    assert IN_A_LINE in site.guest.get(done.link("seit Montag, 2. März 2026, 09:00 Uhr")).text
    assert all(voice.text in site.guest.get(path).text for path in pages)
    site.clock.turn(minutes=1)
    hidden = guest.get(guest.press(done, "Von der Seite nehmen").location)
    assert hidden.notices == ["Von der Seite genommen."]
    assert not any(voice.text in site.guest.get(path).text for path in pages)
    guest.press(hidden, "Veröffentlichen")
    assert kinds(site) == [LetterKind.ANSWER, LetterKind.PUBLISHED]


def test_by_mail_no_letter_goes_out(site: Site, guest: OfficeGuest, voice: Voice) -> None:
    preview = preview_of(guest, voice, per_mail="y")
    assert preview.heading == "Es geht kein Brief hinaus"
    assert "Du hast schon per Mail geantwortet." in preview.text
    done = guest.get(guest.press(preview, "Speichern").location)
    assert done.notices == ["Gespeichert."]
    corrected = guest.press(done, "Vorschau", {"antwort": "Anders."}, status=200)
    assert "Geändert wird nur, was hier steht." in corrected.text
    guest.press(corrected, "Speichern")
    assert (its(site, voice).answer, kinds(site)) == ("Anders.", [])


def test_shown_and_hidden_by_one_press(site: Site, guest: OfficeGuest) -> None:
    voice = said(site, kind=Kind.FEEDBACK, choice="sehr", consent=CONSENT)
    shown = guest.press(guest.get(path_to_it(voice.id)), "Veröffentlichen").location
    assert its(site, voice).published_at == site.clock()
    site.clock.turn(minutes=1)
    typed = {"stand": its(site, voice).version}
    guest.post(f"{shown}/verbergen", typed | guest_token(guest))
    assert its(site, voice).published_at is None
    assert kinds(site) == [LetterKind.PUBLISHED]


def guest_token(guest: OfficeGuest) -> dict[str, str]:
    return {"csrf_token": guest.get(VOICES).value("csrf_token")}


def test_without_an_answer_a_question_is_not_shown(
    site: Site, guest: OfficeGuest, voice: Voice
) -> None:
    page = guest.post(f"{path_to_it(voice.id)}/zeigen", guest_token(guest), status=409)
    assert "Erst antworten, dann zeigen" in page.alert
    nobodys = said(site)
    page = guest.post(
        path_to_it(nobodys.id), {"antwort": ANSWER, "zeigen": "y"} | guest_token(guest), status=409
    )
    assert "Dafür fehlt die Einwilligung" in page.alert
    assert page.value("antwort").strip() == ANSWER


def test_put_away_it_waits_no_longer(site: Site, guest: OfficeGuest, voice: Voice) -> None:
    done = guest.press(guest.get(path_to_it(voice.id)), "Gelesen, keine Antwort nötig")
    assert guest.get(done.location).notices == ["Abgelegt."]
    assert "Niemand wartet auf dich." in guest.get(VOICES).text
    assert not its(site, voice).is_open


def test_heard_not_done_and_taken_back(site: Site, guest: OfficeGuest, voice: Voice) -> None:
    typed = {"satz": HEARD, "wie": "begruendet"}
    done = guest.get(guest.press(guest.get(path_to_it(voice.id)), "Speichern", typed).location)
    assert done.notices == ["Steht jetzt unter „Gehört, getan“."]
    assert (its(site, voice).heard, its(site, voice).is_done) == (HEARD, False)
    site.clock.turn(minutes=1)
    back = guest.get(guest.press(done, "Speichern", {"satz": ""}).location)
    assert (back.notices, its(site, voice).heard_at) == (["Zurückgenommen."], None)


def test_erased_what_was_done_stays_until_it_is_taken_back(
    site: Site, guest: OfficeGuest, voice: Voice
) -> None:
    page = guest.get(path_to_it(voice.id))
    page = guest.get(guest.press(page, "Speichern", {"satz": HEARD}).location)
    assert guest.get(guest.press(page, "Endgültig löschen").location).notices == ["Gelöscht."]
    left = guest.get(path_to_it(voice.id))
    assert (left.heading, left.value("satz").strip()) == ("Gelöscht", HEARD)
    assert "Änne" not in left.text
    guest.press(left, "Speichern", {"satz": ""})
    guest.get(path_to_it(voice.id), status=404)


@pytest.mark.parametrize(
    ("button", "typed", "said_of_it"),
    [
        ("Vorschau", {"antwort": " \n"}, "Schreib erst eine Antwort."),
        ("Vorschau", {"antwort": "x" * 3001}, "Höchstens 3000 Zeichen."),
        ("Speichern", {"satz": "x" * 3001}, "Höchstens 3000 Zeichen."),
        ("Speichern", {"satz": HEARD, "wie": "bald"}, "Wähle eins von beiden aus."),
    ],
)
def test_what_cannot_be_kept_is_said_and_not_lost(
    guest: OfficeGuest, voice: Voice, button: str, typed: dict[str, str], said_of_it: str
) -> None:
    page = guest.press(guest.get(path_to_it(voice.id)), button, typed, status=422)
    assert said_of_it in page.alert
    assert page.title.startswith("Fehler: ")
    (name, value) = next(iter(typed.items()))
    assert page.value(name).strip() == value.strip()


def test_two_at_once_see_both_and_then_decide(site: Site, guest: OfficeGuest, voice: Voice) -> None:
    mine, read_before = guest.get(path_to_it(voice.id)), preview_of(guest, voice)
    other = signed_in(site)
    other.press(preview_of(other, voice, antwort="Nein, lieber nicht."), "Senden")
    site.clock.turn(minutes=1)
    for page in (
        guest.press(mine, "Vorschau", {"antwort": ANSWER}, status=409),
        guest.press(read_before, "Senden", status=409),
    ):
        assert "Inzwischen hat sich jemand darum gekümmert" in page.alert
        assert "Nein, lieber nicht." in page.text
        assert page.value("antwort").strip() == ANSWER
    heard = guest.press(mine, "Speichern", {"satz": HEARD}, status=409)
    assert (heard.value("satz").strip(), "Noch kein Satz." in heard.text) == (HEARD, True)
    refused = guest.press(mine, "Gelesen, keine Antwort nötig", status=409)
    assert "Inzwischen hat sich jemand darum gekümmert" in refused.alert
    guest.press(guest.press(page, "Vorschau", status=200), "Speichern")
    assert (its(site, voice).answer, kinds(site)) == (ANSWER, [LetterKind.ANSWER])


def test_nobody_else_reads_or_changes_it(site: Site, voice: Voice) -> None:
    stranger = OfficeGuest(app=site.app)
    stranger.get(path_to_it(voice.id), status=403)
    stranger.post(f"{path_to_it(voice.id)}/loeschen", {}, status=403)
    assert its(site, voice) == voice

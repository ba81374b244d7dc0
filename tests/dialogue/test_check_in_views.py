"""How things are: the page from the letter, the thanks, and the end of it."""

import pytest

from stadtfuehrer.dialogue import check_ins
from stadtfuehrer.dialogue.model import CheckInChoice
from tests.support.pages import Page
from tests.support.sights.check_ins import NO_MORE, SEND, WORDS, asked
from tests.support.sites import OpenSite, Site
from tests.support.voices import all_voices, own_page


@pytest.fixture
def path(site: Site) -> str:
    return asked(site)


def is_asked(site: Site) -> bool:
    return bool(check_ins.guests(site.context))


@pytest.mark.parametrize("choice", list(CheckInChoice))
def test_from_the_letters_link_it_is_one_more_click(
    site: Site, path: str, choice: CheckInChoice
) -> None:
    page = site.guest.get(f"{path}?antwort={choice.value}")
    assert page.form("worte").fields[0] == ("antwort", choice.value)
    assert all_voices(site) == []  # a mail scanner opens every link
    thanks = site.guest.get(site.guest.press(page, SEND).location)
    assert thanks.heading == "Danke für deine Antwort"
    (voice,) = all_voices(site)
    assert (voice.choice, voice.text) == (choice.value, "")
    assert thanks.link("Ansehen oder zurücknehmen") == own_page(site, voice)
    own = site.guest.get(own_page(site, voice))
    assert choice.label in own.text
    assert "Eine Bestätigung" not in own.text


def test_answered_already_it_says_thanks_but_loses_no_words(site: Site, path: str) -> None:
    page = site.guest.get(path)
    site.guest.press(page, SEND, {"antwort": "hakt", "worte": WORDS})
    # By a link with another answer, or sent twice, it stays at that.
    again = site.guest.get(f"{path}?antwort=laeuft")
    assert again.heading == "Danke für deine Antwort"
    site.guest.press(page, SEND, {"antwort": "laeuft"})
    refused = site.guest.press(page, SEND, {"antwort": "laeuft", "worte": "Doch."}, status=409)
    assert refused.value("worte") == "Doch."
    assert "schick mir bitte als E-Mail" in refused.text
    assert [(voice.choice, voice.text) for voice in all_voices(site)] == [("hakt", WORDS)]


def test_without_a_known_choice_the_words_are_kept(site: Site, path: str) -> None:
    for fields in ({}, *({"antwort": chosen} for chosen in ("gut", "laeuft\x00", "sehr"))):
        page = site.guest.post(path, {**fields, "worte": "Fast <gut>"}, status=422)
        assert "Wähle eine der drei Antworten aus." in page.text
        assert page.value("worte") == "Fast <gut>"
    for query in ("?antwort=gut", "?antwort=", "?zufrieden=sehr", ""):
        page = site.guest.get(f"{path}{query}")
        assert "antwort" not in dict(page.form("worte").fields)
    too_long = {"antwort": "hakt", "worte": "ü" * 3001}
    assert site.guest.post(path, too_long, status=422).value("worte") == "ü" * 3001
    assert all_voices(site) == []


def test_it_is_ended_by_one_button_and_only_by_it(site: Site, path: str) -> None:
    question = site.guest.get(site.guest.get(path).link("Lieber nicht mehr gefragt werden"))
    assert is_asked(site)
    ended = site.guest.press(question, NO_MORE)
    assert not is_asked(site)
    assert site.guest.get(ended.location).heading == "Ich frage dich nicht mehr"
    # Sent twice, or opened again from the letter, it is as over as before.
    site.guest.press(question, NO_MORE)
    assert site.guest.get(f"{path}/ende").heading == "Ich frage dich nicht mehr"
    for page in (
        site.guest.get(path, status=404),
        site.guest.post(path, {"antwort": "hakt"}, status=404),
    ):
        assert page.heading == "Das steht hier nicht (mehr)"


@pytest.mark.parametrize("token", ["x", "x.y", "%FF", "%ED%A0%80"])
def test_a_link_that_is_none_of_ours_leads_nowhere(site: Site, token: str) -> None:
    def all_of(path: str) -> list[Page]:
        fields = {"antwort": "hakt"}
        return [site.guest.get(path, status=404), site.guest.post(path, fields, status=404)]

    for page in (*all_of(f"/wie-laeufts/{token}"), *all_of(f"/wie-laeufts/{token}/ende")):
        assert page.heading == "Das steht hier nicht (mehr)"


@pytest.mark.parametrize("raw", [b"%FF%FE", b"%ED%A0%80", b"%F0%28%8C%28", b"%00"])
def test_bytes_that_are_no_text_are_never_an_error_of_ours(
    site: Site, path: str, raw: bytes
) -> None:
    site.guest.typed.add("\ufffd")
    site.guest.post_body(path, b"antwort=" + raw + b"&worte=" + raw, status=422)
    site.guest.post_body(path, b"antwort=hakt&worte=x" + raw, status=303)
    (voice,) = all_voices(site)
    assert voice.text.isprintable()


def test_the_forms_are_counted_and_keep_what_was_typed(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "1"})
    path = asked(site)
    site.guest.post(path, {}, status=422)
    page = site.guest.post(path, {"antwort": "hakt", "worte": WORDS}, status=429)
    assert page.value("worte") == WORDS
    assert ("antwort", "hakt") in page.form("worte").fields
    site.guest.post(f"{path}/ende", {}, status=429)
    assert is_asked(site)
    assert all_voices(site) == []

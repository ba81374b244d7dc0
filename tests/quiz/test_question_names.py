"""Whatever a question is called, answers are answers and a page's own fields are its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from stadtfuehrer.content.files import SHIPPED
from tests.support.contexts import full_answers
from tests.support.mailbag import read, straightened
from tests.support.other_content import site_with
from tests.support.quiz_ways import questions, quiz, result
from tests.support.sites import TYPED
from tests.support.stored import letters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.pages import Page
    from tests.support.sites import Site

OURS = (
    "frage weiter tasten rueckfrage name email angebot ab zone start",
    "website schluessel grund brief gezaehlt alt antworten firma telefon anliegen",
)
OPTIONS = ("ja", "eher-ja", "eher-nein", "nein", "unklar")


def file_with(names: str) -> dict[str, str]:
    """The shipped quiz with other ids of its questions."""
    text = (SHIPPED / "quiz.toml").read_text(encoding="utf-8")
    given = iter(names.split())
    return {"quiz.toml": re.sub(r'(?m)^id = "[a-z]+"$', lambda _: f'id = "{next(given)}"', text)}


@pytest.fixture(scope="module", params=OURS, ids=["of addresses and forms", "of forms"])
def its_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("instance")
    with site_with(folder, file_with(request.param)) as site:
        assert [one.id for one in questions(site)] == request.param.split()
        yield site


def answers_in(address: str, site: Site) -> dict[str, str]:
    """All pairs in an address that are answers; none may be there twice."""
    ids = {one.id for one in questions(site)}
    pairs = [
        pair for pair in parse_qsl(urlsplit(address).query) if pair[0] in ids and pair[1] in OPTIONS
    ]
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


def link(page: Page, pattern: str) -> str:
    return next(href for _, href in page.links() if re.match(pattern, href))


def mixed(site: Site) -> dict[str, str]:
    """Another answer to each question than to the one before."""
    return {one.id: one.options[at % 4].id for at, one in enumerate(questions(site), 2)}


def test_the_whole_way_from_the_first_question_to_the_booking(its_site: Site) -> None:
    guest, answers = its_site.guest, mixed(its_site)
    page = guest.get("/quiz")
    for question in questions(its_site):
        assert page.heading == question.text
        page = guest.press(page, "Weiter", {question.id: answers[question.id]})
    assert page.heading == "Stimmt alles so?"
    # Changing an answer, going back and on again loses none of the others.
    for question in questions(its_site):
        again = guest.get(page.link(f"Ändern: {question.text}"))
        assert again.heading == question.text
        assert again.value(question.id) == answers[question.id]
        page = guest.press(again, "Weiter")
        assert page.heading == "Stimmt alles so?"
    led = guest.press(page, "Ergebnis ansehen")
    assert urlsplit(led.location).path == "/quiz/ergebnis"
    assert answers_in(led.location, its_site) == answers
    shown = guest.get(led.location)
    reckoned = its_site.context.catalogue.quiz.result(answers)
    assert shown.heading == its_site.context.catalogue.quiz.outcome(reckoned.recommended).headline
    assert shown.notices == []

    sent = guest.press(shown, "Ergebnis schicken", {"email": "aenne@gast.example", "name": "Änne"})
    assert answers_in(sent.location, its_site) == answers
    assert "Ist unterwegs." in guest.get(sent.location).text
    letter = read(letters(its_site.context)[-1])
    assert shown.heading in straightened(letter.text)

    page = guest.get(shown.link("Darüber sprechen"))
    page = guest.get(link(page, r"/termin/kennenlernen\?"))
    assert page.notices == []
    (zones,) = (form for form in page.forms() if "Auch meine Zeit zeigen" in form.buttons)
    assert zones.fields[-1] == ("zone", "")
    page = guest.get(f"{zones.action}?{urlencode([*zones.fields[:-1], ('zone', 'Asia/Tokyo')])}")
    page = guest.get(link(page, r"/termin/kennenlernen\?.*&ab=\d"))
    assert page.notices == []
    page = guest.get(link(page, r"/termin/kennenlernen/\d{8}T"))
    before = guest.press(page, "Termin buchen", TYPED | {"email": "?"}, status=422)
    guest.press(before, "Termin buchen", TYPED)
    booked = its_site.bookings()[-1]
    assert booked.interest.answers == answers
    assert booked.interest.service == reckoned.recommended
    assert booked.visitor.zone == "Asia/Tokyo"
    assert {name: getattr(booked.visitor, name) for name in TYPED} == TYPED
    assert booked.consent is None


def test_consent_is_what_was_ticked(its_site: Site) -> None:
    start = its_site.free()[0]
    query = urlencode(mixed(its_site))
    page = its_site.guest.get(f"{its_site.form_path(start)}?{query}")
    its_site.guest.press(page, "Termin buchen", TYPED | {"rueckfrage": "y"})
    (booked,) = (one for one in its_site.bookings() if one.start == start)
    assert booked.consent is not None


def test_no_form_sends_an_answer_under_its_own_name(its_site: Site) -> None:
    query = urlencode(full_answers(its_site.context))
    pages = [its_site.guest.get(f"{path}?{query}") for path in ("/quiz", "/quiz/ergebnis")]
    pages.append(its_site.guest.get(f"{its_site.form_path(its_site.free()[-1])}?{query}"))
    for page in pages:
        (fields,) = (form.fields for form in page.forms() if form.method == "POST")
        sent = dict(fields)
        assert dict(parse_qsl(sent["antworten"])) == full_answers(its_site.context)
        assert not set(OPTIONS) & set(sent.values())


def test_what_belongs_to_a_page_is_no_answer(its_site: Site) -> None:
    answers = mixed(its_site)
    first, second, *_ = questions(its_site)
    page = its_site.guest.get(quiz({}, frage=second.id))
    assert (page.heading, page.notices) == (second.text, [])
    page = its_site.guest.get(f"{quiz({first.id: 'ja'})}&weiter={second.id}&tasten=aus&gezaehlt=1")
    assert (page.heading, page.notices) == (second.text, [])
    assert page.title.startswith("Fehler")
    page = its_site.guest.get(f"{result(answers)}&gezaehlt=1&tasten=aus&brief=unterwegs")
    assert page.notices[0].startswith("Ist unterwegs.")
    assert len(page.notices) == 1
    check = its_site.guest.get(page.link("Antworten ansehen und ändern"))
    assert check.heading == "Stimmt alles so?"
    assert answers_in(check.path, its_site) == answers


def test_an_answer_out_of_an_old_link_is_asked_anew(its_site: Site) -> None:
    for question in questions(its_site):
        old = mixed(its_site) | {question.id: "von-frueher"}
        back = its_site.guest.get(result(old), status=303).location
        for address in (back, quiz(old)):
            page = its_site.guest.get(address)
            assert page.heading == question.text
            assert page.notices == [
                f"Deine Antwort auf „{question.text}“ gibt es so nicht mehr. Bitte wähle neu."
            ]


def test_the_keys_can_be_switched_off(its_site: Site) -> None:
    first, second, *_ = questions(its_site)
    page = its_site.guest.get("/quiz")
    page = its_site.guest.press(page, "Weiter", {first.id: "nein", "tasten": "aus"})
    assert page.heading == second.text
    assert page.by_id("tasten").get("checked") is not None


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("frage", "ab"),
        ("weiter", "weiter"),
        ("angebot", "marketingberatung"),
        ("tasten", "aus"),
        ("brief", "unterwegs"),
    ],
)
def test_an_answer_that_would_say_something_else_is_refused(
    tmp_path: Path, name: str, option: str
) -> None:
    """``frage=ab`` could be an answer or ask for the question „ab“: no address may mean both."""
    names = OURS[0].replace("email", "brief")
    text = file_with(names)["quiz.toml"]
    before, found, behind = text.partition(f'id = "{name}"\n')
    assert found
    changed = before + found + behind.replace('id = "nein"', f'id = "{option}"', 1)
    with (
        pytest.raises(Exception, match=rf"options\[3\]\.id.*{name}={option}"),
        site_with(tmp_path, {"quiz.toml": changed}),
    ):
        pass

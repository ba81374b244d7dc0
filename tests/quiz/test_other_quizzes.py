"""The whole way with quizzes that have nothing in common with the shipped one, and with names.

Whatever a question is called, answers are answers and a page's own fields are its own.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from stadtfuehrer.content import SHIPPED
from tests.support.mailbag import read, straightened
from tests.support.other_content import content_of, site_with
from tests.support.pages import Page
from tests.support.quiz_draws import all_sets
from tests.support.quiz_ways import questions, quiz, result
from tests.support.sites import TYPED, Site
from tests.support.stored import letters

OURS = (
    "frage weiter tasten rueckfrage name email angebot ab zone start",
    "website schluessel grund brief gezaehlt alt antworten firma telefon anliegen",
    "nachfrage gekuerzt wie woche geklappt zum-teil frage tasten gezaehlt alt",
)

OPTIONS = ("ja", "eher-ja", "eher-nein", "nein", "unklar")


def file_with(names: str) -> dict[str, str]:
    """The shipped quiz with other ids of its questions."""
    text = (SHIPPED / "quiz.toml").read_text(encoding="utf-8")
    given = iter(names.split())
    return {"quiz.toml": re.sub(r'(?m)^id = "[a-z]+"$', lambda _: f'id = "{next(given)}"', text)}


CONTENTS = {name: content_of(name) for name in ("laden", "fuenf", "eine")}
"""Two services and four questions, five and six, one and one."""
CONTENTS |= {names: file_with(names) for names in OURS}
named = pytest.mark.parametrize(
    "its_site", OURS, indirect=True, ids=["of addresses", "of forms", "of the week"]
)
others = pytest.mark.parametrize("its_site", ["laden", "fuenf", "eine"], indirect=True)


@pytest.fixture(scope="module", params=CONTENTS)
def its_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    with site_with(tmp_path_factory.mktemp("instance"), CONTENTS[request.param]) as site:
        yield site


def answers_in(address: str, site: Site) -> dict[str, str]:
    """All pairs in an address that are answers; none may be there twice."""
    options = {(one.id, option.id) for one in questions(site) for option in one.options}
    pairs = [pair for pair in parse_qsl(urlsplit(address).query) if pair in options]
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


def link_like(page: Page, pattern: str) -> str:
    return next(href for _, href in page.links() if re.match(pattern, href))


def mixed(site: Site) -> dict[str, str]:
    """Another answer to each question than to the one before."""
    return {
        one.id: one.options[min(at % 4, len(one.options) - 2)].id
        for at, one in enumerate(questions(site), 2)
    }


def test_the_whole_way_from_the_first_question_to_the_booking(its_site: Site) -> None:
    guest, answers, catalogue = its_site.guest, mixed(its_site), its_site.context.catalogue
    page, total = guest.get("/quiz"), len(questions(its_site))
    for number, question in enumerate(questions(its_site), 1):
        assert page.heading == question.text
        assert f"Frage {number} von {total}" in page.text
        offered = [one.get("value") for one in page.all("input") if one.get("type") == "radio"]
        assert offered == [option.id for option in question.options]
        button = "Weiter" if number < total else "Ergebnis ansehen"
        page = guest.press(page, button, {question.id: answers[question.id]})
    led = page
    # Changing an answer, going back and on again loses none of the others.
    for question in questions(its_site):
        page = guest.get(guest.get(led.location).link("Antworten ansehen und ändern"))
        again = guest.get(page.link(f"Ändern: {question.text}"))
        assert again.heading == question.text
        checked = [one for one in again.all("input") if one.get("checked") is not None]
        assert [one.get("value") for one in checked] == [answers[question.id]]
        led = guest.press(again, "Ergebnis ansehen")
    assert urlsplit(led.location).path == "/quiz/ergebnis"
    assert answers_in(led.location, its_site) == answers
    shown = guest.get(led.location)
    reckoned = catalogue.quiz.result(answers)
    assert shown.heading == catalogue.quiz.outcome(reckoned).headline
    assert shown.notices == []

    sent = guest.press(shown, "Ergebnis schicken", {"email": "aenne@gast.example", "name": "Änne"})
    assert answers_in(sent.location, its_site) == answers
    assert "Ist unterwegs." in guest.get(sent.location).text
    text = straightened(read(letters(its_site.context)[-1]).text)
    for said in (shown.heading, *(one.text for one in questions(its_site))):
        assert straightened(said) in text

    page = guest.get(shown.link("Darüber sprechen"))
    page = guest.get(link_like(page, r"/termin/kennenlernen\?"))
    (zones,) = (form for form in page.forms() if "Auch meine Zeit zeigen" in form.buttons)
    assert zones.fields[-1] == ("zone", "")
    page = guest.get(f"{zones.action}?{urlencode([*zones.fields[:-1], ('zone', 'Asia/Tokyo')])}")
    page = guest.get(link_like(page, r"/termin/kennenlernen\?.*&ab=\d"))
    assert page.notices == []
    page = guest.get(link_like(page, r"/termin/kennenlernen/\d{8}T"))
    before = guest.press(page, "Termin buchen", TYPED | {"email": "?"}, status=422)
    guest.get(guest.press(before, "Termin buchen", TYPED).location)
    booked = its_site.bookings()[-1]
    assert (booked.interest.answers, booked.interest.service) == (answers, reckoned.recommended)
    assert booked.interest.quiz_version == catalogue.quiz.version
    assert (booked.visitor.zone, booked.consent) == ("Asia/Tokyo", None)
    assert {name: getattr(booked.visitor, name) for name in TYPED} == TYPED
    (to_consultant,) = [one for one in letters(its_site.context)[-2:] if one.kind == "einladung"]
    text = straightened(read(to_consultant).text)
    assert catalogue.offers.get(str(reckoned.recommended)).title in text
    for question in questions(its_site):
        option = question.find_option(answers[question.id])
        assert option is not None
        assert straightened(question.text) in text
        assert straightened(option.text) in text


@others
def test_every_outcome_has_its_page_and_says_what_the_quiz_reckons(its_site: Site) -> None:
    catalogue = its_site.context.catalogue
    to_be_met: set[str | None] = {*catalogue.quiz.services, None}
    for answers in all_sets(catalogue.quiz):
        reckoned = catalogue.quiz.result(answers)
        if reckoned.recommended in to_be_met:
            page = its_site.guest.get(result(answers))
            assert page.heading == catalogue.quiz.outcome(reckoned).headline
            for service in catalogue.offers.services:
                assert service.title in page.text
            for reason in reckoned.reasons:
                assert f"{reason.question.text}\n„{reason.option.text}“" in page.text
            to_be_met.remove(reckoned.recommended)
        if not to_be_met:
            return
    pytest.fail(f"never met: {to_be_met}")


@others
def test_the_other_pages_offer_what_there_is(its_site: Site) -> None:
    for path in ("/", "/angebot", "/ueber", "/termin", "/impressum"):
        assert "Marketingkonzeption" not in its_site.guest.get(path).text.split("\n")
    for service in its_site.context.catalogue.offers.services:
        assert service.title in its_site.guest.get("/angebot").text
        assert its_site.guest.get(f"/angebot/{service.slug}").heading == service.title
    its_site.guest.get("/angebot/marketingkonzeption", status=404)
    # The answers of the shipped quiz are strangers here.
    page = its_site.guest.get(quiz({"orientierung": "eher-ja", "dialog": "eher-nein"}))
    assert page.heading == questions(its_site)[0].text


@named
def test_consent_is_ticked_and_answers_have_no_names_of_their_own(its_site: Site) -> None:
    query, start = urlencode(mixed(its_site)), its_site.free()[0]
    form = its_site.guest.get(f"{its_site.form_path(start)}?{query}")
    for page in (
        form,
        *(its_site.guest.get(f"/{one}?{query}") for one in ("quiz", "quiz/ergebnis")),
    ):
        (sent,) = (dict(one.fields) for one in page.forms() if one.method == "POST")
        assert dict(parse_qsl(sent["antworten"])) == mixed(its_site)
        assert not set(OPTIONS) & set(sent.values())
    its_site.guest.press(form, "Termin buchen", TYPED | {"rueckfrage": "y"})
    (booked,) = (one for one in its_site.bookings() if one.start == start)
    assert booked.consent is not None


@named
def test_what_belongs_to_a_page_is_no_answer(its_site: Site) -> None:
    answers = mixed(its_site)
    first, second, *_ = questions(its_site)
    page = its_site.guest.get(quiz({}, frage=second.id))
    assert (page.heading, page.notices) == (second.text, [])
    page = its_site.guest.get(f"{quiz({first.id: 'ja'})}&weiter={second.id}&tasten=aus&gezaehlt=1")
    assert (page.heading, page.notices) == (second.text, [])
    assert page.title.startswith("Fehler")
    page = its_site.guest.press(
        its_site.guest.get("/quiz"), "Weiter", {first.id: "nein", "tasten": "aus"}
    )
    assert page.heading == second.text
    assert page.by_id("tasten").get("checked") is not None
    page = its_site.guest.get(f"{result(answers)}&gezaehlt=1&tasten=aus&brief=unterwegs")
    (notice,) = page.notices
    assert notice.startswith("Ist unterwegs.")
    check = its_site.guest.get(page.link("Antworten ansehen und ändern"))
    assert check.heading == "Deine Antworten"
    assert answers_in(check.path, its_site) == answers
    # An answer out of an old link is asked anew.
    for question in questions(its_site):
        old = answers | {question.id: "von-frueher"}
        back = its_site.guest.get(result(old), status=303).location
        for address in (back, quiz(old)):
            page = its_site.guest.get(address)
            assert page.heading == question.text
            assert page.notices == [
                f"Deine Antwort auf „{question.text}“ gibt es so nicht mehr. Bitte wähle neu."
            ]


@named
def test_how_the_week_went_is_no_answer(its_site: Site) -> None:
    answers = mixed(its_site)
    page = its_site.guest.get(f"/quiz/woche?{urlencode(answers)}")
    (form,) = (one for one in page.forms() if "Antworten" in one.buttons)
    names = sorted(name for name in form.names if name.startswith("wie."))
    sent = its_site.guest.press(page, "Antworten", dict.fromkeys(names, "nein"))
    assert answers_in(sent.location, its_site) == answers
    after = its_site.guest.get(sent.location)
    assert after.text.count("noch nicht") == len(names) == 3
    # Nothing of it hangs onto the links that lead on.
    shown = its_site.guest.get(after.link("Dein Ergebnis ansehen"))
    assert (answers_in(shown.path, its_site), shown.notices) == (answers, [])
    cut = its_site.guest.get("/quiz/woche?wie.x=nein", status=303).location
    (notice,) = its_site.guest.get(cut).notices
    assert notice.startswith("Zu deinem Link fehlen Antworten")


@pytest.mark.parametrize(
    ("name", "option"),
    [
        *(("frage", "ab"), ("weiter", "weiter"), ("angebot", "marketingberatung")),
        *(("tasten", "aus"), ("brief", "unterwegs")),
    ],
)
def test_an_answer_that_says_something_else(tmp_path: Path, name: str, option: str) -> None:
    """``frage=ab`` could be an answer or ask for the question „ab“: no address may mean both."""
    text = file_with(OURS[0].replace("email", "brief"))["quiz.toml"]
    before, found, behind = text.partition(f'id = "{name}"\n')
    assert found
    changed = before + found + behind.replace('id = "nein"', f'id = "{option}"', 1)
    with (
        pytest.raises(Exception, match=rf"options\[3\]\.id.*{name}={option}"),
        site_with(tmp_path, {"quiz.toml": changed}),
    ):
        pass

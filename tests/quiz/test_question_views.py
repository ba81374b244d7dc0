"""A question's page and the one with all answers: everything in the address, nothing lost."""

import gzip
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree.ElementTree import Element

import pytest

from tests.support.contexts import full_answers
from tests.support.pages import Page, words
from tests.support.quiz_ways import query, questions, quiz, result
from tests.support.sites import Site

PROMISE = "10 Fragen, etwa 3 Minuten. Ohne E-Mail-Adresse, über dich wird nichts gespeichert."
SKIPPED = "Wähle eine Antwort aus, dann geht es weiter."
TO_RESULT = "Ergebnis ansehen"
FIRST_ROUND_TRIP = 13 * 1024
"""Bytes that a server sends before it hears back: ten packets, less what headers take."""


def answered(site: Site, count: int) -> dict[str, str]:
    """An answer to each of the first questions."""
    return dict(list(full_answers(site.context, at=1).items())[:count])


def answers_sent(page: Page) -> dict[str, str]:
    """The answers that a posted form takes along."""
    (form,) = (one for one in page.forms() if one.method == "POST")
    return dict(parse_qsl(dict(form.fields)["antworten"]))


def of_class(page: Page, name: str) -> list[Element]:
    return [one for one in page.main.iter() if name in one.get("class", "").split()]


def legs_walked(page: Page) -> int:
    return sum(path.get("d", "").count("M") for path in of_class(page, "w-walked"))


def chosen(page: Page) -> str | None:
    """The option that is selected on a question's page."""
    checked = (one.get("id") for one in page.all("input") if one.get("checked") is not None)
    return next(checked, None)


def test_a_fresh_quiz_asks_the_first_question_with_nothing_selected(site: Site) -> None:
    page, first = site.guest.get("/quiz"), questions(site)[0]
    assert page.text.index(PROMISE) < page.text.index(page.heading)
    assert chosen(page) is None
    assert "Zurück" not in page.text
    # One group of answers, named by the question.
    [fieldset] = page.all("fieldset")
    assert fieldset[0].tag == "legend"
    assert words(fieldset[0]) == page.heading == first.text
    radios = [one.get("value") for one in fieldset.iter("input") if one.get("type") == "radio"]
    assert radios == [option.id for option in first.options]


@pytest.mark.parametrize("at", range(10))
def test_a_question_has_its_number_place_and_walked_way(site: Site, at: int) -> None:
    question = questions(site)[at]
    page = site.guest.get(quiz(answered(site, at)))
    [where] = of_class(page, "where")
    assert words(where) == f"Frage {at + 1} von 10, {question.place}"
    assert page.title == f"Frage {at + 1} von 10: {question.text} – Stadtführer"
    assert legs_walked(page) == at
    [why] = of_class(page, "why")
    assert words(why[0]) == f"Warum ich frage {question.why}"
    # Who has begun is not told again what is asked of them.
    assert bool(of_class(page, "promise")) is (at == 0)
    # Not knowing is the last answer, and no other looks like it.
    assert [words(one) for one in of_class(page, "unsure")] == ["Weiß ich nicht."]
    [options] = of_class(page, "options")
    assert words(options[-1]) == "Weiß ich nicht."


def test_with_all_answers_the_goal_is_reached(site: Site) -> None:
    page = site.guest.get(quiz(answered(site, 10)))
    [where] = of_class(page, "where")
    assert words(where) == "10 von 10 beantwortet, Angekommen"
    assert legs_walked(page) == 10
    assert of_class(page, "w-flag") == []
    terms = ["".join(one.itertext()).strip() for one in page.all("dt")]
    assert terms == [question.text for question in questions(site)]
    for question in questions(site):
        assert question.options[1].text in page.text


def test_ten_answers_lead_to_the_result_and_from_there_to_all_answers(site: Site) -> None:
    page, answers = site.guest.get("/quiz"), full_answers(site.context)
    *others, last = questions(site)
    for question in others:
        page = site.guest.press(page, "Weiter", {question.id: answers[question.id]})
    address = site.guest.press(page, TO_RESULT, {last.id: answers[last.id]}).location
    assert urlsplit(address).path == "/quiz/ergebnis"
    assert query(address) == answers | {"gezaehlt": "1"}
    page = site.guest.get(site.guest.get(address).link("Antworten ansehen und ändern"))
    assert page.heading == "Deine Antworten"
    assert site.guest.press(page, TO_RESULT).location == address


def test_going_on_without_an_answer_asks_again_and_says_why(site: Site) -> None:
    first, second, *_, ninth, _ = questions(site)
    page = site.guest.press(site.guest.get(quiz({first.id: "ja"})), "Weiter")
    assert (page.heading, page.alert) == (second.text, SKIPPED)
    (leads_to,) = (href for label, href in page.links() if label == page.alert)
    assert leads_to == f"#{second.id}-{second.options[0].id}"
    assert page.value(first.id) == "ja"
    # Also one that is not the next.
    page = site.guest.press(site.guest.get(quiz({}, frage=ninth.id)), "Weiter")
    assert (page.heading, page.alert) == (ninth.text, SKIPPED)
    page = site.guest.press(page, "Weiter", {ninth.id: "ja"})
    assert (page.heading, page.value(ninth.id)) == (first.text, "ja")
    # And the last one, which is posted.
    page = site.guest.get(quiz(answered(site, 9)))
    page = site.guest.get(site.guest.press(page, TO_RESULT).location)
    assert (page.heading, page.alert) == (questions(site)[9].text, SKIPPED)


@pytest.mark.parametrize(
    "address",
    [
        "orientierung=ja&weiter=orientierung",
        "weiter=orientierung&frage={second}",
        "frage=orientierung&frage={second}",
        "orientierung=ja&utm_source=brief&fbclid=x",
    ],
    ids=["no press of Weiter", "asked for outdoes left open", "last counts", "hung on by others"],
)
def test_the_second_question_without_a_mistake(site: Site, address: str) -> None:
    second = questions(site)[1]
    page = site.guest.get(f"/quiz?{address.format(second=second.id)}")
    assert (page.heading, page.notices) == (second.text, [])
    assert not page.title.startswith("Fehler")


@pytest.mark.parametrize("at", [1, 5, 9])
def test_back_shows_the_answer_given_there_and_keeps_all_others(site: Site, at: int) -> None:
    before = questions(site)[at - 1]
    answers = {question.id: "eher-ja" for question in questions(site)[:at]}
    page = site.guest.get(site.guest.get(quiz(answers)).link("Zurück"))
    assert (page.heading, chosen(page)) == (before.text, f"{before.id}-eher-ja")
    # Going back does not unwalk the way.
    assert legs_walked(page) == at
    again = site.guest.press(page, "Weiter", {before.id: "nein"})
    assert again.heading == questions(site)[at].text
    sent = answers_sent(again) if at == 9 else dict(again.forms()[0].fields)
    assert {name: sent[name] for name in answers} == answers | {before.id: "nein"}


@pytest.mark.parametrize("at", [0, 4, 9])
def test_changing_an_answer_leads_to_what_comes_of_it(site: Site, at: int) -> None:
    answers, question = full_answers(site.context), questions(site)[at]
    check = site.guest.get(quiz(answers))
    page = site.guest.get(check.link(f"Ändern: {question.text}"))
    assert (page.heading, chosen(page)) == (question.text, f"{question.id}-{answers[question.id]}")
    led = site.guest.press(page, TO_RESULT, {question.id: "ja"})
    assert query(led.location) == answers | {question.id: "ja", "gezaehlt": "1"}


def test_changing_while_some_are_open_asks_for_those_next(site: Site) -> None:
    second, seventh = questions(site)[1], questions(site)[6]
    page = site.guest.get(quiz(answered(site, 6), frage=second.id))
    page = site.guest.press(page, "Weiter", {second.id: "nein"})
    assert (page.heading, page.value(second.id)) == (seventh.text, "nein")


def test_answers_out_of_order_leave_only_the_open_ones(site: Site) -> None:
    given = {questions(site)[at].id: "nein" for at in (7, 2, 4)}
    page = site.guest.get(quiz(given))
    *left, last = (one for one in questions(site) if one.id not in given)
    for question in left:
        assert page.heading == question.text
        page = site.guest.press(page, "Weiter", {question.id: "ja"})
    assert page.heading == last.text
    site.guest.get(site.guest.press(page, TO_RESULT, {last.id: "ja"}).location)


@pytest.mark.parametrize(("name", "value"), [("tasten", "aus"), ("gezaehlt", "1")])
def test_what_goes_along_goes_along_everywhere(site: Site, name: str, value: str) -> None:
    own = {name: value}
    question = site.guest.get(quiz(answered(site, 3), **own))
    assert query(question.link("Zurück"))[name] == value
    last = site.guest.get(quiz(answered(site, 9), **own))
    led = site.guest.press(last, TO_RESULT, {questions(site)[9].id: "ja"})
    assert query(led.location)[name] == value
    check = site.guest.get(quiz(answered(site, 10), **own))
    assert query(check.link(f"Ändern: {questions(site)[4].text}"))[name] == value


@pytest.mark.parametrize("own", [{"tasten": "an"}, {"tasten": ""}, {"gezaehlt": "2"}])
def test_what_is_not_understood_does_not_go_along(site: Site, own: dict[str, str]) -> None:
    page = site.guest.get(quiz(answered(site, 3), **own))
    assert query(page.link("Zurück")).keys() & own.keys() == set()
    (form,) = (form for form in page.forms() if "Weiter" in form.buttons)
    assert {sent for sent, _ in form.fields} & own.keys() == set()


def test_what_is_gone_is_explained_and_the_rest_is_kept(site: Site) -> None:
    third, fourth = questions(site)[2:4]
    page = site.guest.get(quiz(answered(site, 3), frueher="eher-nein"))
    assert page.heading == fourth.text
    [notice] = page.notices
    assert notice == (
        "Der Test hat sich geändert, seit dein Link entstand: Eine Frage ist weggefallen. "
        "Deine Antworten auf die anderen sind noch da."
    )
    assert "frueher" not in query(page.link("Zurück"))
    old = full_answers(site.context) | {third.id: "von-frueher"}
    for address in (quiz(old), site.guest.get(result(old), status=303).location):
        page = site.guest.get(address)
        assert page.heading == third.text
        assert page.notices == [
            f"Deine Antwort auf „{third.text}“ gibt es so nicht mehr. Bitte wähle neu."
        ]
    page = site.guest.get(quiz({}, frage="von-frueher"))
    assert page.heading == questions(site)[0].text
    assert page.notices == ["Diese Frage gibt es nicht. Hier geht es weiter."]


def test_a_quotation_in_an_answer_is_quoted_with_inner_marks(site: Site) -> None:
    answers = full_answers(site.context) | {"dialog": "unklar", "rueckkanal": "ja"}
    answers |= {"orientierung": "eher-ja", "vertrauen": "ja", "tun": "eher-ja", "dank": "nein"}
    answers |= {"zusammenspiel": "nein", "zufriedenheit": "eher-nein"}
    page = site.guest.get(result(answers))
    assert "Mit „Ab und zu ein ‚Gefällt mir‘, mehr nicht“ wäre" in page.text


@pytest.mark.parametrize("missing", [0, 5, 9])
def test_an_incomplete_result_leads_back_to_the_open_question(site: Site, missing: int) -> None:
    answers, question = full_answers(site.context), questions(site)[missing]
    del answers[question.id]
    back = site.guest.get(result(answers), status=303).location
    assert query(back) == answers
    assert site.guest.get(back).heading == question.text
    sent = {"antworten": urlencode(answers), "email": "a@b.example"}
    assert site.guest.post("/quiz/ergebnis", sent).location == back


def test_of_two_answers_the_last_counts(site: Site) -> None:
    first = questions(site)[0]
    page = site.guest.get(f"/quiz?{first.id}=ja&{first.id}=nein&frage={first.id}")
    assert chosen(page) == f"{first.id}-nein"


def test_every_page_comes_with_the_first_round_trip(site: Site) -> None:
    for count in range(11):
        page = site.guest.get(quiz(answered(site, count)))
        sheets = [one.get("href", "") for one in page.all("link") if one.get("rel") == "stylesheet"]
        assert any(sheet.endswith("/css/quiz.css") for sheet in sheets)
        bodies = [page.body, *(site.guest.ask("GET", sheet).body for sheet in sheets)]
        assert sum(len(gzip.compress(body, 9)) for body in bodies) <= FIRST_ROUND_TRIP


def test_the_only_script_of_its_own_is_small(site: Site) -> None:
    sources = [one.get("src", "") for one in site.guest.get("/quiz").all("script")]
    [own] = [source for source in sources if source.endswith("/js/quiz.js")]
    assert len(site.guest.ask("GET", own).body) < 2500
    others = [one.get("src", "") for one in site.guest.get("/angebot").all("script")]
    assert own not in others

"""A question's page: where it stands, what it promises, and what goes along from page to page."""

import gzip
from xml.etree.ElementTree import Element

import pytest

from tests.support.contexts import full_answers
from tests.support.pages import Page, words
from tests.support.quiz_ways import query, questions, quiz
from tests.support.sites import Site

PROMISE = "10 Fragen, etwa 3 Minuten. Ohne E-Mail-Adresse, über dich wird nichts gespeichert."
SKIPPED = "Wähle eine Antwort aus, dann geht es weiter."
FIRST_ROUND_TRIP = 13 * 1024
"""Bytes that a server sends before it hears back: ten packets, less what headers take."""


def answered(site: Site, count: int) -> dict[str, str]:
    """An answer to each of the first questions."""
    return dict(list(full_answers(site.context, at=1).items())[:count])


def of_class(page: Page, name: str) -> list[Element]:
    return [one for one in page.main.iter() if name in one.get("class", "").split()]


def legs_walked(page: Page) -> int:
    return sum(path.get("d", "").count("M") for path in of_class(page, "w-walked"))


@pytest.mark.parametrize("at", range(10))
def test_a_question_has_its_number_place_and_walked_way(site: Site, at: int) -> None:
    question = questions(site)[at]
    page = site.guest.get(quiz(answered(site, at)))
    [where] = of_class(page, "where")
    assert words(where) == f"Frage {at + 1} von 10, {question.place}"
    assert page.title == f"Frage {at + 1} von 10: {question.text} – Stadtführer"
    assert legs_walked(page) == at
    assert f"Warum ich frage: {question.why}" in page.text


def test_going_back_does_not_unwalk_the_way(site: Site) -> None:
    page = site.guest.get(quiz(answered(site, 6), frage=questions(site)[1].id))
    assert "Frage 2 von 10" in page.text
    assert legs_walked(page) == 6


def test_with_all_answers_the_goal_is_reached(site: Site) -> None:
    page = site.guest.get(quiz(answered(site, 10)))
    [where] = of_class(page, "where")
    assert words(where) == "10 von 10 beantwortet, Angekommen"
    assert legs_walked(page) == 10
    assert of_class(page, "w-flag") == []


def test_one_group_of_answers_is_named_by_the_question(site: Site) -> None:
    page = site.guest.get("/quiz")
    [fieldset] = page.all("fieldset")
    legend = fieldset[0]
    assert legend.tag == "legend"
    assert words(legend) == page.heading == questions(site)[0].text
    radios = [one for one in fieldset.iter("input") if one.get("type") == "radio"]
    assert len(radios) == len(questions(site)[0].options)


def test_not_knowing_is_the_last_answer_and_no_other_looks_like_it(site: Site) -> None:
    for at in range(10):
        page = site.guest.get(quiz(answered(site, at)))
        assert [words(one) for one in of_class(page, "unsure")] == ["Weiß ich nicht."]
        [options] = of_class(page, "options")
        assert words(options[-1]) == "Weiß ich nicht."


def test_the_first_page_says_what_is_asked_of_the_visitor(site: Site) -> None:
    page = site.guest.get("/quiz")
    assert page.text.index(PROMISE) < page.text.index(page.heading)


@pytest.mark.parametrize("count", [1, 5, 9])
def test_who_has_begun_is_not_told_again(site: Site, count: int) -> None:
    first = questions(site)[0].id
    for page in (
        site.guest.get(quiz(answered(site, count))),
        site.guest.get(quiz(answered(site, count), frage=first)),
    ):
        assert of_class(page, "promise") == []


def test_skipping_a_question_that_is_not_the_next_one_asks_it_again(site: Site) -> None:
    first, *_, ninth, _ = questions(site)
    page = site.guest.press(site.guest.get(quiz({}, frage=ninth.id)), "Weiter")
    assert (page.heading, page.alert) == (ninth.text, SKIPPED)
    page = site.guest.press(page, "Weiter", {ninth.id: "ja"})
    assert page.heading == first.text
    assert page.value(ninth.id) == "ja"


def test_asking_for_a_question_outdoes_the_one_left_open(site: Site) -> None:
    first, second, *_ = questions(site)
    page = site.guest.get(quiz({}, frage=second.id, weiter=first.id))
    assert page.heading == second.text
    assert not page.title.startswith("Fehler")


def test_answers_out_of_order_leave_only_the_open_ones(site: Site) -> None:
    given = {questions(site)[at].id: "nein" for at in (7, 2, 4)}
    page = site.guest.get(quiz(given))
    asked = []
    while page.heading != "Stimmt alles so?":
        asked.append(page.heading)
        (name,) = {one.get("name", "") for one in page.all("input") if one.get("type") == "radio"}
        page = site.guest.press(page, "Weiter", {name: "ja"})
    assert asked == [one.text for one in questions(site) if one.id not in given]


def test_changing_while_some_are_open_asks_for_those_next(site: Site) -> None:
    second, seventh = questions(site)[1], questions(site)[6]
    page = site.guest.get(quiz(answered(site, 6), frage=second.id))
    page = site.guest.press(page, "Weiter", {second.id: "nein"})
    assert page.heading == seventh.text
    assert page.value(second.id) == "nein"


def test_of_a_repeated_parameter_the_last_counts(site: Site) -> None:
    first, second, *_ = questions(site)
    page = site.guest.get(f"/quiz?frage={first.id}&frage={second.id}")
    assert page.heading == second.text


@pytest.mark.parametrize(("name", "value"), [("tasten", "aus"), ("gezaehlt", "1")])
def test_what_goes_along_goes_along_everywhere(site: Site, name: str, value: str) -> None:
    own = {name: value}
    question = site.guest.get(quiz(answered(site, 3), **own))
    assert query(question.link("Zurück"))[name] == value
    check = site.guest.get(quiz(answered(site, 9), **own))
    check = site.guest.press(check, "Weiter", {questions(site)[9].id: "ja"})
    assert query(check.link(f"Ändern: {questions(site)[4].text}"))[name] == value


@pytest.mark.parametrize("own", [{"tasten": "an"}, {"tasten": ""}, {"gezaehlt": "2"}])
def test_what_is_not_understood_does_not_go_along(site: Site, own: dict[str, str]) -> None:
    page = site.guest.get(quiz(answered(site, 3), **own))
    assert query(page.link("Zurück")).keys() & own.keys() == set()
    (form,) = (form for form in page.forms() if "Weiter" in form.buttons)
    assert {sent for sent, _ in form.fields} & own.keys() == set()


def test_a_question_that_is_gone_is_explained_and_the_rest_is_kept(site: Site) -> None:
    page = site.guest.get(quiz(answered(site, 3), frueher="eher-nein"))
    assert page.heading == questions(site)[3].text
    [notice] = page.notices
    assert notice == (
        "Das Quiz hat sich geändert, seit dein Link entstand: Eine Frage ist weggefallen. "
        "Deine Antworten auf die anderen sind noch da."
    )
    assert "frueher" not in query(page.link("Zurück"))


@pytest.mark.parametrize("count", range(11))
def test_every_page_comes_with_the_first_round_trip(site: Site, count: int) -> None:
    page = site.guest.get(quiz(answered(site, count)))
    sheets = [one.get("href", "") for one in page.all("link") if one.get("rel") == "stylesheet"]
    assert any(sheet.endswith("/css/quiz.css") for sheet in sheets)
    bodies = [page.body, *(site.guest.ask("GET", sheet).body for sheet in sheets)]
    assert sum(len(gzip.compress(body, 9)) for body in bodies) <= FIRST_ROUND_TRIP


def test_the_only_script_of_its_own_is_small(site: Site) -> None:
    sources = [one.get("src", "") for one in site.guest.get("/quiz").all("script")]
    [own] = [source for source in sources if source.endswith("/js/quiz.js")]
    assert len(site.guest.ask("GET", own).body) < 1500
    others = [one.get("src", "") for one in site.guest.get("/angebot").all("script")]
    assert own not in others

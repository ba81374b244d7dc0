"""Counting in the quiz: each finished run once, nobody held up, and nothing known about anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from stadtfuehrer.quiz.statistics import FEWEST_RUNS, Metric
from stadtfuehrer.quiz.store import sums
from tests.support.contexts import full_answers
from tests.support.pages import words
from tests.support.quiz_ways import finish_many
from tests.support.statements import statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.pages import Page
    from tests.support.sites import OpenSite, Site

BUTTON = "Ergebnis ansehen"
FINISH = "/quiz/fertig"


def quiz(query: Mapping[str, str]) -> str:
    return f"/quiz?{urlencode(query)}"


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def shown(site: Site) -> dict[str, int]:
    """How often each question came up; the empty one is the page with all answers."""
    with site.context.database.read() as session:
        found = sums(session)
    return {line.question: number for line, number in found.items() if line.metric is Metric.SHOWN}


def finished(site: Site) -> int:
    """How many runs were counted; each has one of its answers with every question."""
    with site.context.database.read() as session:
        found = sums(session)
    runs = sum(number for line, number in found.items() if line.metric is Metric.FINISHED)
    for question in site.context.catalogue.quiz.questions:
        ours = [line for line in found if line[1:3] == (Metric.ANSWERED, question.id)]
        assert sum(found[line] for line in ours) == runs
    return runs


def check_page(site: Site, *, at: int = -2) -> Page:
    return site.guest.get(quiz(full_answers(site.context, at=at)))


def finish(site: Site, *, at: int = -2) -> Page:
    """The result that the button under all answers leads to."""
    return site.guest.get(site.guest.press(check_page(site, at=at), BUTTON).location)


def test_going_through_counts_each_page_once_and_the_run_once(site: Site) -> None:
    questions = site.context.catalogue.quiz.questions
    answers = full_answers(site.context)
    with statements(site) as sent:
        page = site.guest.get("/quiz")
        for question in questions:
            page = site.guest.press(page, "Weiter", {question.id: answers[question.id]})
    assert len(sent) == 11
    assert shown(site) == {**{question.id: 1 for question in questions}, "": 1}
    with statements(site) as sent:
        led = site.guest.press(page, BUTTON)
    assert len(sent) == 2, sent
    assert urlsplit(led.location).path == "/quiz/ergebnis"
    assert query_of(led.location) == answers | {"gezaehlt": "1"}
    result = site.guest.get(led.location)
    outcome = site.context.catalogue.quiz.result(answers).recommended
    assert result.heading == site.context.catalogue.quiz.outcome(outcome).headline
    assert finished(site) == 1


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/quiz?frage=orientierung", {}),
        ("/quiz?frage=gibt-es-nicht", {}),
        ("/quiz?weiter=orientierung", {}),
        ("/quiz?orientierung=von-frueher", {}),
        ("/quiz?orientierung=ja", {}),
        ("/quiz?orientierung=ja&weiter=dialog", {}),
        ("/quiz?dialog=ja", {}),
        ("/quiz?orientierung=ja&weiter=orientierung&frage=orientierung", {}),
        ("/quiz?orientierung=ja&weiter=orientierung&rueckkanal=ja", {}),
        ("/quiz?orientierung=ja&weiter=orientierung&gezaehlt=1", {}),
        ("/quiz?gezaehlt=1", {}),
        ("/quiz", {"Cache-Control": "max-age=0"}),
        ("/quiz", {"Cache-Control": "no-cache"}),
    ],
)
def test_a_page_that_nobody_came_to_by_going_on_is_not_counted(
    site: Site, path: str, headers: dict[str, str]
) -> None:
    site.guest.get(path, headers=headers)
    assert shown(site) == {}


@pytest.mark.parametrize("path", ["/quiz", "/quiz?utm_source=brief&gezaehlt=", "/quiz?tasten=aus"])
def test_what_others_hang_onto_an_address_does_not_hide_a_visitor(site: Site, path: str) -> None:
    site.guest.get(path)
    assert shown(site) == {"orientierung": 1}


def test_asking_for_the_head_only_counts_nothing(site: Site) -> None:
    site.guest.ask("HEAD", "/quiz")
    assert shown(site) == {}


def test_pressing_twice_counts_once_and_both_lead_to_the_result(site: Site) -> None:
    page = check_page(site)
    first, second = (site.guest.press(page, BUTTON) for _ in range(2))
    assert first.location == second.location
    assert finished(site) == 1


def test_a_result_that_is_reloaded_or_opened_by_link_counts_nothing(site: Site) -> None:
    for _ in range(3):
        site.guest.get(f"/quiz/ergebnis?{urlencode(full_answers(site.context))}")
    assert finished(site) == 0


def test_changing_an_answer_after_the_result_does_not_count_again(site: Site) -> None:
    answers, question = full_answers(site.context), site.context.catalogue.quiz.questions[4]
    check = site.guest.get(finish(site).link("Antworten ansehen und ändern"))
    asked = site.guest.get(check.link(f"Ändern: {question.text}"))
    before = site.guest.get(asked.link("Zurück"))
    site.guest.press(before, "Weiter")
    check = site.guest.press(asked, "Weiter", {question.id: "ja"})
    led = site.guest.press(check, BUTTON)
    assert query_of(led.location) == answers | {question.id: "ja", "gezaehlt": "1"}
    assert (finished(site), shown(site)) == (1, {})


def test_neither_does_it_after_the_result_was_sent_by_mail(site: Site) -> None:
    sent = site.guest.press(finish(site), "Ergebnis schicken", {"email": "aenne@gast.example"})
    check = site.guest.get(site.guest.get(sent.location).link("Antworten ansehen und ändern"))
    site.guest.press(check, BUTTON)
    assert finished(site) == 1


def test_two_visitors_count_twice(site: Site) -> None:
    finish(site)
    finish(site, at=0)
    assert finished(site) == 2


def test_who_is_quick_counts_as_well(open_site: OpenSite) -> None:
    site = open_site({"minimum_seconds": "60"})
    finish(site)
    assert finished(site) == 1


def test_a_page_left_open_overnight_leads_on_but_does_not_count(site: Site) -> None:
    page = check_page(site)
    site.clock.turn(hours=12, seconds=1)
    site.guest.get(site.guest.press(page, BUTTON).location)
    assert finished(site) == 0


def test_over_the_limit_nobody_is_held_up_and_nothing_counted(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "2"})
    for _ in range(4):
        finish(site)
    assert finished(site) == 2


@pytest.mark.parametrize(
    "changed", [{"website": "https://x.example"}, {"schluessel": ""}, {"schluessel": "erfunden"}]
)
def test_a_robot_is_led_on_but_not_counted(site: Site, changed: dict[str, str]) -> None:
    (form,) = (form for form in check_page(site).forms() if BUTTON in form.buttons)
    fields = dict(form.fields) | changed
    location = site.guest.post(FINISH, fields).location
    assert query_of(location) == full_answers(site.context) | {"gezaehlt": "1"}
    assert finished(site) == 0


def test_another_site_cannot_count(site: Site) -> None:
    (form,) = (form for form in check_page(site).forms() if BUTTON in form.buttons)
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://anderswo.example"}
    site.guest.post(FINISH, form.fields, status=403, headers=headers)
    assert finished(site) == 0


def test_an_unfinished_run_leads_back_to_its_open_question(site: Site) -> None:
    answers = full_answers(site.context)
    open_one = answers.popitem()[0]
    sent = urlencode(answers | {open_one: "von-frueher"})
    location = site.guest.post(FINISH, {"antworten": sent}).location
    assert query_of(location) == answers
    assert finished(site) == 0


def test_without_the_database_the_result_is_shown_all_the_same(site: Site) -> None:
    page = check_page(site)
    site.lose_database()
    result = site.guest.get(site.guest.press(page, BUTTON).location)
    assert result.heading
    assert "So haben andere geantwortet" not in result.text


def test_up_to_nineteen_nothing_is_said_of_others(site: Site) -> None:
    address = f"/quiz/ergebnis?{urlencode(full_answers(site.context))}"
    before = site.guest.get(address).text
    finish_many(site, FEWEST_RUNS - 1)
    site.clock.turn(minutes=1)
    assert site.guest.get(address).text == before
    assert "andere geantwortet" not in before


def test_from_twenty_on_others_stand_beside_the_own_answer(site: Site) -> None:
    finish_many(site, FEWEST_RUNS)
    result = site.guest.get(f"/quiz/ergebnis?{urlencode(full_answers(site.context, at=3))}")
    (details,) = (one for one in result.all("details") if "So haben andere" in words(one))
    assert "Aus 20 abgeschlossenen Durchgängen" in words(details)
    tables = list(details.iter("table"))
    questions = site.context.catalogue.quiz.questions
    assert [words(one.find("caption")) for one in tables] == [one.text for one in questions]  # type: ignore[arg-type]
    for question, table in zip(questions, tables, strict=True):
        rows = [words(row).split("\n") for row in table.iter("tr")][1:]
        assert rows == [
            [question.options[0].text, "75 %"],
            [question.options[1].text, "0 %"],
            [question.options[2].text, "0 %"],
            [f"{question.options[3].text} Deine Antwort", "25 %"],
            [question.options[4].text, "0 %"],
        ]


def test_others_cost_one_statement_a_minute(site: Site) -> None:
    address = f"/quiz/ergebnis?{urlencode(full_answers(site.context))}"
    counts = []
    for seconds in (0, 0, 59, 1, 30):
        site.clock.turn(seconds=seconds)
        with statements(site) as sent:
            site.guest.get(address)
        counts.append(len(sent))
    assert counts == [1, 0, 0, 1, 0]


def test_a_run_within_the_limits_costs_a_statement_more(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "9"})
    page = check_page(site)
    with statements(site) as sent:
        site.guest.press(page, BUTTON)
    assert len(sent) == 3, sent

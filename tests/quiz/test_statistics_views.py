"""Counting in the quiz: each finished run once, nobody held up, and nothing known about anybody."""

from urllib.parse import urlencode, urlsplit

import pytest

from stadtfuehrer.quiz.service import count_run
from stadtfuehrer.quiz.statistics import FEWEST_RUNS, Metric
from stadtfuehrer.quiz.store import sums
from tests.support.contexts import full_answers
from tests.support.pages import Page, words
from tests.support.quiz_ways import finish_many, query, questions, quiz, result
from tests.support.sites import OpenSite, Site
from tests.support.statements import statements

BUTTON = "Ergebnis ansehen"
FINISH = "/quiz/fertig"


def shown(site: Site) -> dict[str, int]:
    """How often each question came up."""
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


def form_fields(page: Page) -> dict[str, str]:
    (form,) = (form for form in page.forms() if BUTTON in form.buttons)
    return dict(form.fields)


def test_going_through_counts_each_page_once_and_the_run_once(site: Site) -> None:
    answers = full_answers(site.context)
    with statements(site) as sent:
        page = site.guest.get("/quiz")
        *others, last = questions(site)
        for question in others:
            page = site.guest.press(page, "Weiter", {question.id: answers[question.id]})
    assert len(sent) == 11  # one a question, and how long an answer takes, for the foot
    assert shown(site) == {question.id: 1 for question in questions(site)}
    with statements(site) as sent:
        first, second = (
            site.guest.press(page, BUTTON, {last.id: answers[last.id]}) for _ in range(2)
        )
    # The second press is known by its form, and leads to the result as well.
    assert len(sent) == 3, sent
    assert first.location == second.location
    assert urlsplit(first.location).path == "/quiz/ergebnis"
    assert query(first.location) == answers | {"gezaehlt": "1"}
    page = site.guest.get(first.location)
    quiz = site.context.catalogue.quiz
    assert page.heading == quiz.outcome(quiz.result(answers)).headline
    # Reloading, or coming by the bare link, counts nothing.
    for address in (first.location, result(answers)):
        site.guest.get(address)
    assert finished(site) == 1


@pytest.mark.parametrize(
    ("path", "cache"),
    [
        *(
            (f"/quiz?{query}", "")
            for query in (
                *("frage=orientierung", "frage=gibt-es-nicht", "weiter=orientierung"),
                *("orientierung=von-frueher", "orientierung=ja", "orientierung=ja&weiter=dialog"),
                *("dialog=ja", "orientierung=ja&weiter=orientierung&frage=orientierung"),
                "orientierung=ja&weiter=orientierung&rueckkanal=ja",
                *("orientierung=ja&weiter=orientierung&gezaehlt=1", "gezaehlt=1"),
            )
        ),
        ("/quiz", "max-age=0"),
        ("/quiz", "no-cache"),
    ],
)
def test_a_page_come_to_otherwise_is_not_counted(site: Site, path: str, cache: str) -> None:
    site.guest.get(path, headers={"Cache-Control": cache} if cache else {})
    site.guest.ask("HEAD", "/quiz")
    assert shown(site) == {}


@pytest.mark.parametrize("path", ["/quiz", "/quiz?utm_source=brief&gezaehlt=", "/quiz?tasten=aus"])
def test_what_others_hang_onto_an_address_does_not_hide_a_visitor(site: Site, path: str) -> None:
    site.guest.get(path)
    assert shown(site) == {"orientierung": 1}


def test_changing_an_answer_after_the_result_does_not_count_again(site: Site) -> None:
    answers, question = full_answers(site.context), questions(site)[4]
    page = finish(site)
    check = site.guest.get(page.link("Antworten ansehen und ändern"))
    asked = site.guest.get(check.link(f"Ändern: {question.text}"))
    site.guest.press(site.guest.get(asked.link("Zurück")), BUTTON)
    led = site.guest.press(asked, BUTTON, {question.id: "ja"})
    assert query(led.location) == answers | {question.id: "ja", "gezaehlt": "1"}
    assert (finished(site), shown(site)) == (1, {})
    # Neither does it after the result was sent by mail.
    sent = site.guest.press(page, "Ergebnis schicken", {"email": "aenne@gast.example"})
    check = site.guest.get(site.guest.get(sent.location).link("Antworten ansehen und ändern"))
    site.guest.press(check, BUTTON)
    assert finished(site) == 1
    # Another visitor does.
    finish(site, at=0)
    assert finished(site) == 2


def test_who_is_quick_counts_but_not_over_the_limit(open_site: OpenSite) -> None:
    site = open_site({"minimum_seconds": "60", "posts_per_hour": "2"})
    page = check_page(site)
    with statements(site) as sent:
        site.guest.press(page, BUTTON)
    # The limit costs two statements more.
    assert len(sent) == 4, sent
    # Over it nobody is held up.
    for _ in range(3):
        finish(site)
    assert finished(site) == 2


def test_a_page_left_open_overnight_leads_on_but_does_not_count(site: Site) -> None:
    page = check_page(site)
    site.clock.turn(hours=12, seconds=1)
    site.guest.get(site.guest.press(page, BUTTON).location)
    assert finished(site) == 0


@pytest.mark.parametrize(
    "changed", [{"website": "https://x.example"}, {"schluessel": ""}, {"schluessel": "erfunden"}]
)
def test_a_robot_is_led_on_but_not_counted(site: Site, changed: dict[str, str]) -> None:
    location = site.guest.post(FINISH, form_fields(check_page(site)) | changed).location
    assert query(location) == full_answers(site.context) | {"gezaehlt": "1"}
    assert finished(site) == 0


def test_another_site_cannot_count(site: Site) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://anderswo.example"}
    site.guest.post(FINISH, form_fields(check_page(site)), status=403, headers=headers)
    assert finished(site) == 0


def test_an_unfinished_run_leads_back_to_its_open_question(site: Site) -> None:
    answers = full_answers(site.context)
    open_one = answers.popitem()[0]
    sent = urlencode(answers | {open_one: "von-frueher"})
    assert query(site.guest.post(FINISH, {"antworten": sent}).location) == answers
    assert finished(site) == 0


def test_without_the_database_the_result_is_shown_all_the_same(site: Site) -> None:
    page = check_page(site)
    site.lose_database()
    shown_result = site.guest.get(site.guest.press(page, BUTTON).location)
    assert shown_result.heading
    assert "So haben andere geantwortet" not in shown_result.text


def test_from_twenty_on_others_stand_beside_the_own_answer(site: Site) -> None:
    address = result(full_answers(site.context, at=3))
    before = site.guest.get(address).text
    finish_many(site, FEWEST_RUNS - 1)
    site.clock.turn(minutes=1)
    assert site.guest.get(address).text == before
    assert "andere geantwortet" not in before
    answers, now = full_answers(site.context, at=0), site.clock()
    assert count_run(site.context, answers, key="the twentieth", shown_at=now, now=now)
    site.clock.turn(minutes=1)
    page = site.guest.get(address)
    (details,) = (one for one in page.all("details") if "So haben andere" in words(one))
    assert "Aus 20 abgeschlossenen Durchgängen" in words(details)
    for question, table in zip(questions(site), details.iter("table"), strict=True):
        assert words(table[0]) == question.text
        texts = [option.text for option in question.options]
        texts[3] += " Deine Antwort"
        rows = [words(row).split("\n") for row in table.iter("tr")][1:]
        assert rows == [list(row) for row in zip(texts, SHARES, strict=True)]


SHARES = ["75 %", "0 %", "0 %", "25 %", "0 %"]


def test_others_cost_one_statement_a_minute(site: Site) -> None:
    counts = []
    for seconds in (0, 0, 59, 1, 30):
        site.clock.turn(seconds=seconds)
        with statements(site) as sent:
            site.guest.get(result(full_answers(site.context)))
        counts.append(len(sent))
    # What others answered, and how long an answer takes.
    assert counts == [2, 0, 0, 2, 0]

"""The quiz: everything in the address, nothing lost on the way."""

from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.contexts import full_answers
from tests.support.pages import Page
from tests.support.quiz_ways import query, questions, quiz, result
from tests.support.sites import Site


def chosen(page: Page) -> str | None:
    """The option that is selected on a question's page."""
    return next(
        (one.get("id") for one in page.all("input") if one.get("checked") is not None), None
    )


def test_a_fresh_quiz_asks_the_first_question_with_nothing_selected(site: Site) -> None:
    page, first = site.guest.get("/quiz"), questions(site)[0]
    assert page.heading == first.text
    assert "Frage 1 von 10" in page.text
    assert first.why in page.text
    assert chosen(page) is None
    options = [one.get("value") for one in page.all("input") if one.get("type") == "radio"]
    assert options == [option.id for option in first.options]
    assert "Zurück" not in page.text


def test_ten_answers_lead_through_the_check_page_to_the_result(site: Site) -> None:
    page, answers = site.guest.get("/quiz"), full_answers(site.context)
    for number, question in enumerate(questions(site), 1):
        assert page.heading == question.text
        assert f"Frage {number} von 10" in page.text
        page = site.guest.press(page, "Weiter", {question.id: answers[question.id]})
    assert page.heading == "Stimmt alles so?"
    address = site.guest.press(page, "Ergebnis ansehen").location
    assert urlsplit(address).path == "/quiz/ergebnis"
    assert query(address) == answers | {"gezaehlt": "1"}
    site.guest.get(address)


def test_going_on_without_an_answer_asks_again_and_says_why(site: Site) -> None:
    first, second, *_ = questions(site)
    page = site.guest.press(site.guest.get(quiz({first.id: "ja"})), "Weiter")
    assert page.heading == second.text
    assert page.alert == "Wähle eine Antwort aus, dann geht es weiter."
    (leads_to,) = (href for label, href in page.links() if label == page.alert)
    assert leads_to == f"#{second.id}-{second.options[0].id}"
    assert page.value(first.id) == "ja"


def test_a_page_without_a_press_of_weiter_has_no_mistake(site: Site) -> None:
    first, second, *_ = questions(site)
    page = site.guest.get(quiz({first.id: "ja"}, weiter=first.id))
    assert page.heading == second.text
    assert not page.title.startswith("Fehler")


@pytest.mark.parametrize("at", range(1, 10))
def test_back_shows_the_answer_given_there_and_keeps_all_others(site: Site, at: int) -> None:
    before = questions(site)[at - 1]
    answers = {question.id: "eher-ja" for question in questions(site)[:at]}
    page = site.guest.get(site.guest.get(quiz(answers)).link("Zurück"))
    assert page.heading == before.text
    assert chosen(page) == f"{before.id}-eher-ja"
    again = site.guest.press(page, "Weiter", {before.id: "nein"})
    assert again.heading == questions(site)[at].text
    kept = dict(again.forms()[0].fields)
    assert {name: kept[name] for name in answers} == answers | {before.id: "nein"}


@pytest.mark.parametrize("at", [0, 4, 9])
def test_changing_an_answer_returns_to_the_check_page(site: Site, at: int) -> None:
    answers, question = full_answers(site.context), questions(site)[at]
    check = site.guest.get(quiz(answers))
    page = site.guest.get(check.link(f"Ändern: {question.text}"))
    assert (page.heading, chosen(page)) == (question.text, f"{question.id}-{answers[question.id]}")
    changed = site.guest.press(page, "Weiter", {question.id: "ja"})
    assert changed.heading == "Stimmt alles so?"
    led = site.guest.press(changed, "Ergebnis ansehen")
    assert query(led.location) == answers | {question.id: "ja", "gezaehlt": "1"}


def test_the_check_page_lists_every_question_with_its_answer(site: Site) -> None:
    page = site.guest.get(quiz(full_answers(site.context, at=0)))
    terms = ["".join(one.itertext()).strip() for one in page.all("dt")]
    assert terms == [question.text for question in questions(site)]
    for question in questions(site):
        assert question.options[0].text in page.text


@pytest.mark.parametrize("at", [0, 1, 2, 3, 4])
def test_the_result_page_says_what_the_quiz_reckons(site: Site, at: int) -> None:
    answers, catalogue = full_answers(site.context, at=at), site.context.catalogue
    reckoned = catalogue.quiz.result(answers)
    page = site.guest.get(result(answers))
    assert page.heading == catalogue.quiz.outcome(reckoned.recommended).headline
    for need in reckoned.needs.values():
        assert f"\n{round(need)}\n" in page.text
    for reason in reckoned.reasons:
        quoted = reason.option.text.replace("„", "‚").replace("“", "‘")
        assert f"{reason.question.text}\n„{quoted}“" in page.text
        assert reason.option.id == answers[reason.question.id]
    booking_query = dict(answers)
    if reckoned.recommended:
        booking_query["angebot"] = reckoned.recommended
    words = "Darüber sprechen" if reckoned.recommended else "Trotzdem miteinander sprechen"
    assert query(page.link(words)) == booking_query


def test_every_single_answer_can_be_quoted(site: Site) -> None:
    for question in questions(site):
        for option in question.options:
            answers = full_answers(site.context, at=1) | {question.id: option.id}
            site.guest.get(result(answers))


def test_a_quotation_in_an_answer_is_quoted_with_inner_marks(site: Site) -> None:
    answers = full_answers(site.context) | {"dialog": "unklar", "rueckkanal": "ja"}
    answers |= {"orientierung": "eher-ja", "vertrauen": "ja", "tun": "eher-ja", "dank": "nein"}
    answers |= {"zusammenspiel": "nein", "zufriedenheit": "eher-nein"}
    page = site.guest.get(result(answers))
    assert "mit „Ab und zu ein ‚Gefällt mir‘, mehr nicht“ geantwortet" in page.text


def test_the_order_in_the_address_does_not_change_the_result(site: Site) -> None:
    answers = full_answers(site.context, at=1) | {questions(site)[3].id: "nein"}
    turned = dict(reversed(answers.items()))
    assert site.guest.get(result(answers)).text == site.guest.get(result(turned)).text


@pytest.mark.parametrize("missing", [0, 5, 9])
def test_an_incomplete_result_leads_back_to_the_open_question(site: Site, missing: int) -> None:
    answers = full_answers(site.context)
    question = questions(site)[missing]
    del answers[question.id]
    back = site.guest.get(result(answers), status=303).location
    assert query(back) == answers
    assert site.guest.get(back).heading == question.text
    sent = {"antworten": urlencode(answers), "email": "a@b.example"}
    assert site.guest.post("/quiz/ergebnis", sent).location == back


def test_an_old_option_is_explained_and_asked_anew(site: Site) -> None:
    question = questions(site)[2]
    answers = full_answers(site.context) | {question.id: "von-frueher"}
    page = site.guest.get(quiz(answers))
    assert page.heading == question.text
    assert page.notices == [
        f"Deine Antwort auf „{question.text}“ gibt es so nicht mehr. Bitte wähle neu."
    ]


def test_an_old_link_to_a_result_explains_what_is_no_longer_there(site: Site) -> None:
    question = questions(site)[2]
    answers = full_answers(site.context) | {question.id: "von-frueher"}
    page = site.guest.get(site.guest.get(result(answers), status=303).location)
    assert page.heading == question.text
    assert len(page.notices) == 1
    assert question.text in page.notices[0]


def test_an_unknown_question_is_explained(site: Site) -> None:
    page = site.guest.get(quiz({}, frage="von-frueher"))
    assert page.heading == questions(site)[0].text
    assert page.notices == ["Diese Frage gibt es nicht. Hier geht es weiter."]


def test_what_others_hang_onto_an_address_is_passed_over(site: Site) -> None:
    page = site.guest.get(quiz({"orientierung": "ja"}, utm_source="brief", fbclid="x"))
    assert page.notices == []
    assert page.heading == questions(site)[1].text


def test_of_two_answers_the_last_counts(site: Site) -> None:
    first = questions(site)[0]
    page = site.guest.get(f"/quiz?{first.id}=ja&{first.id}=nein&frage={first.id}")
    assert chosen(page) == f"{first.id}-nein"

"""The whole way with quizzes that have nothing in common with the shipped one."""

import re
from collections.abc import Iterator

import pytest

from tests.support.mailbag import read, straightened
from tests.support.other_content import content_of, site_with
from tests.support.pages import Page
from tests.support.quiz_draws import all_sets
from tests.support.quiz_ways import query, questions, quiz, result
from tests.support.sites import TYPED, Site
from tests.support.stored import letters


@pytest.fixture(scope="module", params=["laden", "fuenf", "eine"])
def its_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Give a site with two services and four questions, with five and six, with one and one."""
    with site_with(tmp_path_factory.mktemp("instance"), content_of(request.param)) as site:
        yield site


def chosen(site: Site, at: int) -> dict[str, str]:
    """An answer to each question: the one at ``at``, or the last where there are fewer."""
    return {
        question.id: question.options[min(at, len(question.options) - 1)].id
        for question in questions(site)
    }


def test_every_question_is_asked_and_looked_over(its_site: Site) -> None:
    page, total = its_site.guest.get("/quiz"), len(questions(its_site))
    for number, question in enumerate(questions(its_site), 1):
        assert page.heading == question.text
        assert f"Frage {number} von {total}" in page.text
        offered = [one.get("value") for one in page.all("input") if one.get("type") == "radio"]
        assert offered == [option.id for option in question.options]
        page = its_site.guest.press(page, "Weiter", {question.id: question.options[1].id})
    assert page.heading == "Stimmt alles so?"
    for question in questions(its_site):
        assert question.text in page.text
        assert question.options[1].text in page.text
        again = its_site.guest.get(page.link(f"Ändern: {question.text}"))
        assert again.heading == question.text
    after = its_site.guest.press(page, "Ergebnis ansehen")
    assert query(after.location).items() >= chosen(its_site, 1).items()


@pytest.mark.parametrize("at", [0, 1, 2, 3, 4])
def test_the_result_says_what_the_quiz_reckons(its_site: Site, at: int) -> None:
    answers, catalogue = chosen(its_site, at), its_site.context.catalogue
    reckoned = catalogue.quiz.result(answers)
    page = its_site.guest.get(result(answers))
    assert page.heading == catalogue.quiz.outcome(reckoned.recommended).headline
    for service in catalogue.offers.services:
        assert service.title in page.text
    for reason in reckoned.reasons:
        assert f"{reason.question.text}\n„{reason.option.text}“" in page.text


def test_every_outcome_has_its_page(its_site: Site) -> None:
    the_quiz = its_site.context.catalogue.quiz
    to_be_met: set[str | None] = {*the_quiz.services, None}
    for answers in all_sets(the_quiz):
        outcome = the_quiz.result(answers).recommended
        if outcome in to_be_met:
            page = its_site.guest.get(result(answers))
            assert page.heading == the_quiz.outcome(outcome).headline
            to_be_met.remove(outcome)
        if not to_be_met:
            return
    pytest.fail(f"never met: {to_be_met}")


def test_the_result_goes_out_as_a_letter(its_site: Site) -> None:
    answers = chosen(its_site, 1)
    page = its_site.guest.get(result(answers))
    before = len(letters(its_site.context))
    its_site.guest.press(page, "Ergebnis schicken", {"email": "aenne@gast.example"})
    (letter,) = letters(its_site.context)[before:]
    text = straightened(read(letter).text)
    assert page.heading in text
    for question in questions(its_site):
        assert straightened(question.text) in text


def test_a_booking_takes_the_answers_to_the_consultant(its_site: Site) -> None:
    answers = chosen(its_site, 1)
    reckoned = its_site.context.catalogue.quiz.result(answers)
    assert reckoned.recommended is not None
    page = its_site.guest.get(result(answers))
    page = its_site.guest.get(page.link("Darüber sprechen"))
    page = its_site.guest.get(first_link(page, r"/termin/kennenlernen\?"))
    page = its_site.guest.get(first_link(page, r"/termin/kennenlernen/\d{8}T"))
    before = len(letters(its_site.context))
    after = its_site.guest.press(page, "Termin buchen", TYPED)
    booking = its_site.bookings()[-1]
    assert booking.interest.answers == answers
    assert booking.interest.service == reckoned.recommended
    assert booking.interest.quiz_version == its_site.context.catalogue.quiz.version
    its_site.guest.get(after.location)
    by_kind = {one.kind: read(one) for one in letters(its_site.context)[before:]}
    text = straightened(by_kind["einladung"].text)
    assert its_site.context.catalogue.offers.get(reckoned.recommended).title in text
    for question in questions(its_site):
        option = question.find_option(answers[question.id])
        assert option is not None
        assert straightened(question.text) in text
        assert straightened(option.text) in text


def test_the_other_pages_offer_what_there_is(its_site: Site) -> None:
    services = its_site.context.catalogue.offers.services
    titles = [service.title for service in services]
    for path in ("/", "/angebot", "/ueber", "/termin", "/impressum"):
        assert "Marketingkonzeption" not in its_site.guest.get(path).text.split("\n")
    for title in titles:
        assert title in its_site.guest.get("/angebot").text
    for service in services:
        assert its_site.guest.get(f"/angebot/{service.slug}").heading == service.title
    its_site.guest.get("/angebot/marketingkonzeption", status=404)


def test_the_shipped_quiz_answers_are_strangers_here(its_site: Site) -> None:
    page = its_site.guest.get(quiz({"orientierung": "eher-ja", "dialog": "eher-nein"}))
    assert page.heading == questions(its_site)[0].text


def first_link(page: Page, pattern: str) -> str:
    return next(href for _, href in page.links() if re.match(pattern, href))

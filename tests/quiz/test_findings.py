"""What the quiz found, as sentences that the visitor's own answers bear out."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from stadtfuehrer.booking.letter_words import booked_result
from stadtfuehrer.booking.service import book, look_up, move
from stadtfuehrer.booking.visitor import Interest
from stadtfuehrer.context import AppContext
from stadtfuehrer.quiz.findings import Findings, findings, quotes
from stadtfuehrer.refusals import IncompleteAnswers
from tests.support.contexts import NOW, a_wish, full_answers, in_berlin
from tests.support.mailbag import read
from tests.support.stored import letters

START, LATER = in_berlin("2026-03-10 09:00"), in_berlin("2026-03-12 09:00")


def many(context: AppContext, number: int = 400) -> Iterator[tuple[dict[str, str], Findings]]:
    """Random full sets of answers, the same in each run, with what they come to."""
    dice = random.Random(20260302)  # noqa: S311 - chance, not secrets
    questions = context.catalogue.quiz.questions
    # The best answer to each question needs nobody's help.
    sets = [full_answers(context, at=0)]
    sets += [{one.id: dice.choice(one.options).id for one in questions} for _ in range(number)]
    for answers in sets:
        yield answers, findings(context.catalogue, answers)


def test_reasons_needs_tips_and_themes_are_the_visitors_own(shared_context: AppContext) -> None:
    questions = shared_context.catalogue.quiz.questions
    titles = [one.title for one in shared_context.catalogue.offers.services]
    for answers, found in many(shared_context, 100):
        quoted = quotes(shared_context.catalogue.quiz, answers)
        own = {(one.question_text, one.answer_text) for one in quoted}
        assert {(one.question_text, one.answer_text) for one in found.reasons} <= own
        assert {(one.question_text, one.answer_text) for one in found.themes} <= own
        assert [one.title for one in found.needs] == titles
        assert [one.title for one in found.needs if one.is_recommended] == (
            [found.service.title] if found.service else []
        )
        assert found.service or not found.reasons
        tips = [(questions[one.number - 1].theme, one.theme, one.text) for one in found.tips]
        assert tips == [(one.theme, one.theme, one.question.tip) for one in found.result.tips]
        streets = {street.number: street for one in found.plan.districts for street in one.streets}
        assert [one.street for one in found.themes] == [streets[at] for at in sorted(streets)]
        assert [one.theme for one in found.themes] == [one.street.theme for one in found.themes]


def test_what_would_have_changed_it_would_have(shared_context: AppContext) -> None:
    changed = 0
    for answers, found in many(shared_context, 100):
        change = found.result.change
        assert (change is None) is (found.change is None)
        if change is None or found.change is None:
            continue
        changed += 1
        answers[change.question.id] = change.instead.id
        other = findings(shared_context.catalogue, answers)
        assert other.result.recommended != found.result.recommended
        assert other.service is None or other.service.title in found.change
    assert changed > 10


def test_quotes_come_in_order_without_the_unknown(shared_context: AppContext) -> None:
    quiz = shared_context.catalogue.quiz
    backwards = dict(reversed(full_answers(shared_context).items()))
    first = quiz.questions[0].id
    found = quotes(quiz, backwards | {first: "gibt-es-nicht", "fremd": "x"})
    assert [one.question_text for one in found] == [one.text for one in quiz.questions[1:]]
    del backwards[first]
    with pytest.raises(IncompleteAnswers):
        findings(shared_context.catalogue, backwards)


def test_without_all_answers_no_result_was_booked_with(shared_context: AppContext) -> None:
    catalogue, answers = shared_context.catalogue, full_answers(shared_context)
    first, version = next(iter(answers)), catalogue.quiz.version
    for some in ({}, {first: answers[first]}, answers | {first: "gibt-es-nicht"}):
        assert booked_result(catalogue, Interest(answers=some, quiz_version=version)) is None


def test_the_booked_result_is_told_until_the_quiz_changes(sqlite_context: AppContext) -> None:
    catalogue, answers = sqlite_context.catalogue, full_answers(sqlite_context)
    interest = Interest(answers=answers)
    token = book(sqlite_context, a_wish(sqlite_context, START, interest=interest), now=NOW)
    found = findings(catalogue, answers)
    booked_with = look_up(sqlite_context, token).booking.interest
    assert booked_result(catalogue, booked_with) == found
    (invitation,) = (read(one) for one in letters(sqlite_context) if one.kind == "einladung")
    assert found.outcome.headline in invitation.text

    quiz = catalogue.quiz
    other = replace(
        quiz, thresholds=replace(quiz.thresholds, clear_from=quiz.thresholds.clear_from + 1)
    )
    changed = replace(sqlite_context, catalogue=replace(catalogue, quiz=other))
    assert booked_result(changed.catalogue, look_up(changed, token).booking.interest) is None
    move(changed, token, LATER, now=NOW)
    texts = {one.kind: read(one).text for one in letters(changed)}
    assert found.outcome.headline not in texts["verschoben-beratung"]
    # The answers themselves are as true as ever.
    answer = quiz.questions[0].options[-2].text.rstrip(".")
    assert answer in texts["verschoben-beratung"].replace("\n", " ")

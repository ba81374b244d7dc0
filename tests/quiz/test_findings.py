"""What the quiz found, as sentences that the visitor's own answers bear out."""

import random
import re
from collections.abc import Iterator
from fractions import Fraction

import pytest

from stadtfuehrer.context import AppContext
from stadtfuehrer.quiz.findings import Findings, findings, quotes
from stadtfuehrer.quiz.result import Certainty
from stadtfuehrer.refusals import IncompleteAnswers
from tests.support.contexts import full_answers


def many(context: AppContext, number: int = 400) -> Iterator[tuple[dict[str, str], Findings]]:
    """Random full sets of answers, the same in each run, with what they come to."""
    dice = random.Random(20260302)  # noqa: S311 - chance, not secrets
    questions = context.catalogue.quiz.questions
    for _ in range(number):
        answers = {one.id: dice.choice(one.options).id for one in questions}
        yield answers, findings(context.catalogue, answers)


def test_every_certainty_and_outcome_has_its_sentence(sqlite_context: AppContext) -> None:
    said = {}
    for _, found in many(sqlite_context):
        said[found.result.certainty, found.result.recommended] = found.certainty_text
    # The best answer to each question needs nobody's help.
    well = findings(sqlite_context.catalogue, full_answers(sqlite_context, at=0))
    said[well.result.certainty, well.result.recommended] = well.certainty_text
    assert {certainty for certainty, _ in said} >= set(Certainty)
    assert well.service is None
    for (_, slug), sentence in said.items():
        service = sqlite_context.catalogue.offers.find(slug or "")
        assert service is None or service.title in sentence
        assert sentence.endswith(".")


def test_the_second_best_is_named_where_it_is_close_only(sqlite_context: AppContext) -> None:
    for _, found in many(sqlite_context):
        close = found.service is not None and found.result.certainty is Certainty.CLOSE
        assert (found.second is not None) is (close and found.result.second is not None)
        if found.second is not None:
            assert found.second.title in found.certainty_text


def test_reasons_quote_the_visitors_own_answers(sqlite_context: AppContext) -> None:
    for answers, found in many(sqlite_context, 100):
        own = {
            (one.question_text, one.answer_text)
            for one in quotes(sqlite_context.catalogue.quiz, answers)
        }
        for one in (*found.reasons, *found.themes):
            assert (one.question_text, one.answer_text) in own


def test_the_needs_name_each_service_and_one_recommended_at_most(
    sqlite_context: AppContext,
) -> None:
    titles = [one.title for one in sqlite_context.catalogue.offers.services]
    for _, found in many(sqlite_context, 100):
        assert sorted(title for title, _, _ in found.needs) == sorted(titles)
        assert all(0 <= need <= 100 for _, need, _ in found.needs)
        assert [title for title, _, is_it in found.needs if is_it] == (
            [found.service.title] if found.service else []
        )


def test_sentences_are_good_german(sqlite_context: AppContext) -> None:
    for _, found in many(sqlite_context):
        sentences = [found.certainty_text, *(one.meaning for one in found.reasons)]
        if found.change is not None:
            sentences.append(found.change)
        for sentence in sentences:
            assert sentence.endswith((".", "“"))
            assert sentence.count("„") == sentence.count("“")
            assert not re.search(r"  |\.\.|\bNone\b|\bSie\b|\"|!", sentence)


def test_what_would_have_changed_it_would_have(sqlite_context: AppContext) -> None:
    changed = 0
    for answers, found in many(sqlite_context, 100):
        change = found.result.change
        if change is None:
            assert found.change is None
            continue
        changed += 1
        other = findings(
            sqlite_context.catalogue, answers | {change.question.id: change.instead.id}
        )
        assert other.result.recommended != found.result.recommended
        assert found.change is not None
        if other.service is not None:
            assert other.service.title in found.change
    assert changed > 10


def test_a_missing_answer_is_no_result(sqlite_context: AppContext) -> None:
    answers = full_answers(sqlite_context)
    answers.popitem()
    with pytest.raises(IncompleteAnswers):
        findings(sqlite_context.catalogue, answers)


def test_quotes_come_in_the_order_of_the_quiz_without_the_unknown(
    sqlite_context: AppContext,
) -> None:
    quiz = sqlite_context.catalogue.quiz
    backwards = dict(reversed(full_answers(sqlite_context).items()))
    first = quiz.questions[0].id
    found = quotes(quiz, backwards | {first: "gibt-es-nicht", "fremd": "x"})
    assert [one.question_text for one in found] == [one.text for one in quiz.questions[1:]]


def test_tips_are_the_questions_own_with_their_numbers(sqlite_context: AppContext) -> None:
    for _, found in many(sqlite_context, 100):
        questions = sqlite_context.catalogue.quiz.questions
        told = [(questions[one.number - 1].theme, one.theme, one.text) for one in found.tips]
        assert told == [(one.theme, one.theme, one.question.tip) for one in found.result.tips]


def test_points_of_reasons_are_told_as_a_part_of_the_need(sqlite_context: AppContext) -> None:
    for _, found in many(sqlite_context, 100):
        if found.service is None:
            assert found.reasons == ()
            continue
        (need,) = (percent for _, percent, is_it in found.needs if is_it)
        for one in found.reasons:
            assert one.share_text == (
                f"Daher kommen {one.points} der {need} Punkte für {found.service.title}."
            )


def told_margin(text: str, pattern: str) -> Fraction:
    found = re.search(pattern, text)
    assert found is not None
    return Fraction(found[1].replace(",", "."))


def test_the_margin_that_is_told_is_on_the_same_side_of_every_threshold(
    sqlite_context: AppContext,
) -> None:
    limits = sqlite_context.catalogue.quiz.thresholds
    for _, found in many(sqlite_context):
        if found.service is None:
            told = told_margin(found.margin_text, r"dahin fehlen ([\d,]+)\.")
            assert told <= found.result.margin < told + Fraction(1, 10)
            continue
        told = told_margin(found.margin_text, r"ist ([\d,]+)\.")
        assert told <= found.result.margin < told + Fraction(1, 10)
        assert (told < limits.close_below) is (found.result.certainty is Certainty.CLOSE)
        assert (told >= limits.clear_from) is (found.result.certainty is Certainty.CLEAR)


def test_each_theme_has_its_street_on_the_plan(sqlite_context: AppContext) -> None:
    for _, found in many(sqlite_context, 50):
        streets = {street.number: street for one in found.plan.districts for street in one.streets}
        assert [one.street for one in found.themes] == [streets[at] for at in sorted(streets)]
        assert [one.theme for one in found.themes] == [one.street.theme for one in found.themes]


def test_who_almost_needs_help_is_told_so(sqlite_context: AppContext) -> None:
    digits = "1010111011"
    questions = sqlite_context.catalogue.quiz.questions
    answers = {one.id: one.options[int(at)].id for one, at in zip(questions, digits, strict=True)}
    found = findings(sqlite_context.catalogue, answers)
    assert (found.service, found.result.certainty) == (None, Certainty.CLOSE)
    assert found.certainty_text == (
        "Es ist knapp: Bis zu einer Empfehlung für Marketingumsetzung fehlt nicht viel."
    )

"""What the quiz found, as sentences that the visitor's own answers bear out."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from stadtfuehrer.booking.composing import booked_result
from stadtfuehrer.booking.service import book, look_up, move
from stadtfuehrer.booking.visitor import Interest
from stadtfuehrer.context import AppContext
from stadtfuehrer.quiz.findings import Findings, findings, quotes
from stadtfuehrer.quiz.result import Certainty
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


def margin_in(text: str, pattern: str) -> Fraction:
    found = re.search(pattern, text)
    assert found is not None
    return Fraction(found[1].replace(",", "."))


def test_sentences_are_good_german_and_say_what_was_reckoned(shared_context: AppContext) -> None:
    said, limits = set(), shared_context.catalogue.quiz.thresholds
    for _, found in many(shared_context):
        said.add((found.result.certainty, found.service is None))
        assert found.service is None or found.service.title in found.certainty_text
        close = found.service is not None and found.result.certainty is Certainty.CLOSE
        assert (found.second is not None) is (close and found.result.second is not None)
        assert found.second is None or found.second.title in found.certainty_text
        sentences = [found.certainty_text, *(one.meaning for one in found.reasons)]
        for sentence in [*sentences, found.change] if found.change else sentences:
            assert sentence.endswith((".", "“"))
            assert sentence.count("„") == sentence.count("“")
            assert not re.search(r"  |\.\.|\bNone\b|\bSie\b|\"|!", sentence)
        # The margin that is told is on the same side of every threshold.
        if found.service is None:
            margin = margin_in(found.margin_text, r"dahin fehlen ([\d,]+)\.")
        else:
            margin = margin_in(found.margin_text, r"ist ([\d,]+)\.")
            assert (margin < limits.close_below) is (found.result.certainty is Certainty.CLOSE)
            assert (margin >= limits.clear_from) is (found.result.certainty is Certainty.CLEAR)
        assert margin <= found.result.margin < margin + Fraction(1, 10)
    assert {certainty for certainty, _ in said} == set(Certainty)
    assert {no_need for _, no_need in said} == {True, False}


def test_reasons_needs_tips_and_themes_are_the_visitors_own(shared_context: AppContext) -> None:
    questions = shared_context.catalogue.quiz.questions
    titles = [one.title for one in shared_context.catalogue.offers.services]
    for answers, found in many(shared_context, 100):
        quoted = quotes(shared_context.catalogue.quiz, answers)
        own = {(one.question_text, one.answer_text) for one in quoted}
        assert {(one.question_text, one.answer_text) for one in found.reasons} <= own
        assert {(one.question_text, one.answer_text) for one in found.themes} <= own
        assert sorted(title for title, _, _ in found.needs) == sorted(titles)
        assert all(0 <= need <= 100 for _, need, _ in found.needs)
        recommended = [(title, need) for title, need, is_it in found.needs if is_it]
        assert [title for title, _ in recommended] == (
            [found.service.title] if found.service else []
        )
        assert found.service or not found.reasons
        for one in found.reasons:
            ((title, need),) = recommended
            assert one.share_text == f"Daher kommen {one.points} der {need} Punkte für {title}."
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


def test_who_almost_needs_help_is_told_so(shared_context: AppContext) -> None:
    questions = zip(shared_context.catalogue.quiz.questions, "1010111011", strict=True)
    found = findings(
        shared_context.catalogue, {one.id: one.options[int(at)].id for one, at in questions}
    )
    assert (found.service, found.result.certainty) == (None, Certainty.CLOSE)
    assert found.certainty_text == (
        "Es ist knapp: Bis zu einer Empfehlung für Marketingumsetzung fehlt nicht viel."
    )


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

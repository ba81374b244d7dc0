from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings

from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.result import Certainty
from stadtfuehrer.quiz.scoring import Thresholds
from tests.support.quiz_draws import all_sets, even_quizzes
from tests.support.quiz_examples import a_question, a_quiz, answers
from tests.support.quiz_reference import (
    contributions,
    needs_of,
    reasons,
    smallest_change,
    winner_of,
)

THIRD = Fraction(100, 3)


@pytest.mark.parametrize(
    ("options", "needs"),
    [
        (("g0", "g0", "g0"), (0, 0, 0)),
        (("g1", "g2", "g3"), (THIRD, 2 * THIRD, 100)),
        (("x", "x", "x"), (2 * THIRD, 50, 50)),
    ],
)
def test_needs_are_exact(options: tuple[str, ...], needs: tuple[Fraction, ...]) -> None:
    result = a_quiz().result(answers(*options))

    assert tuple(result.needs.values()) == needs
    assert list(result.needs) == ["erste", "zweite", "dritte"]


@pytest.mark.parametrize(
    ("options", "recommended", "second"),
    [
        (("g3", "g3", "g3"), "erste", "zweite"),
        (("g2", "g3", "g3"), "zweite", "dritte"),
        (("g3", "g2", "g3"), "erste", "dritte"),
        (("g1", "g0", "g3"), "dritte", "erste"),
        (("g0", "x", "x"), "zweite", "dritte"),
        (("x", "g2", "g2"), "erste", "zweite"),
    ],
)
def test_ties_go_to_the_earlier_service(
    options: tuple[str, ...], recommended: str, second: str
) -> None:
    result = a_quiz().result(answers(*options))

    assert (result.recommended, result.second) == (recommended, second)


def with_threshold(limit: Fraction) -> Quiz:
    return a_quiz(thresholds=replace(a_quiz().thresholds, no_need_below=limit))


HAIR = Fraction(1, 10**9)


@pytest.mark.parametrize(
    ("limit", "recommended"),
    [(THIRD - HAIR, "erste"), (THIRD, "erste"), (THIRD + HAIR, None)],
    ids=["a hair above the threshold", "exactly on it", "a hair below"],
)
def test_the_threshold_of_no_need(limit: Fraction, recommended: str | None) -> None:
    result = with_threshold(limit).result(answers("g1", "g1", "g0"))

    assert result.recommended == recommended


def test_thirty_exactly_is_a_need() -> None:
    # 3 of 10 weights at full gap: the need is 30 to the last digit.
    quiz = a_quiz(
        services=("erste",), questions=(a_question("eins", erste=3), a_question("zwei", erste=7))
    )

    assert quiz.result({"eins": "g3", "zwei": "g0"}).needs == {"erste": 30}
    assert quiz.result({"eins": "g3", "zwei": "g0"}).recommended == "erste"
    assert quiz.result({"eins": "g2", "zwei": "g0"}).recommended is None


@pytest.mark.parametrize(
    ("close", "clear", "certainty"),
    [
        (THIRD + HAIR, Fraction(50), Certainty.CLOSE),
        (THIRD, Fraction(50), Certainty.RATHER),
        (Fraction(5), THIRD + HAIR, Certainty.RATHER),
        (Fraction(5), THIRD, Certainty.CLEAR),
    ],
    ids=["below close", "exactly close", "below clear", "exactly clear"],
)
def test_certainty_at_its_bounds(close: Fraction, clear: Fraction, certainty: Certainty) -> None:
    thresholds = Thresholds(no_need_below=Fraction(30), close_below=close, clear_from=clear)
    result = a_quiz(thresholds=thresholds).result(answers("g3", "g2", "g0"))

    assert result.margin == THIRD
    assert result.certainty is certainty


@pytest.mark.parametrize(
    ("weight", "certainty"), [(4, "knapp"), (5, "eher"), (14, "eher"), (15, "klar")]
)
def test_margins_of_five_and_fifteen(weight: int, certainty: str) -> None:
    # Columns of 100, so that a weight at full gap is that many points.
    quiz = a_quiz(
        services=("erste", "zweite"),
        questions=(
            a_question("eins", erste=60 + weight, zweite=60),
            a_question("zwei", erste=40 - weight, zweite=40),
        ),
    )
    result = quiz.result({"eins": "g3", "zwei": "g0"})

    assert result.margin == weight
    assert result.certainty == certainty


def test_without_a_need_the_margin_is_the_distance_to_the_threshold() -> None:
    result = with_threshold(Fraction(37)).result(answers("g0", "g1", "g0"))

    assert (result.recommended, result.second) == (None, "zweite")
    assert result.margin == 37 - THIRD
    assert result.certainty is Certainty.CLOSE
    assert result.reasons == ()


def test_reasons_are_the_three_largest_contributions_equals_in_order() -> None:
    quiz = a_quiz(
        services=("erste",),
        questions=tuple(
            a_question(name, erste=weight)
            for name, weight in [("a", 1), ("b", 2), ("c", 2), ("d", 1), ("e", 4)]
        ),
    )
    result = quiz.result({"a": "g3", "b": "g1", "c": "g3", "d": "g3", "e": "g0"})

    assert [(one.question.id, one.option.id, one.points) for one in result.reasons] == [
        ("c", "g3", Fraction(20)),
        ("a", "g3", Fraction(10)),
        ("d", "g3", Fraction(10)),
    ]


def test_what_adds_nothing_is_no_reason() -> None:
    result = a_quiz().result(answers("g3", "g2", "g2"))

    assert [one.question.id for one in result.reasons] == ["eins"]


@pytest.mark.parametrize(
    ("options", "change"),
    [
        # One step down is enough, and the first question comes before the second.
        (("g3", "g3", "g0"), ("eins", "g3", "g2", "zweite")),
        # One step leads to a tie, which changes nothing; two steps do.
        (("g2", "g1", "g0"), ("eins", "g2", "g0", "zweite")),
        (("g1", "g0", "g0"), ("eins", "g1", "g0", None)),
        # „Weiß ich nicht“ is a gap of 2 for the first service: to 1 and to 3 it is one step.
        (("x", "g2", "g0"), ("eins", "x", "g1", "zweite")),
        (("x", "g2", "g3"), ("eins", "x", "g3", "erste")),
    ],
)
def test_the_smallest_change(
    options: tuple[str, ...], change: tuple[str, str, str, str | None]
) -> None:
    assert told_change(a_quiz(), answers(*options)) == change


def told_change(quiz: Quiz, before: dict[str, str]) -> tuple[str, str, str, str | None] | None:
    change = quiz.result(before).change
    if change is None:
        return None
    return change.question.id, change.chosen.id, change.instead.id, change.outcome


def brute_smallest_change(
    quiz: Quiz, before: dict[str, str]
) -> tuple[str, str, str, str | None] | None:
    """By trying every other answer and asking the quiz for its outcome."""
    outcome = quiz.result(before).recommended
    tried = []
    for number, question in enumerate(quiz.questions):
        for order, option in enumerate(question.options):
            other = quiz.result({**before, question.id: option.id}).recommended
            if other == outcome:
                continue
            chosen = question.find_option(before[question.id])
            assert chosen is not None
            [service] = question.weights
            far = abs(Fraction(quiz.gap(option, service) - quiz.gap(chosen, service)))
            size = (option.gap is None, far, number, order)
            tried.append((size, (question.id, chosen.id, option.id, other)))
    return min(tried)[1] if tried else None


def test_the_smallest_change_for_every_set_of_answers() -> None:
    quiz = a_quiz()
    for options in product(("g0", "g1", "g2", "g3", "x"), repeat=3):
        assert told_change(quiz, answers(*options)) == brute_smallest_change(
            quiz, answers(*options)
        )


def test_no_single_change_where_none_is_enough() -> None:
    questions = tuple(a_question(name, erste=1) for name in ("a", "b", "c", "d"))
    quiz = a_quiz(services=("erste",), questions=questions)

    assert quiz.result(dict.fromkeys("abcd", "g3")).change is None


def test_steps_of_the_themes() -> None:
    result = a_quiz().result(answers("g0", "g3", "x"))

    assert [(one.theme, one.option.id, one.step) for one in result.themes] == [
        ("Thema eins", "g0", 1),
        ("Thema zwei", "g3", 4),
        ("Thema drei", "x", None),
    ]


def test_contributions_sum_exactly_to_the_need() -> None:
    quiz = a_quiz(
        questions=(
            a_question("eins", erste=1, zweite=2, dritte=4),
            a_question("zwei", erste=5, zweite=4, dritte=3),
            a_question("drei", erste=1, zweite=1, dritte=0),
        )
    )
    for options in product(("g0", "g1", "g2", "g3", "x"), repeat=3):
        chosen = {
            question.id: option
            for question, name in zip(quiz.questions, options, strict=True)
            if (option := question.find_option(name))
        }
        result = quiz.result(answers(*options))
        for service in quiz.services:
            points = [one.points for one in contributions(quiz, chosen, service)]
            assert sum(points) == result.needs[service]


def test_a_result_carries_the_version() -> None:
    quiz = a_quiz()

    assert quiz.result(answers("g0", "g0", "g0")).quiz_version == quiz.version


@settings(max_examples=25, deadline=None)
@given(even_quizzes())
def test_whole_numbers_reckon_as_fractions_do(quiz: Quiz) -> None:
    assume(all(quiz.column(service) for service in quiz.services))
    for given_answers in all_sets(quiz):
        chosen = {}
        for question in quiz.questions:
            option = question.find_option(given_answers[question.id])
            assert option is not None
            chosen[question.id] = option
        result = quiz.result(given_answers)
        assert result.recommended == winner_of(quiz, chosen)
        assert result.needs == needs_of(quiz, chosen)
        assert result.reasons == reasons(quiz, chosen)
        assert result.change == smallest_change(quiz, chosen)

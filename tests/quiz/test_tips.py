"""What visitors can do by themselves: where their own answers show the biggest gaps."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.support.quiz_examples import a_question, a_quiz, answers

if TYPE_CHECKING:
    from stadtfuehrer.quiz.model import Quiz


def tips(quiz: Quiz, chosen: dict[str, str]) -> list[str]:
    return [one.question.id for one in quiz.result(chosen).tips]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("g0", "g0", "g0"), []),
        (("g0", "g1", "g0"), ["zwei"]),
        (("g1", "g2", "g3"), ["drei", "zwei", "eins"]),
        # „Weiß ich nicht“ stands for a gap of 2 with the first service, of 1.5 with the others.
        (("g1", "x", "g1"), ["zwei", "eins", "drei"]),
        (("x", "g2", "g2"), ["eins", "zwei", "drei"]),
        (("g2", "x", "g1"), ["eins", "zwei", "drei"]),
    ],
)
def test_tips_are_for_the_biggest_gaps(options: tuple[str, ...], ids: list[str]) -> None:
    assert tips(a_quiz(), answers(*options)) == ids


def test_of_equal_gaps_the_one_that_weighs_most_for_the_winner_comes_first() -> None:
    quiz = a_quiz(
        services=("erste", "zweite"),
        questions=(
            a_question("a", erste=1, zweite=3),
            a_question("b", erste=2),
            a_question("c", erste=1, zweite=1),
            a_question("d", erste=2, zweite=2),
        ),
    )
    assert tips(quiz, dict.fromkeys("abcd", "g3")) == ["b", "d", "a"]


def test_without_a_recommendation_tips_are_for_what_is_left() -> None:
    result = a_quiz(thresholds=replace(a_quiz().thresholds, no_need_below=Fraction(50))).result(
        answers("g0", "g1", "g1")
    )
    assert result.recommended is None
    assert [one.question.id for one in result.tips] == ["zwei", "drei"]


def test_a_gap_below_one_needs_no_tip() -> None:
    unsure = {"erste": Fraction(1, 2), "zweite": Fraction(1), "dritte": Fraction(99, 100)}
    assert tips(a_quiz(unknown_gaps=unsure), answers("x", "x", "x")) == ["zwei"]


def test_an_unknown_answer_counts_with_the_widest_gap_that_it_stands_for() -> None:
    quiz = a_quiz(
        services=("erste", "zweite"),
        questions=(a_question("a", erste=1, zweite=1), a_question("b", zweite=1)),
        unknown_gaps={"erste": Fraction(5, 2), "zweite": Fraction(1, 2)},
    )
    assert tips(quiz, {"a": "x", "b": "x"}) == ["a"]

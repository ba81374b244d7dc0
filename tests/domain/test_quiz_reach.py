from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtfuehrer.domain.quiz import Question, Quiz
from stadtfuehrer.domain.quiz_reach import can_add_up, unreachable_outcomes
from tests.domain.quiz_examples import a_question, a_quiz

VECTORS = st.tuples(*[st.integers(-6, 6)] * 3)


@given(st.lists(st.lists(VECTORS, min_size=1, max_size=4), min_size=1, max_size=4), VECTORS)
def test_sums_as_by_trying_all(choices: list[list[tuple[int, ...]]], goal: tuple[int, ...]) -> None:
    every = (tuple(map(sum, zip(*picked, strict=True))) for picked in product(*choices))
    expected = any(all(a >= b for a, b in zip(one, goal, strict=True)) for one in every)

    assert can_add_up(choices, goal) is expected


@pytest.mark.parametrize(
    ("goal", "reachable"), [((5, 5), True), ((6, 5), False), ((8, 2), True), ((7, 4), False)]
)
def test_sums_between_the_corners(goal: tuple[int, int], reachable: bool) -> None:  # noqa: FBT001
    # No weighing of the two conditions tells these apart: (5, 5) lies inside of the hull that
    # (8, 2) and (2, 8) span, and so does (6, 4.5), which is no sum.
    assert can_add_up([[(8, 2), (5, 5), (2, 8)]], goal) is reachable


def quizzes() -> st.SearchStrategy[Quiz]:
    weights = st.integers(0, 3)

    def question(number: int) -> st.SearchStrategy[Question]:
        return st.builds(
            lambda a, b, c: a_question(f"q{number}", erste=a, zweite=b, dritte=c),
            weights,
            weights,
            weights,
        )

    return st.tuples(*[question(number) for number in range(3)]).flatmap(
        lambda questions: st.builds(
            lambda limit: a_quiz(
                questions=questions,
                thresholds=type(a_quiz().thresholds)(
                    no_need_below=Fraction(limit),
                    close_below=Fraction(5),
                    clear_from=Fraction(15),
                ),
            ),
            st.integers(0, 101),
        )
    )


@settings(max_examples=25)
@given(quizzes().filter(lambda quiz: all(quiz.column(one) for one in quiz.services)))
def test_outcomes_as_by_asking_for_every_result(quiz: Quiz) -> None:
    met = {
        quiz.result(dict(zip(("q0", "q1", "q2"), options, strict=True))).recommended
        for options in product(("g0", "g1", "g2", "g3", "x"), repeat=3)
    }

    never = [one for one in (*quiz.services, None) if one not in met]
    assert unreachable_outcomes(quiz) == never


def test_a_service_that_always_ties_with_an_earlier_one_is_never_reached() -> None:
    questions = tuple(a_question(name, erste=1, zweite=1, dritte=1) for name in ("a", "b"))
    same = dict.fromkeys(("erste", "zweite", "dritte"), Fraction(2))

    assert unreachable_outcomes(a_quiz(questions=questions, unknown_gaps=same)) == [
        "zweite",
        "dritte",
    ]


def test_reached_by_not_knowing_alone_is_reached() -> None:
    # The answers on the scale always tie; only the gap of „weiß ich nicht“ makes a difference.
    questions = tuple(a_question(name, erste=1, zweite=1, dritte=1) for name in ("a", "b"))
    gaps = {"erste": Fraction(1), "zweite": Fraction(2), "dritte": Fraction(1)}

    assert unreachable_outcomes(a_quiz(questions=questions, unknown_gaps=gaps)) == ["dritte"]

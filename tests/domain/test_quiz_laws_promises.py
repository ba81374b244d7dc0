"""The laws against what they are for: every promise about results, by trying all answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from stadtfuehrer.domain.quiz_laws import broken_laws
from tests.domain.quiz_draws import all_sets, broken_promises, even_quizzes, spoilt
from tests.domain.quiz_examples import a_question, a_quiz

if TYPE_CHECKING:
    from stadtfuehrer.domain.quiz import Quiz

slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@slow
@given(even_quizzes())
def test_a_quiz_without_a_broken_law_keeps_every_promise(quiz: Quiz) -> None:
    assume(not broken_laws(quiz))

    assert broken_promises(quiz) == set()


@slow
@given(even_quizzes(least_weight=-1))
def test_a_law_is_broken_only_where_a_promise_is(quiz: Quiz) -> None:
    assume(all(quiz.column(service) > 0 for service in quiz.services))

    assert bool(broken_laws(quiz)) is bool(broken_promises(quiz))


@slow
@given(quiz=even_quizzes(), data=st.data())
def test_whatever_is_spoilt_is_told(quiz: Quiz, data: st.DataObject) -> None:
    wrong = data.draw(st.sampled_from(sorted(spoilt(quiz))))

    assert broken_laws(spoilt(quiz)[wrong]) != []


@pytest.mark.parametrize("promise", ["a worse answer lowers no need", "no weight is negative"])
def test_a_negative_weight_breaks_promises(promise: str) -> None:
    questions = (*a_quiz().questions, a_question("vier", erste=-1, zweite=-1, dritte=-1))

    assert promise in broken_promises(a_quiz(questions=questions))


def test_uneven_columns_change_the_winner_for_the_worse() -> None:
    # The question speaks equally for both, but counts more in the smaller column.
    quiz = a_quiz(
        services=("erste", "zweite"),
        questions=(a_question("eins", erste=2, zweite=2), a_question("zwei", erste=2)),
    )

    assert broken_promises(quiz) >= {
        "columns are even",
        "worse where it speaks most for the winner keeps the winner",
    }


def test_from_not_knowing_to_a_big_gap_another_may_win() -> None:
    # Why „weiß ich nicht“ is no place on the scale: it hints at the first service more than at the
    # others, which therefore gain more by a big gap.
    quiz = a_quiz(
        services=("erste", "zweite"),
        questions=(a_question("eins", erste=2, zweite=2), a_question("zwei", erste=1, zweite=1)),
    )
    before = quiz.result({"eins": "x", "zwei": "x"})
    results = [quiz.result(answers) for answers in all_sets(quiz)]

    assert before.recommended == "erste"
    assert {one.recommended for one in results} == {"erste", None}
    turned = a_quiz(
        services=("zweite", "erste"), questions=quiz.questions, unknown_gaps=quiz.unknown_gaps
    )
    assert turned.result({"eins": "x", "zwei": "g0"}).recommended == "erste"
    assert turned.result({"eins": "g3", "zwei": "g0"}).recommended == "zweite"

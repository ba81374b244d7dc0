"""The laws against what they are for: every promise about results, by trying all answers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from stadtfuehrer.quiz.laws import broken_laws
from tests.support.quiz_draws import broken_promises, even_quizzes, spoilt
from tests.support.quiz_examples import TEXTS, a_question, a_quiz

if TYPE_CHECKING:
    from stadtfuehrer.quiz.model import Quiz

slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


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


def test_a_negative_weight_lowers_needs_and_changes_winners() -> None:
    quiz = a_quiz(
        services=("erste", "zweite"),
        questions=(a_question("eins", erste=3, zweite=3), a_question("zwei", erste=-1, zweite=-1)),
    )

    assert broken_promises(quiz) >= {"no weight is negative", "a worse answer lowers no need"}


def test_uneven_columns_change_the_winner_for_the_worse() -> None:
    # The question speaks equally for both, but counts more in the smaller column.
    quiz = a_quiz(
        services=("erste", "zweite"),
        questions=(a_question("eins", erste=2, zweite=2), a_question("zwei", erste=2, zweite=0)),
    )

    assert broken_promises(quiz) >= {
        "columns are even",
        "worse where it speaks most for the winner keeps the winner",
    }


@pytest.mark.parametrize(("answer", "recommended"), [("x", "zweite"), ("g3", "erste")])
def test_from_not_knowing_to_a_big_gap_another_may_win(answer: str, recommended: str) -> None:
    # So „weiß ich nicht“ cannot be a place on the scale, not even the one it stands for: it hints
    # at one service more than at the other, to which a big gap then adds more.
    quiz = a_quiz(
        services=("erste", "zweite"),
        questions=(a_question("eins", erste=2, zweite=2),),
        unknown_gaps={"erste": Fraction(1), "zweite": Fraction(2)},
        outcomes={"erste": TEXTS, "zweite": TEXTS},
    )

    assert broken_laws(quiz) == []
    assert quiz.result({"eins": answer}).recommended == recommended

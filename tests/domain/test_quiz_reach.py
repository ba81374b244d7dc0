from __future__ import annotations

import time
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtfuehrer.domain import quiz_reach
from stadtfuehrer.domain.quiz import Thresholds
from stadtfuehrer.domain.quiz_laws import broken_laws
from stadtfuehrer.domain.quiz_reach import can_add_up, unreachable_outcomes
from stadtfuehrer.domain.quiz_sums import TooManySums
from tests.domain.quiz_draws import all_sets, even_quizzes
from tests.domain.quiz_examples import TEXTS, a_question, a_quiz

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stadtfuehrer.domain.quiz import Quiz

VECTORS = st.tuples(*[st.integers(-6, 6)] * 3)

HARD = {
    # Found by search: sums come so close to what is wanted that weighing does not tell.
    "14 questions, 5 services": (
        *(Fraction(4369, 50), "253 202 220 280 243"),
        "21121 01211 33011 22322 03312 30111 00331 23111 32222 10312 33013 11131 32223 02122",
    ),
    "14 questions, 5 services, greater weights": (
        *(Fraction(9403, 100), "214 240 299 290 204"),
        "96898 57835 56114 84378 60327 28776 48946 11934 39665 77332 87192 25737 80598 77593",
    ),
}


@pytest.fixture(
    scope="module", autouse=True, params=[quiz_reach.SECOND_HALF, 4], ids=["all in one", "halves"]
)
def second_half(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let small examples have a first half as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quiz_reach, "SECOND_HALF", request.param)
        yield


@pytest.fixture(scope="module", params=[quiz_reach.ROUNDS, 1], ids=["weighed", "hardly weighed"])
def rounds(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let what could be settled by weighing be looked for among the sums as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quiz_reach, "ROUNDS", request.param)
        yield


@pytest.mark.usefixtures("rounds")
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


@pytest.mark.usefixtures("rounds")
@settings(max_examples=25, deadline=None)
@given(even_quizzes().filter(lambda quiz: all(quiz.column(one) for one in quiz.services)))
def test_outcomes_as_by_asking_for_every_result(quiz: Quiz) -> None:
    met = {quiz.result(answers).recommended for answers in all_sets(quiz)}

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


def hard_quiz(limit: Fraction, hundredths: str, rows: str) -> Quiz:
    """A quiz by the digits of its weights, a question each."""
    services = tuple(f"s{number}" for number in range(5))
    return a_quiz(
        services=services,
        questions=tuple(
            a_question(f"q{number}", **dict(zip(services, map(int, row), strict=True)))
            for number, row in enumerate(rows.split())
        ),
        thresholds=Thresholds(
            no_need_below=limit, close_below=Fraction(5), clear_from=Fraction(15)
        ),
        unknown_gaps=dict(
            zip(services, (Fraction(int(one), 100) for one in hundredths.split()), strict=True)
        ),
        outcomes=dict.fromkeys(services, TEXTS),
    )


@pytest.mark.parametrize("name", HARD)
def test_hard_cases_are_settled_in_seconds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiz_reach, "SECOND_HALF", 5**6)
    quiz = hard_quiz(*HARD[name])
    began = time.perf_counter()

    assert unreachable_outcomes(quiz) == []
    assert time.perf_counter() - began < 5


def test_what_cannot_be_settled_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiz_reach, "MOST_SUMS", 100)
    quiz = hard_quiz(*HARD["14 questions, 5 services"])

    with pytest.raises(TooManySums):
        unreachable_outcomes(quiz)
    assert broken_laws(quiz) == [
        (
            "questions",
            "es sind so viele, dass sich nicht mehr nachrechnen lässt, ob jedes Ergebnis zu "
            "erreichen ist; mit höchstens 14 Fragen geht es immer",
        )
    ]


def test_any_fourteen_questions_have_few_enough_sums() -> None:
    assert quiz_reach.MOST_SUMS * 5**6 >= 5**14

"""The shipped quiz: what is promised of any quiz, and its exact shares over all answer sets."""

from collections import Counter
from fractions import Fraction
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.content import SHIPPED
from stadtfuehrer.content.loaders import load_quiz
from stadtfuehrer.quiz.proof import spread_of
from stadtfuehrer.quiz.questions import MAX_GAP, Answers
from stadtfuehrer.quiz.result import Verdict

QUIZ = load_quiz(SHIPPED / "quiz.toml")

ANSWERS: st.SearchStrategy[dict[str, str]] = st.fixed_dictionaries(
    {
        question.id: st.sampled_from([option.id for option in question.options])
        for question in QUIZ.questions
    }
)
QUESTIONS = st.sampled_from(QUIZ.questions)


def made_worse(answers: Answers, question_id: str) -> dict[str, str] | None:
    """The same answers with one a step worse; None where that is not possible."""
    question = QUIZ.find_question(question_id)
    assert question is not None
    option = question.find_option(answers[question_id])
    assert option is not None
    if option.gap is None or option.gap == MAX_GAP:
        return None
    [worse] = [one for one in question.options if one.gap == option.gap + 1]
    return {**answers, question_id: worse.id}


@given(answers=ANSWERS, question=QUESTIONS)
def test_a_worse_answer_never_lowers_a_need(answers: dict[str, str], question: object) -> None:
    worse = made_worse(answers, question.id)  # type: ignore[attr-defined]
    if worse is None:
        return
    before, after = QUIZ.result(answers).needs, QUIZ.result(worse).needs

    assert all(after[service] >= before[service] for service in QUIZ.services)


@given(answers=ANSWERS)
def test_worse_where_it_speaks_most_for_the_winner_keeps_the_winner(
    answers: dict[str, str],
) -> None:
    winner = QUIZ.result(answers).recommended
    for question in QUIZ.questions if winner else ():
        worse = made_worse(answers, question.id)
        if worse and question.weights.get(str(winner), 0) == max(question.weights.values()):
            assert QUIZ.result(worse).recommended == winner


@given(answers=ANSWERS)
def test_the_change_that_is_told_is_true(answers: dict[str, str]) -> None:
    result = QUIZ.result(answers)
    if result.change is None:
        return
    other = QUIZ.result({**answers, result.change.question.id: result.change.instead.id})

    assert other.recommended == result.change.outcome != result.recommended


def test_shares_of_all_answer_sets() -> None:
    # Counts how many sets lead to each triple of sums (doubled, so that 1.5 is whole) with so many
    # open themes, two of them being enough, and so many known answers; question by question,
    # instead of going through all 9,765,625.
    sums: Counter[tuple[int, ...]] = Counter({(0, 0, 0, 0, 0): 1})
    for question in QUIZ.questions:
        steps = Counter(
            (
                *(
                    int(2 * question.weights.get(service, 0) * QUIZ.gap(option, service))
                    for service in QUIZ.services
                ),
                int(option.gap in (None, 2, 3)),
                int(option.gap is not None),
            )
            for option in question.options
        )
        following: Counter[tuple[int, ...]] = Counter()
        for so_far, ways in sums.items():
            for step, more in steps.items():
                *needs, is_open, known = map(add, so_far, step)
                following[*needs, min(is_open, 2), known] += ways * more
        sums = following
    shares: Counter[str | None] = Counter()
    ties = unsure = 0
    for (*triple, is_open, known), ways in sums.items():
        needs = [int(Fraction(100 * one, 2 * 3 * 8) * QUIZ.unit) for one in triple]
        winner = QUIZ.winner([*needs, is_open, known])
        shares[winner] += ways
        ties += ways if winner and needs.count(max(needs)) > 1 else 0
        unsure += ways if known <= 5 else 0

    assert {name: round(100 * ways / 5**10, 1) for name, ways in shares.items()} == {
        "marketingberatung": 42.5,
        "marketingkonzeption": 25.3,
        "marketingumsetzung": 25.8,
        None: 6.4,
    }
    assert round(100 * ties / 5**10, 1) == 7.2
    assert round(100 * unsure / 5**10, 1) == 3.3
    # „Vielleicht brauchst du mich gar nicht“ is meant.
    assert 2 < 100 * (shares[None] - unsure) / 5**10 < 5
    spread = spread_of(QUIZ)
    assert (spread.outcomes, spread.ties, spread.total) == (shares, ties, 5**10)
    assert spread.unsure == unsure


@pytest.mark.parametrize("at", [0, 1])
def test_who_answers_well_is_sold_nothing(at: int) -> None:
    result = QUIZ.result({one.id: one.options[at].id for one in QUIZ.questions})
    assert (result.recommended, result.verdict) == (None, Verdict.WELL)

from __future__ import annotations

import time
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings

from stadtfuehrer.catalogue.files import SHIPPED
from stadtfuehrer.catalogue.quiz import load_quiz
from stadtfuehrer.domain import quiz_spread
from stadtfuehrer.domain.quiz import Certainty, Thresholds
from stadtfuehrer.domain.quiz_spread import BAR, SECOND_HALF, Spread, spread_of
from stadtfuehrer.domain.quiz_sums import TooManySums
from tests.support.quiz_draws import all_sets, even_quizzes
from tests.support.quiz_examples import a_question, a_quiz

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stadtfuehrer.domain.quiz import Quiz


@pytest.fixture(scope="module", autouse=True, params=[SECOND_HALF, 4], ids=["as it is", "small"])
def second_half(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let small examples have a first half as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quiz_spread, "SECOND_HALF", request.param)
        yield


def enumerated(quiz: Quiz) -> Spread:
    """The spread by asking for every result."""
    results = [quiz.result(answers) for answers in all_sets(quiz)]
    outcomes = (*quiz.services, None)
    certainties = Counter((one.recommended, one.certainty) for one in results)
    recommended = [one for one in results if one.recommended]
    bars = Counter(min(int(one.margin / BAR), 100 // BAR - 1) for one in recommended)
    return Spread(
        total=len(results),
        outcomes={one: sum(result.recommended == one for result in results) for one in outcomes},
        certainties={
            outcome: {certainty: certainties[outcome, certainty] for certainty in Certainty}
            for outcome in outcomes
        },
        ties=sum(
            list(one.needs.values()).count(max(one.needs.values())) > 1 for one in recommended
        ),
        margins=tuple(bars[at] for at in range(100 // BAR)),
    )


@settings(max_examples=40, deadline=None)
@given(even_quizzes())
def test_as_by_asking_for_every_result(quiz: Quiz) -> None:
    assume(all(quiz.column(one) for one in quiz.services))

    assert spread_of(quiz) == enumerated(quiz)


@pytest.mark.parametrize("no_need_below", [Fraction(1, 3), Fraction(50), Fraction(100)])
@pytest.mark.parametrize("close_below", [Fraction(0), Fraction(100, 3), Fraction(100)])
@pytest.mark.parametrize("services", [1, 2, 3])
def test_thresholds_at_their_ends(
    no_need_below: Fraction, close_below: Fraction, services: int
) -> None:
    names = ("erste", "zweite", "dritte")[:services]
    quiz = a_quiz(
        services=names,
        questions=tuple(
            a_question(f"q{number}", **{name: 2, names[0]: 1 + (name == names[0])})
            for number, name in enumerate(names)
        ),
        thresholds=Thresholds(
            no_need_below=no_need_below,
            close_below=close_below,
            clear_from=max(close_below, Fraction(50)),
        ),
    )

    assert spread_of(quiz) == enumerated(quiz)


def test_the_shipped_quiz() -> None:
    quiz = load_quiz(SHIPPED / "quiz.toml")
    began = time.process_time()
    spread = spread_of(quiz)

    assert time.process_time() - began < 2
    assert spread.total == 5**10
    assert dict(spread.outcomes) == {
        "marketingberatung": 4_449_700,
        "marketingkonzeption": 2_610_560,
        "marketingumsetzung": 2_662_916,
        None: 42_449,
    }
    assert spread.ties == 775_928
    assert sum(spread.margins) == spread.total - 42_449
    assert spread.margins[:4] == (2_915_861, 1_839_698, 1_894_169, 1_045_825)
    assert {
        outcome: tuple(sets[one] for one in ("klar", "eher", "knapp"))  # type: ignore[index]
        for outcome, sets in spread.certainties.items()
    } == {
        "marketingberatung": (1_627_153, 1_515_639, 1_306_908),
        "marketingkonzeption": (619_252, 1_061_994, 929_314),
        "marketingumsetzung": (827_043, 1_156_234, 679_639),
        None: (185, 16_151, 26_113),
    }


def test_ten_questions_with_weights_and_gaps_of_all_sorts() -> None:
    # Each column sums to 45, and hardly two sets lead to the same sums.
    rows = [(3 * a % 10, 7 * a % 10, 9 * a % 10) for a in range(10)]
    names = ("erste", "zweite", "dritte")
    quiz = a_quiz(
        questions=tuple(
            a_question(f"q{number}", **dict(zip(names, row, strict=True)))
            for number, row in enumerate(rows)
        ),
        unknown_gaps=dict(
            zip(names, (Fraction(137, 100), Fraction(251, 99), Fraction(5, 7)), strict=True)
        ),
    )
    began = time.process_time()
    spread = spread_of(quiz)

    assert time.process_time() - began < 5
    assert sum(spread.outcomes.values()) == spread.total == 5**10


def test_a_quiz_with_too_many_sums_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiz_spread, "MOST_SUMS", 4)
    monkeypatch.setattr(quiz_spread, "SECOND_HALF", 5)

    with pytest.raises(TooManySums):
        spread_of(a_quiz())

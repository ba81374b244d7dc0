"""Which outcomes can be reached, and how many sets of answers lead where: as by trying them all."""

import time
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import comb

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stadtfuehrer.content import SHIPPED
from stadtfuehrer.content.loaders import load_quiz
from stadtfuehrer.quiz import proof as quiz_proof
from stadtfuehrer.quiz.laws import broken_laws
from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.proof import (
    BAR,
    MOST_SUMS,
    Spread,
    TooManySums,
    can_add_up,
    spread_of,
    unreachable_services,
)
from stadtfuehrer.quiz.result import Certainty
from stadtfuehrer.quiz.scoring import Thresholds
from tests.support.quiz_draws import all_sets, even_quizzes
from tests.support.quiz_examples import TEXTS, a_question, a_quiz

VECTORS = st.tuples(*[st.integers(-6, 6)] * 3)

# Found by search: sums come so close to what is wanted that weighing does not tell. Threshold,
# gaps of not knowing in hundredths, and for each question its weights, a digit each.
HARD = (
    (
        Fraction(9217, 100),
        "295 235 263 224 294",
        "46427 00160 57484 39669 66595 65799 93738 21909 94790 14263 78608 49314 95744 75492",
    ),
    (
        Fraction(4511, 50),
        "267 257 212 276 232",
        "20331 31113 32211 22033 03301 11131 02332 31122 03311 23203 32313 23111 22232 20031",
    ),
)


@pytest.fixture(
    scope="class", params=[quiz_proof.ROUNDS, 1, 0], ids=["weighed", "hardly weighed", "all sums"]
)
def rounds(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let what could be settled by weighing be looked for among the sums as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quiz_proof, "ROUNDS", request.param)
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
    assert unreachable_services(quiz) == [one for one in quiz.services if one not in met]
    assert None in met


def test_a_service_that_always_ties_with_an_earlier_one_is_never_reached() -> None:
    questions = tuple(a_question(name, erste=1, zweite=1, dritte=1) for name in "abc")
    same = dict.fromkeys(("erste", "zweite", "dritte"), Fraction(2))
    ties = a_quiz(questions=questions, unknown_gaps=same)
    assert unreachable_services(ties) == ["zweite", "dritte"]
    # Only the gap of „weiß ich nicht“ makes a difference: reached by that alone is reached.
    told_apart = a_quiz(
        questions=questions,
        unknown_gaps={"erste": Fraction(1), "zweite": Fraction(2), "dritte": Fraction(1)},
    )
    assert unreachable_services(told_apart) == ["dritte"]


def hard_quiz(limit: Fraction, hundredths: str, rows: str) -> Quiz:
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


@pytest.mark.parametrize("hard", HARD, ids=["great weights", "small weights"])
def test_hard_cases_are_settled_in_seconds(hard: tuple[Fraction, str, str]) -> None:
    quiz = hard_quiz(*hard)
    began = time.process_time()
    assert unreachable_services(quiz) == []
    assert time.process_time() - began < 5


def test_what_cannot_be_settled_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiz_proof, "MOST_SUMS", 100)
    monkeypatch.setattr(quiz_proof, "ROUNDS", 0)
    quiz = hard_quiz(*HARD[0])
    with pytest.raises(TooManySums):
        unreachable_services(quiz)
    [broken] = broken_laws(quiz)
    assert broken.place == "questions"
    assert broken.reason.startswith("es sind so viele, dass sich nicht mehr nachrechnen lässt")


def test_any_nine_questions_have_few_enough_sums() -> None:
    # Behind the last question only what reaches the goal is left, cut down to just that.
    assert MOST_SUMS >= 5**8


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
        unsure=sum(2 * len(one.unknown) >= len(one.themes) for one in results),
        margins=tuple(bars[at] for at in range(100 // BAR)),
    )


@settings(max_examples=25, deadline=None)
@given(even_quizzes())
def test_as_by_asking_for_every_result(quiz: Quiz) -> None:
    assume(all(quiz.column(one) for one in quiz.services))
    assert spread_of(quiz) == enumerated(quiz)


@pytest.mark.parametrize("no_need_below", [Fraction(1, 3), Fraction(50), Fraction(100)])
@pytest.mark.parametrize("close_below", [Fraction(0), Fraction(100, 3), Fraction(100)])
@pytest.mark.parametrize("services", [1, 2, 3])
def test_thresholds_at_ends(no_need_below: Fraction, close_below: Fraction, services: int) -> None:
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
    assert time.process_time() - began < 3
    assert spread.total == 5**10
    assert dict(spread.outcomes) == {
        "marketingberatung": 4_147_489,
        "marketingkonzeption": 2_474_347,
        "marketingumsetzung": 2_522_853,
        None: 620_936,
    }
    # Ten fives, at least five of them „weiß ich nicht“.
    assert spread.unsure == sum(comb(10, unknown) * 4 ** (10 - unknown) for unknown in range(5, 11))
    assert spread.ties == 705_227
    assert sum(spread.margins) == spread.total - 620_936
    assert spread.margins[:4] == (2_661_574, 1_715_019, 1_789_637, 1_005_098)
    assert {
        outcome: tuple(sets[one] for one in ("klar", "eher", "knapp"))  # type: ignore[index]
        for outcome, sets in spread.certainties.items()
    } == {
        "marketingberatung": (1_553_700, 1_406_070, 1_187_719),
        "marketingkonzeption": (611_381, 1_009_072, 853_894),
        "marketingumsetzung": (813_378, 1_089_514, 619_961),
        None: (16_336, 105_191, 499_409),
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

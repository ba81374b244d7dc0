"""What the quiz reckons: needs, winner, certainty, reasons, the smallest change, tips."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings

from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.result import Certainty, Result, Verdict
from stadtfuehrer.quiz.scoring import Thresholds
from tests.support.quiz_draws import all_sets, even_quizzes
from tests.support.quiz_examples import a_question, a_quiz, answers
from tests.support.quiz_reference import needs_of, reasons, smallest_change, winner_of

Number = Fraction | int
THIRD = Fraction(100, 3)
HAIR = Fraction(1, 10**9)
QUIZ = a_quiz()


def result(options: str, **changes: object) -> Result:
    return a_quiz(**changes).result(answers(*options.split()))


def limits(none: Number = 30, close: Number = 5, clear: Number = 15) -> Thresholds:
    return Thresholds(
        no_need_below=Fraction(none), close_below=Fraction(close), clear_from=Fraction(clear)
    )


def assert_as_reference(quiz: Quiz, given_answers: Mapping[str, str]) -> None:
    found = {one.id: one.find_option(given_answers[one.id]) for one in quiz.questions}
    chosen = {name: option for name, option in found.items() if option}
    reckoned = quiz.result(given_answers)
    assert reckoned.recommended == winner_of(quiz, chosen)
    assert reckoned.needs == needs_of(quiz, chosen)
    assert reckoned.reasons == reasons(quiz, chosen)
    assert reckoned.change == smallest_change(quiz, chosen)


@pytest.mark.parametrize(
    ("options", "needs"),
    [
        ("g0 g0 g0", (0, 0, 0)),
        ("g1 g2 g3", (THIRD, 2 * THIRD, 100)),
        ("x x x", (2 * THIRD, 50, 50)),
    ],
)
def test_needs_are_exact(options: str, needs: tuple[Fraction, ...]) -> None:
    assert list(result(options).needs.items()) == list(
        zip(("erste", "zweite", "dritte"), needs, strict=True)
    )


@pytest.mark.parametrize(
    ("options", "recommended", "second"),
    [
        ("g3 g3 g3", "erste", "zweite"),
        ("g2 g3 g3", "zweite", "dritte"),
        ("g3 g2 g3", "erste", "dritte"),
        ("g2 g0 g3", "dritte", "erste"),
        ("g0 g2 g2", "zweite", "dritte"),
        ("x g2 g2", "erste", "zweite"),
    ],
)
def test_ties_go_to_the_earlier_service(options: str, recommended: str, second: str) -> None:
    found = result(options)
    assert (found.recommended, found.second) == (recommended, second)


@pytest.mark.parametrize(
    ("limit", "recommended"),
    [(2 * THIRD - HAIR, "erste"), (2 * THIRD, "erste"), (2 * THIRD + HAIR, None)],
    ids=["a hair above the threshold", "exactly on it", "a hair below"],
)
def test_the_threshold_of_no_need(limit: Fraction, recommended: str | None) -> None:
    assert result("g2 g2 g0", thresholds=limits(limit)).recommended == recommended


def test_thirty_is_a_need() -> None:
    # 9 of 30: the need is 30 to the last digit.
    weights = {"eins": 3, "zwei": 1, "drei": 6}
    questions = tuple(a_question(name, erste=weight) for name, weight in weights.items())
    quiz = a_quiz(services=("erste",), questions=questions)
    found = quiz.result(answers("g2", "g3", "g0"))
    assert found.needs == {"erste": 30}
    assert found.recommended == "erste"
    assert quiz.result(answers("g2", "g2", "g0")).recommended is None


@pytest.mark.parametrize(
    ("close", "clear", "certainty"),
    [
        (THIRD + HAIR, 50, Certainty.CLOSE),
        (THIRD, 50, Certainty.RATHER),
        (5, THIRD + HAIR, Certainty.RATHER),
        (5, THIRD, Certainty.CLEAR),
    ],
    ids=["below close", "exactly close", "below clear", "exactly clear"],
)
def test_certainty_at_its_bounds(close: Fraction, clear: Fraction, certainty: Certainty) -> None:
    found = result("g3 g2 g0", thresholds=limits(close=close, clear=clear))
    assert (found.margin, found.certainty) == (THIRD, certainty)


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
            a_question("drei"),
        ),
    )
    found = quiz.result(answers("g3", "g0", "g3"))
    assert (found.margin, found.certainty.value) == (Fraction(weight), certainty)


def test_without_a_need_the_margin_is_the_distance_to_the_threshold() -> None:
    found = result("g0 g1 g0", thresholds=limits(37))
    assert (found.recommended, found.second, found.reasons) == (None, "zweite", ())
    assert (found.margin, found.certainty) == (37 - THIRD, Certainty.CLOSE)


def test_reasons_are_the_three_largest_contributions_equals_in_order() -> None:
    weights = {"a": 1, "b": 2, "c": 2, "d": 1, "e": 4}
    quiz = a_quiz(
        services=("erste",),
        questions=tuple(a_question(name, erste=weight) for name, weight in weights.items()),
    )
    found = quiz.result({"a": "g3", "b": "g1", "c": "g3", "d": "g3", "e": "g0"})
    assert [(one.question.id, one.option.id, one.points) for one in found.reasons] == [
        ("c", "g3", Fraction(20)),
        ("a", "g3", Fraction(10)),
        ("d", "g3", Fraction(10)),
    ]
    # What adds nothing is no reason.
    assert [one.question.id for one in result("g3 g2 g2").reasons] == ["eins"]


@pytest.mark.parametrize(
    ("options", "change"),
    [
        # One step down is enough, and the first question comes before the second.
        ("g3 g3 g0", ("eins", "g3", "g2", "zweite")),
        # One step leads to a tie, which changes nothing; two steps do.
        ("g3 g2 g2", ("eins", "g3", "g1", "zweite")),
        # For a single open theme nothing is recommended.
        ("g3 g2 g0", ("zwei", "g2", "g1", None)),
        # „Weiß ich nicht“ is a gap of 2 for the first service: to 1 and to 3 it is one step.
        ("x g2 g2", ("eins", "x", "g1", "zweite")),
        ("x g2 g3", ("eins", "x", "g3", "erste")),
    ],
)
def test_the_smallest_change(options: str, change: tuple[str, str, str, str | None]) -> None:
    found = result(options).change
    assert found is not None
    assert (found.question.id, found.chosen.id, found.instead.id, found.outcome) == change


@pytest.mark.parametrize(
    "quiz",
    [
        QUIZ,
        a_quiz(
            questions=(
                a_question("eins", erste=1, zweite=2, dritte=4),
                a_question("zwei", erste=5, zweite=4, dritte=3),
                a_question("drei", erste=1, zweite=1, dritte=0),
            )
        ),
    ],
    ids=["one service each", "mixed"],
)
def test_every_set_of_answers_is_reckoned_as_with_fractions(quiz: Quiz) -> None:
    for options in product(("g0", "g1", "g2", "g3", "x"), repeat=3):
        assert_as_reference(quiz, answers(*options))


def test_no_single_change_where_none_is_enough() -> None:
    questions = tuple(a_question(name, erste=1) for name in "abcd")
    quiz = a_quiz(services=("erste",), questions=questions)
    assert quiz.result(dict.fromkeys("abcd", "g3")).change is None


def test_steps_of_the_themes() -> None:
    themes = result("g0 g3 x").themes
    assert [(one.option.id, one.step) for one in themes] == [("g0", 1), ("g3", 4), ("x", None)]
    assert [one.theme for one in themes] == ["Thema eins", "Thema zwei", "Thema drei"]


@settings(max_examples=25, deadline=None)
@given(even_quizzes())
def test_whole_numbers_reckon_as_fractions_do(quiz: Quiz) -> None:
    assume(all(quiz.column(service) for service in quiz.services))
    for given_answers in all_sets(quiz):
        assert_as_reference(quiz, given_answers)


def tips(quiz: Quiz, chosen: dict[str, str]) -> list[str]:
    return [one.question.id for one in quiz.result(chosen).tips]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ("g0 g0 g0", []),
        ("g0 g1 g0", ["zwei"]),
        ("g1 g2 g3", ["drei", "zwei", "eins"]),
        # „Weiß ich nicht“ stands for a gap of 2 with the first service, of 1.5 with the others.
        ("g2 x g3", ["drei", "eins", "zwei"]),
        ("x g2 g2", ["eins", "zwei", "drei"]),
        ("g2 x g1", ["eins", "zwei", "drei"]),
    ],
)
def test_tips_are_for_the_biggest_gaps(options: str, ids: list[str]) -> None:
    assert tips(QUIZ, answers(*options.split())) == ids


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
    found = result("g0 g1 g1", thresholds=limits(50))
    assert found.recommended is None
    assert [one.question.id for one in found.tips] == ["zwei", "drei"]
    # A gap below one needs no tip.
    unsure = {"erste": Fraction(1, 2), "zweite": Fraction(1), "dritte": Fraction(99, 100)}
    quiz = a_quiz(unknown_gaps=unsure)
    assert tips(quiz, answers("g2", "g2", "x")) == ["eins", "zwei"]
    assert tips(quiz, answers("g2", "x", "g2")) == ["eins", "drei", "zwei"]
    # But one that is all there is to do does, and so does whatever is to be found out.
    assert tips(quiz, answers("g1", "g1", "x")) == ["drei"]
    assert tips(quiz, answers("x", "g3", "x")) == ["drei", "eins"]


def test_an_unknown_answer_counts_with_the_widest_gap_that_it_stands_for() -> None:
    quiz = a_quiz(
        services=("erste", "zweite"),
        questions=(
            a_question("eins", zweite=1),
            a_question("zwei", erste=1),
            a_question("drei", erste=1, zweite=1),
        ),
        unknown_gaps={"erste": Fraction(5, 2), "zweite": Fraction(1, 2)},
    )
    assert tips(quiz, answers("g2", "g2", "x")) == ["drei", "zwei", "eins"]
    assert tips(quiz, answers("x", "g2", "g2")) == ["zwei", "drei"]


@pytest.mark.parametrize(
    ("options", "verdict", "recommended"),
    [
        ("g1 g1 g1 g1 g1", Verdict.WELL, None),
        ("g3 g1 g1 g1 g1", Verdict.ONE_THING, None),
        ("g1 g1 x g1 g1", Verdict.ONE_THING, None),
        ("g2 g2 g0 g0 g0", Verdict.FEW_THINGS, None),
        ("g2 g2 g1 g0 g0", Verdict.SERVICE, "erste"),
        ("g3 g0 g2 g3 g0", Verdict.TIE, "erste"),
        # Two of five may be unknown, three may not, however much speaks for a service.
        ("x x g3 g0 g0", Verdict.SERVICE, "erste"),
        ("x x g3 g3 x", Verdict.UNSURE, None),
    ],
)
def test_verdicts_at_their_bounds(options: str, verdict: Verdict, recommended: str | None) -> None:
    weights = ({"erste": 1}, {"erste": 1}, {"erste": 1, "zweite": 1}, {"zweite": 1}, {"zweite": 1})
    names = "abcde"
    quiz = a_quiz(
        services=("erste", "zweite"),
        questions=tuple(a_question(name, **one) for name, one in zip(names, weights, strict=True)),
        thresholds=limits(50),
    )
    found = quiz.result(dict(zip(names, options.split(), strict=True)))
    assert (found.verdict, found.recommended) == (verdict, recommended)


def test_a_quiz_with_one_question_may_recommend_for_it() -> None:
    quiz = a_quiz(services=("erste",), questions=(a_question("eins", erste=1),))
    found = [quiz.result({"eins": option}).verdict for option in ("g1", "g2", "x")]
    assert found == [Verdict.WELL, Verdict.SERVICE, Verdict.UNSURE]

import time
from dataclasses import replace
from fractions import Fraction

import pytest

from stadtfuehrer.quiz.laws import broken_laws
from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.scoring import Option, Thresholds
from tests.support.quiz_examples import TEXTS, a_question, a_quiz, changed_option, changed_question


def thresholds(none: int = 30, close: int = 5, clear: int = 15) -> Thresholds:
    return Thresholds(
        no_need_below=Fraction(none), close_below=Fraction(close), clear_from=Fraction(clear)
    )


def places(quiz: Quiz) -> list[str]:
    return [one.place for one in broken_laws(quiz)]


GOOD = a_quiz()
FIRST = GOOD.questions[0]


def without_option(at: int) -> Quiz:
    options = FIRST.options[:at] + FIRST.options[at + 1 :]
    return changed_question(GOOD, 0, options=options)


def test_a_sound_quiz_breaks_no_law() -> None:
    assert broken_laws(GOOD) == []


@pytest.mark.parametrize(
    ("quiz", "broken"),
    [
        (changed_question(GOOD, 1, id="eins"), ["questions[1].id"]),
        (changed_question(GOOD, 1, id="Zwei!"), ["questions[1].id"]),
        (replace(GOOD, no_need=replace(TEXTS, headline="a\u200bb")), ["no_need.headline"]),
        (replace(GOOD, no_need=replace(TEXTS, headline="a\nb")), ["no_need.headline"]),
        (changed_question(GOOD, 1, theme=" "), ["questions[1].theme"]),
        (changed_question(GOOD, 1, text=""), ["questions[1].text"]),
        (changed_question(GOOD, 1, why="\n"), ["questions[1].why"]),
        (changed_question(GOOD, 1, place=""), ["questions[1].place"]),
        (changed_question(GOOD, 1, meaning="\t"), ["questions[1].meaning"]),
        (changed_question(GOOD, 1, tip=""), ["questions[1].tip"]),
        (changed_option(GOOD, 2, 1, text=""), ["questions[2].options[1].text"]),
        (changed_option(GOOD, 2, 1, id="g0"), ["questions[2].options[1].id"]),
        (changed_option(GOOD, 2, 1, id=""), ["questions[2].options[1].id"]),
        (changed_option(GOOD, 0, 1, gap=0), ["questions[0].options"]),
        (changed_option(GOOD, 0, 1, gap=2), ["questions[0].options"]),
        (
            changed_option(GOOD, 0, 3, gap=4),
            ["questions[0].options[3].gap", "questions[0].options"],
        ),
        # Without its gap of 0 the first need is a third at least, so no need is never below 30.
        (without_option(0), ["questions[0].options", "thresholds.no_need_below"]),
        (without_option(3), ["questions[0].options"]),
        (without_option(4), ["questions[0].options"]),
        (
            changed_question(
                GOOD, 0, options=(*FIRST.options, Option(id="y", text="Keine Ahnung"))
            ),
            ["questions[0].options"],
        ),
        (
            changed_question(GOOD, 0, weights={"erste": 2, "vierte": 1}),
            ["questions[0].weights.vierte"],
        ),
        (changed_question(GOOD, 0, weights={"erste": 3}), ["questions"]),
        (
            a_quiz(questions=(*GOOD.questions, a_question("vier", erste=-1, zweite=1, dritte=1))),
            ["questions[3].weights.erste", "questions"],
        ),
        (
            a_quiz(
                questions=(
                    a_question("eins", erste=10),
                    a_question("zwei", zweite=5, dritte=5),
                    a_question("drei", zweite=5, dritte=5),
                )
            ),
            ["questions[0].weights.erste", "outcomes.dritte"],
        ),
        (a_quiz(thresholds=thresholds(none=0)), ["thresholds.no_need_below"] * 2),
        (
            a_quiz(thresholds=thresholds(none=101)),
            ["thresholds.no_need_below", *("outcomes.erste", "outcomes.zweite", "outcomes.dritte")],
        ),
        (a_quiz(thresholds=thresholds(close=16)), ["thresholds.close_below"]),
        (a_quiz(thresholds=thresholds(clear=101)), ["thresholds.close_below"]),
        (
            a_quiz(unknown_gaps={"erste": Fraction(2), "zweite": Fraction(1)}),
            ["unknown_gaps.dritte"],
        ),
        (
            a_quiz(unknown_gaps={**GOOD.unknown_gaps, "dritte": Fraction(7, 2)}),
            ["unknown_gaps.dritte"],
        ),
        (
            a_quiz(unknown_gaps={**GOOD.unknown_gaps, "vierte": Fraction(1)}),
            ["unknown_gaps.vierte"],
        ),
        (a_quiz(outcomes={"erste": TEXTS, "zweite": TEXTS}), ["outcomes.dritte"]),
        (a_quiz(outcomes={**GOOD.outcomes, "vierte": TEXTS}), ["outcomes.vierte"]),
        (a_quiz(no_need=replace(TEXTS, next_step="")), ["no_need.next_step"]),
        (
            a_quiz(outcomes={**GOOD.outcomes, "zweite": replace(TEXTS, headline="")}),
            ["outcomes.zweite.headline"],
        ),
        (a_quiz(services=("erste", "zweite", "dritte", "zweite")), ["services[3]"]),
        (a_quiz(questions=()), ["questions"]),
    ],
)
def test_each_broken_law_has_its_place(quiz: Quiz, broken: list[str]) -> None:
    assert places(quiz) == broken


def test_without_any_service() -> None:
    quiz = a_quiz(
        services=(),
        unknown_gaps={},
        outcomes={},
        questions=tuple(replace(one, weights={}) for one in GOOD.questions),
    )

    assert places(quiz) == ["services"]


def test_an_outcome_that_cannot_be_reached() -> None:
    same = dict.fromkeys(GOOD.services, Fraction(2))
    questions = tuple(a_question(name, **dict.fromkeys(GOOD.services, 1)) for name in ("a", "b"))

    assert places(a_quiz(questions=questions, unknown_gaps=same)) == [
        "outcomes.zweite",
        "outcomes.dritte",
    ]


def test_every_mistake_is_told_not_only_the_first() -> None:
    quiz = changed_option(changed_question(GOOD, 1, why="", id="Zwei!"), 2, 4, gap=1)

    assert places(quiz) == [
        "questions[1].id",
        "questions[1].why",
        "questions[2].options",
        "questions[2].options",
    ]


def test_a_question_is_named_by_number_and_text() -> None:
    named = changed_question(GOOD, 1, text=" Wer sagt „Ja“? ", options=FIRST.options[:4])
    nameless = changed_question(GOOD, 1, text=" ", options=FIRST.options[:4])

    assert [one.reason.partition(" braucht")[0] for one in broken_laws(named)] == [
        "Frage 2 („Wer sagt ‚Ja‘?“)"
    ]
    assert [one.reason.partition(" braucht")[0] for one in broken_laws(nameless)] == [
        "hier fehlt der Text",
        "Frage 2",
    ]


def large_quiz(questions: int, services: int, *, options: int = 5) -> Quiz:
    """Questions that speak for all services alike, so that only the first can be reached."""
    names = tuple(f"s{number}" for number in range(services))
    weights = dict.fromkeys(names, 1)
    unsure = tuple(Option(id=f"x{number}", text="Weiß ich nicht") for number in range(options - 4))
    return a_quiz(
        services=names,
        questions=tuple(
            replace(a_question(f"q{number}", **weights), options=(*FIRST.options[:4], *unsure))
            for number in range(questions)
        ),
        unknown_gaps=dict.fromkeys(names, Fraction(1)),
        outcomes=dict.fromkeys(names, TEXTS),
    )


@pytest.mark.parametrize(
    ("quiz", "broken"),
    [
        (large_quiz(30, 8), [f"outcomes.s{number}" for number in range(1, 8)]),
        (large_quiz(31, 1), ["questions"]),
        (large_quiz(1, 9), ["services"]),
        (large_quiz(100, 50), ["services", "questions"]),
        (large_quiz(5000, 1), ["questions"]),
        (large_quiz(1, 1, options=5000), ["questions[0].options"]),
    ],
    ids=["as large as may be", "questions", "services", "both", "thousands", "answers"],
)
def test_an_absurd_size_is_refused_at_once(quiz: Quiz, broken: list[str]) -> None:
    began = time.process_time()

    assert places(quiz) == broken
    assert time.process_time() - began < 5

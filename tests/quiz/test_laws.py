"""The laws of any quiz, each with its place, and against what they are for: every promise."""

import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings

from stadtfuehrer.quiz.laws import broken_laws
from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.questions import Option
from stadtfuehrer.quiz.scoring import Thresholds
from tests.support.quiz_draws import broken_promises, even_quizzes
from tests.support.quiz_examples import (
    TEXTS,
    a_question,
    a_quiz,
    answers,
    changed_option,
    changed_question,
)


def thresholds(none: int = 30, close: int = 5, clear: int = 15) -> Thresholds:
    return Thresholds(
        no_need_below=Fraction(none), close_below=Fraction(close), clear_from=Fraction(clear)
    )


def places(quiz: Quiz) -> list[str]:
    return [one.place for one in broken_laws(quiz)]


GOOD = a_quiz()
FIRST = GOOD.questions[0]
SERVICES = ("erste", "zweite", "dritte")
TWO = ("erste", "zweite")


def without_option(at: int) -> Quiz:
    return changed_question(GOOD, 0, options=FIRST.options[:at] + FIRST.options[at + 1 :])


def alike(questions: int, services: int, *, options: int = 5) -> Quiz:
    """Questions that speak for all services alike, so that only the first can be reached."""
    names = tuple(f"s{number}" for number in range(services))
    unsure = tuple(Option(id=f"x{number}", text="Weiß ich nicht") for number in range(options - 4))
    question = replace(
        a_question("q", **dict.fromkeys(names, 1)), options=(*FIRST.options[:4], *unsure)
    )
    return a_quiz(
        services=names,
        questions=tuple(replace(question, id=f"q{number}") for number in range(questions)),
        unknown_gaps=dict.fromkeys(names, Fraction(1)),
        outcomes=dict.fromkeys(names, TEXTS),
    )


def test_a_sound_quiz_breaks_no_law() -> None:
    assert broken_laws(GOOD) == []


BROKEN: list[tuple[Quiz, list[str]]] = [
    (changed_question(GOOD, 1, id="eins"), ["questions[1].id"]),
    (changed_question(GOOD, 1, id="Zwei!"), ["questions[1].id"]),
    *(
        (a_quiz(no_need=replace(TEXTS, **{field: text})), [f"no_need.{field}"])
        for field, text in (("headline", "a\u200bb"), ("headline", "a\nb"), ("next_step", ""))
    ),
    *(
        (changed_question(GOOD, 1, **{field: blank}), [f"questions[1].{field}"])
        for field, blank in (
            *(("theme", " "), ("text", ""), ("why", "\n"), ("place", "")),
            *(("meaning", "\t"), ("tip", "")),
        )
    ),
    (changed_option(GOOD, 2, 1, text=""), ["questions[2].options[1].text"]),
    (changed_option(GOOD, 2, 1, id="g0"), ["questions[2].options[1].id"]),
    (changed_option(GOOD, 2, 1, id=""), ["questions[2].options[1].id"]),
    (changed_option(GOOD, 0, 1, gap=0), ["questions[0].options"]),
    (changed_option(GOOD, 0, 1, gap=2), ["questions[0].options"]),
    (changed_option(GOOD, 0, 3, gap=4), ["questions[0].options[3].gap", "questions[0].options"]),
    (without_option(0), ["questions[0].options"]),
    (without_option(3), ["questions[0].options"]),
    (without_option(4), ["questions[0].options"]),
    (
        changed_question(GOOD, 0, options=(*FIRST.options, Option(id="y", text="Keine Ahnung"))),
        ["questions[0].options"],
    ),
    (changed_question(GOOD, 0, weights={"erste": 2, "vierte": 1}), ["questions[0].weights.vierte"]),
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
    (a_quiz(thresholds=thresholds(none=0)), ["thresholds.no_need_below"]),
    (
        a_quiz(thresholds=thresholds(none=101)),
        ["thresholds.no_need_below", *(f"outcomes.{one}" for one in SERVICES)],
    ),
    (a_quiz(thresholds=thresholds(close=16)), ["thresholds.close_below"]),
    (a_quiz(thresholds=thresholds(clear=101)), ["thresholds.close_below"]),
    (a_quiz(unknown_gaps=dict.fromkeys(TWO, Fraction(2))), ["unknown_gaps.dritte"]),
    *(
        (a_quiz(unknown_gaps={**GOOD.unknown_gaps, one: gap}), [f"unknown_gaps.{one}"])
        for one, gap in (("dritte", Fraction(7, 2)), ("vierte", Fraction(1)))
    ),
    (a_quiz(outcomes=dict.fromkeys(TWO, TEXTS)), ["outcomes.dritte"]),
    (a_quiz(outcomes={**GOOD.outcomes, "vierte": TEXTS}), ["outcomes.vierte"]),
    (a_quiz(otherwise={**GOOD.otherwise, "tie": replace(TEXTS, text=" ")}), ["otherwise.tie.text"]),
    (
        a_quiz(outcomes={**GOOD.outcomes, "zweite": replace(TEXTS, headline="")}),
        ["outcomes.zweite.headline"],
    ),
    (a_quiz(services=(*SERVICES, "zweite")), ["services[3]"]),
    (a_quiz(questions=()), ["questions"]),
    (
        a_quiz(
            services=(),
            unknown_gaps={},
            outcomes={},
            questions=tuple(replace(one, weights={}) for one in GOOD.questions),
        ),
        ["services"],
    ),
    (alike(2, 3), ["outcomes.s1", "outcomes.s2"]),
    # Every mistake is told, not only the first.
    (
        changed_option(changed_question(GOOD, 1, why="", id="Zwei!"), 2, 4, gap=1),
        ["questions[1].id", "questions[1].why", *["questions[2].options"] * 2],
    ),
]


@pytest.mark.parametrize(("quiz", "broken"), BROKEN)
def test_each_broken_law_has_its_place(quiz: Quiz, broken: list[str]) -> None:
    assert places(quiz) == broken


def test_a_question_is_named_by_number_and_text() -> None:
    named = changed_question(GOOD, 1, text=" Wer sagt „Ja“? ", options=FIRST.options[:4])
    nameless = changed_question(GOOD, 1, text=" ", options=FIRST.options[:4])
    starts = [
        one.reason.partition(" braucht")[0]
        for quiz in (named, nameless)
        for one in broken_laws(quiz)
    ]
    assert starts == ["Frage 2 („Wer sagt ‚Ja‘?“)", "hier fehlt der Text", "Frage 2"]


@pytest.mark.parametrize(
    ("quiz", "broken"),
    [
        (alike(30, 8), [f"outcomes.s{number}" for number in range(1, 8)]),
        (alike(31, 1), ["questions"]),
        (alike(1, 9), ["services"]),
        (alike(100, 50), ["services", "questions"]),
        (alike(5000, 1), ["questions"]),
        (alike(1, 1, options=5000), ["questions[0].options"]),
    ],
    ids=["as large as may be", "questions", "services", "both", "thousands", "answers"],
)
def test_an_absurd_size_is_refused_at_once(quiz: Quiz, broken: list[str]) -> None:
    began = time.process_time()
    assert places(quiz) == broken
    assert time.process_time() - began < 5


slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@slow
@given(even_quizzes(least_weight=-1))
def test_a_law_is_broken_only_where_a_promise_is(quiz: Quiz) -> None:
    assume(all(quiz.column(service) > 0 for service in quiz.services))
    assert bool(broken_laws(quiz)) is bool(broken_promises(quiz))


def test_negative_weights_and_uneven_columns_break_promises() -> None:
    negative = a_quiz(
        services=TWO,
        questions=(a_question("eins", erste=3, zweite=3), a_question("zwei", erste=-1, zweite=-1)),
    )
    assert broken_promises(negative) >= {"no weight is negative", "a worse answer lowers no need"}
    # The question speaks equally for both, but counts more in the smaller column.
    uneven = a_quiz(
        services=TWO,
        questions=(a_question("eins", erste=2, zweite=2), a_question("zwei", erste=2, zweite=0)),
    )
    assert broken_promises(uneven) >= {
        "columns are even",
        "worse where it speaks most for the winner keeps the winner",
    }


@pytest.mark.parametrize(("answer", "recommended"), [("x", "zweite"), ("g3", "erste")])
def test_from_not_knowing_to_a_big_gap_another_may_win(answer: str, recommended: str) -> None:
    # So „weiß ich nicht“ cannot be a place on the scale, not even the one it stands for: it hints
    # at one service more than at the other, to which a big gap then adds more.
    quiz = a_quiz(
        services=TWO,
        questions=tuple(a_question(name, erste=2, zweite=2) for name in ("eins", "zwei", "drei")),
        unknown_gaps={"erste": Fraction(1), "zweite": Fraction(2)},
        outcomes=dict.fromkeys(TWO, TEXTS),
    )
    assert broken_laws(quiz) == []
    assert quiz.result(answers(answer, "g2", "g2")).recommended == recommended

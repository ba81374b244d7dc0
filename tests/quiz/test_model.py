"""Answers as they are read, what is open, the version; and the walk past the questions."""

import re
from fractions import Fraction
from itertools import combinations, pairwise
from math import dist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.quiz.model import Outcome, Quiz, Unknown
from stadtfuehrer.quiz.walk import Walk, walk_of
from stadtfuehrer.refusals import IncompleteAnswers
from tests.support.quiz_examples import TEXTS, a_question, a_quiz, answers, changed_option

QUIZ = a_quiz()
IDS = ("erste", "zweite", "dritte")
WELL = answers("g0", "g1", "g0")


@pytest.mark.parametrize(
    ("pairs", "read", "unknown"),
    [
        ([("drei", "g1"), ("eins", "x")], {"eins": "x", "drei": "g1"}, []),
        ([("eins", "g1"), ("eins", "g3")], {"eins": "g3"}, []),
        ([("eins", "weg"), ("eins", "g3")], {"eins": "g3"}, []),
        ([("eins", "g3"), ("eins", "weg")], {"eins": "g3"}, []),
        ([("eins", "")], {}, [("eins", "", True)]),
        ([("fremd", "g1")], {}, [("fremd", "g1", False)]),
        ([("fremd", "1"), ("eins", "zz")], {}, [("eins", "zz", True), ("fremd", "1", False)]),
    ],
    ids=["order", "repeated", "unknown, known", "known, unknown", "empty", "question", "both"],
)
def test_answers_are_read_in_order_and_what_is_not_known_is_told_apart(
    pairs: list[tuple[str, str]], read: dict[str, str], unknown: list[tuple[str, str, bool]]
) -> None:
    reading = QUIZ.read(pairs)
    assert list(reading.answers.items()) == list(read.items())
    assert list(reading.unknown) == [
        Unknown(
            question=QUIZ.find_question(question) if known else None,
            question_id=question,
            option_id=option,
        )
        for question, option, known in unknown
    ]


@given(st.lists(st.tuples(st.text() | st.sampled_from(["eins", "zwei"]), st.text())))
def test_garbage_is_never_an_answer(pairs: list[tuple[str, str]]) -> None:
    reading = QUIZ.read(pairs)
    known = {question.id: {one.id for one in question.options} for question in QUIZ.questions}
    assert all(option in known[question] for question, option in reading.answers.items())
    assert len(reading.answers) + len(reading.unknown) == len(dict(pairs))


@pytest.mark.parametrize(
    ("given_answers", "open_question"),
    [
        ({}, "eins"),
        ({"zwei": "g0"}, "eins"),
        ({"eins": "g0"}, "zwei"),
        ({"eins": "fremd", "zwei": "g0", "drei": "g0"}, "eins"),
        ({"eins": "g0", "zwei": "x", "drei": "g3"}, None),
    ],
)
def test_the_first_open_question(given_answers: dict[str, str], open_question: str | None) -> None:
    question = a_quiz().first_open(given_answers)
    assert (question and question.id) == open_question


def test_a_question_is_found_by_its_id_and_knows_the_one_before() -> None:
    first, second, _third = QUIZ.questions
    assert (QUIZ.before(first), QUIZ.before(second)) == (None, first)
    assert (QUIZ.find_question("zwei"), QUIZ.find_question("vier")) == (second, None)


@pytest.mark.parametrize("at", ["eins", "zwei", "drei"])
def test_no_result_with_an_answer_missing_or_unknown(at: str) -> None:
    given_answers = answers("g1", "g1", "g1")
    with pytest.raises(IncompleteAnswers):
        QUIZ.result(given_answers | {at: "fremd"})
    del given_answers[at]
    with pytest.raises(IncompleteAnswers):
        QUIZ.result(given_answers)


def test_the_version_follows_what_is_scored_and_no_text() -> None:
    other = Outcome(headline="Auskennen", text="Gut", next_step="Weiter so")
    quiz = a_quiz(no_need=other)
    texts = [
        quiz.outcome(quiz.result(answers(*["g3", "g2", "g0"]))),
        quiz.outcome(quiz.result(WELL)),
    ]
    assert texts == [TEXTS, other]
    assert len(QUIZ.version) == 12
    assert int(QUIZ.version, 16) >= 0
    assert QUIZ.result(answers("g0", "g0", "g0")).quiz_version == QUIZ.version
    # A weight of 0 is none.
    weightless = (a_question("eins", erste=2, zweite=0), *QUIZ.questions[1:])
    for same in (quiz, changed_option(QUIZ, 0, 1, text="anders"), a_quiz(questions=weightless)):
        assert same.version == QUIZ.version


@pytest.mark.parametrize(
    "other",
    [
        a_quiz(services=("zweite", "erste", "dritte")),
        a_quiz(unknown_gaps=dict.fromkeys(IDS, Fraction(2))),
        a_quiz(questions=QUIZ.questions[::-1]),
        changed_option(QUIZ, 0, 1, gap=2),
        changed_option(QUIZ, 0, 1, id="anders"),
        a_quiz(questions=(a_question("eins", erste=1), *QUIZ.questions[1:])),
    ],
    ids=["order of services", "unknown", "order of questions", "gap", "id", "weight"],
)
def test_another_scoring_has_another_version(other: Quiz) -> None:
    assert other.version != QUIZ.version


Point = tuple[int, int]
PHONE = (280, 92)
LEAST_APART = 2 * 8.5 + 3
"""Two circles as walk.html draws them, and a little room between."""


def lines(path: str) -> list[list[Point]]:
    """The lines of SVG path data that is made of M and L alone."""
    assert re.fullmatch(r"(M-?\d+ -?\d+(L-?\d+ -?\d+)+)*", path)
    return [
        [(int(x), int(y)) for x, y in (point.split() for point in line.split("L"))]
        for line in path.split("M")[1:]
    ]


def places(walk: Walk) -> list[Point]:
    return [*((stop.x, stop.y) for stop in walk.stops), walk.goal]


def from_street(point: Point, street: list[Point]) -> float:
    """How far a point is from the street."""
    found = []
    for (ax, ay), (bx, by) in pairwise(street):
        along = (point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)
        share = min(1, max(0, along / dist((ax, ay), (bx, by)) ** 2))
        found.append(dist(point, (ax + share * (bx - ax), ay + share * (by - ay))))
    return min(found)


@st.composite
def walks(draw: st.DrawFn) -> tuple[Walk, int, frozenset[int]]:
    total = draw(st.integers(1, 30))
    at = draw(st.integers(0, total))
    answered = draw(st.frozensets(st.integers(0, total - 1)))
    return walk_of(total, at=at, answered=answered), at, answered


@given(drawn=walks())
def test_as_much_is_walked_as_is_answered(drawn: tuple[Walk, int, frozenset[int]]) -> None:
    walk, at, answered = drawn
    ends = list(pairwise(places(walk)))
    walked = [(line[0], line[-1]) for line in lines(walk.walked + walk.fresh)]
    assert walked == [ends[number] for number in sorted(answered)]
    stops = [stop.number for stop in walk.stops if stop.is_answered]
    assert stops == [number + 1 for number in sorted(answered)]
    # What was just walked is the last leg and leads here.
    assert bool(walk.fresh) == (bool(answered) and max(answered) + 1 == at)
    for line in lines(walk.fresh):
        assert line[-1] == (walk.x, walk.y)
    assert (walk.x, walk.y) == places(walk)[at]
    left, top, *size = map(int, walk.window.split())
    assert tuple(size) == PHONE
    assert walk.x - left == PHONE[0] // 2
    assert PHONE[1] / 2 < walk.y - top < PHONE[1]


@pytest.mark.parametrize("total", range(1, 16))
def test_stops_are_equally_far_apart_on_the_street_and_the_next_one_is_in_sight(total: int) -> None:
    walk = walk_of(total, at=0, answered=range(total))
    [street] = lines(walk.street)
    legs = [sum(dist(*ends) for ends in pairwise(line)) for line in lines(walk.walked)]
    assert len(legs) == total
    assert [stop.number for stop in walk.stops] == list(range(1, total + 1))
    assert max(legs) - min(legs) < 3  # Places are whole units.
    assert all(from_street(place, street) < 1 for place in places(walk))
    assert all(dist(*two) > LEAST_APART for two in combinations(places(walk), 2))
    if total in {10, 15}:
        # A long quiz walks the whole street.
        assert dist(walk.goal, street[-1]) <= 1
    for at, (x, y) in enumerate(places(walk)[1:]):
        left, top, width, height = map(int, walk_of(total, at=at, answered=()).window.split())
        assert left < x < left + width
        assert top < y < top + height

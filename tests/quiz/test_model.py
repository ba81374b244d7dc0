from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.quiz.model import Outcome, Unknown
from stadtfuehrer.refusals import IncompleteAnswers
from tests.support.quiz_examples import TEXTS, a_question, a_quiz, answers, changed_option


def test_answers_are_read_in_the_order_of_the_quiz() -> None:
    reading = a_quiz().read([("drei", "g1"), ("eins", "x")])

    assert list(reading.answers.items()) == [("eins", "x"), ("drei", "g1")]
    assert reading.unknown == ()


@pytest.mark.parametrize(
    ("pairs", "read", "unknown"),
    [
        ([("eins", "g1"), ("eins", "g3")], {"eins": "g3"}, []),
        ([("eins", "weg"), ("eins", "g3")], {"eins": "g3"}, []),
        ([("eins", "g3"), ("eins", "weg")], {"eins": "g3"}, []),
        ([("eins", "")], {}, [("eins", "", True)]),
        ([("fremd", "g1")], {}, [("fremd", "g1", False)]),
        ([("fremd", "1"), ("eins", "zz")], {}, [("eins", "zz", True), ("fremd", "1", False)]),
    ],
    ids=["repeated", "unknown-then-known", "known-then-unknown", "empty", "question", "both"],
)
def test_what_is_not_known_is_told_apart(
    pairs: list[tuple[str, str]], read: dict[str, str], unknown: list[tuple[str, str, bool]]
) -> None:
    quiz = a_quiz()
    reading = quiz.read(pairs)

    assert reading.answers == read
    assert list(reading.unknown) == [
        Unknown(
            question=quiz.find_question(question) if known else None,
            question_id=question,
            option_id=option,
        )
        for question, option, known in unknown
    ]


@given(st.lists(st.tuples(st.text() | st.sampled_from(["eins", "zwei"]), st.text())))
def test_garbage_is_never_an_answer(pairs: list[tuple[str, str]]) -> None:
    quiz = a_quiz()
    reading = quiz.read(pairs)

    known = {question.id: {one.id for one in question.options} for question in quiz.questions}
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


def test_the_question_before() -> None:
    quiz = a_quiz()
    first, second, _third = quiz.questions

    assert quiz.before(first) is None
    assert quiz.before(second) == first


def test_a_question_is_found_by_its_id() -> None:
    quiz = a_quiz()

    assert quiz.find_question("zwei") == quiz.questions[1]
    assert quiz.find_question("vier") is None


@pytest.mark.parametrize("missing", ["eins", "zwei", "drei"])
def test_no_result_with_an_answer_missing(missing: str) -> None:
    given_answers = answers("g1", "g1", "g1")
    del given_answers[missing]

    with pytest.raises(IncompleteAnswers):
        a_quiz().result(given_answers)


def test_no_result_with_an_unknown_answer() -> None:
    with pytest.raises(IncompleteAnswers):
        a_quiz().result(answers("g1", "fremd", "g1"))


def test_the_texts_of_each_outcome() -> None:
    fourth = Outcome(headline="Auskennen", text="Gut", next_step="Weiter so")
    quiz = a_quiz(no_need=fourth)

    assert quiz.outcome("erste") == TEXTS
    assert quiz.outcome(None) == fourth


def test_the_version_follows_what_is_scored() -> None:
    quiz = a_quiz()

    assert len(quiz.version) == 12
    assert int(quiz.version, 16) >= 0
    assert a_quiz(no_need=Outcome(headline="a", text="b", next_step="c")).version == quiz.version
    assert changed_option(quiz, 0, 1, text="anders").version == quiz.version
    assert a_quiz(
        questions=(a_question("eins", erste=2, zweite=0), *quiz.questions[1:])
    ).version == (quiz.version)


@pytest.mark.parametrize(
    "other",
    [
        a_quiz(services=("zweite", "erste", "dritte")),
        a_quiz(unknown_gaps=dict.fromkeys(("erste", "zweite", "dritte"), Fraction(2))),
        a_quiz(questions=tuple(reversed(a_quiz().questions))),
        changed_option(a_quiz(), 0, 1, gap=2),
        changed_option(a_quiz(), 0, 1, id="anders"),
        a_quiz(questions=(a_question("eins", erste=1), *a_quiz().questions[1:])),
    ],
    ids=["order of services", "unknown", "order of questions", "gap", "id", "weight"],
)
def test_another_scoring_has_another_version(other: object) -> None:
    assert getattr(other, "version", None) != a_quiz().version

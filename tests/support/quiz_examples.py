"""A small quiz for tests: three services, three questions, every column sums to 2."""

from dataclasses import replace
from fractions import Fraction
from typing import get_args

from stadtfuehrer.quiz.model import Otherwise, Outcome, Quiz
from stadtfuehrer.quiz.questions import Option, Question
from stadtfuehrer.quiz.scoring import Thresholds

TEXTS = Outcome(headline="Überschrift", text="Text", next_step="Weiter")


def a_question(question_id: str, **weights: int) -> Question:
    return Question(
        id=question_id,
        theme=f"Thema {question_id}",
        place=f"Ort {question_id}",
        text=f"Frage {question_id}?",
        why="Darum.",
        meaning="Das fehlt.",
        tip="Tu etwas.",
        options=(
            *(Option(id=f"g{gap}", text=f"Lücke {gap}", gap=gap) for gap in range(4)),
            Option(id="x", text="Weiß ich nicht"),
        ),
        weights=weights,
    )


def a_quiz(**changes: object) -> Quiz:
    """Each question speaks for one service only, so each answer is that service's need."""
    quiz = Quiz(
        services=("erste", "zweite", "dritte"),
        questions=(
            a_question("eins", erste=2),
            a_question("zwei", zweite=2),
            a_question("drei", dritte=2),
        ),
        thresholds=Thresholds(
            no_need_below=Fraction(30), close_below=Fraction(5), clear_from=Fraction(15)
        ),
        unknown_gaps={"erste": Fraction(2), "zweite": Fraction(3, 2), "dritte": Fraction(3, 2)},
        outcomes={"erste": TEXTS, "zweite": TEXTS, "dritte": TEXTS},
        no_need=TEXTS,
        otherwise=dict.fromkeys(get_args(Otherwise), TEXTS),
    )
    return replace(quiz, **changes)  # type: ignore[arg-type]


def answers(*options: str) -> dict[str, str]:
    return dict(zip(("eins", "zwei", "drei"), options, strict=True))


def changed_question(quiz: Quiz, at: int, **changes: object) -> Quiz:
    """The quiz with one question changed."""
    questions = list(quiz.questions)
    questions[at] = replace(questions[at], **changes)  # type: ignore[arg-type]
    return replace(quiz, questions=tuple(questions))


def changed_option(quiz: Quiz, question: int, at: int, **changes: object) -> Quiz:
    """The quiz with one answer changed."""
    options = list(quiz.questions[question].options)
    options[at] = replace(options[at], **changes)  # type: ignore[arg-type]
    return changed_question(quiz, question, options=tuple(options))

"""Quizzes of any size with answers, drawn at random, and the plans they come to."""

from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from hypothesis import strategies as st

from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.plan import Plan, Street, plan_of
from stadtfuehrer.quiz.result import Result
from tests.support.quiz_examples import TEXTS, a_question, a_quiz

SERVICES = ("erste", "zweite", "dritte", "vierte", "fuenfte", "sechste")
TITLES = (
    *("Marketingberatung", "Öffentlichkeitsarbeitsbegleitung", "Werbung", "Texte und Bilder"),
    *("Konzeption und Planung für kleine Betriebe auf dem Land", "Ä"),
)


class TakenQuiz(NamedTuple):
    """A quiz that somebody has taken."""

    quiz: Quiz
    answers: dict[str, str]
    result: Result
    plan: Plan

    @property
    def streets(self) -> list[Street]:
        return [street for district in self.plan.districts for street in district.streets]


@st.composite
def taken_quizzes(draw: st.DrawFn) -> TakenQuiz:
    """One to six services, three to fifteen questions, any weights, any answers."""
    services = SERVICES[: draw(st.integers(1, 6))]
    number = draw(st.integers(3, 15))
    weight = st.integers(0, 3)
    questions = []
    for at in range(number):
        weights = {service: draw(weight) for service in services}
        # A service that no question speaks for has no need that could be reckoned.
        weights |= {one: 1 for one in services[at::number] if not weights[one]}
        weights |= {one: 1 for one in services[number:] if at == 0}
        question = a_question(f"q{at}", **weights)
        questions.append(replace(question, dialogue=draw(st.booleans())))
    quiz = a_quiz(
        services=services,
        questions=tuple(questions),
        unknown_gaps=dict.fromkeys(services, Fraction(3, 2)),
        outcomes=dict.fromkeys(services, TEXTS),
    )
    answers = {one.id: draw(st.sampled_from(one.options)).id for one in questions}
    titles = draw(st.permutations(TITLES))
    result = quiz.result(answers)
    plan = plan_of(quiz, result, dict(zip(services, titles, strict=False)))
    return TakenQuiz(quiz, answers, result, plan)

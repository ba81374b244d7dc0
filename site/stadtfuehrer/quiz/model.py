"""The quiz: reads answers out of an address line, knows what is open, gives the result."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, cast

from stadtfuehrer.quiz.questions import Answers, Question
from stadtfuehrer.quiz.result import Result, Verdict, result_of
from stadtfuehrer.quiz.scoring import Scoring
from stadtfuehrer.refusals import IncompleteAnswers

Otherwise = Literal["tie", "one_thing", "few_things", "unsure"]
"""The verdicts whose texts any quiz may use."""

Wording = Mapping[str, Sequence[str]]
"""Question id → the question and its answer, as they were shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the visitor reads about an outcome."""

    headline: str
    text: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """An answer that this quiz does not know, perhaps out of an old link.

    ``question`` is None where not even the question is known; such a pair may also be a stranger
    (a tracking parameter), so it is worth a general remark at most.
    """

    question: Question | None
    question_id: str
    option_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was understood out of a query, in the order of the quiz, and what was not."""

    answers: Answers
    unknown: tuple[Unknown, ...]
    rest: Mapping[str, str]
    """Of each name the last value that answers nothing: here a page finds its own parameters."""


@dataclass(frozen=True, kw_only=True)
class Quiz(Scoring):
    """A scoring with the texts of its outcomes.

    ``no_need`` stands where no theme is open, ``otherwise`` for the other verdicts that recommend
    no single service.
    """

    outcomes: Mapping[str, Outcome]
    no_need: Outcome
    otherwise: Mapping[Otherwise, Outcome] = field(default_factory=dict)
    """What a file leaves out is told in the shipped quiz's words (see ``load_quiz``)."""

    @cached_property
    def _by_id(self) -> Mapping[str, Question]:
        return {one.id: one for one in self.questions}

    def read(self, pairs: Iterable[tuple[str, str]]) -> Reading:
        """Sort what comes out of a query string; whatever stands there, nothing is raised.

        A pair is an answer if its name is a question's id and its value one of that question's
        options. Of a question that is answered twice the last answer counts: it is what the visitor
        chose last. All other pairs are the rest, whatever their names.
        """
        chosen: dict[str, str] = {}
        rest: dict[str, str] = {}
        for name, value in pairs:
            question = self._by_id.get(name)
            (chosen if question and question.find_option(value) else rest)[name] = value
        old = [one for one in self.questions if one.id in rest and one.id not in chosen]
        return Reading(
            answers={one.id: chosen[one.id] for one in self.questions if one.id in chosen},
            unknown=(
                *(Unknown(question=one, question_id=one.id, option_id=rest[one.id]) for one in old),
                *(
                    Unknown(question=None, question_id=name, option_id=value)
                    for name, value in rest.items()
                    if name not in self._by_id
                ),
            ),
            rest=rest,
        )

    def find_question(self, question_id: str) -> Question | None:
        """The question with this id, or None."""
        return self._by_id.get(question_id)

    def before(self, question: Question) -> Question | None:
        """The question before this one; None for the first."""
        at = self.questions.index(question)
        return self.questions[at - 1] if at else None

    def first_open(self, answers: Answers) -> Question | None:
        """The first question without a known answer; None when all have one."""
        return next(
            (one for one in self.questions if not one.find_option(answers.get(one.id, ""))), None
        )

    def wording(self, answers: Answers) -> dict[str, list[str]]:
        """Every known answer with its question, in the order of the quiz."""
        return {
            question.id: [question.text, option.text]
            for question in self.questions
            if (option := question.find_option(answers.get(question.id, "")))
        }

    def worded(self, answers: Answers, wording: Wording) -> "Quiz":
        """The same quiz with questions and answers in the words in which they were shown once."""
        if not wording or wording == self.wording(answers):
            return self
        questions = []
        for question in self.questions:
            text, answer = wording.get(question.id, (question.text, None))
            options = tuple(
                replace(one, text=answer) if answer and one.id == answers.get(question.id) else one
                for one in question.options
            )
            questions.append(replace(question, text=text, options=options))
        return replace(self, questions=tuple(questions))

    def outcome(self, result: Result) -> Outcome:
        """The texts for a result."""
        match result.verdict:
            case Verdict.SERVICE:
                return self.outcomes[str(result.recommended)]
            case Verdict.WELL:
                return self.no_need
            case other:
                return self.otherwise[cast("Otherwise", other.value)]

    def result(self, answers: Answers) -> Result:
        """What the answers say; exact, and independent of their order.

        Raises:
            IncompleteAnswers: a question has no known answer.

        """
        if self.first_open(answers) is not None:
            raise IncompleteAnswers
        return result_of(self, answers)

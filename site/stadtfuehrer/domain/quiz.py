"""The quiz: reads answers out of an address line, knows what is open, gives the result."""

# Without `from __future__ import annotations`: the catalogue validates content into these types,
# for which their annotations must be real.
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stadtfuehrer.domain.quiz_result import Certainty, Change, Reason, Result, ThemeStep, result_of
from stadtfuehrer.domain.quiz_scoring import MAX_GAP, Answers, Option, Question, Scoring, Thresholds
from stadtfuehrer.domain.refusals import IncompleteAnswers

__all__ = [
    "MAX_GAP",
    "RESERVED",
    "Answers",
    "Certainty",
    "Change",
    "Option",
    "Outcome",
    "Question",
    "Quiz",
    "Reading",
    "Reason",
    "Result",
    "ThemeStep",
    "Thresholds",
    "Unknown",
]

RESERVED = frozenset(
    {
        *("frage", "weiter", "tasten", "angebot", "ab", "bis", "von", "zone", "start"),
        *("name", "email", "firma", "telefon", "anliegen", "grund"),
        *("website", "schluessel", "brief", "gezaehlt", "alt"),
    }
)
"""Names that our pages and forms use themselves; a question's id shares the query with them."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz(Scoring):
    """A scoring with the texts of its outcomes; ``no_need`` is the fourth one."""

    outcomes: Mapping[str, Outcome]
    no_need: Outcome

    def read(self, pairs: Iterable[tuple[str, str]]) -> Reading:
        """Sort what comes out of a query string; whatever stands there, nothing is raised.

        Of a repeated question the last answer counts, known or not: it is what the visitor chose
        last. The parameters that our own pages use are passed over.
        """
        last = {name: value for name, value in pairs if name not in RESERVED}
        answers: dict[str, str] = {}
        unknown: list[Unknown] = []
        for question in self.questions:
            value = last.pop(question.id, None)
            if value is None:
                continue
            if question.find_option(value):
                answers[question.id] = value
            else:
                unknown.append(Unknown(question=question, question_id=question.id, option_id=value))
        unknown += [
            Unknown(question=None, question_id=name, option_id=value)
            for name, value in last.items()
        ]
        return Reading(answers=answers, unknown=tuple(unknown))

    def find_question(self, question_id: str) -> Question | None:
        """The question with this id, or None."""
        return next((one for one in self.questions if one.id == question_id), None)

    def before(self, question: Question) -> Question | None:
        """The question before this one; None for the first."""
        at = self.questions.index(question)
        return self.questions[at - 1] if at else None

    def first_open(self, answers: Answers) -> Question | None:
        """The first question without a known answer; None when all have one."""
        return next(
            (one for one in self.questions if not one.find_option(answers.get(one.id, ""))), None
        )

    def outcome(self, recommended: str | None) -> Outcome:
        """The texts for ``Result.recommended``."""
        return self.no_need if recommended is None else self.outcomes[recommended]

    def result(self, answers: Answers) -> Result:
        """What the answers say; exact, and independent of their order.

        Raises:
            IncompleteAnswers: a question has no known answer.

        """
        chosen: dict[str, Option] = {}
        for question in self.questions:
            option = question.find_option(answers.get(question.id, ""))
            if option is None:
                raise IncompleteAnswers
            chosen[question.id] = option
        return result_of(self, chosen)

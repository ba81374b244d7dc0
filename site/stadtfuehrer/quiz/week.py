"""The things of a week: how each went, and what that makes of the answers."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from stadtfuehrer.quiz.questions import OPEN_FROM, Answers, Option, Question
from stadtfuehrer.quiz.scoring import Scoring

ASK_AFTER = timedelta(days=7)
"""From the result until somebody who wants it is asked how the week went."""

CONSENT_VERSION = "2026-11"
"""Changes with the wording."""

CONSENT_WORDING = (
    "Frag mich in sieben Tagen einmal per E-Mail, ob es geklappt hat. "
    "Mit dem Link im ersten Brief kann ich das jederzeit widerrufen."
)

_PREFIX = "wie."
"""Of its parameters in addresses. No question has a dot in its id (``laws.ID``)."""


class Progress(StrEnum):
    """How it went with one thing; the value stands in addresses."""

    DONE = "geklappt"
    PARTLY = "zum-teil"
    NOT = "nein"

    @property
    def label(self) -> str:
        """The choice in the visitor's words."""
        return {"geklappt": "Geklappt", "zum-teil": "Zum Teil", "nein": "Nein"}[self.value]


Report = Mapping[str, Progress]
"""Question id → how it went with the thing to do about it."""


def parameter(question_id: str) -> str:
    """What the thing to do about a question is called in addresses and forms."""
    return _PREFIX + question_id


def read_report(pairs: Iterable[tuple[str, str]], asked: Collection[str]) -> Report:
    """What a query or a form says of these questions' things; whatever stands there is no error."""
    said, values = dict(pairs), {one.value: one for one in Progress}
    return {one: values[said[name]] for one in asked if said.get(name := parameter(one)) in values}


def answers_after(scoring: Scoring, answers: Answers, report: Report) -> Answers:
    """The answers as they would be given now."""
    return {
        question.id: _answer_after(question, answers[question.id], report.get(question.id))
        for question in scoring.questions
    }


def _answer_after(question: Question, answer: str, progress: Progress | None) -> str:
    """The best one when it is done, one step better when a part of it is."""
    chosen = question.find_option(answer)
    if chosen is None or progress in {None, Progress.NOT}:
        return answer
    # Whoever did not know stands where a theme begins to be open, and knows by now.
    gap = OPEN_FROM if chosen.gap is None else chosen.gap
    better = [one for one in question.options if one.gap is not None and one.gap < gap]
    if not better:
        return answer
    return (min if progress is Progress.DONE else max)(better, key=_gap).id


def _gap(option: Option) -> int:
    return option.gap or 0

"""Counting in the quiz: pages that come up, the way to the result, and what others answered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog
from flask import after_this_request, redirect, request
from sqlalchemy.exc import SQLAlchemyError

from stadtfuehrer.domain.refusals import TooManyPosts
from stadtfuehrer.services import quiz_statistics
from stadtfuehrer.services.limits import admit_post
from stadtfuehrer.web.desk import answers_of_others, now, the_office
from stadtfuehrer.web.forms import FinishForm, typed
from stadtfuehrer.web.forms.answers import read_answers
from stadtfuehrer.web.key import find_key
from stadtfuehrer.web.quiz.blueprint import COUNTED, kept, quiz, quiz_href, result_href
from stadtfuehrer.web.quiz.notices import unknown_answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue

    from stadtfuehrer.domain.quiz import Question, Reading

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One answer: how many gave it, in whole per cent, and whether the visitor did."""

    text: str
    percent: int
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OthersAnswered:
    """What others answered: how many finished the quiz, and each question with its answers."""

    runs: int
    questions: tuple[tuple[Question, tuple[Share, ...]], ...]


def _counted_as(asked: Question | None, reading: Reading) -> str | None:
    """The name a page of the quiz is counted by, "" for the one with all answers; None if it isn't.

    It is if the visitor came to it by going on: not what was asked for by name, what is shown
    again after a mistake or an answer that is not known, and whatever comes after the result.
    """
    the_quiz = the_office().catalogue.quiz
    questions = the_quiz.questions
    at = len(questions) if asked is None else questions.index(asked)
    before = questions[at - 1].id if at else None
    if (
        "frage" in reading.rest
        or reading.rest.get("weiter") != before
        or len(reading.answers) != at
        or any(one.question is not None for one in unknown_answers(the_quiz, reading))
        or _is_counted()
    ):
        return None
    return "" if asked is None else asked.id


def count_shown(asked: Question | None, reading: Reading) -> None:
    """Count a page that somebody came to by going on, and did not only load once more.

    It is done when the answer is gone, so that nobody waits for it.
    """
    name, caching = _counted_as(asked, reading), request.cache_control
    reloaded = caching.no_cache or caching.max_age == 0
    if name is None or reloaded or request.method == "HEAD":
        return
    count = partial(quiz_statistics.count_shown, the_office(), name, now=now())

    @after_this_request
    def count_at_last(response: Response) -> Response:
        response.call_on_close(count)
        return response


@quiz.post("/quiz/fertig")
def finish() -> ResponseReturnValue:
    """Count a finished run and lead to its result, whatever becomes of the counting."""
    the_quiz = the_office().catalogue.quiz
    answers, _ = read_answers(the_quiz)
    if the_quiz.first_open(answers) is not None:
        return redirect(quiz_href(answers), 303)
    if not _is_counted():
        _count(answers)
    return redirect(result_href(answers, COUNTED), 303)


def _is_counted() -> bool:
    return COUNTED in kept()


def _count(answers: Mapping[str, str]) -> None:
    office, form = the_office(), FinishForm()
    key = find_key(office, typed(form.schluessel))
    if key is None or form.website.data:
        return  # A robot. How fast a person presses the button says nothing, so it is not asked.
    try:
        admit_post(office, request.remote_addr or "", now=now())
        quiz_statistics.count_run(office, answers, key=key.id, shown_at=key.shown_at, now=now())
    except TooManyPosts:
        return
    except (SQLAlchemyError, OSError) as error:
        _log.error("a finished quiz was not counted", error=type(error).__name__)


def others_answered(answers: Mapping[str, str]) -> OthersAnswered | None:
    """What others answered, beside the visitor's own answers; None if they are too few."""
    others = answers_of_others().look(now=now())
    if others is None:
        return None
    return OthersAnswered(
        runs=others.runs,
        questions=tuple(
            (
                question,
                tuple(
                    Share(
                        text=option.text,
                        percent=others.percents[question.id][option.id],
                        own=answers.get(question.id) == option.id,
                    )
                    for option in question.options
                ),
            )
            for question in the_office().catalogue.quiz.questions
        ),
    )

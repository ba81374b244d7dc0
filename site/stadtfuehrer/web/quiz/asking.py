"""The questions, one a page, and all answers to look over before the result."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import render_template, request, url_for

from stadtfuehrer.web.desk import the_office
from stadtfuehrer.web.quiz.blueprint import quiz, quiz_href

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stadtfuehrer.domain.quiz import Question, Reading


@quiz.get("/quiz")
def question() -> str:
    """The question asked for, else the first open one, else all answers to look over."""
    the_quiz = the_office().catalogue.quiz
    reading = the_quiz.read(request.args.items(multi=True))
    notices = _notices(reading)
    wanted = request.args.get("frage")
    asked = None if wanted is None else the_quiz.find_question(wanted)
    if wanted is not None and asked is None:
        notices.append("Diese Frage gibt es nicht. Hier geht es weiter.")
    asked = asked or the_quiz.first_open(reading.answers)
    if asked is None:
        return _check_page(reading.answers, notices)
    return _question_page(asked, reading.answers, notices)


def _question_page(asked: Question, answers: Mapping[str, str], notices: list[str]) -> str:
    the_quiz = the_office().catalogue.quiz
    before = the_quiz.before(asked)
    # „Weiter“ tells which question was on the page, so that going on without an answer is seen.
    skipped = request.args.get("weiter") == asked.id and asked.id not in answers
    return render_template(
        "quiz/question.html",
        question=asked,
        chosen=answers.get(asked.id),
        number=the_quiz.questions.index(asked) + 1,
        total=len(the_quiz.questions),
        walked=len(answers),
        others=[(name, value) for name, value in answers.items() if name != asked.id],
        back_href=None if before is None else quiz_href(answers, frage=before.id),
        notices=notices,
        error="Wähle eine Antwort aus, dann geht es weiter." if skipped else None,
    )


def _check_page(answers: Mapping[str, str], notices: list[str]) -> str:
    items = [
        {
            "question": one,
            "option": one.find_option(answers[one.id]),
            "change_href": quiz_href(answers, frage=one.id),
        }
        for one in the_office().catalogue.quiz.questions
    ]
    return render_template(
        "quiz/check.html",
        items=items,
        result_href=f"{url_for('quiz.result')}?{urlencode(answers)}",
        notices=notices,
    )


def _notices(reading: Reading) -> list[str]:
    """What to say about answers that this quiz does not know, perhaps out of an old link."""
    return [
        f"Deine Antwort auf „{unknown.question.text}“ gibt es so nicht mehr. Bitte wähle neu."
        for unknown in reading.unknown
        if unknown.question is not None
    ]

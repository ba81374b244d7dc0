"""The questions, one a page, and all answers to look over before the result."""

from flask import render_template, request

from stadtfuehrer.quiz.blueprint import (
    KEYS_OFF,
    hidden_fields,
    kept,
    notices_about,
    quiz,
    quiz_href,
)
from stadtfuehrer.quiz.forms import FinishForm
from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.result_views import count_shown
from stadtfuehrer.quiz.scoring import Answers, Question
from stadtfuehrer.quiz.walk import Walk, walk_of
from stadtfuehrer.web import get_context

_SECONDS_A_QUESTION = 18


@quiz.get("/quiz")
def question() -> str:
    """The question asked for, else the first open one, else all answers to look over."""
    the_quiz = get_context().catalogue.quiz
    pairs = list(request.args.items(multi=True))
    reading = the_quiz.read(pairs)
    notices, own = notices_about(the_quiz, reading, pairs), reading.rest
    asked = the_quiz.find_question(own.get("frage", ""))
    if "frage" in own and asked is None and the_quiz.find_question("frage") is None:
        notices.append("Diese Frage gibt es nicht. Hier geht es weiter.")
    # „Weiter“ tells which question was on the page, so that going on without an answer is seen.
    left = the_quiz.find_question(own.get("weiter", ""))
    skipped = left if left is not None and left.id not in reading.answers else None
    asked = asked or skipped or the_quiz.first_open(reading.answers)
    count_shown(asked, reading)
    if asked is None:
        return _check_page(reading.answers, notices)
    return _question_page(asked, reading.answers, notices, is_skipped=asked == skipped)


def _question_page(
    asked: Question, answers: Answers, notices: list[str], *, is_skipped: bool
) -> str:
    the_quiz = get_context().catalogue.quiz
    before, total = the_quiz.before(asked), len(the_quiz.questions)
    number = the_quiz.questions.index(asked) + 1
    others = [(name, value) for name, value in answers.items() if name != asked.id] + kept()
    return render_template(
        "quiz/question.html",
        question=asked,
        chosen=answers.get(asked.id),
        number=number,
        total=total,
        minutes=_minutes_in_words(total) if number == 1 and not answers else None,
        walk=_walk(the_quiz, answers, at=number - 1),
        without_keys=KEYS_OFF in others,
        others=[pair for pair in others if pair != KEYS_OFF],
        back_href=None if before is None else quiz_href(answers, ("frage", before.id)),
        notices=notices,
        error="Wähle eine Antwort aus, dann geht es weiter." if is_skipped else None,
    )


def _check_page(answers: Answers, notices: list[str]) -> str:
    the_quiz = get_context().catalogue.quiz
    items = [
        {
            "question": one,
            "option": one.find_option(answers[one.id]),
            "change_href": quiz_href(answers, ("frage", one.id)),
        }
        for one in the_quiz.questions
    ]
    return render_template(
        "quiz/check.html",
        items=items,
        walk=_walk(the_quiz, answers, at=len(items)),
        form=FinishForm.blank(),
        hidden=hidden_fields(answers),
        notices=notices,
    )


def _walk(the_quiz: Quiz, answers: Answers, *, at: int) -> Walk:
    answered = {number for number, one in enumerate(the_quiz.questions) if one.id in answers}
    return walk_of(len(the_quiz.questions), at=at, answered=answered)


def _minutes_in_words(total: int) -> str:
    minutes = max(1, round(total * _SECONDS_A_QUESTION / 60))
    return "etwa eine Minute" if minutes == 1 else f"etwa {minutes} Minuten"

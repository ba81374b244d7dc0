"""The questions, one a page, and all answers to look over before the result."""

from collections.abc import Sequence

from flask import render_template, request
from markupsafe import Markup

from stadtfuehrer.quiz.blueprint import (
    KEYS_OFF,
    answers_field,
    carried,
    hidden_fields,
    in_query,
    notices_about,
    part,
    quiz,
)
from stadtfuehrer.quiz.questions import Answers, Question
from stadtfuehrer.quiz.result_views import FinishForm, count_shown
from stadtfuehrer.quiz.walk import walk_of
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
    if asked is None:
        return _check_page(reading.answers, notices)
    count_shown(asked, reading)
    return _question_page(asked, reading.answers, notices, is_skipped=asked == skipped)


def _question_page(
    asked: Question, answers: Answers, notices: list[str], *, is_skipped: bool
) -> str:
    questions, chosen = get_context().catalogue.quiz.questions, answers.get(asked.id)
    at, total, also = questions.index(asked), len(questions), carried()
    others = {name: value for name, value in answers.items() if name != asked.id}
    # Behind the last open question comes the result: its form is posted, since a run is counted.
    is_last = len(others) == total - 1
    return render_template(
        "quiz/question.html",
        question=asked,
        asked=part("parts.question", asked.id, chosen, question=asked, chosen=chosen),
        number=at + 1,
        total=total,
        minutes=_minutes_in_words(total) if not at and not answers else None,
        without_keys=KEYS_OFF in also,
        is_last=is_last,
        form=FinishForm.blank() if is_last else None,
        others=(answers_field(others) if is_last else list(others.items()))
        + [pair for pair in also if pair != KEYS_OFF],
        back=at and in_query(answers, *also, ("frage", questions[at - 1].id)),
        notices=notices,
        error="Wähle eine Antwort aus, dann geht es weiter." if is_skipped else None,
        **_walk(questions, answers, at=at),
    )


def _check_page(answers: Answers, notices: list[str]) -> str:
    questions = get_context().catalogue.quiz.questions
    return render_template(
        "quiz/check.html",
        items=[
            (
                one,
                part("parts.answer", one.id, answers[one.id], question=one, chosen=answers[one.id]),
            )
            for one in questions
        ],
        query=in_query(answers, *carried()),
        form=FinishForm.blank(),
        hidden=hidden_fields(answers),
        notices=notices,
        **_walk(questions, answers, at=len(questions)),
    )


def _walk(questions: Sequence[Question], answers: Answers, *, at: int) -> dict[str, object]:
    answered = {number for number, one in enumerate(questions) if one.id in answers}
    walk = walk_of(len(questions), at=at, answered=answered)
    return {
        "walk": walk,
        "ground": part("walk.ground", str(at), walk=walk),
        "stops": Markup().join(
            part("walk.stop", str(stop.number), str(stop.is_answered), stop=stop)
            for stop in walk.stops
            if stop.number != at + 1
        ),
        "here": part("walk.here", str(at), walk=walk),
    }


def _minutes_in_words(total: int) -> str:
    minutes = max(1, round(total * _SECONDS_A_QUESTION / 60))
    return "etwa eine Minute" if minutes == 1 else f"etwa {minutes} Minuten"

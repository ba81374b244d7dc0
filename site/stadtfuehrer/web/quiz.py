"""The quiz: one question a page, everything in the address, nothing stored."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for

from stadtfuehrer.domain.letter import Mailbox
from stadtfuehrer.domain.refusals import TooManyPosts
from stadtfuehrer.services.findings import findings
from stadtfuehrer.services.results import send_result
from stadtfuehrer.web.desk import now, the_office
from stadtfuehrer.web.forms import ResultForm, typed
from stadtfuehrer.web.frame.refusals import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from stadtfuehrer.domain.quiz import Question, Reading

quiz = Blueprint("quiz", __name__)

_ON_ITS_WAY = "unterwegs"


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
        back_href=None if before is None else _href(answers, frage=before.id),
        notices=notices,
        error="Wähle eine Antwort aus, dann geht es weiter." if skipped else None,
    )


def _check_page(answers: Mapping[str, str], notices: list[str]) -> str:
    items = [
        {
            "question": one,
            "option": one.find_option(answers[one.id]),
            "change_href": _href(answers, frage=one.id),
        }
        for one in the_office().catalogue.quiz.questions
    ]
    return render_template(
        "quiz/check.html",
        items=items,
        result_href=f"{url_for('quiz.result')}?{urlencode(answers)}",
        notices=notices,
    )


@quiz.get("/quiz/ergebnis")
def result() -> ResponseReturnValue:
    """The result, for everybody who has answered every question."""
    reading = the_office().catalogue.quiz.read(request.args.items(multi=True))
    answers = reading.answers
    if the_office().catalogue.quiz.first_open(answers) is not None:
        # An answer that is no longer known goes along empty, so that the question can say so.
        gone = {one.question_id: "" for one in reading.unknown if one.question is not None}
        return redirect(_href({**answers, **gone}), 303)
    form = ResultForm(formdata=None)
    form.refresh_key()
    return _result_page(answers, form, sent=request.args.get("brief") == _ON_ITS_WAY)


@quiz.post("/quiz/ergebnis")
def send() -> ResponseReturnValue:
    """Send the result to whoever asks for it."""
    answers = the_office().catalogue.quiz.read(request.form.items(multi=True)).answers
    if the_office().catalogue.quiz.first_open(answers) is not None:
        return redirect(_href(answers), 303)
    form = ResultForm()
    try:
        if not form.accept():
            return _result_page(answers, form, sent=False), 422
    except TooManyPosts as refusal:
        told = tell(refusal, the_office())
        form.add_error(told.text)
        return _result_page(answers, form, sent=False), told.status
    recipient = Mailbox(name=typed(form.name), address=typed(form.email))
    send_result(the_office(), answers, recipient, key=form.key_id, now=now())
    query = urlencode({**answers, "brief": _ON_ITS_WAY})
    return redirect(f"{url_for('quiz.result')}?{query}#brief", 303)


def _result_page(answers: Mapping[str, str], form: ResultForm, *, sent: bool) -> str:
    found = findings(the_office().catalogue, answers)
    carried = dict(answers)
    if found.service is not None:
        carried["angebot"] = found.service.slug
    return render_template(
        "quiz/result.html",
        headline=found.outcome.headline,
        text=found.outcome.text,
        next_step=found.outcome.next_step,
        service=found.service,
        second=found.second,
        certainty_text=found.certainty_text,
        reasons=found.reasons,
        change=found.change,
        themes=found.themes,
        needs=found.needs,
        answers_pairs=list(answers.items()),
        termin_href=f"{url_for('booking.kinds')}?{urlencode(carried)}",
        change_href=_href(answers),
        form=form,
        sent=sent,
        action=url_for("quiz.send"),
    )


def _href(answers: Mapping[str, str], **more: str) -> str:
    query = urlencode({**answers, **more})
    return url_for("quiz.question") + (f"?{query}" if query else "")


def _notices(reading: Reading) -> list[str]:
    """What to say about answers that this quiz does not know, perhaps out of an old link."""
    return [
        f"Deine Antwort auf „{unknown.question.text}“ gibt es so nicht mehr. Bitte wähle neu."
        for unknown in reading.unknown
        if unknown.question is not None
    ]

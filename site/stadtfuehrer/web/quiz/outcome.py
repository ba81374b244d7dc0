"""The result, on a page and by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for

from stadtfuehrer.domain.letter import Mailbox
from stadtfuehrer.domain.refusals import TooManyPosts
from stadtfuehrer.services.findings import findings
from stadtfuehrer.services.plan_words import in_words
from stadtfuehrer.services.results import send_result
from stadtfuehrer.web.desk import now, the_office
from stadtfuehrer.web.forms import ResultForm, typed
from stadtfuehrer.web.forms.answers import read_answers
from stadtfuehrer.web.frame.refusals import tell
from stadtfuehrer.web.quiz.blueprint import hidden_fields, quiz, quiz_href, result_href
from stadtfuehrer.web.quiz.counting import others_answered
from stadtfuehrer.web.quiz.notices import (
    LETTER_ON_ITS_WAY,
    OLD_LINK,
    lost_a_question,
    notices_about,
    unknown_answers,
)
from stadtfuehrer.web.quiz.plan import draw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from stadtfuehrer.services.findings import Findings

_CARDS = frozenset({"marketingberatung", "marketingkonzeption", "marketingumsetzung"})
"""Services whose name is on a picture; the others share one without a name."""


@quiz.get("/quiz/ergebnis")
def result() -> ResponseReturnValue:
    """The result, for everybody who has answered every question."""
    the_quiz, pairs = the_office().catalogue.quiz, list(request.args.items(multi=True))
    reading = the_quiz.read(pairs)
    answers = reading.answers
    if the_quiz.first_open(answers) is not None:
        # An answer that is no longer known goes along empty, so that the question can say so.
        gone = {one.question_id: "" for one in unknown_answers(the_quiz, reading) if one.question}
        old = [OLD_LINK] if lost_a_question(the_quiz, reading, pairs) else []
        return redirect(quiz_href({**answers, **gone}, *old), 303)
    sent = LETTER_ON_ITS_WAY in pairs
    notices = notices_about(the_quiz, reading, pairs)
    return _result_page(answers, ResultForm.blank(), sent=sent, notices=notices)


@quiz.post("/quiz/ergebnis")
def send() -> ResponseReturnValue:
    """Send the result to whoever asks for it."""
    answers, _ = read_answers(the_office().catalogue.quiz)
    if the_office().catalogue.quiz.first_open(answers) is not None:
        return redirect(quiz_href(answers), 303)
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
    return redirect(f"{result_href(answers, LETTER_ON_ITS_WAY)}#brief", 303)


def _result_page(
    answers: Mapping[str, str], form: ResultForm, *, sent: bool, notices: Sequence[str] = ()
) -> str:
    found = findings(the_office().catalogue, answers)
    service = [("angebot", found.service.slug)] if found.service else []
    return render_template(
        "quiz/result.html",
        found=found,
        drawing=draw(found.plan),
        words=in_words(found.plan),
        card=_card(found),
        hidden=hidden_fields(answers),
        others=others_answered(answers),
        termin_href=f"{url_for('booking.kinds')}?{urlencode([*answers.items(), *service])}",
        change_href=quiz_href(answers),
        form=form,
        sent=sent,
        notices=notices,
        action=url_for("quiz.send"),
    )


def _card(found: Findings) -> str:
    """The picture that others see when the result is shared: one for each shipped outcome."""
    if found.service is None:
        return "auskennen"
    return found.service.slug if found.service.slug in _CARDS else "stadtplan"

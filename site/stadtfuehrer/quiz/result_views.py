"""The result, on a page and by letter."""

from collections.abc import Callable, Sequence
from functools import partial

import structlog
from flask import Response, after_this_request, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import BooleanField

from stadtfuehrer.quiz import service as quiz_statistics
from stadtfuehrer.quiz.blueprint import (
    COUNTED,
    LETTER_ON_ITS_WAY,
    OLD_LINK,
    carried,
    hidden_fields,
    href,
    in_query,
    lost_a_question,
    notices_about,
    part,
    quiz,
    read_answers,
    unknown_answers,
)
from stadtfuehrer.quiz.drawing import draw, svg
from stadtfuehrer.quiz.findings import Findings, findings
from stadtfuehrer.quiz.model import Reading
from stadtfuehrer.quiz.plan import Plan
from stadtfuehrer.quiz.plan_wording import SURFACES, TRAFFIC, in_words
from stadtfuehrer.quiz.questions import Answers, Question
from stadtfuehrer.quiz.result import Verdict
from stadtfuehrer.quiz.service import answers_of_others, send_result
from stadtfuehrer.quiz.week import CONSENT_WORDING
from stadtfuehrer.refusals import DatabaseUnavailable, NotNow, TooManyPosts
from stadtfuehrer.text import Mailbox
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.fields import address_field, name_field, typed
from stadtfuehrer.web.forms import KeyedForm, find_form_token
from stadtfuehrer.web.rate_limit import check_rate


class FinishForm(KeyedForm):
    """The quiz's end: nothing is left to be filled in."""


class ResultForm(KeyedForm):
    """Where the quiz's result is to be sent, and whether to ask after a week how it went."""

    email = address_field(missing="Wohin soll das Ergebnis gehen? Die Adresse fehlt.")
    name = name_field()
    nachfrage = BooleanField(CONSENT_WORDING)


_CARDS = frozenset({"marketingberatung", "marketingkonzeption", "marketingumsetzung"})
"""Services whose name is on a picture; the others share one without a name."""


@quiz.get("/quiz/ergebnis")
def result() -> ResponseReturnValue:
    """The result, for everybody who has answered every question."""
    the_quiz, pairs = get_context().catalogue.quiz, list(request.args.items(multi=True))
    reading = the_quiz.read(pairs)
    answers = reading.answers
    if the_quiz.first_open(answers) is not None:
        # An answer that is no longer known goes along empty, so that the question can say so.
        gone = {one.question_id: "" for one in unknown_answers(the_quiz, reading) if one.question}
        old = [OLD_LINK] if lost_a_question(the_quiz, reading, pairs) else []
        return redirect(href("quiz.question", {**answers, **gone}, *old), 303)
    sent = LETTER_ON_ITS_WAY in pairs
    notices = notices_about(the_quiz, reading, pairs)
    return _result_page(answers, sent=sent, notices=notices)


@quiz.post("/quiz/ergebnis")
def send() -> ResponseReturnValue:
    """Send the result to whoever asks for it."""
    answers, _ = read_answers(get_context().catalogue.quiz)
    if get_context().catalogue.quiz.first_open(answers) is not None:
        return redirect(href("quiz.question", answers), 303)
    form = ResultForm()
    try:
        if not form.accept():
            return _result_page(answers, form), 422
        recipient = Mailbox(name=typed(form.name), address=typed(form.email))
        send_result(
            get_context(),
            answers,
            recipient,
            key=form.key_id,
            asks=bool(form.nachfrage.data),
            client=request.remote_addr or "",
            now=now(),
        )
    except NotNow as refusal:
        status = form.refuse(refusal)
        return _result_page(answers, form), status
    return redirect(f"{href('quiz.result', answers, LETTER_ON_ITS_WAY)}#brief", 303)


def _result_page(
    answers: Answers,
    form: ResultForm | None = None,
    *,
    sent: bool = False,
    notices: Sequence[str] = (),
) -> str:
    found = findings(get_context().catalogue, answers)
    streets = [
        part("parts.street", *answer, item=item, surfaces=SURFACES, traffic=TRAFFIC)
        for answer, item in zip(answers.items(), found.themes, strict=True)
    ]
    return render_template(
        "quiz/result.html",
        found=found,
        town=drawn_town(found.plan),
        streets=Markup().join(streets),
        card=_card(found),
        hidden=hidden_fields(answers),
        query=in_query(answers, *carried()),
        booking_query=booking_query(found, answers),
        form=form or ResultForm.blank(),
        sent=sent,
        notices=notices,
        **_others(answers),
    )


def drawn_town(plan: Plan, *, is_first: bool = True) -> dict[str, object]:
    """A plan as quiz/town.html shows it; ``is_first`` of several on one page."""
    words = in_words(plan)
    samples = [part("parts.surface", one, name=one, text=SURFACES[one]) for one in words.surfaces]
    samples += [part("parts.traffic", one, name=one, text=TRAFFIC[one]) for one in words.traffic]
    return {"plan": svg(draw(plan), is_first=is_first), "words": words, "key": samples}


def booking_query(found: Findings, answers: Answers) -> str:
    """What goes along to the consultations: the answers, and the service that they speak for."""
    service = [("angebot", found.service.slug)] if found.service else []
    return in_query(answers, *service)


def _card(found: Findings) -> str:
    """The picture that others see when the result is shared: it claims no more than is so."""
    if found.result.verdict is Verdict.WELL:
        return "auskennen"
    one = found.result.recommended
    return one if one in _CARDS and found.result.verdict is Verdict.SERVICE else "stadtplan"


_log = structlog.get_logger(__name__)


def _is_reached(asked: Question, reading: Reading) -> bool:
    """Whether the visitor came to a question by going on.

    Not what was asked for by name, what is shown again after a mistake or an answer that is not
    known, and whatever comes after the result.
    """
    the_quiz = get_context().catalogue.quiz
    before = the_quiz.before(asked)
    return not (
        "frage" in reading.rest
        or reading.rest.get("weiter") != (before.id if before else None)
        or len(reading.answers) != the_quiz.questions.index(asked)
        or any(one.question is not None for one in unknown_answers(the_quiz, reading))
        or _is_counted()
    )


def count_shown(asked: Question, reading: Reading) -> None:
    """Count a question that somebody came to by going on, and did not only load once more.

    It is done when the answer is gone, so that nobody waits for it.
    """
    caching = request.cache_control
    reloaded = caching.no_cache or caching.max_age == 0
    if reloaded or request.method != "GET" or not _is_reached(asked, reading):
        return
    count = partial(quiz_statistics.count_shown, get_context(), asked.id, now=now())

    @after_this_request
    def count_at_last(response: Response) -> Response:
        response.call_on_close(count)
        return response


@quiz.post("/quiz/fertig")
def finish() -> ResponseReturnValue:
    """Count a finished run and lead to its result, whatever becomes of the counting."""
    the_quiz = get_context().catalogue.quiz
    brought, _ = read_answers(the_quiz)
    # The last question sends its answer beside those that were brought along.
    last = the_quiz.read(request.form.items(multi=True))
    answers = the_quiz.read([*brought.items(), *last.answers.items()]).answers
    if the_quiz.first_open(answers) is not None:
        skipped = the_quiz.find_question(last.rest.get("weiter", ""))
        left = [("weiter", skipped.id)] if skipped else []
        return redirect(href("quiz.question", answers, *left), 303)
    if not _is_counted():
        count_sent(FinishForm(), partial(quiz_statistics.count_run, get_context(), answers))
    return redirect(href("quiz.result", answers, COUNTED), 303)


def _is_counted() -> bool:
    return COUNTED in carried()


def count_sent(form: KeyedForm, count: Callable[..., object]) -> None:
    """Count what a form says, once; whatever becomes of that, nobody's page is held up by it."""
    context = get_context()
    key = find_form_token(context, typed(form.schluessel))
    if key is None or form.website.data:
        return  # A robot. How fast a person presses the button says nothing, so it is not asked.
    try:
        check_rate(context, request.remote_addr or "", now=now())
        count(key=key.id, shown_at=key.shown_at, now=now())
    except TooManyPosts:
        return
    except DatabaseUnavailable as error:
        _log.error("a form was not counted", form=request.endpoint, error=type(error).__name__)


def _others(answers: Answers) -> dict[str, object]:
    """What others answered, beside the visitor's own answers; nothing while they are too few."""
    others = answers_of_others(get_context(), now=now())
    if others is None:
        return {"others": None}
    tables = []
    for question in get_context().catalogue.quiz.questions:
        own, shares = answers[question.id], others.percents[question.id]
        table = {"question": question, "percents": shares, "own": own}
        tables.append(part("parts.others", question.id, own, *shares.values(), **table))
    return {"others": others, "tables": Markup().join(tables)}

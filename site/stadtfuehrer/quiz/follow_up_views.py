"""A week later: how it went and what that changed, and the way not to be asked."""

from collections.abc import Iterable
from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.quiz.blueprint import (
    COUNTED,
    CUT_LINK,
    answers_field,
    href,
    in_query,
    quiz,
    read_answers,
)
from stadtfuehrer.quiz.findings import Findings, Tip, findings
from stadtfuehrer.quiz.follow_up import count_report, end_follow_up, find_follow_up
from stadtfuehrer.quiz.plan_wording import change
from stadtfuehrer.quiz.questions import Answers
from stadtfuehrer.quiz.result_views import booking_query, count_sent, drawn_town
from stadtfuehrer.quiz.week import Progress, Report, answers_after, parameter, read_report
from stadtfuehrer.web import get_context
from stadtfuehrer.web.forms import KeyedForm, PublicForm


@quiz.get("/quiz/woche")
def week() -> ResponseReturnValue:
    """How it went, to be said; and once that is sent, the plan before and after."""
    answers, _ = read_answers(get_context().catalogue.quiz)
    if (elsewhere := _lead_elsewhere(answers)) is not None:
        return elsewhere
    pairs = list(request.args.items(multi=True))
    found = findings(get_context().catalogue, answers)
    report = _report(found, pairs)
    if report and COUNTED in pairs:
        return _after_page(found, answers, report)
    return _week_page(found, answers, report)


@quiz.post("/quiz/woche")
def tell() -> ResponseReturnValue:
    """Count how it went and lead to what that changed, whatever becomes of the counting."""
    answers, _ = read_answers(get_context().catalogue.quiz)
    if (elsewhere := _lead_elsewhere(answers)) is not None:
        return elsewhere
    found = findings(get_context().catalogue, answers)
    report = _report(found, request.form.items())
    if not report:
        return _week_page(
            found, answers, report, error="Wähle bei einer Sache aus, wie es lief."
        ), 422
    count_sent(KeyedForm(), partial(count_report, get_context(), list(report.values())))
    told = [(parameter(question_id), progress.value) for question_id, progress in report.items()]
    return redirect(href("quiz.week", answers, *told, COUNTED), 303)


def _lead_elsewhere(answers: Answers) -> ResponseReturnValue | None:
    """To the first open question, or where there is nothing to do to the result."""
    the_quiz = get_context().catalogue.quiz
    if the_quiz.first_open(answers) is not None:
        return redirect(href("quiz.question", answers, CUT_LINK), 303)
    if not the_quiz.result(answers).tips:
        return redirect(href("quiz.result", answers), 303)
    return None


def _report(found: Findings, pairs: Iterable[tuple[str, str]]) -> Report:
    return read_report(pairs, [tip.question_id for tip in found.tips])


def _week_page(found: Findings, answers: Answers, report: Report, error: str = "") -> str:
    return render_template(
        "quiz/week.html",
        things=[
            (tip, parameter(tip.question_id), report.get(tip.question_id)) for tip in found.tips
        ],
        choices=list(Progress),
        form=KeyedForm.blank(),
        hidden=answers_field(answers),
        error=error,
    )


def _after_page(before: Findings, answers: Answers, report: Report) -> str:
    now = answers_after(get_context().catalogue.quiz, answers, report)
    after = findings(get_context().catalogue, now)

    def told(tip: Tip) -> tuple[Tip, Progress, str]:
        streets = (one.themes[tip.number - 1].street for one in (before, after))
        return tip, report[tip.question_id], change(*streets)

    return render_template(
        "quiz/week_after.html",
        things=[told(tip) for tip in before.tips if tip.question_id in report],
        better=sum(one != other for one, other in zip(before.themes, after.themes, strict=True)),
        before=drawn_town(before.plan),
        after=drawn_town(after.plan, is_first=False),
        query=in_query(now, COUNTED),
        booking_query=booking_query(after, now),
    )


@quiz.get("/quiz/nachfrage/<token>")
def follow_up(token: str) -> str:
    """Whether somebody will be asked, with the way not to be."""
    found = find_follow_up(get_context(), token)
    day = found and found.due_at.astimezone(get_context().rules.zone).date()
    return render_template("quiz/follow_up.html", day=day, token=token)


@quiz.post("/quiz/nachfrage/<token>")
def end(token: str) -> ResponseReturnValue:
    """Do not ask; as easy as it was to be asked (Art. 7 (3) DSGVO)."""
    PublicForm().accept()
    end_follow_up(get_context(), token)
    return redirect(url_for("quiz.follow_up", token=token), 303)

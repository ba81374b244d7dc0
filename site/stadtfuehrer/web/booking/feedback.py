"""How it was: a page to say so, and the way to take back the consent to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from stadtfuehrer.domain.feedback import find_satisfaction
from stadtfuehrer.domain.refusals import AlreadyAnswered, Refusal, VisitorsOwn
from stadtfuehrer.services.booking import look_up
from stadtfuehrer.services.feedback import answer, check_answerable, take_back_consent
from stadtfuehrer.web.booking.blueprint import booking
from stadtfuehrer.web.booking.change_pages import refused_page, when_booked_for
from stadtfuehrer.web.desk import now, the_office
from stadtfuehrer.web.forms import FeedbackForm, PublicForm, typed
from stadtfuehrer.web.frame.refusals import tell

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from stadtfuehrer.services.booking import Filed


@booking.get("/buchung/<token>/rueckmeldung")
def feedback_question(token: str) -> ResponseReturnValue:
    """The question; a link in a letter brings the choice along, and one more click sends it."""
    filed = look_up(the_office(), token)
    try:
        check_answerable(the_office(), token, now=now())
    except AlreadyAnswered:
        return _thanks_page(filed)
    except Refusal as refusal:
        return refused_page(filed, refusal)
    form = FeedbackForm(formdata=None)
    chosen = find_satisfaction(request.args.get("zufrieden", ""))
    form.zufrieden.data = chosen.value if chosen else None
    return _question_page(filed, form)


@booking.post("/buchung/<token>/rueckmeldung")
def give_feedback(token: str) -> ResponseReturnValue:
    """Hand the answer on, and say thanks."""
    filed = look_up(the_office(), token)
    form = FeedbackForm()
    try:
        filed.party.check_visitor()
        if not form.accept():
            return _question_page(filed, form), 422
        chosen = find_satisfaction(typed(form.zufrieden))
        if chosen is None:
            raise LookupError("the form admits only the choices there are")
        answer(the_office(), token, chosen, typed(form.worte), now=now())
    except AlreadyAnswered:
        if typed(form.worte):
            form.add_error(tell(AlreadyAnswered(), the_office()).text)
            return _question_page(filed, form), 409
    except Refusal as refusal:
        return refused_page(filed, refusal)
    return redirect(url_for("booking.feedback_question", token=token), 303)


@booking.post("/buchung/<token>/einwilligung")
def withdraw_consent(token: str) -> ResponseReturnValue:
    """Take back the consent to be asked; as easy as it was to give (Art. 7 (3) DSGVO)."""
    filed = look_up(the_office(), token)
    PublicForm().accept()
    try:
        take_back_consent(the_office(), token)
    except VisitorsOwn as refusal:
        return refused_page(filed, refusal)
    return redirect(url_for("booking.shown", token=token), 303)


def _question_page(filed: Filed, form: FeedbackForm) -> str:
    return render_template(
        "booking/feedback.html",
        when=when_booked_for(filed),
        title=filed.booking.title,
        form=form,
        action=url_for("booking.give_feedback", token=filed.token),
        back_href=url_for("booking.shown", token=filed.token),
    )


def _thanks_page(filed: Filed) -> str:
    return render_template(
        "booking/feedback_thanks.html",
        back_href=url_for("booking.shown", token=filed.token),
    )

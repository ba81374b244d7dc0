"""How it was: a page to say so, and the way to take back the consent to be asked."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.blueprint import booking
from stadtfuehrer.booking.consent import find_satisfaction
from stadtfuehrer.booking.feedback import answer, check_answerable, take_back_consent
from stadtfuehrer.booking.forms import FeedbackForm
from stadtfuehrer.booking.manage_views import refused_page, when_booked_for
from stadtfuehrer.booking.service import BookingAccess, look_up
from stadtfuehrer.refusals import AlreadyAnswered, Refusal, VisitorsOwn
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.errors import describe
from stadtfuehrer.web.fields import typed
from stadtfuehrer.web.forms import PublicForm


@booking.get("/buchung/<token>/rueckmeldung")
def feedback_question(token: str) -> ResponseReturnValue:
    """The question; a link in a letter brings the choice along, and one more click sends it."""
    access = look_up(get_context(), token)
    try:
        check_answerable(get_context(), token, now=now())
    except AlreadyAnswered:
        return _thanks_page(access)
    except Refusal as refusal:
        return refused_page(access, refusal)
    form = FeedbackForm(formdata=None)
    chosen = find_satisfaction(request.args.get("zufrieden", ""))
    form.zufrieden.data = chosen.value if chosen else None
    return _question_page(access, form)


@booking.post("/buchung/<token>/rueckmeldung")
def give_feedback(token: str) -> ResponseReturnValue:
    """Hand the answer on, and say thanks."""
    access = look_up(get_context(), token)
    form = FeedbackForm()
    try:
        access.party.check_visitor()
        if not form.accept():
            return _question_page(access, form), 422
        chosen = find_satisfaction(typed(form.zufrieden))
        if chosen is None:
            raise LookupError("the form admits only the choices there are")
        answer(get_context(), token, chosen, typed(form.worte), now=now())
    except AlreadyAnswered:
        if typed(form.worte):
            form.add_error(describe(AlreadyAnswered(), get_context()).text)
            return _question_page(access, form), 409
    except Refusal as refusal:
        return refused_page(access, refusal)
    return redirect(url_for("booking.feedback_question", token=token), 303)


@booking.post("/buchung/<token>/einwilligung")
def withdraw_consent(token: str) -> ResponseReturnValue:
    """Take back the consent to be asked; as easy as it was to give (Art. 7 (3) DSGVO)."""
    access = look_up(get_context(), token)
    PublicForm().accept()
    try:
        take_back_consent(get_context(), token)
    except VisitorsOwn as refusal:
        return refused_page(access, refusal)
    return redirect(url_for("booking.shown", token=token), 303)


def _question_page(access: BookingAccess, form: FeedbackForm) -> str:
    return render_template(
        "booking/feedback.html",
        when=when_booked_for(access),
        title=access.booking.title,
        form=form,
        action=url_for("booking.give_feedback", token=access.token),
        back_href=url_for("booking.shown", token=access.token),
    )


def _thanks_page(access: BookingAccess) -> str:
    return render_template(
        "booking/feedback_thanks.html", back_href=url_for("booking.shown", token=access.token)
    )

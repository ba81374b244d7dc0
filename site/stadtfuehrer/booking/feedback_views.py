"""How it was: a page to say so, and the way to take back the consent to be asked."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.blueprint import booking
from stadtfuehrer.booking.entry import booked_time
from stadtfuehrer.booking.forms import FeedbackForm
from stadtfuehrer.booking.manage_views import of_booking
from stadtfuehrer.booking.reminders import answer, check_answerable, take_back_consent
from stadtfuehrer.booking.service import BookingAccess
from stadtfuehrer.booking.visitor import find_satisfaction
from stadtfuehrer.dialogue.model import Satisfaction
from stadtfuehrer.refusals import AlreadyAnswered, NotNow
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.fields import typed
from stadtfuehrer.web.forms import PublicForm


@booking.get("/buchung/<token>/rueckmeldung")
@of_booking
def feedback_question(access: BookingAccess) -> str:
    """The question; a link in a letter brings the choice along, and one more click sends it."""
    try:
        check_answerable(get_context(), access.token, now=now())
    except AlreadyAnswered:
        return render_template("booking/feedback_thanks.html", token=access.token)
    form = FeedbackForm(formdata=None)
    form.zufrieden.data = find_satisfaction(request.args.get("zufrieden", ""))
    return _question_page(access, form)


@booking.post("/buchung/<token>/rueckmeldung")
@of_booking
def give_feedback(access: BookingAccess) -> ResponseReturnValue:
    """Hand the answer on, and say thanks."""
    form = FeedbackForm()
    access.party.check_visitor()
    try:
        if not form.accept():
            return _question_page(access, form), 422
        chosen = Satisfaction(typed(form.zufrieden))
        answer(get_context(), access.token, chosen, typed(form.worte), now=now())
    except NotNow as refusal:
        status = form.refuse(refusal)
        return _question_page(access, form), status
    except AlreadyAnswered as refusal:
        if typed(form.worte):
            status = form.refuse(refusal)
            return _question_page(access, form), status
    return redirect(url_for("booking.feedback_question", token=access.token), 303)


@booking.post("/buchung/<token>/einwilligung")
@of_booking
def withdraw_consent(access: BookingAccess) -> ResponseReturnValue:
    """Take back the consent to be asked; as easy as it was to give (Art. 7 (3) DSGVO)."""
    PublicForm().accept()
    take_back_consent(get_context(), access.token)
    return redirect(url_for("booking.shown", token=access.token), 303)


def _question_page(access: BookingAccess, form: FeedbackForm) -> str:
    return render_template(
        "booking/feedback.html",
        when=booked_time(get_context(), access.booking, access.party),
        title=access.booking.title,
        form=form,
        token=access.token,
    )

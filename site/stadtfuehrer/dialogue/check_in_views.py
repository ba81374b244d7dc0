"""How things are: a former guest answers what a letter asked, or ends the asking."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.dialogue.asking import token_of
from stadtfuehrer.dialogue.blueprint import dialogue
from stadtfuehrer.dialogue.check_ins import answer, end, find_answer, find_by_token, get_by_token
from stadtfuehrer.dialogue.forms import CheckInForm
from stadtfuehrer.dialogue.model import CheckIn, CheckInChoice
from stadtfuehrer.refusals import AlreadyAnswered, NotNow
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.fields import typed
from stadtfuehrer.web.forms import PublicForm


@dialogue.get("/wie-laeufts/<token>")
def check_in(token: str) -> str:
    """The question; a link in a letter brings the choice along, and one more click sends it."""
    guest = get_by_token(get_context(), token)
    if guest.answered_at:
        return _thanks_page(token, guest)
    form = CheckInForm(formdata=None)
    given = request.args.get("antwort", "")
    form.antwort.data = next((one for one in CheckInChoice if one.value == given), None)
    return _question_page(token, form)


@dialogue.post("/wie-laeufts/<token>")
def checked_in(token: str) -> ResponseReturnValue:
    """Keep the answer, and say thanks."""
    get_by_token(get_context(), token)
    form = CheckInForm()
    try:
        if not form.accept():
            return _question_page(token, form), 422
        choice = CheckInChoice(typed(form.antwort))
        answer(get_context(), token, choice, typed(form.worte), now=now())
    except NotNow as refusal:
        status = form.refuse(refusal)
        return _question_page(token, form), status
    except AlreadyAnswered as refusal:
        if typed(form.worte):
            status = form.refuse(refusal)
            return _question_page(token, form), status
    return redirect(url_for("dialogue.check_in", token=token), 303)


@dialogue.get("/wie-laeufts/<token>/ende")
def check_in_end(token: str) -> str:
    """The question whether to ask no more; afterwards, that it is so."""
    is_over = find_by_token(get_context(), token) is None
    return render_template("dialogue/check_in_end.html", token=token, is_over=is_over)


@dialogue.post("/wie-laeufts/<token>/ende")
def check_in_ended(token: str) -> ResponseReturnValue:
    """Take back the consent to be asked; as easy as it was to give (Art. 7 (3) DSGVO)."""
    PublicForm().accept()
    end(get_context(), token)
    return redirect(url_for("dialogue.check_in_end", token=token), 303)


def _question_page(token: str, form: CheckInForm) -> str:
    return render_template("dialogue/check_in.html", token=token, form=form)


def _thanks_page(token: str, guest: CheckIn) -> str:
    voice = find_answer(get_context(), guest)
    own = voice and token_of(get_context(), voice)
    return render_template("dialogue/check_in_thanks.html", token=token, own=own)

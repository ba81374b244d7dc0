"""Asking, and the page on which whoever asked sees what became of it."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.dialogue import asking
from stadtfuehrer.dialogue.blueprint import dialogue
from stadtfuehrer.dialogue.forms import AskForm, HelpedForm
from stadtfuehrer.dialogue.model import VOICES_KEPT, leads_away
from stadtfuehrer.dialogue.shown import path_of, title_of
from stadtfuehrer.refusals import NotNow
from stadtfuehrer.text.formatting import day_of_year_in_words
from stadtfuehrer.text.markdown import answer_html
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.fields import LONGEST_TEXT, typed
from stadtfuehrer.web.forms import PublicForm


@dialogue.get("/frage")
def ask() -> str:
    """The form; a link may bring along what it is about, and a beginning."""
    query = request.args
    known = {"zu": query.get("zu", ""), "frage": query.get("frage", "")[:LONGEST_TEXT]}
    return _ask_page(AskForm(formdata=None, data=known))


@dialogue.post("/frage")
def asked() -> ResponseReturnValue:
    """Take what somebody asks, and lead to the page where it says thanks."""
    form = AskForm()
    try:
        if not form.accept():
            return _ask_page(form), 422
        client = request.remote_addr or ""
        token = asking.ask(get_context(), form.asked, key=form.key_id, client=client, now=now())
    except NotNow as refusal:
        status = form.refuse(refusal)
        return _ask_page(form), status
    return redirect(url_for("dialogue.own", token=token), 303)


@dialogue.get("/frage/<token>")
def own(token: str) -> ResponseReturnValue:
    """What became of it: thanks, what happens next, later the answer."""
    context = get_context()
    voice = asking.find_by_token(context, token)
    if voice is None:
        return render_template("dialogue/gone.html"), 410
    zone = context.rules.zone
    dates = {
        name: day_of_year_in_words(at.astimezone(zone).date())
        for name, at in (("said", voice.said_at), ("answered", voice.answered_at))
        if at
    }
    return render_template(
        "dialogue/own.html",
        token=token,
        voice=voice,
        about=title_of(context, voice.about),
        dates=dates,
        answer=answer_html(voice.answer),
        has_links=leads_away(voice.text),
        shown_at=path_of(voice),
        chosen=request.args.get("geholfen", ""),
        days_kept=VOICES_KEPT.days,
    )


@dialogue.post("/frage/<token>/geholfen")
def helped(token: str) -> ResponseReturnValue:
    """Note whether the answer helped."""
    form = HelpedForm()
    if not form.accept():
        abort(422)
    asking.note_helped(get_context(), token, helped=typed(form.geholfen) == "ja")
    return redirect(url_for("dialogue.own", token=token, _anchor="geholfen"), 303)


@dialogue.post("/frage/<token>/zurueckziehen")
def take_back(token: str) -> ResponseReturnValue:
    """Erase it, as easily as it was said (Art. 7 (3), 17 DSGVO)."""
    PublicForm().accept()
    asking.take_back(get_context(), token)
    return redirect(url_for("dialogue.own", token=token), 303)


def _ask_page(form: AskForm) -> str:
    return render_template("dialogue/ask.html", form=form, days_kept=VOICES_KEPT.days)

"""The outbox in the browser."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.mail.postfach import kind_in_words
from stadtfuehrer.mail.service import retry_letter
from stadtfuehrer.mail.tables import State
from stadtfuehrer.office.blueprint import office, who
from stadtfuehrer.office.letters import page_of_letters
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.paging import page_asked_for

STATES = {"gescheitert": State.FAILED, "wartend": State.WAITING, "verschickt": State.SENT}


@office.get("/briefe")
def letters() -> ResponseReturnValue:
    """What has become of the letters; ``?nur=gescheitert`` shows those only."""
    only = request.args.get("nur", "")
    page = page_asked_for()
    found = page_of_letters(get_context(), state=STATES.get(only), page=page)
    return render_template(
        "office/letters.html",
        found=found,
        states=STATES,
        only=only if only in STATES else "",
        page=page,
        kind_in_words=kind_in_words,
        now=now(),
    )


@office.post("/briefe/<row:letter_id>/nochmal")
def try_again(letter_id: int) -> ResponseReturnValue:
    """Try one again."""
    retry_letter(get_context(), letter_id, who=who(), now=now())
    flash("Der Brief ist wieder an der Reihe.")
    return redirect(url_for("office.letters"), 303)

"""The blueprint that the views of this package belong to, and who is let in."""

from pathlib import Path
from typing import cast

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from stadtfuehrer.mail import wording
from stadtfuehrer.mail.mail_frame import SANDBOX, framed, policy_for
from stadtfuehrer.mail.postfach import Opened, find_letter, pile_in, state_of
from stadtfuehrer.web import get_context
from stadtfuehrer.web.security import is_from_this_machine, policy

FOLDER = "POSTFACH"
"""The key in the application's configuration for the folder with the letters."""

postfach = Blueprint("postfach", __name__)


@postfach.before_app_request
def refuse_others() -> None:
    """Answer everybody else as if there were no postfach, whatever they try below its address."""
    if (request.path + "/").startswith("/postfach/") and not is_from_this_machine():
        abort(404)


def the_folder() -> Path:
    """The folder with the letters."""
    return cast("Path", current_app.config[FOLDER])


@postfach.get("/postfach")
def letters() -> Response:
    """All letters; a 304 to the page's own script, which asks again and again."""
    state = state_of(the_folder())
    if request.if_none_match.contains(state):
        response = make_response("", 304)
    else:
        pile = pile_in(get_context(), the_folder())
        response = make_response(
            render_template("mail/letters.html", pile=pile, state=state, words=wording)
        )
    response.set_etag(state)
    return response


@postfach.get("/postfach/<letter_id>")
def letter(letter_id: str) -> Response:
    """A letter with its invitation; ``?form=text`` shows what plain mail programs show."""
    opened = _get(letter_id)
    as_text = request.args.get("form") == "text" or not opened.read.html
    response = make_response(
        render_template(
            "mail/letter.html", letter=opened, as_text=as_text, sandbox=SANDBOX, words=wording
        )
    )
    response.headers["Content-Security-Policy"] = policy(frame_src="'self'")
    return response


@postfach.get("/postfach/<letter_id>/brief.html")
def html_form(letter_id: str) -> Response:
    """The HTML form alone, for the frame on the letter's page."""
    html = _get(letter_id).read.html or abort(404)
    response = Response(framed(html), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = policy_for(html)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@postfach.get("/postfach/<letter_id>/brief.eml")
def message(letter_id: str) -> Response:
    """The letter as it lies in the folder, for a mail program."""
    opened = _get(letter_id)
    return _file(opened.message, "message/rfc822", f"{opened.kind}.eml")


@postfach.get("/postfach/<letter_id>/einladung.ics")
def invitation(letter_id: str) -> Response:
    """The letter's invitation, for a calendar."""
    content = _get(letter_id).read.invitation or abort(404)
    return _file(content, "text/calendar; charset=utf-8", "einladung.ics")


def _get(letter_id: str) -> Opened:
    return find_letter(get_context(), the_folder(), letter_id) or abort(404)


def _file(content: bytes, content_type: str, name: str) -> Response:
    # The name needs no quoting: a kind is made of small letters, digits and hyphens.
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=content_type, headers=disposition)

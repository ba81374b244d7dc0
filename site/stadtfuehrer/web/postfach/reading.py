"""One letter, as whoever gets it sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, make_response, render_template, request

from stadtfuehrer.services.postfach import find_letter
from stadtfuehrer.web.desk import the_office
from stadtfuehrer.web.frame.headers import policy
from stadtfuehrer.web.postfach import words
from stadtfuehrer.web.postfach.blueprint import postfach, the_folder
from stadtfuehrer.web.postfach.paper import SANDBOX, framed, policy_for

if TYPE_CHECKING:
    from stadtfuehrer.services.postfach import Opened


@postfach.get("/postfach/<letter_id>")
def letter(letter_id: str) -> Response:
    """A letter with its invitation; ``?form=text`` shows what plain mail programs show."""
    opened = _get(letter_id)
    as_text = request.args.get("form") == "text" or not opened.read.html
    response = make_response(
        render_template(
            "postfach/letter.html", letter=opened, as_text=as_text, sandbox=SANDBOX, words=words
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
    return find_letter(the_office(), the_folder(), letter_id) or abort(404)


def _file(content: bytes, content_type: str, name: str) -> Response:
    # The name needs no quoting: a kind is made of small letters, digits and hyphens.
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=content_type, headers=disposition)

"""The postfach's pages, for whoever started the server: it prints an address with a token.

A letter's HTML form is shown in a frame as a mail program shows it: nothing runs in it. Letters
carry their styles inside, since mail programs know no style sheets. Instead of allowing every
inline style, the policy names those of this very letter by their hashes (CSP 3, 8.3).
"""

import re
from base64 import b64encode
from hashlib import sha256
from hmac import compare_digest
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from stadtfuehrer.mail import postfach as words
from stadtfuehrer.mail.postfach import Opened, find_letter, pile_in, state_of
from stadtfuehrer.web import get_context
from stadtfuehrer.web.security import policy

FOLDER = "POSTFACH"
"""The key in the application's configuration for the folder with the letters."""

TOKEN = "POSTFACH_TOKEN"  # noqa: S105 - a key's name
"""The key for what opens it."""

_COOKIE = "postfach"

SANDBOX = "allow-top-navigation-by-user-activation"

_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)

postfach = Blueprint("postfach", __name__)


@postfach.before_app_request
def refuse_others() -> None:
    """Answer everybody else as if there were no postfach, whatever they try below its address."""
    if (request.path + "/").startswith("/postfach/") and not (_is_let_in() or _brings_token()):
        abort(404)


def _is_let_in() -> bool:
    return _is_the_token(request.cookies.get(_COOKIE, ""))


def _brings_token() -> bool:
    return request.endpoint == "postfach.letters" and _is_the_token(request.args.get("token", ""))


def _is_the_token(given: str) -> bool:
    token = cast("str", current_app.config[TOKEN])
    return compare_digest(given.encode(), token.encode())


@postfach.get("/postfach")
def letters() -> Response:
    """All letters; a 304 to the page's own script, which asks again and again.

    The token in the address is exchanged for a cookie, so that it stays in no history.
    """
    if _brings_token():
        response = make_response(redirect(url_for("postfach.letters"), 303))
        response.set_cookie(
            _COOKIE,
            request.args["token"],
            path="/postfach",
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
        return response
    state = state_of(_folder())
    if request.if_none_match.contains(state):
        response = make_response("", 304)
    else:
        pile = pile_in(_folder())
        response = _page("letters", pile=pile, state=state)
    response.set_etag(state)
    return response


@postfach.get("/postfach/<letter_id>")
def letter(letter_id: str) -> Response:
    """A letter with its invitation; ``?form=text`` shows what plain mail programs show."""
    opened = _get(letter_id)
    as_text = request.args.get("form") == "text" or not opened.read.html
    response = _page("letter", letter=opened, as_text=as_text, sandbox=SANDBOX)
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
    """The letter as it was saved, for a mail program."""
    opened = _get(letter_id)
    return _file(opened.message, "message/rfc822", f"{opened.kind}.eml")


@postfach.get("/postfach/<letter_id>/einladung.ics")
def invitation(letter_id: str) -> Response:
    """The letter's invitation, for a calendar."""
    content = _get(letter_id).read.invitation or abort(404)
    return _file(content, "text/calendar; charset=utf-8", "einladung.ics")


def _folder() -> Path:
    return cast("Path", current_app.config[FOLDER])


def _get(letter_id: str) -> Opened:
    return find_letter(_folder(), letter_id) or abort(404)


def _page(name: str, **values: object) -> Response:
    zone = get_context().rules.zone
    return make_response(render_template(f"mail/{name}.html", words=words, zone=zone, **values))


def _file(content: bytes, content_type: str, name: str) -> Response:
    # The name needs no quoting: a kind is made of small letters, digits and hyphens.
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=content_type, headers=disposition)


def framed(html: str) -> str:
    """The HTML form with links that open in the whole window."""
    head = _HEAD.search(html)
    at = head.end() if head else 0
    return f'{html[:at]}<base target="_top">{html[at:]}'


def policy_for(html: str) -> str:
    """The Content-Security-Policy for this letter: its own styles, and nothing from anywhere."""
    reader = _StyleReader()
    reader.feed(html)
    reader.close()
    digests = (sha256(style.encode()).digest() for style in dict.fromkeys(reader.styles))
    hashes = [f"'sha256-{b64encode(digest).decode()}'" for digest in digests]
    styles = " ".join(["'unsafe-hashes'", *hashes]) if hashes else "'none'"
    return (
        f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'self'; sandbox {SANDBOX}"
    )


class _StyleReader(HTMLParser):
    """Collects style attributes and the content of style elements, as browsers hash them."""

    def __init__(self) -> None:
        super().__init__()
        self.styles: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if self._in_style:
            self.styles.append("")
        self.styles += [value or "" for name, value in attrs if name == "style"]

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self._in_style:
            # One element's content may come in several pieces.
            self.styles[-1] += data

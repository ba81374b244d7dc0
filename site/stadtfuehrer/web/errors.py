"""Errors as pages in the site's own face, each with a way onward."""

import tomllib
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import structlog
from flask import Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from stadtfuehrer.refusals import DatabaseUnavailable, NotFree, Refusal, TooMany
from stadtfuehrer.text.formatting import hours_in_words, soon_in_words
from stadtfuehrer.web import get_context, now, path_to
from stadtfuehrer.web.security import is_office

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_log = structlog.get_logger(__name__)

_INTERNAL = 500

_AGAIN_AFTER_SECONDS = "60"


class ErrorText(NamedTuple):
    """What an error or a refusal says to the visitor."""

    status: int
    heading: str
    text: str


_TEXTS = {
    name: ErrorText(**said)
    for name, said in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}


def handle_errors(app: Flask) -> None:
    """Give every error and every refusal its page."""
    app.register_error_handler(Refusal, lambda one: _page(describe(one, get_context())))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failed)
    app.after_request(_say_when_again)


def _say_when_again(response: Response) -> Response:
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _AGAIN_AFTER_SECONDS
    return response


def _page(said: ErrorText) -> tuple[str, int]:
    consultant = get_context().settings.consultant
    ways = [
        (path_to("pages.home"), "Zur Startseite"),
        (path_to("booking.kinds"), "Einen Termin aussuchen"),
        (f"mailto:{consultant.email}", f"{consultant.name} schreiben"),
    ]
    face = "office" if is_office(request.path) else "web"
    # Whatever was asked for, this answer is not worth finding: it has no canonical address.
    html = render_template(f"{face}/error.html", **said._asdict(), ways=ways, canonical=None)
    return html, said.status


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or _INTERNAL
    if error.response is not None or status < 400:  # noqa: PLR2004 - a redirect is no error
        return error.get_response()
    said = _TEXTS.get(str(status)) or _TEXTS["400" if status < _INTERNAL else "500"]
    page = _page(said._replace(status=status))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return *page, {"Allow": ", ".join(sorted(error.valid_methods))}
    return page


def _failed(error: Exception) -> ResponseReturnValue:
    # The traceback names code, not what the visitor typed; the exception's own text might.
    _log.error("request failed", endpoint=request.endpoint, exc_info=error)
    return _page(_TEXTS["500"])


def describe(refusal: Refusal, context: "AppContext", kind_id: str = "") -> ErrorText:
    """Status, heading and sentence for a refusal, with the numbers that hold for a kind.

    Raises KeyError: it is one that no visitor can cause, so the page is the one of a bug.
    """
    rules, hour = context.rules_of(kind_id), timedelta(hours=1)
    if isinstance(refusal, DatabaseUnavailable):
        # Not what PostgreSQL says of values that it does not like: they may be a visitor's.
        fault = getattr(refusal.__cause__, "orig", None)
        code = getattr(fault, "sqlite_errorname", None) or getattr(fault, "sqlstate", None)
        _log.error("database unavailable", reason=code or str(refusal))
    said = _TEXTS[refusal.why.name if isinstance(refusal, NotFree) else type(refusal).__name__]
    notice = hours_in_words(round(rules.notice / hour))
    numbers = {
        "notice": f"Ein Gespräch braucht mindestens {notice} Vorlauf."
        if rules.notice
        else "Diese Zeit ist schon vorbei.",
        "horizon": "einen Tag" if rules.horizon_days == 1 else f"{rules.horizon_days} Tage",
        "change": hours_in_words(round(rules.change / hour)),
        "bookings_per_address": context.settings.limits.bookings_per_address,
        "again": "",
        # Of a KindChanged only.
        "was": getattr(refusal, "was", ""),
        "today": getattr(refusal, "today", ""),
    }
    if isinstance(refusal, TooMany):
        g.retry_at = refusal.again_at  # the header says it, too, whoever shows the page
        numbers["again"] = soon_in_words(refusal.again_at, rules.zone, now=now())
    return said._replace(text=said.text.format(**numbers))

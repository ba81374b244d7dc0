"""Errors as pages in the site's own face, each with a way onward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from flask import render_template, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from stadtfuehrer.domain.refusals import Refusal
from stadtfuehrer.web.desk import the_office
from stadtfuehrer.web.frame.refusals import Told, tell

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

_log = structlog.get_logger(__name__)

_INTERNAL = 500

_PAGES = {
    400: (
        "Diese Anfrage ist nicht angekommen",
        "Etwas an ihr war unvollständig. Geh einen Schritt zurück und versuch es noch einmal.",
    ),
    403: (
        "Dieses Formular kam von einer anderen Seite",
        (
            "Zu deinem Schutz nehme ich nur an, was hier auf der Seite abgeschickt wird. "
            "Öffne das Formular hier noch einmal."
        ),
    ),
    404: (
        "Diese Straße steht nicht im Plan",
        (
            "Unter dieser Adresse gibt es keine Seite. Vielleicht ist der Link veraltet oder beim "
            "Kopieren etwas verloren gegangen."
        ),
    ),
    405: (
        "Hier geht es nur in einer Richtung weiter",
        "Diese Adresse lässt sich so nicht aufrufen. Geh zurück und nimm den Knopf auf der Seite.",
    ),
    413: (
        "Das ist zu viel auf einmal",
        (
            "Was du geschickt hast, ist größer, als ein Formular sein kann. Kürze den Text, oder "
            "schreib mir eine Mail."
        ),
    ),
    422: (
        "Das konnte ich nicht lesen",
        "Etwas an der Anfrage passt nicht. Geh einen Schritt zurück und versuch es noch einmal.",
    ),
    429: (
        "Eine kurze Pause, bitte",
        "Es kamen zu viele Anfragen auf einmal. Versuch es etwas später noch einmal.",
    ),
    500: (
        "Hier ist gerade Baustelle",
        (
            "Das liegt nicht an dir, sondern an dieser Seite, und der Fehler ist notiert. "
            "Versuch es in ein paar Minuten noch einmal, oder schreib mir."
        ),
    ),
}


def handle_errors(app: Flask) -> None:
    """Give every error and every refusal its page."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failed)


def error_page(told: Told) -> tuple[str, int]:
    """A page that says what is wrong and where to go from here."""
    consultant = the_office().settings.consultant
    ways = [
        (url_for("pages.home"), "Zur Startseite"),
        (url_for("booking.kinds"), "Einen Termin aussuchen"),
        (f"mailto:{consultant.email}", f"{consultant.name} schreiben"),
    ]
    return (
        render_template(
            "errors/error.html",
            status=told.status,
            heading=told.heading,
            text=told.text,
            ways=ways,
            canonical=None,  # whatever was asked for, this answer is not worth finding
        ),
        told.status,
    )


def _refused(refusal: Refusal) -> ResponseReturnValue:
    return error_page(tell(refusal, the_office()))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or _INTERNAL
    if error.response is not None or status < 400:  # noqa: PLR2004 - a redirect is no error
        return error.get_response()
    heading, text = _PAGES.get(status, _PAGES[400 if status < _INTERNAL else _INTERNAL])
    page, _ = error_page(Told(status=status, heading=heading, text=text))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return page, status, {"Allow": ", ".join(sorted(error.valid_methods))}
    return page, status


def _failed(error: Exception) -> ResponseReturnValue:
    # The traceback names code, not what the visitor typed; the exception's own text might.
    _log.error("request failed", endpoint=request.endpoint, exc_info=error)
    heading, text = _PAGES[_INTERNAL]
    return error_page(Told(status=_INTERNAL, heading=heading, text=text))

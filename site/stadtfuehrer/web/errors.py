"""Errors as pages in the site's own face, each with a way onward."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from flask import Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from stadtfuehrer import refusals
from stadtfuehrer.refusals import NotFree, Refusal, WhyNotFree
from stadtfuehrer.text.formatting import hours_in_words
from stadtfuehrer.web import get_context

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

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


def error_page(told: "ErrorText") -> tuple[str, int]:
    """A page that says what is wrong and where to go from here."""
    consultant = get_context().settings.consultant
    ways = [
        (url_for("pages.home"), "Zur Startseite"),
        (url_for("booking.kinds"), "Einen Termin aussuchen"),
        (f"mailto:{consultant.email}", f"{consultant.name} schreiben"),
    ]
    return (
        render_template(
            "web/error.html",
            status=told.status,
            heading=told.heading,
            text=told.text,
            ways=ways,
            canonical=None,  # whatever was asked for, this answer is not worth finding
        ),
        told.status,
    )


def _refused(refusal: Refusal) -> ResponseReturnValue:
    return error_page(describe(refusal, get_context()))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or _INTERNAL
    if error.response is not None or status < 400:  # noqa: PLR2004 - a redirect is no error
        return error.get_response()
    heading, text = _PAGES.get(status, _PAGES[400 if status < _INTERNAL else _INTERNAL])
    page, _ = error_page(ErrorText(status=status, heading=heading, text=text))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return page, status, {"Allow": ", ".join(sorted(error.valid_methods))}
    return page, status


def _failed(error: Exception) -> ResponseReturnValue:
    # The traceback names code, not what the visitor typed; the exception's own text might.
    _log.error("request failed", endpoint=request.endpoint, exc_info=error)
    heading, text = _PAGES[_INTERNAL]
    return error_page(ErrorText(status=_INTERNAL, heading=heading, text=text))


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorText:
    """What a refusal says to the visitor."""

    status: int
    heading: str
    text: str


def _unknown(heading: str) -> ErrorText:
    text = "Vielleicht ist der Link nicht ganz vollständig, oder er ist veraltet."
    return ErrorText(status=404, heading=heading, text=text)


_TEXTS: dict[WhyNotFree | type[Refusal], ErrorText] = {
    WhyNotFree.TAKEN: ErrorText(
        status=409,
        heading="Diese Zeit ist gerade vergeben worden",
        text="Jemand war ein wenig schneller.",
    ),
    WhyNotFree.TOO_SOON: ErrorText(
        status=409, heading="So kurzfristig geht es nicht", text="{notice}"
    ),
    WhyNotFree.TOO_FAR: ErrorText(
        status=409,
        heading="So weit im Voraus geht es noch nicht",
        text="Gespräche lassen sich bis zu {horizon} im Voraus buchen.",
    ),
    WhyNotFree.NOT_OFFERED: ErrorText(
        status=409,
        heading="Zu dieser Zeit gibt es keinen Termin",
        text="Sie liegt außerhalb der Sprechzeiten.",
    ),
    refusals.TooManyBookings: ErrorText(
        status=409,
        heading="Für diese Adresse sind schon Termine gebucht",
        text="Je E-Mail-Adresse geht nur eine begrenzte Zahl offener Termine, hier: "
        "{bookings_per_address}. Sag einen davon ab, oder schreib mir.",
    ),
    refusals.TooManyPosts: ErrorText(
        status=429,
        heading="Das waren sehr viele Formulare auf einmal",
        text="Aus deinem Netz kamen in dieser Stunde so viele Formulare, dass eine Pause nötig "
        "ist. Ab der nächsten vollen Stunde geht es weiter. Wenn es eilt, schreib mir oder ruf an.",
    ),
    refusals.TooLateToChange: ErrorText(
        status=409,
        heading="Das geht jetzt nur noch persönlich",
        text="Bis {change} vor dem Gespräch lässt sich der Termin hier ändern. Jetzt "
        "ist es so kurz davor, dass ich es von dir selbst hören muss.",
    ),
    refusals.AlreadyCancelled: ErrorText(
        status=409, heading="Dieser Termin ist schon abgesagt", text="Du musst nichts weiter tun."
    ),
    refusals.AlreadyOver: ErrorText(
        status=409,
        heading="Dieser Termin hat schon stattgefunden",
        text="Er lässt sich nicht mehr ändern. Ein neuer geht jederzeit.",
    ),
    refusals.NotYetOver: ErrorText(
        status=409,
        heading="Das Gespräch steht noch bevor",
        text="Wie es war, kannst du hier sagen, sobald es vorbei ist.",
    ),
    refusals.DidNotTakePlace: ErrorText(
        status=409,
        heading="Dieses Gespräch ist abgesagt worden",
        text="Wenn du trotzdem etwas sagen möchtest, schreib mir.",
    ),
    refusals.AlreadyAnswered: ErrorText(
        status=409,
        heading="Deine Antwort ist schon da",
        text="Eine Antwort von dir ist schon angekommen. Was du ergänzen möchtest, schick mir "
        "bitte als E-Mail.",
    ),
    refusals.VisitorsOwn: ErrorText(
        status=403,
        heading="Das sagt dein Gast selbst",
        text="Dein Link ist der für die Beratung. Wie das Gespräch war, und ob eine Mail danach "
        "fragen darf, sagt dein Gast über den eigenen Link.",
    ),
    refusals.UnknownKind: _unknown("Diese Art von Gespräch gibt es nicht"),
    refusals.UnknownService: _unknown("Diese Leistung gibt es nicht"),
    refusals.UnknownArticle: _unknown("Diesen Beitrag gibt es nicht"),
    refusals.UnknownBooking: _unknown("Zu diesem Link gehört kein Termin"),
}


def describe(refusal: Refusal, context: "AppContext", kind_id: str = "") -> ErrorText:
    """Status, heading and sentence for a refusal, with the numbers that hold for a kind.

    Raises:
        KeyError: it is one that no visitor can cause, so the page is the one of a bug.

    """
    rules, hour = context.rules_of(kind_id), timedelta(hours=1)
    told = _TEXTS[refusal.why if isinstance(refusal, NotFree) else type(refusal)]
    text = told.text.format(
        notice=_notice_in_words(round(rules.notice / hour)),
        horizon="einen Tag" if rules.horizon_days == 1 else f"{rules.horizon_days} Tage",
        change=hours_in_words(round(rules.change / hour)),
        bookings_per_address=context.settings.limits.bookings_per_address,
    )
    return replace(told, text=text)


def _notice_in_words(hours: int) -> str:
    if hours == 0:
        return "Diese Zeit ist schon vorbei."
    return f"Ein Gespräch braucht mindestens {hours_in_words(hours)} Vorlauf."

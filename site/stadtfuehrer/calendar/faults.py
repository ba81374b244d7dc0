"""Why a calendar cannot be read, in sentences that help."""

import socket
import ssl
from http import HTTPStatus
from urllib.parse import urlsplit

from stadtfuehrer.calendar.moments import Fault, Why
from stadtfuehrer.text.formatting import date_in_words, find_date

_APP_PASSWORD = {
    "icloud.com": (
        "iCloud nimmt nur ein app-spezifisches Passwort; du legst es unter account.apple.com an."
    ),
    "fastmail.com": "Fastmail nimmt nur ein App-Passwort mit Zugriff auf Kalender.",
    "mailbox.org": "Mit Zwei-Faktor-Anmeldung braucht mailbox.org ein Anwendungspasswort.",
    "gmx.net": "Mit Zwei-Faktor-Anmeldung braucht GMX ein anwendungsspezifisches Passwort.",
    "web.de": "Mit Zwei-Faktor-Anmeldung braucht WEB.DE ein anwendungsspezifisches Passwort.",
    "google.com": (
        "Google lässt hier kein Passwort zu. Trage stattdessen unter calendar.feeds die "
        "„Privatadresse im iCal-Format“ aus den Einstellungen deines Kalenders ein."
    ),
}
_APP_PASSWORD["googleusercontent.com"] = _APP_PASSWORD["google.com"]
_OTHERWISE = "Mit Zwei-Faktor-Anmeldung brauchen die meisten Anbieter ein eigenes App-Passwort."

_REFUSED = "nimmt den Eintrag nicht an, vielleicht liegt er dort noch im Papierkorb"
_STATUS = {
    401: "lehnt die Anmeldung ab: calendar.username oder das Passwort stimmt nicht",
    403: "verweigert den Zugriff",
    404: "hat unter dieser Adresse keinen Kalender",
    410: "hat unter dieser Adresse keinen Kalender mehr",
    409: _REFUSED,
    412: _REFUSED,
    423: "hält den Eintrag gerade gesperrt",
    507: "hat keinen Platz mehr",
    429: "bittet um eine Pause, es waren zu viele Anfragen",
}
_BROKEN, _STRANGE = "hat selbst gerade eine Störung", "versteht die Anfrage nicht"
_PAUSE = {401, 429}
"""Too many vain logins would lock an account."""

_EVENT = {
    Why.NO_TIME: "„{}“ ist keine Zeit; was daran hängt, blockiert nicht",
    Why.NO_START: "ein Termin hat keinen Anfang und blockiert nicht",
    Why.NO_DURATION: "„{}“ ist keine Dauer; was daran hängt, blockiert nicht",
    Why.BACKWARDS: "ein Termin endet vor seinem Anfang und blockiert nicht",
    Why.NO_RULE: "die Wiederholung „{}“ ist nicht zu lesen; nur der erste Termin blockiert",
    Why.TOO_MUCH: "die Wiederholung „{}“ findet kein Ende; nur der erste Termin blockiert",
    Why.ZONE: "die Zeitzone „{}“ ist unbekannt; ihre Termine sind in deiner Zone gelesen",
    Why.UNREADABLE: "ein Eintrag ist nicht zu lesen; was vorher von ihm bekannt war, gilt weiter",
}


def event_fault(fault: Fault) -> str:
    """What is wrong with an event, under the day it begins on."""
    day = find_date(fault.day)
    said = _EVENT[fault.why].format(fault.detail)
    return f"{date_in_words(day)}: {said}" if day else said


class CalendarAway(Exception):  # noqa: N818 - it names what happened
    """A calendar could not be read; ``reason`` is a German sentence without secrets.

    ``pause``: whether to ask again soon would do harm.
    """

    def __init__(self, reason: str, *, pause: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.pause = reason, pause


class Elsewhere(CalendarAway):
    """The server sends us to another one, which only the consultant can trust."""

    def __init__(self, host: str, url: str) -> None:
        parts = urlsplit(url)
        super().__init__(
            f"„{host}“ verweist auf {parts.scheme}://{parts.netloc}. Dorthin geht dein Passwort "
            "nicht von selbst; trage diese Adresse ein, wenn du ihr vertraust."
        )


class BadStatus(CalendarAway):
    """An answer with a status that is of no use."""

    def __init__(self, host: str, status: int, body: bytes = b"") -> None:
        otherwise = _BROKEN if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _STRANGE
        hint = f" {_hint(host)}" if status == HTTPStatus.UNAUTHORIZED else ""
        super().__init__(
            f"„{host}“ {_STATUS.get(status, otherwise)} ({status}).{hint}", pause=status in _PAUSE
        )
        self.status, self.body = status, body


def _hint(host: str) -> str:
    known = (text for ending, text in _APP_PASSWORD.items() if f".{host}".endswith(f".{ending}"))
    return next(known, _OTHERWISE)


def too_big(host: str, most: int) -> CalendarAway:
    """More bytes than a calendar has."""
    return CalendarAway(f"„{host}“ schickt mehr als {most >> 20} MB; das lese ich nicht.")


def not_public(host: str) -> CalendarAway:
    """The name leads into a private network, to which nothing is to be sent."""
    return CalendarAway(f"„{host}“ liegt in einem privaten Netz; dorthin schicke ich nichts.")


def too_slow(host: str) -> CalendarAway:
    """The time is over."""
    return CalendarAway(f"„{host}“ hat nicht rechtzeitig geantwortet.")


def no_calendar(host: str) -> CalendarAway:
    """An answer that is no calendar, or not a whole one."""
    return CalendarAway(
        f"Was „{host}“ schickt, ist kein vollständiger Kalender, vielleicht eine Anmeldeseite."
    )


def not_found(name: str, there: list[str]) -> CalendarAway:
    """A calendar of this name is not there."""
    known = ", ".join(f"„{one}“" for one in there) or "keiner"
    return CalendarAway(f"Einen Kalender „{name}“ gibt es dort nicht. Gefunden: {known}.")


def ambiguous(name: str, addresses: list[str]) -> CalendarAway:
    """Several calendars have this name."""
    return CalendarAway(
        f"Mehrere Kalender heißen „{name}“. Nimm statt des Namens die Adresse: "
        f"{', '.join(addresses)}."
    )


def of_line(error: Exception, host: str) -> CalendarAway:
    """What went wrong on the line, from the name's look-up to the last byte."""
    match error:
        case TimeoutError():
            return too_slow(host)
        case ssl.SSLCertVerificationError():
            said = f"Das Zertifikat von „{host}“ gilt nicht ({error.verify_message})."
        case ssl.SSLError():
            said = f"Mit „{host}“ kommt keine verschlüsselte Verbindung zustande."
        case ConnectionRefusedError():
            said = f"„{host}“ nimmt an diesem Port keine Verbindung an."
        case socket.gaierror():
            said = f"Den Server „{host}“ gibt es nicht, oder das Netz ist weg."
        case OSError():
            said = f"Die Verbindung zu „{host}“ ist abgebrochen."
        case _:
            said = f"Die Antwort von „{host}“ ist nicht zu lesen."
    return CalendarAway(said)


def lost(host: str) -> CalendarAway:
    """Entries are listed and none of them is given out."""
    return CalendarAway(f"„{host}“ nennt Termine, gibt aber keinen davon heraus.")


def read_only(name: str) -> CalendarAway:
    """The calendar in which bookings are to be entered cannot be written."""
    return CalendarAway(
        f"In den Kalender „{name}“ (calendar.write) darf dieser Benutzer nichts eintragen."
    )


def many_missing(name: str, missing: int, of: int) -> CalendarAway:
    """More entries are missing at once than somebody takes out by hand."""
    return CalendarAway(
        f"Im Kalender „{name}“ fehlen auf einmal {missing} von {of} eingetragenen Terminen."
    )

"""What an error on the way to the mail server means, and how to say it to the operator.

Each sentence ends with what to look at where there is something to be changed: a key of the
settings, the clock, the network.
"""

from __future__ import annotations

import binascii
import re
import smtplib
import socket
import ssl
from typing import TYPE_CHECKING

from stadtfuehrer.outside.post import Later, Misconfigured, NotDelivered, Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

# Every exception of smtplib, ssl and socket is an OSError. A ValueError is a host's name that
# cannot be written down for the DNS, or a challenge at login that is no base64.
FAULTS = (OSError, ValueError)

_TOO_BIG = 552
_LOGIN_NEEDED = 530
_PERMANENT = 500
_GIBBERISH = -1
"""smtplib's number for an answer that does not begin with one."""

_LONGEST_ANSWER = 300
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_STATUS = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")

_UNKNOWN_NAME = {
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)
}
"""Not every system tells "no such name" from "no address for it"."""

_NOBODY_VOUCHES = (
    "Bürgen muss eine Stelle, der dieser Rechner vertraut; eine eigene nennt ihm SSL_CERT_FILE."
)
_UNTRUSTED = f"stammt von einer Stelle, der dieser Rechner nicht vertraut. {_NOBODY_VOUCHES}"

# The numbers are OpenSSL's X509_V_ERR_… (x509_vfy.h); the ssl module gives them no names.
_CERTIFICATE = {
    9: "ist noch nicht gültig. Geht die Uhr dieses Rechners richtig?",
    10: "ist abgelaufen. Erneuern muss es, wer den Mailserver betreibt.",
    18: f"ist selbst ausgestellt und niemand bürgt dafür. {_NOBODY_VOUCHES}",
    19: _UNTRUSTED,
    20: _UNTRUSTED,
    21: _UNTRUSTED,
    62: "gilt für einen anderen Namen. Unter mail.host muss der stehen, für den es gilt.",
    64: "gilt für eine andere Adresse. Unter mail.host muss der Name stehen, für den es gilt.",
}


def fault_of(error: OSError | ValueError, *, place: str) -> NotDelivered:
    """One of ``FAULTS`` as what follows from it; ``place`` is host and port.

    The reason quotes the server's answer without mail addresses, since it goes into logs.
    """
    # From the special to the general: the first class that fits decides.
    for kind, meaning in _MEANINGS:
        if isinstance(error, kind):
            return meaning(error, place)
    told = error.strerror if isinstance(error, OSError) else None
    return Later(f"Die Verbindung zum Mailserver {place} ist gestört ({told or error}).")


def too_slow(place: str) -> NotDelivered:
    """The whole conversation took longer than anybody can wait for."""
    return Unreachable(f"Der Mailserver {place} ist zu langsam; das Gespräch wurde beendet.")


def _recipient(error: smtplib.SMTPRecipientsRefused, place: str) -> NotDelivered:
    # One parcel has one recipient, so there is one answer.
    ((code, answer),) = error.recipients.values()
    return _by_code(
        code, f"Der Mailserver {place} nimmt für diesen Empfänger nichts an", answer, Refused
    )


def _sender(error: smtplib.SMTPSenderRefused, place: str) -> NotDelivered:
    # RFC 1870: a message that is too big is already refused here, but only that message.
    verdict = Refused if error.smtp_code == _TOO_BIG else Misconfigured
    sentence = f"Der Mailserver {place} nimmt den Absender (mail.sender) nicht an"
    if verdict is Refused:
        sentence = f"Dem Mailserver {place} ist der Brief zu groß"
    return _by_code(error.smtp_code, sentence, error.smtp_error, verdict)


def _data(error: smtplib.SMTPDataError, place: str) -> NotDelivered:
    sentence = f"Der Mailserver {place} hat den Brief nicht angenommen"
    return _by_code(error.smtp_code, sentence, error.smtp_error, Refused)


def _login(error: smtplib.SMTPAuthenticationError, place: str) -> NotDelivered:
    sentence = (
        f"Der Mailserver {place} lehnt die Anmeldung ab: mail.username oder mail.password "
        "stimmt nicht"
    )
    if error.smtp_code < _PERMANENT:
        sentence = f"Der Mailserver {place} kann die Anmeldung gerade nicht prüfen"
    # A server that does not understand may repeat what it was told, and so the password. What is
    # not a secret is the enhanced status code (RFC 3463).
    said = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
    status = _STATUS.match(said)
    return _by_code(error.smtp_code, sentence, status[0] if status else b"", Misconfigured)


def _greeting(error: smtplib.SMTPResponseException, place: str) -> NotDelivered:
    if error.smtp_code == _GIBBERISH:
        return Misconfigured(
            f"Unter {place} antwortet etwas anderes als ein Mailserver. "
            "Stimmen mail.host und mail.port?"
        )
    sentence = f"Der Mailserver {place} lässt niemanden herein"
    return _by_code(error.smtp_code, sentence, error.smtp_error, Misconfigured)


def _answer(error: smtplib.SMTPResponseException, place: str) -> NotDelivered:
    sentence = f"Der Mailserver {place} nimmt gerade nichts an"
    return _by_code(error.smtp_code, sentence, error.smtp_error, Misconfigured)


def _not_offered(error: smtplib.SMTPNotSupportedError, place: str) -> NotDelivered:
    if "STARTTLS" in str(error):
        return Misconfigured(
            f"Der Mailserver {place} bietet keine Verschlüsselung mit STARTTLS an; "
            "vielleicht gehört zu diesem Port mail.security = „tls“."
        )
    return Misconfigured(
        f"Der Mailserver {place} bietet auf diesem Weg keine Anmeldung an; vielleicht verlangt er "
        "vorher Verschlüsselung (mail.security), oder er braucht keine (mail.username = „“)."
    )


def _broken(error: smtplib.SMTPServerDisconnected, place: str) -> NotDelivered:
    # smtplib turns a timeout into a disconnection; the cause is still there.
    if isinstance(error.__context__, TimeoutError):
        return _timeout(error, place)
    return Later(f"Der Mailserver {place} hat die Verbindung abgebrochen.")


def _no_login_method(_error: smtplib.SMTPException, place: str) -> NotDelivered:
    return Misconfigured(
        f"Der Mailserver {place} und dieses Programm kennen kein gemeinsames Verfahren "
        "für die Anmeldung."
    )


def _garbled_login(_error: binascii.Error, place: str) -> NotDelivered:
    return Misconfigured(
        f"Der Mailserver {place} antwortet auf die Anmeldung mit etwas Unverständlichem."
    )


def _certificate(error: ssl.SSLCertVerificationError, place: str) -> NotDelivered:
    why = _CERTIFICATE.get(error.verify_code, f"lässt sich nicht prüfen: {error.verify_message}.")
    return Misconfigured(f"Das Zertifikat des Mailservers {place} {why}")


def _tls(error: ssl.SSLError, place: str) -> NotDelivered:
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Later(f"Der Mailserver {place} hat die Verbindung abgebrochen.")
    return Misconfigured(
        f"Mit dem Mailserver {place} kommt keine Verschlüsselung zustande "
        f"({error.reason or error}). Passen mail.port und mail.security zueinander?"
    )


def _name(error: socket.gaierror, place: str) -> NotDelivered:
    if error.errno in _UNKNOWN_NAME:
        return Misconfigured(
            f"Den Mailserver „{_host(place)}“ gibt es nicht: Der Name ist unbekannt. "
            "Stimmt mail.host?"
        )
    return Unreachable(
        f"Der Name des Mailservers „{_host(place)}“ lässt sich gerade nicht auflösen."
    )


def _no_name(_error: UnicodeError, place: str) -> NotDelivered:
    return Misconfigured(f"„{_host(place)}“ kann kein Mailserver heißen (mail.host).")


def _closed(_error: ConnectionRefusedError, place: str) -> NotDelivered:
    return Unreachable(
        f"Unter {place} nimmt kein Mailserver Verbindungen an. Stimmen mail.host und mail.port?"
    )


def _timeout(_error: OSError, place: str) -> NotDelivered:
    return Unreachable(
        f"Der Mailserver {place} antwortet nicht in der gesetzten Zeit. "
        "Passen mail.host, mail.port und mail.security zueinander?"
    )


def _host(place: str) -> str:
    return place.rpartition(":")[0]


def _by_code(
    code: int, sentence: str, answer: bytes | str, verdict: type[NotDelivered]
) -> NotDelivered:
    """A permanent answer (5xx) is the verdict; any other, even a senseless one, may pass."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    said = f"{code} {_cleaned(text)}".strip() if code != _GIBBERISH else "unverständliche Antwort"
    if code == _LOGIN_NEEDED:
        return Misconfigured(
            f"{sentence}: Er verlangt erst eine Anmeldung (mail.username) oder Verschlüsselung "
            f"(mail.security) ({said})."
        )
    reason = f"{sentence} ({said})."
    return verdict(reason) if code >= _PERMANENT else Later(reason)


def _cleaned(answer: str) -> str:
    """A server's words on one line, without addresses and without anything that upsets a log."""
    line = _UNPRINTABLE.sub(" ", answer)
    return _ADDRESS.sub("…", line)[:_LONGEST_ANSWER].strip()


_MEANINGS: tuple[tuple[type[Exception], Callable[..., NotDelivered]], ...] = (
    (smtplib.SMTPRecipientsRefused, _recipient),
    (smtplib.SMTPSenderRefused, _sender),
    (smtplib.SMTPDataError, _data),
    (smtplib.SMTPAuthenticationError, _login),
    (smtplib.SMTPConnectError, _greeting),
    (smtplib.SMTPHeloError, _greeting),
    (smtplib.SMTPResponseException, _answer),
    (smtplib.SMTPNotSupportedError, _not_offered),
    (smtplib.SMTPServerDisconnected, _broken),
    (smtplib.SMTPException, _no_login_method),
    (ssl.SSLCertVerificationError, _certificate),
    (ssl.SSLError, _tls),
    (socket.gaierror, _name),
    (ConnectionRefusedError, _closed),
    (TimeoutError, _timeout),
    (UnicodeError, _no_name),
    (binascii.Error, _garbled_login),
)

"""What an error on the way to the mail server means, and how to say it to the operator."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from typing import TYPE_CHECKING

from stadtfuehrer.outside.post import Later, Misconfigured, NotDelivered, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

_TOO_BIG = 552
_LOGIN_NEEDED = 530
_PERMANENT = 500

_LONGEST_ANSWER = 300
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")

# The numbers are OpenSSL's X509_V_ERR_… (x509_vfy.h); the ssl module gives them no names.
_CERTIFICATE = {
    9: "ist noch nicht gültig",
    10: "ist abgelaufen",
    18: "ist selbst ausgestellt und niemand bürgt dafür",
    19: "stammt von einer Stelle, der dieser Rechner nicht vertraut",
    20: "stammt von einer Stelle, der dieser Rechner nicht vertraut",
    21: "stammt von einer Stelle, der dieser Rechner nicht vertraut",
    62: "gilt für einen anderen Namen",
    64: "gilt für eine andere Adresse",
}


def fault_of(error: OSError, *, place: str) -> NotDelivered:
    """The error of smtplib, ssl or socket as what follows from it; ``place`` is host and port.

    The reason quotes the server's answer without mail addresses, since it goes into logs.
    """
    # From the special to the general: the first class that fits decides.
    for kind, meaning in _MEANINGS:
        if isinstance(error, kind):
            return meaning(error, place)
    return Later(f"Die Verbindung zum Mailserver {place} ist gestört ({error.strerror or error}).")


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
    return _by_code(error.smtp_code, sentence, error.smtp_error, verdict)


def _data(error: smtplib.SMTPDataError, place: str) -> NotDelivered:
    sentence = f"Der Mailserver {place} hat den Brief nicht angenommen"
    return _by_code(error.smtp_code, sentence, error.smtp_error, Refused)


def _login(error: smtplib.SMTPAuthenticationError, place: str) -> NotDelivered:
    sentence = (
        f"Der Mailserver {place} lehnt die Anmeldung ab: Benutzername oder Passwort stimmt nicht"
    )
    if error.smtp_code < _PERMANENT:
        sentence = f"Der Mailserver {place} kann die Anmeldung gerade nicht prüfen"
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
        f"Der Mailserver {place} bietet auf diesem Weg keine Anmeldung an; "
        "vielleicht verlangt er vorher Verschlüsselung (mail.security)."
    )


def _broken(error: smtplib.SMTPServerDisconnected, place: str) -> NotDelivered:
    # smtplib turns a timeout into a disconnection; the cause is still there.
    if isinstance(error.__context__, TimeoutError):
        return _timeout(error, place)
    return Later(f"Der Mailserver {place} hat die Verbindung abgebrochen.")


def _no_login_method(error: smtplib.SMTPException, place: str) -> NotDelivered:
    return Misconfigured(
        f"Der Mailserver {place} und dieses Programm kennen kein gemeinsames Verfahren "
        f"für die Anmeldung ({_cleaned(str(error))})."
    )


def _certificate(error: ssl.SSLCertVerificationError, place: str) -> NotDelivered:
    why = _CERTIFICATE.get(error.verify_code, f"lässt sich nicht prüfen: {error.verify_message}")
    return Misconfigured(f"Das Zertifikat des Mailservers {place} {why}.")


def _tls(error: ssl.SSLError, place: str) -> NotDelivered:
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Later(f"Der Mailserver {place} hat die Verbindung abgebrochen.")
    return Misconfigured(
        f"Mit dem Mailserver {place} kommt keine Verschlüsselung zustande "
        f"({error.reason or error}); vielleicht gehört zu diesem Port mail.security = „starttls“."
    )


def _name(error: socket.gaierror, place: str) -> NotDelivered:
    host = place.rpartition(":")[0]
    if error.errno in {socket.EAI_NONAME, socket.EAI_NODATA}:
        return Misconfigured(f"Den Mailserver „{host}“ gibt es nicht: Der Name ist unbekannt.")
    return Later(f"Der Name des Mailservers „{host}“ lässt sich gerade nicht auflösen.")


def _closed(_error: ConnectionRefusedError, place: str) -> NotDelivered:
    return Later(f"Unter {place} nimmt kein Mailserver Verbindungen an.")


def _timeout(_error: OSError, place: str) -> NotDelivered:
    return Later(f"Der Mailserver {place} antwortet nicht in der gesetzten Zeit.")


def _by_code(
    code: int, sentence: str, answer: bytes | str, verdict: type[NotDelivered]
) -> NotDelivered:
    """A permanent answer (5xx) is the verdict; any other, even a senseless one, may pass."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    reason = f"{sentence} ({code} {_cleaned(text)})."
    if code == _LOGIN_NEEDED:
        return Misconfigured(reason)
    return verdict(reason) if code >= _PERMANENT else Later(reason)


def _cleaned(answer: str) -> str:
    """A server's words on one line, without addresses and without anything that upsets a log."""
    line = _UNPRINTABLE.sub(" ", answer)
    return _ADDRESS.sub("…", line)[:_LONGEST_ANSWER].strip()


_MEANINGS: tuple[tuple[type[OSError], Callable[..., NotDelivered]], ...] = (
    (smtplib.SMTPRecipientsRefused, _recipient),
    (smtplib.SMTPSenderRefused, _sender),
    (smtplib.SMTPDataError, _data),
    (smtplib.SMTPAuthenticationError, _login),
    (smtplib.SMTPResponseException, _answer),
    (smtplib.SMTPNotSupportedError, _not_offered),
    (smtplib.SMTPServerDisconnected, _broken),
    (smtplib.SMTPException, _no_login_method),
    (ssl.SSLCertVerificationError, _certificate),
    (ssl.SSLError, _tls),
    (socket.gaierror, _name),
    (ConnectionRefusedError, _closed),
    (TimeoutError, _timeout),
)

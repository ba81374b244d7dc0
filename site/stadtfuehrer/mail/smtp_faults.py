"""What an error on the way to the mail server means, and how to say it to the operator.

Each sentence ends with what to look at where there is something to be changed: a key of the
settings, the clock, the network.
"""

import binascii
import os
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from typing import Any

from stadtfuehrer.mail.mailer import (
    Later,
    Misconfigured,
    NotAdmitted,
    NotDelivered,
    Refused,
    Unreachable,
)

# Every exception of smtplib, ssl and socket is an OSError. A ValueError is a host's name that
# cannot be written down for the DNS, or a challenge at login that is no base64.
FAULTS = (OSError, ValueError)

_PERMANENT, _LOGIN_NEEDED, _TOO_BIG = 500, 530, 552

_GIBBERISH = -1
"""smtplib's number for an answer that does not begin with one."""

_LONGEST_ANSWER = 300

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")

# Many servers say what they have against a sender, or against us, to the first recipient only. The
# codes for a bad sender are those of RFC 3463, 3.2; the words those of Postfix, Exim, Exchange.
_MEANS_SENDER = re.compile(
    r"\b[45]\.1\.[78]\b|sender (address|verif|domain|is not|not)|domain of sender|send as",
    re.IGNORECASE,
)

_MEANS_US = re.compile(
    r"client host rejected|rela[iy]\w* .*(denied|not permitted|prohibited|not allowed)|"
    r"unable to relay|not logged in|authenticat\w* (is )?required|(not|be|must) authenticat",
    re.IGNORECASE,
)

_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")

# Not every system tells "no such name" from "no address for it".
UNKNOWN_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}

_NOBODY_VOUCHES = (
    "Bürgen muss eine Stelle, der dieser Rechner vertraut; eine eigene nennt ihm SSL_CERT_FILE."
)

_NOBODY_KNOWN = (18, 19, 20, 21)

_UNTRUSTED = f"stammt von einer Stelle, der dieser Rechner nicht vertraut. {_NOBODY_VOUCHES}"

# The numbers are OpenSSL's X509_V_ERR_… (x509_vfy.h); the ssl module gives them no names.
_CERTIFICATE = {
    9: "ist noch nicht gültig. Geht die Uhr dieses Rechners richtig?",
    10: "ist abgelaufen. Erneuern muss es, wer den Mailserver betreibt.",
    18: f"ist selbst ausgestellt und niemand bürgt dafür. {_NOBODY_VOUCHES}",
    **dict.fromkeys((19, 20, 21), _UNTRUSTED),
    62: "gilt für einen anderen Namen. Unter {key} muss der stehen, für den es gilt.",
    64: "gilt für eine andere Adresse. Unter {key} muss der Name stehen, für den es gilt.",
}

_ADDRESS_REFUSED = (smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused)

_GREETING = (smtplib.SMTPConnectError, smtplib.SMTPHeloError)

_TOO_BIG_A_LETTER = "Dem Mailserver {place} ist der Brief zu groß"
_SENDER = "{server} nimmt den Absender (mail.sender) nicht an"
_NO_ENTRY = (
    "{server} nimmt von diesem Rechner keine Briefe an. Meist verlangt er eine Anmeldung "
    "(mail.username und mail.password)"
)
_BROKEN = "{server} hat die Verbindung abgebrochen."
_SILENT = (
    "{server} antwortet nicht in der gesetzten Zeit. "
    "Passen mail.host, mail.port und mail.security zueinander?"
)
_NO_STARTTLS = (
    "{server} bietet keine Verschlüsselung mit STARTTLS an; vielleicht gehört zu diesem Port "
    "mail.security = „tls“."
)
_NO_LOGIN = (
    "{server} bietet auf diesem Weg keine Anmeldung an; vielleicht verlangt er vorher "
    "Verschlüsselung (mail.security), oder er braucht keine (mail.username = „“)."
)
_OTHER_TRADE = (
    "Unter {place} antwortet etwas anderes als ein Mailserver. Stimmen mail.host und mail.port?"
)
_BAD_CERTIFICATE = "Das Zertifikat des Mailservers {place} {certificate}"
_NO_METHOD = "{server} und dieses Programm kennen kein gemeinsames Verfahren für die Anmeldung."
_NO_TLS = (
    "Mit dem Mailserver {place} kommt keine Verschlüsselung zustande ({cause}). "
    "Passen mail.port und mail.security zueinander?"
)
_NOT_CHECKED = "{server} kann die Anmeldung gerade nicht prüfen"
_WRONG_LOGIN = "{server} lehnt die Anmeldung ab: mail.username oder mail.password stimmt nicht"
_NO_SUCH_NAME = "Den Mailserver „{host}“ gibt es nicht: Der Name ist unbekannt. Stimmt mail.host?"
_NO_NAME_SERVER = "Der Name des Mailservers „{host}“ lässt sich gerade nicht auflösen."
_CLOSED = "Unter {place} nimmt kein Mailserver Verbindungen an. Stimmen mail.host und mail.port?"
_GARBLED = "{server} antwortet auf die Anmeldung mit etwas Unverständlichem."


def _may_pass(error: Any) -> bool:
    return bool(error.smtp_code < _PERMANENT)


def _means_us(error: Any) -> bool:
    code, text = _said(error)
    return code != _LOGIN_NEEDED and bool(_MEANS_US.search(text))


def means_sender(error: Any) -> bool:
    """Whether a refusal of a recipient, or of a sender, is about the sender."""
    return bool(_MEANS_SENDER.search(_said(error)[1])) and not _means_us(error)


def _timed_out(error: Exception) -> bool:
    # smtplib turns a timeout into a disconnection; the cause is still there.
    return isinstance(error.__context__, TimeoutError)


# From the special to the general: the first row whose exception and condition fit decides.
# A sentence without an end quotes the server's answer. Of these, only a permanent one (5xx) has
# the verdict; any other, even a senseless one, may pass.
_MEANINGS: tuple[tuple[Any, Callable[[Any], bool] | None, type[NotDelivered], str], ...] = (
    (_ADDRESS_REFUSED, _means_us, NotAdmitted, _NO_ENTRY),
    (smtplib.SMTPRecipientsRefused, means_sender, NotAdmitted, _SENDER),
    (smtplib.SMTPRecipientsRefused, None, Refused, "{server} nimmt für diesen Empfänger nichts an"),
    # RFC 1870: a message that is too big is already refused here, but only that message.
    (smtplib.SMTPSenderRefused, lambda e: e.smtp_code == _TOO_BIG, Refused, _TOO_BIG_A_LETTER),
    (smtplib.SMTPSenderRefused, None, NotAdmitted, _SENDER),
    (smtplib.SMTPDataError, None, Refused, "{server} hat den Brief nicht angenommen"),
    (smtplib.SMTPAuthenticationError, _may_pass, Misconfigured, _NOT_CHECKED),
    (smtplib.SMTPAuthenticationError, None, Misconfigured, _WRONG_LOGIN),
    (_GREETING, lambda e: e.smtp_code == _GIBBERISH, Misconfigured, _OTHER_TRADE),
    (_GREETING, None, Misconfigured, "{server} lässt niemanden herein"),
    (smtplib.SMTPResponseException, None, Misconfigured, "{server} nimmt gerade nichts an"),
    (smtplib.SMTPNotSupportedError, lambda e: "STARTTLS" in str(e), Misconfigured, _NO_STARTTLS),
    (smtplib.SMTPNotSupportedError, None, Misconfigured, _NO_LOGIN),
    (smtplib.SMTPServerDisconnected, _timed_out, Unreachable, _SILENT),
    (smtplib.SMTPServerDisconnected, None, Later, _BROKEN),
    (smtplib.SMTPException, None, Misconfigured, _NO_METHOD),
    (ssl.SSLCertVerificationError, None, Misconfigured, _BAD_CERTIFICATE),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), None, Later, _BROKEN),
    (ssl.SSLError, None, Misconfigured, _NO_TLS),
    (socket.gaierror, lambda e: e.errno in UNKNOWN_NAME, Misconfigured, _NO_SUCH_NAME),
    (socket.gaierror, None, Unreachable, _NO_NAME_SERVER),
    (ConnectionRefusedError, None, Unreachable, _CLOSED),
    (TimeoutError, None, Unreachable, _SILENT),
    (UnicodeError, None, Misconfigured, "„{host}“ kann kein Mailserver heißen (mail.host)."),
    (binascii.Error, None, Misconfigured, _GARBLED),
    (Exception, None, Later, "Die Verbindung zum Mailserver {place} ist gestört ({cause})."),
)


def fault_of(error: OSError | ValueError, place: str, *, too_slow: bool = False) -> NotDelivered:
    """One of ``FAULTS`` as what follows from it; ``place`` is host and port.

    ``too_slow`` says that the conversation ended since nobody can wait any longer. The reason
    quotes the server's answer without mail addresses, since it goes into logs.
    """
    if too_slow:
        return Unreachable(f"Der Mailserver {place} ist zu langsam; das Gespräch wurde beendet.")
    verdict, sentence = next(
        (verdict, sentence)
        for kinds, fits, verdict, sentence in _MEANINGS
        if isinstance(error, kinds) and (fits is None or fits(error))
    )
    reason = sentence.format(
        server=f"Der Mailserver {place}",
        place=place,
        host=place.rpartition(":")[0],
        certificate=certificate_in_words(error, "mail.host"),
        cause=getattr(error, "reason", None) or getattr(error, "strerror", None) or error,
    )
    if sentence.endswith((".", "?", "}")):
        return verdict(reason)
    code, said = _answer_in(error)
    if code == _LOGIN_NEEDED:
        return Misconfigured(
            f"{reason}: Er verlangt erst eine Anmeldung (mail.username) oder Verschlüsselung "
            f"(mail.security) ({said})."
        )
    return (verdict if code >= _PERMANENT else Later)(f"{reason} ({said}).")


def certificate_in_words(error: Exception, key: str) -> str:
    """What is wrong with a server's certificate; ``key`` is the setting that names the server."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return ""
    said = _CERTIFICATE.get(error.verify_code, f"lässt sich nicht prüfen: {error.verify_message}.")
    named = os.environ.get("SSL_CERT_FILE", "")
    if error.verify_code in _NOBODY_KNOWN and named and not os.access(named, os.R_OK):
        # OpenSSL says nothing of a file that it cannot read, and trusts nobody at all.
        said = f"lässt sich nicht prüfen: SSL_CERT_FILE nennt „{named}“; diese Datei fehlt hier."
    return said.replace("{key}", key)


def _answer_in(error: Any) -> tuple[int, str]:
    """The code, and with it what the server said, as it may stand in a log.

    On one line, without addresses and without anything that upsets a log. A server that does not
    understand a login may repeat what it heard, and so the password: what is not a secret
    there is the enhanced status code (RFC 3463).
    """
    code, text = _said(error)
    if code == _GIBBERISH:
        return code, "unverständliche Antwort"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        status = _STATUS.match(text)
        text = status[0] if status else ""
    line = _ADDRESS.sub("…", _UNPRINTABLE.sub(" ", text))[:_LONGEST_ANSWER].strip()
    return code, f"{code} {line}".strip()


def _said(error: Any) -> tuple[int, str]:
    # One message has one recipient, so there is one answer.
    refused = error.recipients if isinstance(error, smtplib.SMTPRecipientsRefused) else {}
    ((code, answer),) = refused.values() or [(error.smtp_code, error.smtp_error)]
    return code, answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer

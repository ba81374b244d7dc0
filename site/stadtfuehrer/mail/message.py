"""A frozen letter: to whom, in which words, with which invitation."""

import re
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.base64mime import body_encode
from email.header import Header
from email.message import Message
from email.policy import Compat32
from email.utils import format_datetime
from enum import StrEnum
from hashlib import sha256
from typing import Literal, TypeAlias

from stadtfuehrer.text import Mailbox, check_line, plain_text

Method: TypeAlias = Literal["REQUEST", "CANCEL"]
"""The iTIP method of an invitation that travels by mail (RFC 5546)."""


class LetterKind(StrEnum):
    """Which letter it is: what happened, and who reads of it."""

    RESULT = "ergebnis"
    FOLLOW_UP = "nachgefragt"
    CONFIRMATION = "bestaetigung"
    INVITATION = "einladung"
    MOVED_VISITOR = "verschoben-gast"
    MOVED_CONSULTANT = "verschoben-beratung"
    CANCELLED_VISITOR = "absage-gast"
    CANCELLED_CONSULTANT = "absage-beratung"
    ADDRESS_CHECK = "adresse"
    REQUESTED_VISITOR = "anfrage-gast"
    REQUESTED_CONSULTANT = "anfrage-beratung"
    DECLINED = "anfrage-absage"
    CROWD = "andrang"
    FREE_AGAIN = "frei-geworden"
    REMINDER = "erinnerung"
    THANKS = "danke"
    MISSED = "verpasst"
    FEEDBACK = "rueckmeldung"
    DECLINED_VISITOR = "abgelehnt-gast"
    DECLINED_CONSULTANT = "abgelehnt-beratung"
    UNDELIVERABLE = "unzustellbar"
    NEW_ADDRESS = "neue-adresse"
    CALENDAR = "kalender"
    CALENDAR_EVENT = "kalender-termin"
    WRITE_CALENDAR = "kalender-eintragen"
    SIGN_IN = "anmelden"
    ASKED = "gefragt"
    VOICE = "stimme"
    ANSWER = "antwort"
    PUBLISHED = "veroeffentlicht"
    CHECK_IN = "wie-laeufts"

    @property
    def is_for_consultant(self) -> bool:
        """Whether the consultant reads it; all others go to the visitor."""
        return self in {
            LetterKind.INVITATION,
            LetterKind.MOVED_CONSULTANT,
            LetterKind.CANCELLED_CONSULTANT,
            LetterKind.REQUESTED_CONSULTANT,
            LetterKind.CROWD,
            LetterKind.FEEDBACK,
            LetterKind.DECLINED_CONSULTANT,
            LetterKind.UNDELIVERABLE,
            LetterKind.NEW_ADDRESS,
            LetterKind.CALENDAR,
            LetterKind.CALENDAR_EVENT,
            LetterKind.WRITE_CALENDAR,
            LetterKind.VOICE,
        }


FOR_CONSULTANT = [kind for kind in LetterKind if kind.is_for_consultant]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter with everything its reader will see; ``html`` says the same as ``text``.

    ``invitation`` are the bytes of an iCalendar object and ``method`` is its METHOD; a letter has
    both or neither (RFC 6047, 2.4: without the method the part is no invitation). The subject is
    one line.
    """

    kind: LetterKind
    recipient: Mailbox
    reply_to: Mailbox
    subject: str
    text: str
    html: str
    invitation: bytes | None = None
    method: Method | None = None

    def __post_init__(self) -> None:
        check_line(self.subject)
        if (self.invitation is None) != (self.method is None):
            raise ValueError("an invitation and its method go together")
        if self.invitation is not None and (
            f"\r\nMETHOD:{self.method}\r\n".encode() not in self.invitation
        ):
            raise ValueError("the invitation has another METHOD")


_LINE = 76
"""The longest line that a header with encoded words may have (RFC 2047), and a body (RFC 2045)."""

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,200}@[A-Za-z0-9.-]{1,200}>")


class _AsTheyAre(Compat32):
    """Headers are written as they were set: folded already, by the functions below.

    The library's newer messages would parse each one and fold it anew: ten times the work, and
    wrong on Python 3.11, where a long quoted name loses its quotes, so that a comma in it makes
    two recipients of one.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        folded = value.replace("\n", self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


_POLICY = _AsTheyAre(linesep="\r\n", max_line_length=_LINE)


def as_message(letter: Letter, *, sender: Mailbox, message_id: str, date: datetime) -> bytes:
    """The letter as a MIME message, 7-bit clean, with CRLF; the same bytes for the same arguments.

    ``message_id`` comes with its angle brackets, ``date`` is aware; with any other it raises
    ValueError. With an invitation::

        multipart/mixed
        ├── multipart/alternative
        │   ├── text/plain, quoted-printable
        │   ├── text/html, quoted-printable
        │   └── text/calendar; method=…; charset="utf-8", base64
        └── application/ics, einladung.ics, the same bytes

    The first calendar part is what mail programs show as an invitation. The attachment is for
    those that only know files; it is ``application/ics``, because a second ``text/calendar``
    would be a second invitation to programs that collect all of them.
    """
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("not a Message-ID")
    if date.tzinfo is None:
        raise ValueError("the date needs a zone")
    digest = sha256(message_id.encode("ascii")).hexdigest()[:32]
    forms = [_text("plain", letter.text), _text("html", letter.html)]
    if letter.invitation is None:
        content = _multipart("alternative", digest, forms)
    else:
        calendar = body_encode(letter.invitation, _LINE)
        kind = f'text/calendar; method={letter.method}; charset="utf-8"'
        content = _multipart("alternative", digest, [*forms, _part(kind, "base64", calendar)])
        attachment = _part("application/ics", "base64", calendar)
        attachment["Content-Disposition"] = 'attachment; filename="einladung.ics"'
        content = _multipart("mixed", digest, [content, attachment])
    message = Message(policy=_POLICY)
    message["From"] = _mailbox("From", sender)
    message["To"] = _mailbox("To", letter.recipient)
    message["Reply-To"] = _mailbox("Reply-To", letter.reply_to)
    message["Subject"] = _subject(letter.subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    # Exchange does not look at Auto-Submitted before it sends an out-of-office.
    message["X-Auto-Response-Suppress"] = "All"
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = content["Content-Type"]
    message["Content-Language"] = "de"
    message.set_payload(content.get_payload())
    return message.as_bytes()


def _text(subtype: str, text: str) -> Message:
    lines = plain_text(text).removesuffix("\n") + "\n"
    payload = b2a_qp(lines.replace("\n", "\r\n").encode()).decode("ascii")
    return _part(f'text/{subtype}; charset="utf-8"', "quoted-printable", payload)


def _part(content_type: str, encoding: str, payload: str) -> Message:
    part = Message(policy=_POLICY)
    part["Content-Type"] = content_type
    part["Content-Transfer-Encoding"] = encoding
    part.set_payload(payload)
    return part


def _multipart(subtype: str, digest: str, parts: list[Message]) -> Message:
    """Parts between boundaries that depend on the letter only; the library's are random.

    ``=_`` occurs neither in quoted-printable nor in base64, so no content can look like one.
    """
    whole = Message(policy=_POLICY)
    whole["Content-Type"] = f'multipart/{subtype};\n boundary="=_{subtype}_{digest}"'
    for part in parts:
        whole.attach(part)
    return whole


def _subject(subject: str) -> str:
    if subject.isascii() and "=?" not in subject and len(subject) <= _LINE - len("Subject: "):
        return subject
    return _encoded("Subject", subject)


def _mailbox(field: str, mailbox: Mailbox) -> str:
    if not mailbox.name:
        return mailbox.address
    name = '"' + re.sub(r'(["\\])', r"\\\1", mailbox.name) + '"'
    if not name.isascii() or "=?" in name or len(name) > _LINE - len(f"{field}: "):
        name = _encoded(field, mailbox.name)
    # An address may be 254 long and cannot be folded; it gets a line of its own if it has to.
    fits = len(f"{field}: {name} <{mailbox.address}>") <= _LINE
    return f"{name} <{mailbox.address}>" if fits else f"{name}\n <{mailbox.address}>"


def _encoded(field: str, text: str) -> str:
    return Header(text, "utf-8", maxlinelen=_LINE, header_name=field).encode()

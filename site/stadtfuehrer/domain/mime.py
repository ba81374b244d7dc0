"""A letter as the bytes that go to the mail server (RFC 5322, 2045 to 2047, 6047)."""

from __future__ import annotations

import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from stadtfuehrer.domain.letter import check_line, plain_text

if TYPE_CHECKING:
    from datetime import datetime
    from email.policy import Policy

    from stadtfuehrer.domain.letter import Letter, Mailbox

_LINE = 76
"""The longest line that RFC 2047 allows for a header with encoded words, and RFC 2045 for a body
in quoted-printable, where the standard library would take two more."""

_POLICY = SMTP.clone(max_line_length=_LINE)

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,200}@[A-Za-z0-9.-]{1,200}>")

_QUOTED = re.compile(r'["\\]')


def as_message(letter: Letter, *, sender: Mailbox, message_id: str, date: datetime) -> bytes:
    """The letter as a MIME message, 7-bit clean, with CRLF; the same bytes for the same arguments.

    ``message_id`` comes with its angle brackets, ``date`` is aware. With an invitation::

        multipart/mixed
        ├── multipart/alternative
        │   ├── text/plain, quoted-printable
        │   ├── text/html, quoted-printable
        │   └── text/calendar; method=…; charset="utf-8", base64
        └── application/ics, einladung.ics, the same bytes

    The first calendar part is what mail programs show as an invitation. The attachment is for
    those that only know files; it is ``application/ics``, because a second ``text/calendar``
    would be a second invitation to programs that collect all of them.

    Raises:
        ValueError: an unusable Message-ID, or a naive date.

    """
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("not a Message-ID")
    if date.tzinfo is None:
        raise ValueError("the date needs a zone")
    message = EmailMessage(policy=_POLICY)
    _set(message, "From", _mailbox("From", sender))
    _set(message, "To", _mailbox("To", letter.recipient))
    _set(message, "Reply-To", _mailbox("Reply-To", letter.reply_to))
    _set(message, "Subject", _subject(letter.subject))
    _set(message, "Date", format_datetime(date))
    _set(message, "Message-ID", message_id)
    _set(message, "Auto-Submitted", "auto-generated")
    message.set_content(plain_text(letter.text), cte="quoted-printable")
    message.add_alternative(plain_text(letter.html), subtype="html", cte="quoted-printable")
    if letter.invitation is not None and letter.method is not None:
        _add_invitation(message, letter.invitation, letter.method)
    _set_boundaries(message, message_id)
    # Only now: whatever is called Content-… before would have moved into the first part.
    _set(message, "Content-Language", "de")
    return message.as_bytes()


def _add_invitation(message: EmailMessage, invitation: bytes, method: str) -> None:
    message.add_alternative(
        invitation,
        maintype="text",
        subtype="calendar",
        params={"method": method, "charset": "utf-8"},
    )
    message.add_attachment(
        invitation, maintype="application", subtype="ics", filename="einladung.ics"
    )


def _set_boundaries(message: EmailMessage, message_id: str) -> None:
    """Boundaries that depend on the letter only, where the library would take random ones.

    ``=_`` occurs neither in quoted-printable nor in base64, so no content can look like one.
    """
    digest = sha256(message_id.encode("ascii")).hexdigest()[:32]
    for part in message.walk():
        if part.is_multipart():
            part.set_boundary(f"=_{part.get_content_subtype()}_{digest}")


class _Field(str):
    """A header's value that is folded already; an ``EmailPolicy`` leaves such objects alone.

    Needed because the library's own folding goes wrong on Python 3.11: a long quoted name loses
    its quotes, so that a comma in it makes two recipients of one.
    """

    __slots__ = ("name",)
    name: str

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self.replace(chr(10), policy.linesep)}{policy.linesep}"


def _set(message: EmailMessage, name: str, value: str) -> None:
    field = _Field(value)
    field.name = name
    message[name] = field


def _subject(subject: str) -> str:
    check_line(subject)
    if subject.isascii() and "=?" not in subject and len(subject) <= _LINE - len("Subject: "):
        return subject
    return _encoded("Subject", subject)


def _mailbox(field: str, mailbox: Mailbox) -> str:
    if not mailbox.name:
        return mailbox.address
    name = '"' + _QUOTED.sub(r"\\\g<0>", mailbox.name) + '"'
    if not name.isascii() or "=?" in name or len(name) > _LINE - len(f"{field}: "):
        name = _encoded(field, mailbox.name)
    # An address may be 254 long and cannot be folded; it gets a line of its own if it has to.
    fits = len(f"{field}: {name} <{mailbox.address}>") <= _LINE
    return f"{name} <{mailbox.address}>" if fits else f"{name}\n <{mailbox.address}>"


def _encoded(field: str, text: str) -> str:
    return Header(text, "utf-8", maxlinelen=_LINE, header_name=field).encode()

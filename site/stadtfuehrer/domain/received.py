"""A message as the mail program of whoever gets it reads it: the way back from ``mime``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING, TypeAlias

from stadtfuehrer.domain.letter import plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.header import Header
    from email.message import Message

    Raw: TypeAlias = str | Header | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """A name and an address as somebody wrote them; either may be empty, neither is checked."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a reader sees of a message; what it does not have is empty or None.

    Texts have plain line feeds and no invisible characters. ``date`` is aware. ``invitation`` are
    the bytes of the calendar that mail programs show as an invitation.
    """

    sender: Correspondent
    recipient: Correspondent
    reply_to: Correspondent
    subject: str
    date: datetime | None
    text: str
    html: str
    invitation: bytes | None


def read_message(message: bytes) -> Received:
    """Read a message, whatever is in it: what cannot be decoded is shown as it stands there.

    Not with ``email.policy.default``, whose parser puts spaces into long encoded names.
    """
    mail = message_from_bytes(message)
    parts: dict[str, Message] = {}
    for part in mail.walk():
        if not part.is_multipart() and part.get_content_disposition() != "attachment":
            parts.setdefault(part.get_content_type(), part)
    return Received(
        sender=_first_mailbox(mail["From"]),
        recipient=_first_mailbox(mail["To"]),
        reply_to=_first_mailbox(mail["Reply-To"]),
        subject=_in_words(mail["Subject"]),
        date=_date(mail["Date"]),
        text=_text(parts, "text/plain"),
        html=_text(parts, "text/html"),
        invitation=_content(parts["text/calendar"]) if "text/calendar" in parts else None,
    )


def _first_mailbox(field: Raw) -> Correspondent:
    # Taken apart first: a decoded name may have commas and angle brackets of its own.
    name, address = (getaddresses([str(field)]) if field else [("", "")])[0]
    return Correspondent(name=_in_words(name), address=_in_words(address))


def _in_words(field: Raw) -> str:
    if field is None:
        return ""
    try:
        # It also takes a Header, which is what the parser makes of bytes beyond ASCII.
        words = str(make_header(decode_header(field)))
    except (HeaderParseError, LookupError, ValueError):
        words = str(field)
    return " ".join(plain_text(words).split())


def _date(field: Raw) -> datetime | None:
    try:
        date = parsedate_to_datetime(str(field))
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _text(parts: Mapping[str, Message], content_type: str) -> str:
    if content_type not in parts:
        return ""
    part = parts[content_type]
    content = _content(part)
    try:
        text = content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        text = content.decode("utf-8", errors="replace")
    return plain_text(text)


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""

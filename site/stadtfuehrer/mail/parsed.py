"""A message as the mail program of whoever gets it reads it: the way back from ``message``."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import Header, decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from enum import Enum
from typing import Any, TypeAlias

from icalendar import Calendar, Event

from stadtfuehrer.text import plain_text

Raw: TypeAlias = str | Header | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """A name and an address as somebody wrote them; either may be empty, neither is checked."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMessage:
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


def parse_message(message: bytes) -> ParsedMessage:
    """Read a message, whatever is in it: what cannot be decoded is shown as it stands there.

    Not with ``email.policy.default``, whose parser puts spaces into long encoded names.
    """
    mail = message_from_bytes(message)
    parts: dict[str, Message] = {}
    for part in mail.walk():
        if not part.is_multipart() and part.get_content_disposition() != "attachment":
            parts.setdefault(part.get_content_type(), part)
    return ParsedMessage(
        sender=_first_mailbox(mail["From"]),
        recipient=_first_mailbox(mail["To"]),
        reply_to=_first_mailbox(mail["Reply-To"]),
        subject=_in_words(mail["Subject"]),
        date=_date(mail["Date"]),
        text=text_of(parts.get("text/plain")),
        html=text_of(parts.get("text/html")),
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


def text_of(part: Message | None) -> str:
    """The text of a part, in whatever encoding; empty without a part."""
    if part is None:
        return ""
    content = _content(part)
    try:
        text = content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        text = content.decode("utf-8", errors="replace")
    return plain_text(text)


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


class Effect(Enum):
    """What an invitation does to the entry that a calendar has, or has not yet (RFC 5546, 3.2)."""

    NEW = "new"
    REPLACES = "replaces"
    CANCELS = "cancels"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedInvitation:
    """The one event of an invitation; times in UTC, texts that are not there are empty."""

    method: str
    uid: str
    sequence: int
    title: str
    start: datetime
    end: datetime
    place: str
    conference: str
    organizer: Correspondent
    attendees: tuple[Correspondent, ...]

    @property
    def effect(self) -> Effect:
        """What it does to the calendar entry of its UID."""
        if self.method == "CANCEL":
            return Effect.CANCELS
        return Effect.REPLACES if self.sequence else Effect.NEW


def parse_invitation(invitation: bytes) -> ParsedInvitation | None:
    """What the invitation says; None where it is not one event with a beginning and an end."""
    try:
        calendar = Calendar.from_ical(invitation)
        (event,) = calendar.events
        start, end = event.start, event.end
        sequence = int(event.get("SEQUENCE", 0))
    except (ValueError, TypeError, AttributeError, LookupError):
        # icalendar has no one exception for all that can be wrong with a file.
        return None
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return None
    return ParsedInvitation(
        method=_words(calendar, "METHOD"),
        uid=_words(event, "UID"),
        sequence=sequence,
        title=_words(event, "SUMMARY"),
        start=start.astimezone(UTC),
        end=end.astimezone(UTC),
        place=_words(event, "LOCATION"),
        conference=_words(event, "CONFERENCE"),
        organizer=_correspondent(event.get("ORGANIZER", "")),
        attendees=tuple(_correspondent(one) for one in listed(event.get("ATTENDEE", []))),
    )


def _words(component: Calendar | Event, name: str) -> str:
    return "".join(plain_text(str(value)) for value in listed(component.get(name, ""))[:1])


def listed(value: Any) -> list[Any]:
    """What icalendar gives for a property: a list only where there are several."""
    return value if isinstance(value, list) else [value]


def _correspondent(value: Any) -> Correspondent:
    name = value.params.get("CN", "") if hasattr(value, "params") else ""
    # A scheme may be written in any case (RFC 3986, 3.1).
    address = re.sub("^mailto:", "", plain_text(str(value)), flags=re.IGNORECASE)
    return Correspondent(name=plain_text(str(name)), address=address)

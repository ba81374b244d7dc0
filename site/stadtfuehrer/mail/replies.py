"""What programs send back to the site's mailbox: answers to invitations, and bounces.

Nothing in here is proof of anything. Anybody can write such a mail, so what follows from one is a
question to a person, never a change.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string
from email.message import Message
from urllib.parse import unquote

from icalendar import Calendar

from stadtfuehrer.mail.parsed import listed, text_of

_DECIDED = {"DECLINED": True, "ACCEPTED": False, "TENTATIVE": False}

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")

_MOST_ANSWERS = 10
"""An answer has one attendee (RFC 5546, 3.2.3); what has a thousand wants to keep us busy."""

_STATUS = re.compile(r"[45]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an attendee said to an invitation (RFC 5546, 3.2.3); ``stamp`` is DTSTAMP, in UTC."""

    uid: str
    address: str
    sequence: int
    stamp: datetime
    declined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A letter that will not arrive (RFC 3464); ``status`` like 5.1.1, or empty."""

    message_id: str
    status: str


def parse_reply(message: bytes) -> list[Answer] | Bounce | None:
    """What came back; None for any other mail, and for a report of something but a failure."""
    mail = message_from_bytes(message)
    if mail.get_content_type() == "multipart/report":
        return _bounce(mail)
    # Thunderbird sends the same twice, in the alternative and as a file.
    answers = dict.fromkeys(one for part in _parts(mail) for one in _answers(part))
    return list(answers)[:_MOST_ANSWERS] or None


def _parts(mail: Message) -> Iterator[Message]:
    """The parts of a mail itself, without what it only encloses, such as a forwarded one."""
    if mail.get_content_maintype() != "multipart":
        yield mail
        return
    for part in mail.get_payload():
        if isinstance(part, Message):
            yield from _parts(part)


def _answers(part: Message) -> Iterator[Answer]:
    if part.get_content_type() not in {"text/calendar", "application/ics"}:
        return
    try:
        calendar = Calendar.from_ical(text_of(part))
        if str(calendar.get("METHOD")).upper() != "REPLY":
            return
        for event in calendar.events:
            stamp = event.DTSTAMP
            for attendee in listed(event.get("ATTENDEE", [])):
                declined = _DECIDED.get(str(attendee.params.get("PARTSTAT", "")).upper())
                if stamp is not None and declined is not None:
                    yield Answer(
                        uid=str(event.get("UID", "")),
                        address=unquote(re.sub("(?i)^mailto:", "", str(attendee))).strip(),
                        sequence=int(event.get("SEQUENCE", 0)),
                        stamp=stamp.astimezone(UTC),
                        declined=declined,
                    )
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError):
        # icalendar has no one exception for all that can be wrong with a file.
        return


def _bounce(mail: Message) -> Bounce | None:
    """Only a failure counts: of a letter that is late or was passed on nobody need be told."""
    blocks: list[Message] = []
    message_id = ""
    for part in mail.get_payload():
        if not isinstance(part, Message):
            continue
        match part.get_content_type():
            case "message/delivery-status":
                blocks += [block for block in part.get_payload() if isinstance(block, Message)]
            case "message/rfc822":
                message_id = _message_id(part.get_payload(0))
            case "text/rfc822-headers":
                message_id = _message_id(message_from_string(text_of(part)))
    failed = [one for one in blocks if str(one.get("Action", "")).strip().lower() == "failed"]
    if not failed or not message_id:
        return None
    status = _STATUS.match(str(failed[0].get("Status", "")).strip())
    return Bounce(message_id=message_id, status=status[0] if status else "")


def _message_id(returned: object) -> str:
    written = str(returned.get("Message-ID", "")) if isinstance(returned, Message) else ""
    found = _MESSAGE_ID.search(written)
    return found[0] if found else ""

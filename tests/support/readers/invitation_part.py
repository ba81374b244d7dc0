"""The invitation in a letter, in the form that mail programs recognise, read by every reader."""

import email
from email.message import Message
from email.utils import getaddresses
from typing import cast

from tests.support.readers.everyone import read_by_all


def invitation_of(message: bytes) -> bytes | None:
    """The calendar file in a letter, or None for a letter that invites to nothing.

    Raises AssertionError where the letter's form (RFC 6047) or the file is not as it has to be.
    """
    letter = email.message_from_bytes(message)
    calendars = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    if not calendars:
        assert letter.get_content_type() == "multipart/alternative"
        return None
    (part,) = calendars
    calendar = _content(part)
    _check_parts(letter, part)
    seen = read_by_all(calendar)
    assert part.get_params() == [
        ("text/calendar", ""),
        ("method", seen.method),
        ("charset", "utf-8"),
    ]
    (sender,), (recipient,) = (_addresses(letter, name) for name in ("From", "To"))
    assert seen.organizer.address == f"mailto:{sender}"
    # Nobody tells two addresses apart by their case.
    assert f"mailto:{recipient}".lower() in [one.address.lower() for one in seen.attendees]
    return calendar


def _check_parts(letter: Message, invitation: Message) -> None:
    alternative, attachment = _parts(letter, "multipart/mixed")
    forms = _parts(alternative, "multipart/alternative")
    assert [part.get_content_type() for part in forms[:2]] == ["text/plain", "text/html"]
    assert forms[2:] == [invitation]
    assert {part["Content-Transfer-Encoding"] for part in forms[:2]} == {"quoted-printable"}
    assert invitation["Content-Transfer-Encoding"] == "base64"
    # A name or a disposition would make an attachment of it.
    assert (invitation.get_filename(), invitation["Content-Disposition"]) == (None, None)
    assert attachment.get_content_disposition() == "attachment"
    assert (attachment.get_content_type(), attachment.get_filename()) == (
        "application/ics",
        "einladung.ics",
    )
    assert _content(attachment) == _content(invitation)


def _parts(message: Message, content_type: str) -> list[Message]:
    assert message.get_content_type() == content_type
    return cast("list[Message]", message.get_payload())


def _content(part: Message) -> bytes:
    return cast("bytes", part.get_payload(decode=True))


def _addresses(letter: Message, header: str) -> list[str]:
    return [address for _, address in getaddresses(letter.get_all(header, []))]

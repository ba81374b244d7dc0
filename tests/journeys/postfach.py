"""Reads the postfach as the two people do who get the letters."""

from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from icalendar import Calendar

from tests.support.readers.invitation_part import invitation_of
from tools.until import until

PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMessage:
    """A letter, and what its invitation says if it has one."""

    recipient: str
    subject: str
    reply_to: str
    text: str
    html: str
    method: str = ""
    uid: str = ""
    sequence: int = 0
    start: str = ""  # ISO 8601, UTC


def letters_about(postfach: Path, guest: str, *, count: int) -> list[ParsedMessage]:
    """Wait for so many letters of the guest's booking, oldest first: theirs and the consultant's.

    A booking is known by its UID, which stands in the guest's own letters; a guest without a
    booking has their own letters only.
    """
    about: list[ParsedMessage] = []

    def are_there() -> bool:
        received = [_read(file) for file in sorted(postfach.glob("*.eml"))]
        uids = {letter.uid for letter in received if letter.recipient == guest}
        about[:] = [
            letter
            for letter in received
            if letter.recipient == guest or (letter.uid and letter.uid in uids)
        ]
        assert len(uids) < 2
        return len(about) >= count

    until(are_there, within=PATIENCE_SECONDS, what=lambda: f"{len(about)} of {count} letters")
    assert len(about) == count
    return about


def _read(file: Path) -> ParsedMessage:
    raw = file.read_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = {part.get_content_type(): part for part in message.walk()}
    letter = ParsedMessage(
        recipient=message["To"].addresses[0].addr_spec,
        subject=message["Subject"],
        reply_to=message["Reply-To"].addresses[0].addr_spec,
        # Wrapped for plain mail programs; read as one line.
        text=" ".join(parts["text/plain"].get_content().split()),
        html=parts["text/html"].get_content(),
    )
    invitation = invitation_of(raw)
    if invitation is None:
        return letter
    calendar = Calendar.from_ical(invitation)
    (event,) = calendar.events
    return replace(
        letter,
        method=str(calendar["METHOD"]),
        uid=str(event["UID"]),
        sequence=event.sequence,
        start=event.start.isoformat(),
    )

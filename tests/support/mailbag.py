"""Letters as their readers see them: headers, both forms, the invitation."""

import email
import re
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import Any, cast
from xml.etree.ElementTree import Element

import html5lib
from icalendar import Calendar

from stadtfuehrer.mail.tables import DbLetter
from tests.support.readers.invitation_part import invitation_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A letter, opened; ``shown`` is what the HTML form shows, ``links`` where it leads.

    ``preview`` is the line that lists of mail show beside the subject; the letter itself hides it.
    """

    kind: str
    subject: str
    to: list[str]
    reply_to: list[str]
    text: str
    html: str
    preview: str
    shown: str
    links: set[str]
    invitation: bytes | None

    @property
    def event(self) -> Any:
        """The one event of its invitation; icalendar's own types name every kind of value."""
        assert self.invitation is not None
        (event,) = Calendar.from_ical(self.invitation).walk("VEVENT")
        return event

    @property
    def everything(self) -> str:
        """Every word that reaches the reader, the calendar's included."""
        texts = [self.subject, self.text, self.shown]
        if self.invitation is not None:
            values = (str(value) for _, value in self.event.property_items())
            texts += [*values, self.invitation.decode()]
        return "\n".join(texts)


def read(letter: DbLetter) -> Read:
    """Open a letter; an invitation in it goes through all readers of calendar files."""
    return read_message(letter.kind, letter.message)


def read_message(kind: str, octets: bytes) -> Read:
    message = email.message_from_bytes(octets)
    parts = {part.get_content_type(): part for part in message.walk()}
    html = _content(parts["text/html"]).decode()
    page = html5lib.parse(html, namespaceHTMLElements=False)
    body = page.find("body")
    assert body is not None
    preview = _taken_out(body)
    return Read(
        kind=kind,
        subject=str(make_header(decode_header(message["Subject"]))),
        to=_addresses(message["To"]),
        reply_to=_addresses(message["Reply-To"]),
        text=_content(parts["text/plain"]).decode().replace("\r\n", "\n"),
        html=html,
        preview=preview,
        shown=_shown(body),
        links={link.get("href", "") for link in body.iter("a")},
        invitation=invitation_of(octets),
    )


def straightened(text: str) -> str:
    """The text with a single space wherever there is any."""
    return " ".join(text.split())


def _content(part: Message) -> bytes:
    return cast("bytes", part.get_payload(decode=True))


def _addresses(header: str) -> list[str]:
    return [address for _, address in getaddresses([header])]


def _taken_out(body: Element) -> str:
    """The text of what the body hides, which is taken out of it."""
    hidden = [part for part in body if "display:none" in part.get("style", "")]
    for part in hidden:
        body.remove(part)
    return straightened(" ".join("".join(part.itertext()) for part in hidden))


def _shown(body: Element) -> str:
    for line_break in body.iter("br"):
        line_break.text = "\n"
    # A paragraph's end separates words; a <strong> within them does not.
    for block in body.iter():
        if not isinstance(block.tag, str):
            block.text = ""  # a comment, for Outlook
        if block.tag in {"p", "h1", "h2", "li", "td", "th"}:
            block.tail = f"\n{block.tail or ''}"
    return straightened(re.sub(r"\n+", "\n", "".join(body.itertext())))

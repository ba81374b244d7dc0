"""A letter as it arrives at its receiver's server, read by two readers that have to agree."""

import email
import email.policy
import re
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from aiosmtpd.smtp import Envelope

from tests.injection.raw_reader import Part, parse_message, read_mailbox, read_text
from tests.support.readers.everyone import read_by_all
from tests.support.readers.ical_js import Seen
from tests.support.readers.invitation_part import invitation_of

SENDER = "termine@stadtfuehrer.example"

HEADERS = [
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("X-Auto-Response-Suppress", "MIME-Version", "Content-Type", "Content-Language"),
]
TEXTS = ("multipart/alternative", ["text/plain", "text/html"])
WITH_INVITATION = (
    "multipart/mixed",
    [("multipart/alternative", ["text/plain", "text/html", "text/calendar"]), "application/ics"],
)
_PROPERTIES = {
    *("UID", "SEQUENCE", "DTSTAMP", "CREATED", "LAST-MODIFIED", "DTSTART", "DTEND", "STATUS"),
    *("TRANSP", "CLASS", "ORGANIZER", "SUMMARY", "DESCRIPTION", "LOCATION", "CONFERENCE", "URL"),
    *("ATTENDEE", "BEGIN", "END", "PRODID", "VERSION", "CALSCALE", "METHOD"),
}
_PARAMETERS = {"CN", "CUTYPE", "ROLE", "PARTSTAT", "RSVP", "VALUE", "FEATURE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What the receiver gets; ``to`` and the like are name and address."""

    kind: str
    recipient: str
    sender: tuple[str, str]
    to: tuple[str, str]
    reply_to: tuple[str, str]
    subject: str
    text: str
    page: Element
    invitation: Seen | None


def arrived(envelope: Envelope, *, sender: str = SENDER) -> Arrived:
    """Open what the server accepted from this sender.

    Raises AssertionError for more than one recipient, for a header, a part, a property or a line
    that a letter of ours does not have, and wherever the two readers understand different things.
    """
    (recipient,) = envelope.rcpt_tos
    assert envelope.mail_from == sender
    octets = bytes(envelope.original_content or b"")
    raw, parsed = parse_message(octets), email.message_from_bytes(octets)
    assert raw.names == HEADERS
    _agree(raw, parsed)
    _check_addresses(octets, raw, parsed)
    invitation = invitation_of(octets)
    assert raw.shape == (TEXTS if invitation is None else WITH_INVITATION)
    leaves = {one.content_type: one.content for one in raw.walk()}
    _, to = read_mailbox(raw.header("To"))
    assert to == recipient
    found = re.fullmatch(
        r"<([a-z-]+)\.\d+\.[0-9a-f-]+(?:\.[0-9a-f]{32})?@(.+)>", raw.header("Message-ID")
    )
    assert found
    assert found[2] == sender.rpartition("@")[2]
    return Arrived(
        kind=found[1],
        recipient=recipient,
        sender=read_mailbox(raw.header("From")),
        to=read_mailbox(raw.header("To")),
        reply_to=read_mailbox(raw.header("Reply-To")),
        subject=read_text(raw.header("Subject")),
        text=leaves["text/plain"].decode(),
        page=_page(leaves["text/html"].decode()),
        invitation=None if invitation is None else _seen(invitation),
    )


def _agree(raw: Part, parsed: Message) -> None:
    """Both readers have the same parts, the same headers and the same contents."""
    theirs, ours = list(parsed.walk()), raw.walk()
    assert len(theirs) == len(ours)
    for one, part in zip(ours, theirs, strict=True):
        assert part.defects == []
        assert part.get_content_type() == one.content_type
        assert {name: _unfolded(value) for name, value in part.items()} == dict(one.headers)
        assert len(part.keys()) == len(one.headers)
        if not part.is_multipart():
            assert part.get_payload(decode=True) == one.content


def _check_addresses(octets: bytes, raw: Part, parsed: Message) -> None:
    # A third opinion, of a parser that knows groups, routes and comments; it inserts blanks into
    # long names, so only the addresses count.
    modern: Any = email.message_from_bytes(octets, policy=email.policy.default)
    assert modern.defects == []
    for name in ("From", "To", "Reply-To"):
        shown, address = read_mailbox(raw.header(name))
        ((theirs, their_address),) = getaddresses([_unfolded(str(parsed[name]))])
        assert (_decoded(theirs), their_address) == (shown, address)
        (one,) = modern[name].addresses
        assert one.addr_spec == address
        assert [group.display_name for group in modern[name].groups] == [None]
    assert _decoded(_unfolded(str(parsed["Subject"]))) == read_text(raw.header("Subject"))


def _page(html: str) -> Element:
    builder = html5lib.getTreeBuilder("etree")
    parser = html5lib.HTMLParser(tree=builder, strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(html)
    return root


def _seen(calendar: bytes) -> Seen:
    for line in calendar.replace(b"\r\n ", b"").decode().split("\r\n"):
        found = re.match(r"([A-Z-]*)((?:;[A-Z-]+=(?:\"[^\"]*\"|[^\";:]*))*)(:|$)", line)
        assert found, line
        assert found[1] in _PROPERTIES | {""}
        names = re.findall(r";([A-Z-]+)=(?:\"[^\"]*\"|[^\";:]*)", found[2])
        assert {*names} <= _PARAMETERS
    seen = read_by_all(calendar)
    assert 1 <= len(seen.attendees) <= 2
    return seen


def _unfolded(value: str) -> str:
    return re.sub(r"\r?\n[ \t]", " ", value).strip()


def _decoded(value: str) -> str:
    return "".join(
        part.decode(charset or "ascii") if isinstance(part, bytes) else part
        for part, charset in decode_header(value)
    )

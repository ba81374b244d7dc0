"""Mails that come back to the site's mailbox: real ones, and some like them about our own bookings.

In ``replies`` lie raw mails that Thunderbird 153, Evolution 3.46 and Postfix 3.7 sent.
"""

from datetime import datetime
from pathlib import Path

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.delivery import deliver_due
from tests.support.contexts import NOW, Clock
from tests.support.envelopes import plain
from tests.support.mail_server import Handler, answer, serving

REPLIES = Path(__file__).parent / "replies"


def raw(name: str) -> bytes:
    """A real mail, by the stem of its file, with the line ends that it has in a mailbox."""
    return (REPLIES / f"{name}.eml").read_bytes().replace(b"\n", b"\r\n")


def a_reply(
    uid: str,
    address: str = "aenne@gast.example",
    *,
    partstat: str = "DECLINED",
    sequence: int = 0,
    stamp: datetime = NOW,
) -> bytes:
    """Thunderbird's refusal, said of another booking."""
    mail = raw("thunderbird-reply-declined")
    for old, new in (
        (b"5afd20fd-0518-4eab-bde0-7c2462cd3ac7", uid.encode()),
        (b"mailto:gast@thunder.example", f"mailto:{address}".encode()),
        (b"PARTSTAT=DECLINED", f"PARTSTAT={partstat}".encode()),
        (b"SEQUENCE:0", f"SEQUENCE:{sequence}".encode()),
        (b"DTSTAMP:20261126T185739Z", f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}".encode()),
    ):
        assert old in mail
        mail = mail.replace(old, new)
    return mail


def a_bounce(message_id: str, name: str = "dsn-postfix-unknown-user-5.1.1") -> bytes:
    """Postfix's report, about another letter."""
    mail = raw(name)
    start = mail.rindex(b"\r\nMessage-ID: ") + len(b"\r\nMessage-ID: ")
    end = mail.index(b"\r\n", start)
    return mail[:start] + message_id.encode() + mail[end:]


def sent(context: AppContext, *refusals: str, now: datetime = NOW) -> Handler:
    """Send what waits; the server refuses the first recipients with these answers."""
    handler = Handler(at={"RCPT": [answer(one) for one in refusals]})
    with serving(handler) as port:
        deliver_due(context, plain(port), compose=compose, clock=Clock(now=now))
    return handler

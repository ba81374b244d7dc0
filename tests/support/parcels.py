"""A parcel, the ways to a test's mail server, and how handing over fails."""

import ssl

import pytest

from stadtfuehrer.outside.post import NotDelivered, Parcel, Post
from stadtfuehrer.outside.smtp import MailServer, SmtpPost

SENDER = "termine@stadtfuehrer.example"
RECIPIENT = "hans.mueller@kundschaft.example"


def parcel(text: str = "Hallo", recipient: str = RECIPIENT) -> Parcel:
    message = f"From: {SENDER}\r\nSubject: Test\r\n\r\n.{text}\r\n"
    return Parcel(name="bestaetigung", sender=SENDER, recipient=recipient, message=message.encode())


def plain(port: int, *, seconds: float = 5, conversation: float = 60) -> SmtpPost:
    """Without TLS; ``seconds`` bounds each wait, within DATA as well."""
    return SmtpPost(
        server=MailServer(
            host="127.0.0.1",
            port=port,
            security="none",
            timeout_seconds=seconds,
            verdict_seconds=seconds,
            conversation_seconds=conversation,
        )
    )


def failure(post: Post, one: Parcel | None = None) -> NotDelivered:
    with post.round() as hand_over, pytest.raises(NotDelivered) as caught:
        hand_over(one or parcel())
    assert RECIPIENT not in caught.value.reason
    return caught.value


def encrypted(port: int, context: ssl.SSLContext, **changes: object) -> SmtpPost:
    facts: dict[str, object] = {
        "host": "localhost",
        "port": port,
        "security": "starttls",
        "timeout_seconds": 5,
        "ssl_context": context,
    }
    return SmtpPost(server=MailServer(**(facts | changes)))  # type: ignore[arg-type]

"""A envelope, the ways to a test's mail server, and how handing over fails."""

import ssl

import pytest

from stadtfuehrer.mail.mailer import Envelope, Mailer, MailServer, NotDelivered
from stadtfuehrer.mail.smtp import SmtpMailer

SENDER = "termine@stadtfuehrer.example"
RECIPIENT = "hans.mueller@kundschaft.example"


def an_envelope(text: str = "Hallo", recipient: str = RECIPIENT) -> Envelope:
    message = f"From: {SENDER}\r\nSubject: Test\r\n\r\n.{text}\r\n"
    return Envelope(
        name="bestaetigung", sender=SENDER, recipient=recipient, message=message.encode()
    )


def plain(port: int, *, seconds: float = 5, connection: float = 60) -> SmtpMailer:
    """Without TLS; ``seconds`` bounds each wait, within DATA as well."""
    return SmtpMailer(
        server=MailServer(
            host="127.0.0.1",
            port=port,
            security="none",
            timeout_seconds=seconds,
            verdict_seconds=seconds,
            conversation_seconds=connection,
        )
    )


def failure(mailer: Mailer, one: Envelope | None = None) -> NotDelivered:
    with mailer.round() as send, pytest.raises(NotDelivered) as caught:
        send(one or an_envelope())
    assert RECIPIENT not in caught.value.reason
    return caught.value


def encrypted(port: int, context: ssl.SSLContext, **changes: object) -> SmtpMailer:
    facts: dict[str, object] = {
        "host": "localhost",
        "port": port,
        "security": "starttls",
        "timeout_seconds": 5,
        "ssl_context": context,
    }
    return SmtpMailer(server=MailServer(**(facts | changes)))  # type: ignore[arg-type]

"""How long a mail server is waited for: for each answer, for the verdict, and all in all."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from stadtfuehrer.mail.mailer import MailServer, Unreachable
from stadtfuehrer.mail.smtp import SmtpMailer
from tests.support.envelopes import an_envelope, encrypted, failure, plain
from tests.support.mail_server import Handler, accept, comply, hang, serving
from tests.support.misbehaviour import drip, greeting

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP

    from tests.support.authority import Authority
    from tests.support.mail_server import Behaviour


@pytest.mark.parametrize("command", ["CONNECT", "EHLO", "MAIL", "RCPT", "BODY", "DATA"])
@pytest.mark.parametrize(
    ("behaviour", "words"),
    [(hang, "antwortet nicht in der gesetzten Zeit."), (drip, "ist zu langsam;")],
)
def test_a_server_that_hangs_or_never_gets_done_is_left_in_time(
    command: str, behaviour: Behaviour, words: str
) -> None:
    handler = Handler(at={command: [behaviour]})
    with serving(handler) as port:
        # Whoever drips is never late for a single wait.
        post = plain(port, seconds=0.3, connection=0.6)
        began = time.monotonic()
        failed = failure(post)
        took = time.monotonic() - began
    assert type(failed) is Unreachable
    assert f"Der Mailserver 127.0.0.1:{port} {words}" in failed.reason
    assert took < 10


def test_a_tls_handshake_that_never_ends_is_left_in_time(authority: Authority) -> None:
    # The head of a TLS record of 16 KB, which then comes byte by byte.
    with greeting(b"\x16\x03\x03\x40\x00\x02", *[b"\0"] * 1000) as port:
        post = encrypted(port, authority.trusting, security="tls", conversation_seconds=0.4)
        began = time.monotonic()
        failed = failure(post)
        took = time.monotonic() - began
    assert type(failed) is Unreachable
    assert "ist zu langsam" in failed.reason
    assert took < 10


def test_a_letter_that_comes_too_late_on_an_open_connection_is_cut_off(
    authority: Authority,
) -> None:
    handler = Handler(at={"RCPT": [comply, drip]})
    with serving(handler, starttls=authority.serving()) as port:
        post = encrypted(port, authority.trusting, conversation_seconds=0.6)
        with post.round() as send:
            send(an_envelope("1"))
            with pytest.raises(Unreachable, match="zu langsam"):
                send(an_envelope("2"))
            send(an_envelope("3"))
    assert handler.messages == [an_envelope("1").message, an_envelope("3").message]


def test_the_verdict_on_a_message_is_waited_for_longer_than_other_answers() -> None:
    async def think(server: SMTP) -> str:
        await asyncio.sleep(0.6)
        accept(server)
        return "250 OK"

    handler = Handler(at={"DATA": [think]})
    with serving(handler) as port:
        server = MailServer(
            host="127.0.0.1", port=port, security="none", timeout_seconds=0.3, verdict_seconds=20
        )
        with SmtpMailer(server=server).round() as send:
            send(an_envelope())
    assert handler.messages == [an_envelope().message]

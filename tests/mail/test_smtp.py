"""Envelopes on their way: addresses, connections, failures, and how long a server is waited for.

What becomes of a letter at each fault of the server stands in test_delivery_misbehaviour.
"""

import asyncio
import smtplib
import time

import pytest
from aiosmtpd.smtp import SMTP
from flask_mail import sanitize_address
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.mail.mailer import Envelope, Later, MailServer, NotDelivered, Refused, Unreachable
from stadtfuehrer.mail.smtp import MESSAGES_A_CONNECTION, SmtpMailer
from tests.support.authority import Authority
from tests.support.envelopes import RECIPIENT, SENDER, an_envelope, encrypted, failure, plain
from tests.support.mail_server import (
    Behaviour,
    Handler,
    accept,
    answer,
    comply,
    drop,
    free_port,
    hang,
    serving,
)
from tests.support.misbehaviour import accept_and_vanish, drip, greeting


@pytest.mark.parametrize(
    "address",
    [
        "",
        "vera",
        "vera@x.example\r\nRCPT TO:<y@x.example>",
        "a@x.example,b@x.example",
        "<a@x.example>",
        "vérà@x.example",
        "a b@x.example",
        "a@müller.example",
        "o(x)k@x.example",
        "a@b@x.example",
        "a[b]@x.example",
        "a..b@x.example",
        "a@x..example",
        "a@-x.example",
        "a@" + "x" * 64 + ".example",
    ],
)
def test_an_address_that_is_not_a_plain_ascii_one_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="Die Adresse des Empfängers ist keine"):
        an_envelope(recipient=address)
    with pytest.raises(Refused, match="Die Adresse des Absenders ist keine"):
        Envelope(name="x", sender=address, recipient=RECIPIENT, message=b"")


@given(address=st.from_regex(r"[!-~]{1,12}@([a-zA-Z0-9-]{1,5}\.){0,2}[a-z]{1,5}", fullmatch=True))
def test_an_address_that_is_taken_is_the_one_that_flask_mail_writes_to(address: str) -> None:
    try:
        recipient = an_envelope(recipient=address).recipient
    except Refused:
        return
    assert sanitize_address(recipient) == address
    assert smtplib.quoteaddr(sanitize_address(recipient)) == f"<{address}>"


@pytest.mark.parametrize("name", ["", "../x", "a/b", "ü", "a.b", "A", "a\n", "x" * 101])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="part of a file name"):
        Envelope(name=name, sender=SENDER, recipient=RECIPIENT, message=b"")


@pytest.mark.parametrize("number", [0, 1, MESSAGES_A_CONNECTION, MESSAGES_A_CONNECTION + 1])
def test_envelopes_arrive_byte_for_byte_and_share_a_connection(number: int) -> None:
    handler = Handler()
    with serving(handler) as port, plain(port).round() as send:
        for one in range(number):
            send(an_envelope(str(one)))
    assert handler.messages == [an_envelope(str(one)).message for one in range(number)]
    assert {(one.mail_from, *one.rcpt_tos) for one in handler.accepted} <= {(SENDER, RECIPIENT)}
    # Only so many share one, and without any nobody connects.
    connections = -(-number // MESSAGES_A_CONNECTION)
    assert len(handler.connections) == handler.commands.count("QUIT") == connections


@pytest.mark.parametrize("said", ["250 OK", "251 forwarded", "200 fine", "299 thanks"])
def test_any_positive_verdict_is_one(said: str) -> None:
    with serving(Handler(at={"DATA": [answer(said)]})) as port, plain(port).round() as send:
        send(an_envelope())


@pytest.mark.parametrize("part", [b"2", b"25", b"250", b"250 O", b"250-go on\r\n", b"250-a\r\n250"])
def test_half_an_answer_is_none(part: bytes) -> None:
    async def break_off(server: SMTP) -> str:
        server._writer.write(part)
        assert server.transport is not None
        server.transport.close()
        return ""

    with serving(Handler(at={"DATA": [break_off]})) as port:
        assert type(failure(plain(port))) is Later


def test_a_closed_port_is_tried_again_later() -> None:
    mailer = plain(free_port())
    failed = failure(mailer)
    assert type(failed) is Unreachable
    assert "nimmt kein Mailserver Verbindungen an" in failed.reason
    assert mailer.probe(SENDER) == (failed.reason,)


@pytest.mark.parametrize(
    ("at", "behaviour", "expected"),
    [
        *(("CONNECT", one, Unreachable) for one in (drop, answer("421 busy"), answer("451 busy"))),
        ("EHLO", drop, Unreachable),
        *((one, drop, Later) for one in ("MAIL", "RCPT", "BODY", "DATA")),
        *((one, answer("421 bye"), Later) for one in ("MAIL", "RCPT", "DATA")),
    ],
)
def test_who_lets_nobody_in(at: str, behaviour: Behaviour, expected: type[NotDelivered]) -> None:
    with serving(Handler(at={at: [behaviour]})) as port:
        failed = failure(plain(port))
    assert type(failed) is expected
    assert f"127.0.0.1:{port}" in failed.reason


def test_a_message_that_is_too_big_for_the_server_is_refused_before_it_is_sent() -> None:
    handler = Handler()
    with serving(handler, largest=100) as port:
        assert type(failure(plain(port), an_envelope("x" * 200))) is Refused
    assert "BODY" not in handler.commands


@pytest.mark.parametrize(
    ("command", "behaviour"),
    [
        *(("RCPT", one) for one in (answer("550 unknown"), answer("421 bye"), drop)),
        ("MAIL", answer("421 too many")),
        *(("DATA", one) for one in (answer("554 spam"), drop, hang)),
    ],
)
def test_envelopes_after_a_failed_one_arrive(command: str, behaviour: Behaviour) -> None:
    handler = Handler(at={command: [behaviour]})
    with serving(handler) as port, plain(port, seconds=1).round() as send:
        with pytest.raises(NotDelivered):
            send(an_envelope("1"))
        send(an_envelope("2"))
        send(an_envelope("3"))
    assert handler.messages == [an_envelope("2").message, an_envelope("3").message]
    # What may still be under way on the first connection answers nothing on the next.
    assert len(handler.connections) == 2


@pytest.mark.parametrize(
    ("command", "behaviour"),
    [("NOOP", drop), ("NOOP", answer("421 idle for too long")), ("DATA", accept_and_vanish)],
)
def test_a_connection_that_broke_is_replaced(command: str, behaviour: Behaviour) -> None:
    handler = Handler(at={command: [behaviour]})
    with serving(handler) as port, plain(port).round() as send:
        send(an_envelope("1"))
        send(an_envelope("2"))
    assert handler.messages == [an_envelope("1").message, an_envelope("2").message]
    assert len(handler.connections) == 2


def test_a_servers_answer_is_cut_and_cleaned_for_the_log() -> None:
    handler = Handler(
        at={"RCPT": [answer(f"550 \x1b[31m{'x' * 400}\tüb Hans.Mueller@Kundschaft.example")]}
    )
    with serving(handler) as port:
        reason = failure(plain(port)).reason
    assert reason.isprintable()
    assert len(reason) < 400
    assert "kundschaft" not in reason.lower()


@pytest.mark.parametrize("command", ["CONNECT", "EHLO", "MAIL", "RCPT", "BODY", "DATA"])
def test_a_server_that_never_gets_done_is_left_in_time(command: str) -> None:
    with serving(Handler(at={command: [drip]})) as port:
        # Whoever drips is never late for a single wait.
        mailer = plain(port, seconds=0.3, connection=0.6)
        began = time.monotonic()
        failed = failure(mailer)
        took = time.monotonic() - began
    assert type(failed) is Unreachable
    assert f"Der Mailserver 127.0.0.1:{port} ist zu langsam;" in failed.reason
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


def test_a_letter_too_late_on_an_open_connection_is_cut_off(authority: Authority) -> None:
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

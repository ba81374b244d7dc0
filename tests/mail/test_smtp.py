from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stadtfuehrer.mail.mailer import Later, Misconfigured, NotDelivered, Refused, Unreachable
from stadtfuehrer.mail.smtp import MESSAGES_A_CONNECTION
from tests.support.envelopes import RECIPIENT, SENDER, an_envelope, failure, plain
from tests.support.mail_server import Handler, answer, drop, free_port, hang, serving
from tests.support.misbehaviour import (
    accept_and_drop,
    accept_and_hang,
    accept_and_vanish,
    drop_inside,
)

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP

    from tests.support.mail_server import Behaviour


def test_a_parcel_arrives_byte_for_byte_with_its_envelope() -> None:
    handler = Handler()
    with serving(handler) as port, plain(port).round() as send:
        send(an_envelope())
    assert handler.messages == [an_envelope().message]
    (envelope,) = handler.accepted
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [RECIPIENT])


def test_many_parcels_share_one_connection() -> None:
    handler = Handler()
    with serving(handler) as port, plain(port).round() as send:
        for number in range(20):
            send(an_envelope(str(number)))
    assert handler.messages == [an_envelope(str(number)).message for number in range(20)]
    assert len(handler.connections) == 1
    assert handler.commands[-1] == "QUIT"


def test_a_round_without_parcels_does_not_connect() -> None:
    with plain(free_port()).round():
        pass


@pytest.mark.parametrize("messages", [MESSAGES_A_CONNECTION, MESSAGES_A_CONNECTION + 1])
def test_a_connection_that_has_carried_many_parcels_is_replaced(messages: int) -> None:
    handler = Handler()
    with serving(handler) as port, plain(port).round() as send:
        for number in range(messages):
            send(an_envelope(str(number)))
    assert handler.messages == [an_envelope(str(number)).message for number in range(messages)]
    assert len(handler.connections) == handler.commands.count("QUIT") == 1 + messages // 51


PERMANENT = "550 5.1.1 <hans.mueller@kundschaft.example>: unknown"
PASSING = "451 4.3.0 hans.mueller@kundschaft.example: come back later"


@pytest.mark.parametrize(
    ("command", "behaviour", "expected", "words"),
    [
        ("RCPT", answer(PERMANENT), Refused, "für diesen Empfänger nichts an (550 5.1.1 <…>: unk"),
        ("RCPT", answer(PASSING), Later, "für diesen Empfänger nichts an (451 4.3.0 …: come"),
        ("RCPT", answer("421 bye"), Later, "für diesen Empfänger nichts an (421 bye)"),
        ("RCPT", answer("530 login first"), Misconfigured, "Anmeldung (mail.username) oder Versch"),
        ("RCPT", answer("hm?"), Later, "nichts an (unverständliche Antwort)."),
        ("RCPT", drop, Later, "hat die Verbindung abgebrochen"),
        ("MAIL", answer("550 not you"), Misconfigured, "Absender (mail.sender) nicht an (550 not"),
        ("MAIL", answer("552 too big"), Refused, "ist der Brief zu groß (552 too big)"),
        ("MAIL", answer("451 busy"), Later, "451 busy"),
        ("MAIL", answer("421 too many"), Later, "421 too many"),
        ("MAIL", drop, Later, "hat die Verbindung abgebrochen"),
        ("BODY", answer("554 no recipients"), Refused, "nicht angenommen (554 no recipients)"),
        ("BODY", answer("451 not now"), Later, "nicht angenommen (451 not now)"),
        ("BODY", drop, Later, "hat die Verbindung abgebrochen"),
        ("BODY", drop_inside, Later, "hat die Verbindung abgebrochen"),
        ("DATA", answer("554 spam"), Refused, "hat den Brief nicht angenommen (554 spam)"),
        ("DATA", answer("452 full"), Later, "hat den Brief nicht angenommen (452 full)"),
        ("DATA", drop, Later, "hat die Verbindung abgebrochen"),
    ],
)
def test_a_failure_is_permanent_passing_or_a_matter_of_settings(
    command: str, behaviour: Behaviour, expected: type[NotDelivered], words: str
) -> None:
    handler = Handler(at={command: [behaviour]})
    with serving(handler) as port:
        failed = failure(plain(port))
    assert type(failed) is expected
    assert words in failed.reason
    assert f"127.0.0.1:{port}" in failed.reason
    assert handler.accepted == []


@pytest.mark.parametrize("said", ["250 OK", "251 forwarded", "200 fine", "299 thanks"])
def test_any_positive_verdict_is_one(said: str) -> None:
    with serving(Handler(at={"DATA": [answer(said)]})) as port, plain(port).round() as send:
        send(an_envelope())


@pytest.mark.parametrize("behaviour", [accept_and_drop, accept_and_hang])
def test_what_was_accepted_without_a_word_is_sent_again_byte_for_byte(behaviour: Behaviour) -> None:
    handler = Handler(at={"DATA": [behaviour]})
    with serving(handler) as port, plain(port, seconds=0.5).round() as send:
        with pytest.raises(Later):
            send(an_envelope())
        send(an_envelope())
    assert handler.messages == [an_envelope().message] * 2


@pytest.mark.parametrize("part", [b"2", b"25", b"250", b"250 O", b"250-go on\r\n", b"250-a\r\n250"])
def test_half_an_answer_is_none(part: bytes) -> None:
    async def break_off(server: SMTP) -> str:
        server._writer.write(part)
        assert server.transport is not None
        server.transport.close()
        return ""

    with serving(Handler(at={"DATA": [break_off]})) as port:
        assert type(failure(plain(port))) is Later


def test_what_was_accepted_by_a_server_that_vanishes_at_once_is_delivered() -> None:
    handler = Handler(at={"DATA": [accept_and_vanish]})
    with serving(handler) as port, plain(port).round() as send:
        send(an_envelope("1"))
        send(an_envelope("2"))
    assert handler.messages == [an_envelope("1").message, an_envelope("2").message]


def test_a_message_that_is_too_big_for_the_server_is_refused_before_it_is_sent() -> None:
    handler = Handler()
    with serving(handler, largest=100) as port:
        failed = failure(plain(port), an_envelope("x" * 200))
    assert type(failed) is Refused
    assert "ist der Brief zu groß (552" in failed.reason
    assert "BODY" not in handler.commands


def test_a_closed_port_is_tried_again_later() -> None:
    failed = failure(plain(free_port()))
    assert type(failed) is Unreachable
    assert "nimmt kein Mailserver Verbindungen an" in failed.reason


@pytest.mark.parametrize("at", ["CONNECT", "EHLO"])
@pytest.mark.parametrize("behaviour", [drop, answer("421 busy"), answer("451 busy")])
def test_a_server_that_lets_nobody_in_is_unreachable(at: str, behaviour: Behaviour) -> None:
    # A server that refuses EHLO is asked with HELO, as an old one would want it.
    with serving(Handler(at={at: [behaviour]})) as port:
        if at == "EHLO" and behaviour is not drop:
            with plain(port).round() as send:
                send(an_envelope())
        else:
            assert type(failure(plain(port))) is Unreachable


@pytest.mark.parametrize("behaviour", [drop, hang, answer("500 no")])
def test_what_goes_wrong_at_quit_is_no_failure(behaviour: Behaviour) -> None:
    handler = Handler(at={"QUIT": [behaviour]})
    with serving(handler) as port, plain(port, seconds=1).round() as send:
        send(an_envelope())
    assert handler.messages == [an_envelope().message]


@pytest.mark.parametrize(
    ("command", "behaviour"),
    [
        ("RCPT", answer(PERMANENT)),
        ("RCPT", answer("421 bye")),
        ("MAIL", answer("421 too many")),
        ("RCPT", drop),
        ("DATA", answer("554 spam")),
        ("DATA", drop),
        ("DATA", hang),
    ],
)
def test_the_parcels_after_a_failed_one_arrive_in_the_same_round(
    command: str, behaviour: Behaviour
) -> None:
    handler = Handler(at={command: [behaviour]})
    with serving(handler) as port, plain(port, seconds=1).round() as send:
        with pytest.raises(NotDelivered):
            send(an_envelope("1"))
        send(an_envelope("2"))
        send(an_envelope("3"))
    assert handler.messages == [an_envelope("2").message, an_envelope("3").message]
    # What may still be under way on the first connection answers nothing on the next.
    assert len(handler.connections) == 2


@pytest.mark.parametrize("behaviour", [drop, answer("421 idle for too long")])
def test_a_connection_that_the_server_gave_up_is_replaced(behaviour: Behaviour) -> None:
    handler = Handler(at={"NOOP": [behaviour]})
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

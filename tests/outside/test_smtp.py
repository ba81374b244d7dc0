from __future__ import annotations

import email
import socket
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from stadtfuehrer.domain import invitation
from stadtfuehrer.domain.booking import Interest, Visitor, new_booking
from stadtfuehrer.domain.letter import Letter, LetterKind, Mailbox
from stadtfuehrer.domain.mime import as_message
from stadtfuehrer.domain.slots import Kind
from stadtfuehrer.outside.post import Later, Misconfigured, NotDelivered, Parcel, Refused
from tests.outside.mail_server import Handler, answer, drop, free_port, hang, serving
from tests.outside.parcels import RECIPIENT, SENDER, failure, parcel, plain
from tests.readers import libical

if TYPE_CHECKING:
    from tests.outside.mail_server import Behaviour


def test_a_parcel_arrives_byte_for_byte_with_its_envelope() -> None:
    handler = Handler()
    with serving(handler) as port, plain(port).round() as hand_over:
        hand_over(parcel())
    assert handler.messages == [parcel().message]
    (envelope,) = handler.accepted
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [RECIPIENT])


def test_many_parcels_share_one_connection() -> None:
    handler = Handler()
    with serving(handler) as port, plain(port).round() as hand_over:
        for number in range(20):
            hand_over(parcel(str(number)))
    assert handler.messages == [parcel(str(number)).message for number in range(20)]
    assert len(handler.connections) == 1
    assert handler.commands[-1] == "QUIT"


def test_a_round_without_parcels_does_not_connect() -> None:
    with plain(free_port()).round():
        pass


PERMANENT = "550 5.1.1 <hans.mueller@kundschaft.example>: unknown"
PASSING = "451 4.3.0 hans.mueller@kundschaft.example: come back later"


@pytest.mark.parametrize(
    ("command", "behaviour", "expected", "words"),
    [
        ("RCPT", answer(PERMANENT), Refused, "für diesen Empfänger nichts an (550 5.1.1 <…>: unk"),
        ("RCPT", answer(PASSING), Later, "für diesen Empfänger nichts an (451 4.3.0 …: come"),
        ("RCPT", answer("421 bye"), Later, "für diesen Empfänger nichts an (421 bye)"),
        ("RCPT", answer("530 login first"), Misconfigured, "530 login first"),
        ("RCPT", drop, Later, "hat die Verbindung abgebrochen"),
        ("MAIL", answer("550 not you"), Misconfigured, "Absender (mail.sender) nicht an (550 not"),
        ("MAIL", answer("552 too big"), Refused, "552 too big"),
        ("MAIL", answer("451 busy"), Later, "451 busy"),
        ("MAIL", answer("421 too many"), Later, "421 too many"),
        ("MAIL", drop, Later, "hat die Verbindung abgebrochen"),
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


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_is_left_after_the_timeout(command: str) -> None:
    handler = Handler(at={command: [hang]})
    with serving(handler) as port:
        began = time.monotonic()
        failed = failure(plain(port, seconds=0.2))
    assert type(failed) is Later
    assert "antwortet nicht in der gesetzten Zeit" in failed.reason
    assert time.monotonic() - began < 30


def test_a_server_without_a_greeting_is_left_after_the_timeout() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        failed = failure(plain(silent.getsockname()[1], seconds=0.2))
    assert type(failed) is Later
    assert "antwortet nicht in der gesetzten Zeit" in failed.reason


def test_a_closed_port_is_tried_again_later() -> None:
    failed = failure(plain(free_port()))
    assert type(failed) is Later
    assert "nimmt kein Mailserver Verbindungen an" in failed.reason


@pytest.mark.parametrize("behaviour", [drop, hang, answer("500 no")])
def test_what_goes_wrong_at_quit_is_no_failure(behaviour: Behaviour) -> None:
    handler = Handler(at={"QUIT": [behaviour]})
    with serving(handler) as port, plain(port, seconds=1).round() as hand_over:
        hand_over(parcel())
    assert handler.messages == [parcel().message]


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
    with serving(handler) as port, plain(port, seconds=1).round() as hand_over:
        with pytest.raises(NotDelivered):
            hand_over(parcel("1"))
        hand_over(parcel("2"))
        hand_over(parcel("3"))
    assert handler.messages == [parcel("2").message, parcel("3").message]


@pytest.mark.parametrize("behaviour", [drop, answer("421 idle for too long")])
def test_a_connection_that_the_server_gave_up_is_replaced(behaviour: Behaviour) -> None:
    handler = Handler(at={"NOOP": [behaviour]})
    with serving(handler) as port, plain(port).round() as hand_over:
        hand_over(parcel("1"))
        hand_over(parcel("2"))
    assert handler.messages == [parcel("1").message, parcel("2").message]
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


def test_an_invitation_is_still_one_when_it_arrives() -> None:
    vera = Mailbox(name="Vera Beispiel", address=SENDER)
    hans = Mailbox(name="Müller, Hans 👩‍💻", address=RECIPIENT)
    now = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
    calendar = invitation.request(
        new_booking(
            uid="3f0e4c1a-5d1f-4a59-9a53-0b7a2f0f6f11",
            kind=Kind(id="k", title="Kennenlernen", minutes=30, step=30),
            start=datetime(2026, 12, 2, 9, 0, tzinfo=UTC),
            visitor=Visitor(name=hans.name, email=RECIPIENT),
            interest=Interest(),
            now=now,
        ),
        invitation.Entry(
            organizer=vera,
            summary="Kennenlernen, wie besprochen; „gern“",
            description="ü" * 600,
            location="Telefon",
            conference="tel:+4989123456",
            url="https://stadtfuehrer.example/buchung/x",
        ),
        attendees=[hans],
        stamp=now,
    )
    letter = Letter(
        kind=LetterKind.CONFIRMATION,
        recipient=hans,
        reply_to=vera,
        subject="Dein Termin – 2. Dezember",
        text=".\n..Hallo\n" + "ü" * 600,
        html="<p>Hallo</p>",
        invitation=calendar,
        method="REQUEST",
    )
    message = as_message(letter, sender=vera, message_id="<1@stadtfuehrer.example>", date=now)
    handler = Handler()
    with serving(handler) as port, plain(port).round() as hand_over:
        hand_over(Parcel(name="x", sender=vera.address, recipient=hans.address, message=message))
    assert handler.messages == [message]
    received = email.message_from_bytes(handler.messages[0])
    (part,) = (one for one in received.walk() if one.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    arrived = part.get_payload(decode=True)
    assert isinstance(arrived, bytes)
    assert libical.complaints(arrived) == []
    (event,) = Calendar.from_ical(arrived).walk("VEVENT")
    assert event["SUMMARY"] == libical.text(arrived, "SUMMARY")
    assert event["SUMMARY"] == "Kennenlernen, wie besprochen; „gern“"
    assert event["ATTENDEE"].params["CN"] == "Müller, Hans 👩‍💻"

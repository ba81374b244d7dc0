"""An invitation on its way through a real mail server."""

from __future__ import annotations

import email
from datetime import UTC, datetime

from icalendar import Calendar

from stadtfuehrer.booking import invitation
from stadtfuehrer.booking.model import Interest, Visitor, new_booking
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.mail.mailer import Envelope
from stadtfuehrer.mail.message import Letter, LetterKind, as_message
from stadtfuehrer.text.address import Mailbox
from tests.support.envelopes import RECIPIENT, SENDER, plain
from tests.support.mail_server import Handler, serving
from tests.support.readers import libical


def test_an_invitation_is_still_one_when_it_arrives() -> None:
    vera = Mailbox(name="Vera Beispiel", address=SENDER)
    hans = Mailbox(name="Müller, Hans 👩‍💻", address=RECIPIENT)
    now = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
    calendar = invitation.render(
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
    with serving(handler) as port, plain(port).round() as send:
        send(Envelope(name="x", sender=vera.address, recipient=hans.address, message=message))
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

"""A letter as MIME: its parts, its headers, and an invitation that arrives as one."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from stadtfuehrer.booking import invitation
from stadtfuehrer.booking.model import new_booking
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.booking.visitor import Interest, Visitor
from stadtfuehrer.mail.mailer import Envelope
from stadtfuehrer.mail.message import Letter, LetterKind, as_message
from stadtfuehrer.mail.parsed import parse_message
from stadtfuehrer.text import Mailbox, plain_text
from tests.support.envelopes import plain
from tests.support.mail_server import Handler, serving
from tests.support.readers import libical

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
SITE = Mailbox(name="Vera Beispiel", address="termine@stadtfuehrer.example")
VISITOR = Mailbox(name="Hans", address="hans@x.example")
MESSAGE_ID = "<3f0e4c1a.0.bestaetigung@stadtfuehrer.example>"

NAMES = st.lists(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])
    | st.sampled_from("\"\\,;:^<>@'=?_üß\u200d👩 ")
    | st.sampled_from(["=?utf-8?q?x?=", " <x@y.example>, ", "Bcc: x@y.example", "ü" * 60])
).map(lambda pieces: "".join(pieces).strip())

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\r\n.=_- ü👩"))

LETTER = Letter(
    kind=LetterKind.CONFIRMATION,
    recipient=VISITOR,
    reply_to=Mailbox(name="Vera, die Stadtführerin", address="vera@stadtfuehrer.example"),
    subject="Dein Termin",
    text="Hallo Hans,\nbis bald.\n",
    html="<p>Hallo Hans</p>\n",
)


def letter(*, invitation: bytes | None = None, **changes: object) -> Letter:
    method = "REQUEST" if invitation else None
    return replace(LETTER, invitation=invitation, method=method, **changes)  # type: ignore[arg-type]


def rendered(one: Letter, sender: Mailbox = SITE) -> bytes:
    return as_message(one, sender=sender, message_id=MESSAGE_ID, date=NOW)


def ics() -> bytes:
    booking = new_booking(
        uid="3f0e4c1a-5d1f-4a59-9a53-0b7a2f0f6f11",
        kind=Kind(id="k", title="Kennenlernen", minutes=30, step=30),
        start=datetime(2026, 12, 2, 9, 0, tzinfo=UTC),
        visitor=Visitor(name="Müller, Hans 👩‍💻", email=VISITOR.address),
        interest=Interest(),
        now=NOW,
    )
    entry = invitation.Entry(
        organizer=SITE,
        summary="Kennenlernen, wie besprochen; „gern“",
        description="ü" * 600,
        location="Telefon",
        conference="tel:+4989123456",
        url="https://stadtfuehrer.example/buchung/x",
    )
    hans = Mailbox(name="Müller, Hans 👩‍💻", address=VISITOR.address)
    return invitation.render(booking, entry, attendees=[hans], stamp=NOW)


def parsed(message: bytes) -> Message:
    # The old parser: the new one inserts blanks into long names.
    return email.message_from_bytes(message, policy=email.policy.compat32)


def decoded(raw: str) -> str:
    unfolded = raw.replace("\r\n", "").replace("\n", "")
    return "".join(
        part.decode(charset or "ascii") if isinstance(part, bytes) else part
        for part, charset in decode_header(unfolded)
    )


def mailboxes(message: Message, name: str) -> list[tuple[str, str]]:
    raw = [str(one) for one in message.get_all(name, [])]
    return [(decoded(shown), address) for shown, address in getaddresses(raw)]


def parts(message: Message) -> list[Message]:
    payload: Any = message.get_payload()
    return list(payload) if message.is_multipart() else []


def shape(message: Message) -> object:
    if message.is_multipart():
        return (message.get_content_type(), [shape(part) for part in parts(message)])
    return message.get_content_type()


def content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def test_a_letter_without_an_invitation_has_two_forms() -> None:
    message = parsed(rendered(letter()))
    assert shape(message) == ("multipart/alternative", ["text/plain", "text/html"])
    text, html = parts(message)
    assert content(text) == b"Hallo Hans,\r\nbis bald.\r\n"
    assert content(html) == b"<p>Hallo Hans</p>\r\n"
    assert text["Content-Transfer-Encoding"] == "quoted-printable"
    assert html["Content-Transfer-Encoding"] == "quoted-printable"


def test_a_letter_with_an_invitation_carries_it_twice() -> None:
    calendar = ics()
    message = parsed(rendered(letter(invitation=calendar)))
    assert shape(message) == (
        "multipart/mixed",
        [
            ("multipart/alternative", ["text/plain", "text/html", "text/calendar"]),
            "application/ics",
        ],
    )
    alternative, attachment = parts(message)
    part = parts(alternative)[2]
    expected = {"text/calendar": "", "method": "REQUEST", "charset": "utf-8"}
    assert dict(part.get_params([])) == expected
    assert (part["Content-Transfer-Encoding"], part.get_filename()) == ("base64", None)
    assert content(part) == content(attachment) == calendar
    assert attachment.get_filename() == "einladung.ics"
    assert attachment.get_content_disposition() == "attachment"


def test_an_invitation_is_still_one_when_it_has_come_through_a_mail_server() -> None:
    message = rendered(letter(text=".\n..Hallo\n" + "ü" * 600, invitation=ics()))
    assert rendered(letter(text=".\n..Hallo\n" + "ü" * 600, invitation=ics())) == message
    handler = Handler()
    with serving(handler) as port, plain(port).round() as send:
        send(Envelope(name="x", sender=SITE.address, recipient=VISITOR.address, message=message))
    assert handler.messages == [message]
    arrived = content(parts(parts(parsed(handler.messages[0]))[0])[2])
    assert libical.complaints(arrived) == []
    (event,) = Calendar.from_ical(arrived).walk("VEVENT")
    assert event["SUMMARY"] == libical.text(arrived, "SUMMARY")
    assert event["SUMMARY"] == "Kennenlernen, wie besprochen; „gern“"
    assert event["ATTENDEE"].params["CN"] == "Müller, Hans 👩‍💻"


def test_the_headers_are_these_and_no_others() -> None:
    message = parsed(rendered(letter(invitation=ics())))
    assert message.items() == [
        ("From", '"Vera Beispiel" <termine@stadtfuehrer.example>'),
        ("To", '"Hans" <hans@x.example>'),
        ("Reply-To", message["Reply-To"]),
        ("Subject", "Dein Termin"),
        ("Date", "Thu, 01 Oct 2026 12:00:00 +0000"),
        ("Message-ID", MESSAGE_ID),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("MIME-Version", "1.0"),
        ("Content-Type", message["Content-Type"]),
        ("Content-Language", "de"),
    ]
    reply_to = [("Vera, die Stadtführerin", "vera@stadtfuehrer.example")]
    assert mailboxes(message, "Reply-To") == reply_to
    nameless = letter(recipient=Mailbox(name="", address="hans@müller.example"))
    assert parsed(rendered(nameless))["To"] == "hans@xn--mller-kva.example"


@given(NAMES, NAMES)
@example("Ä" * 120, "Ö " * 60 + "Ö")
@example('Müller, "Hans" <x@y.example>', "=?utf-8?q?nicht?= so")
def test_any_name_and_subject_arrive_as_they_are(name: str, subject: str) -> None:
    recipient = Mailbox(name=name, address="hans@x.example")
    sent = rendered(letter(recipient=recipient, subject=subject))
    message = parsed(sent)
    assert message.keys() == parsed(rendered(letter())).keys()
    assert mailboxes(message, "To") == [(name, "hans@x.example")]
    assert decoded(str(message["Subject"])) == subject
    # The postfach shows any stretch of spaces in a header as one, as mail programs do.
    shown = parse_message(sent)
    assert shown.recipient.name == " ".join(name.split())
    assert shown.subject == " ".join(subject.split())


@pytest.mark.parametrize(
    "name",
    [
        *("Müller, Hans", "ü" * 600, "Müller " * 40 + "Hans", "a, b <c@d.example> " * 20 + "x"),
        *('x "y" \\ ' * 30 + "z", "=?utf-8?q?x?=", "👩‍💻" * 100, "x" * 600),
    ],
)
def test_long_and_quoted_names_stay_one_recipient(name: str) -> None:
    recipient = Mailbox(name=name, address=f"{'v' * 64}@{'x' * 60}.{'x' * 60}.{'x' * 60}.exampl")
    message = rendered(letter(recipient=recipient), sender=recipient)
    for field in ("To", "From"):
        assert mailboxes(parsed(message), field) == [(name, recipient.address)]
    assert max(map(len, message.split(b"\r\n"))) <= 300


@given(TEXTS | st.text("ü.=", min_size=600, max_size=700))
def test_any_text_arrives_as_it_is_in_short_seven_bit_lines(text: str) -> None:
    message = rendered(letter(text=text, html=text, invitation=ics()))
    assert message.isascii()
    lines = message.split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    alternative, _ = parts(parsed(message))
    for part in parts(alternative)[:2]:
        arrived = content(part).decode().replace("\r\n", "\n")
        assert arrived.removesuffix("\n") == plain_text(text).removesuffix("\n")
    assert parse_message(message).text.removesuffix("\n") == plain_text(text).removesuffix("\n")


def test_text_that_looks_like_a_boundary_changes_nothing() -> None:
    first = rendered(letter(invitation=ics()))
    boundaries = [part.get_boundary() for part in parsed(first).walk() if part.is_multipart()]
    imitation = "".join(f"--{one}--\n--{one}\nX: y\n\n" for one in boundaries)
    second = parsed(rendered(letter(text=imitation, html=imitation, invitation=ics())))
    assert shape(second) == shape(parsed(first))


@pytest.mark.parametrize(
    "message_id",
    ["", "a@b", "<a>", "<a@b>\r\nBcc: x@y.example", "<a b@c>", "<ä@b>", f"<{'a' * 201}@b>"],
)
def test_an_unusable_message_id_is_refused(message_id: str) -> None:
    with pytest.raises(ValueError, match="not a Message-ID"):
        as_message(letter(), sender=SITE, message_id=message_id, date=NOW)
    long = f"<{'a' * 200}@stadtfuehrer.example>"
    message = as_message(letter(), sender=SITE, message_id=long, date=NOW)
    assert f"\r\nMessage-ID: {long}\r\n".encode() in message


def test_a_naive_date_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        as_message(letter(), sender=SITE, message_id=MESSAGE_ID, date=NOW.replace(tzinfo=None))

"""Messages as their readers see them: what was written comes out again, whatever it was."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stadtfuehrer.mail.message import Letter, LetterKind, Method, as_message
from stadtfuehrer.mail.parsed import Correspondent, ParsedMessage, parse_message
from stadtfuehrer.text import check_line, plain_text
from stadtfuehrer.text.address import Mailbox

SENDER = Mailbox(name="Vera Beispiel – Stadtführer", address="termine@stadtfuehrer.example")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=1)))
INVITATION = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def sent(
    *,
    name: str = "Änne Müller",
    subject: str = "Bestätigt",
    text: str = "Grüße\n",
    invitation: bytes | None = None,
    method: Method | None = None,
) -> bytes:
    recipient = Mailbox(name=name, address="aenne@gast.example")
    letter = Letter(
        kind=LetterKind.CONFIRMATION,
        recipient=recipient,
        reply_to=SENDER,
        subject=subject,
        text=text,
        html=f"<p>{text}</p>",
        invitation=invitation,
        method=method,
    )
    return as_message(letter, sender=SENDER, message_id="<1@stadtfuehrer.example>", date=NOW)


def is_line(text: str) -> bool:
    try:
        check_line(text)
    except ValueError:
        return False
    return True


LINES = st.text(max_size=120).filter(is_line)


def test_a_letter_with_everything() -> None:
    assert parse_message(sent(invitation=INVITATION, method="REQUEST")) == ParsedMessage(
        sender=Correspondent(name=SENDER.name, address=SENDER.address),
        recipient=Correspondent(name="Änne Müller", address="aenne@gast.example"),
        reply_to=Correspondent(name=SENDER.name, address=SENDER.address),
        subject="Bestätigt",
        date=datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
        text="Grüße\n",
        html="<p>Grüße\n</p>\n",
        invitation=INVITATION,
    )


def test_a_letter_without_an_invitation() -> None:
    assert parse_message(sent()).invitation is None


@given(name=LINES, subject=LINES, text=st.text())
@example(name="Ä" * 120, subject="Ö " * 60, text="")
@example(name='Müller, "Hans" <x@y.example>', subject="=?utf-8?q?nicht?= so", text=".\nFrom x")
def test_what_was_written_is_read(name: str, subject: str, text: str) -> None:
    read = parse_message(sent(name=name, subject=subject, text=text))
    # Mail programs show any stretch of spaces in a header as one.
    assert read.recipient.name == " ".join(name.split())
    assert read.recipient.address == "aenne@gast.example"
    assert read.subject == " ".join(subject.split())
    assert read.text.removesuffix("\n") == plain_text(text).removesuffix("\n")


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"Subject: =?utf-8?q?Gr?=\r\n =?utf-8?b?w7zDn2U=?=", "Grüße"),
        (b"Subject: =?klingonisch?q?Gr?=", "=?klingonisch?q?Gr?="),
        (b"Subject: =?utf-8?q?=FF?=", "=?utf-8?q?=FF?="),
        (b"Subject: eins\r\n zwei", "eins zwei"),
        (b"Subject:", ""),
        (b"X: y", ""),
    ],
)
def test_a_subject_is_read_or_shown_as_it_stands(header: bytes, subject: str) -> None:
    assert parse_message(header + b"\r\n\r\nHallo").subject == subject


@pytest.mark.parametrize(
    ("header", "date"),
    [
        (b"Mon, 02 Mar 2026 09:00:00 +0100", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        (b"Mon, 02 Mar 2026 09:00:00 -0000", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        (b"Mon, 31 Feb 2026 09:00:00 +0100", None),
        (b"Fri, 31 Dec 9999 23:30:00 -0100", None),
        (b"gestern", None),
    ],
)
def test_a_date_is_in_utc_or_not_there(header: bytes, date: datetime | None) -> None:
    assert parse_message(b"Date: " + header + b"\r\n\r\n").date == date


def test_a_text_in_an_unknown_charset_is_taken_for_utf_8() -> None:
    header = b"Content-Type: text/plain; charset=klingonisch\r\n\r\n"
    assert parse_message(header + "Grüße\xa0".encode() + b"\xff").text == "Grüße\xa0\ufffd"


@given(st.binary(max_size=300))
@example(b"Subject: \xff\xfe\r\nTo: \xc3\x84 <\xff@x>\r\nDate: \xff\r\n\r\n\xff")
@example(b"Content-Type: multipart/mixed\r\n\r\n--x")
@example(b"Content-Type: message/rfc822\r\n\r\nSubject: innen")
@example(b"Content-Type: text/calendar\r\nContent-Transfer-Encoding: base64\r\n\r\n=")
def test_any_bytes_are_read_somehow(message: bytes) -> None:
    read = parse_message(message)
    for line in (read.subject, read.sender.name, read.recipient.address, read.reply_to.name):
        check_line(line)
    assert read.text == plain_text(read.text)

"""Messages and invitations as their readers see them: what was written comes out again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stadtfuehrer.mail.message import Letter, LetterKind, as_message
from stadtfuehrer.mail.parsed import (
    Correspondent,
    Effect,
    ParsedInvitation,
    ParsedMessage,
    parse_invitation,
    parse_message,
)
from stadtfuehrer.text import Mailbox, check_line, plain_text

SENDER = Mailbox(name="Vera Beispiel – Stadtführer", address="termine@stadtfuehrer.example")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=1)))
INVITATION = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def test_a_letter_with_everything_and_without_an_invitation() -> None:
    letter = Letter(
        kind=LetterKind.CONFIRMATION,
        recipient=Mailbox(name="Änne Müller", address="aenne@gast.example"),
        reply_to=SENDER,
        subject="Bestätigt",
        text="Grüße\n",
        html="<p>Grüße\n</p>",
        invitation=INVITATION,
        method="REQUEST",
    )
    expected = ParsedMessage(
        sender=Correspondent(name=SENDER.name, address=SENDER.address),
        recipient=Correspondent(name="Änne Müller", address="aenne@gast.example"),
        reply_to=Correspondent(name=SENDER.name, address=SENDER.address),
        subject="Bestätigt",
        date=datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
        text="Grüße\n",
        html="<p>Grüße\n</p>\n",
        invitation=INVITATION,
    )
    facts = {"sender": SENDER, "message_id": "<1@stadtfuehrer.example>", "date": NOW}
    assert parse_message(as_message(letter, **facts)) == expected  # type: ignore[arg-type]
    plain = replace(letter, invitation=None, method=None)
    assert parse_message(as_message(plain, **facts)) == replace(expected, invitation=None)  # type: ignore[arg-type]


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


EVENT = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Probe//DE
METHOD:REQUEST
BEGIN:VEVENT
UID:eins@stadtfuehrer.example
SEQUENCE:0
DTSTAMP:20260302T080000Z
DTSTART:20260305T080000Z
DTEND:20260305T083000Z
SUMMARY:Gespräch\\, mit \\n Umlauten\\; und mehr
LOCATION:Hauptstraße 1
CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://video.example/raum
ORGANIZER;CN=Stadtführer:mailto:termine@stadtfuehrer.example
ATTENDEE;CN="Müller, Änne";RSVP=TRUE:mailto:aenne@gast.example
ATTENDEE:MAILTO:vera@stadtfuehrer.example
END:VEVENT
END:VCALENDAR
"""


def parsed_invitation(*changes: tuple[str, str]) -> ParsedInvitation | None:
    text = EVENT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse_invitation(text.replace("\n", "\r\n").encode())


def test_an_invitation_with_everything() -> None:
    assert parsed_invitation() == ParsedInvitation(
        method="REQUEST",
        uid="eins@stadtfuehrer.example",
        sequence=0,
        title="Gespräch, mit \n Umlauten; und mehr",
        start=datetime(2026, 3, 5, 8, tzinfo=UTC),
        end=datetime(2026, 3, 5, 8, 30, tzinfo=UTC),
        place="Hauptstraße 1",
        conference="https://video.example/raum",
        organizer=Correspondent(name="Stadtführer", address="termine@stadtfuehrer.example"),
        attendees=(
            Correspondent(name="Müller, Änne", address="aenne@gast.example"),
            Correspondent(name="", address="vera@stadtfuehrer.example"),
        ),
    )


@pytest.mark.parametrize(
    ("line", "field", "empty"),
    [
        ("LOCATION", "place", ""),
        ("CONFERENCE", "conference", ""),
        ("ORGANIZER", "organizer", Correspondent(name="", address="")),
        ("ATTENDEE", "attendees", ()),
        (
            "ATTENDEE:",
            "attendees",
            (Correspondent(name="Müller, Änne", address="aenne@gast.example"),),
        ),
        ("SUMMARY", "title", ""),
    ],
)
def test_what_is_not_there_is_empty(line: str, field: str, empty: object) -> None:
    lines = [one for one in EVENT.splitlines(keepends=True) if not one.startswith(line)]
    whole, found = parsed_invitation(), parsed_invitation((EVENT, "".join(lines)))
    assert whole is not None
    assert found == replace(whole, **{field: empty})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "sequence", "effect"),
    [
        ("REQUEST", 0, Effect.NEW),
        *(("REQUEST", sequence, Effect.REPLACES) for sequence in (1, 12)),
        *(("CANCEL", sequence, Effect.CANCELS) for sequence in (0, 1)),
    ],
)
def test_what_it_does_to_the_entry(method: str, sequence: int, effect: Effect) -> None:
    found = parsed_invitation(
        ("METHOD:REQUEST", f"METHOD:{method}"), ("SEQUENCE:0", f"SEQUENCE:{sequence}")
    )
    assert found is not None
    assert found.effect is effect


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("DTSTART:20260305T080000Z\n", ""),
        ("DTSTART:20260305T080000Z", "DTSTART;VALUE=DATE:20260305"),
        ("DTSTART:20260305T080000Z", "DTSTART:morgen"),
        ("SEQUENCE:0", "SEQUENCE:viele"),
        ("END:VEVENT\n", "END:VEVENT\nBEGIN:VEVENT\nUID:zwei\nEND:VEVENT\n"),
        ("BEGIN:VEVENT", "BEGIN:VTODO"),
        ("END:VCALENDAR\n", ""),
        (EVENT, ""),
    ],
)
def test_what_is_no_single_event_with_its_times_is_none(old: str, new: str) -> None:
    assert parsed_invitation((old, new)) is None


EVENT_LINES = EVENT.splitlines(keepends=True)


@given(st.lists(st.sampled_from(EVENT_LINES), max_size=25), st.binary(max_size=20))
@example(EVENT_LINES, b"\xff")
@example(
    [
        *EVENT_LINES[:5],
        "DTSTART:20260305T080000Z\n",
        "DTSTART:20260305T080000Z\n",
        *EVENT_LINES[5:],
    ],
    b"",
)
@example([*EVENT_LINES[:5], *EVENT_LINES[5:7] * 2, *EVENT_LINES[7:]], b"")
def test_no_bytes_are_too_strange(lines: list[str], rest: bytes) -> None:
    found = parse_invitation("".join(lines).encode() + rest)
    assert found is None or found.start.tzinfo is UTC

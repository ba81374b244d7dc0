"""Invitations as calendars read them: what was written comes out again."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stadtfuehrer.mail.parsed import Correspondent, Effect, ParsedInvitation, parse_invitation

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


@pytest.mark.parametrize("missing", ["LOCATION", "CONFERENCE", "ORGANIZER", "ATTENDEE", "SUMMARY"])
def test_what_is_not_there_is_empty(missing: str) -> None:
    lines = [line for line in EVENT.splitlines(keepends=True) if not line.startswith(missing)]
    found = parsed_invitation((EVENT, "".join(lines)))
    assert found is not None
    empty = {
        "LOCATION": found.place == "",
        "CONFERENCE": found.conference == "",
        "ORGANIZER": found.organizer == Correspondent(name="", address=""),
        "ATTENDEE": found.attendees == (),
        "SUMMARY": found.title == "",
    }
    assert [name for name, is_empty in empty.items() if is_empty] == [missing]


def test_a_single_attendee_is_one() -> None:
    found = parsed_invitation(("ATTENDEE:MAILTO:vera@stadtfuehrer.example\n", ""))
    assert found is not None
    assert [one.address for one in found.attendees] == ["aenne@gast.example"]


@pytest.mark.parametrize(
    ("method", "sequence", "effect"),
    [
        ("REQUEST", 0, Effect.NEW),
        ("REQUEST", 1, Effect.REPLACES),
        ("REQUEST", 12, Effect.REPLACES),
        ("CANCEL", 1, Effect.CANCELS),
        ("CANCEL", 0, Effect.CANCELS),
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


LINES = EVENT.splitlines(keepends=True)


@given(st.lists(st.sampled_from(LINES), max_size=25), st.binary(max_size=20))
@example(LINES, b"\xff")
@example([*LINES[:5], "DTSTART:20260305T080000Z\n", "DTSTART:20260305T080000Z\n", *LINES[5:]], b"")
@example([*LINES[:5], *LINES[5:7] * 2, *LINES[7:]], b"")
def test_no_bytes_are_too_strange(lines: list[str], rest: bytes) -> None:
    found = parse_invitation("".join(lines).encode() + rest)
    assert found is None or found.start.tzinfo is UTC

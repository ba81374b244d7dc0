"""A calendar file: what it says of a booking, a move and a cancellation."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from icalendar import Calendar

from stadtfuehrer.booking.model import Booking
from stadtfuehrer.text import Mailbox
from tests.support.invitations import (
    BARE,
    BOOKED,
    CANCELLED,
    CONSULTANT,
    MOVED,
    STAMP,
    VISITOR,
    booked,
    rendered,
)
from tests.support.readers import libical

EVERY = [
    pytest.param(booked(), "REQUEST", id="booked"),
    pytest.param(MOVED, "REQUEST", id="moved"),
    pytest.param(CANCELLED, "CANCEL", id="cancelled"),
    pytest.param(MOVED, "PUBLISH", id="published"),
    pytest.param(CANCELLED, "PUBLISH", id="published-cancelled"),
]


def event(calendar: bytes) -> Any:
    (found,) = Calendar.from_ical(calendar).walk("VEVENT")
    return found


def facts(calendar: bytes, *names: str) -> list[object]:
    return [getattr(value, "dt", value) for value in map(event(calendar).get, names)]


@pytest.mark.parametrize(("booking", "method"), EVERY)
def test_libical_finds_nothing_wrong_and_the_calendar_names_its_method(
    booking: Booking, method: str
) -> None:
    assert libical.complaints(rendered(booking, method)) == []
    assert libical.complaints(rendered(booking, method, **BARE)) == []
    calendar = Calendar.from_ical(rendered(booking, method))
    assert {name: str(calendar[name]) for name in calendar} == {
        "VERSION": "2.0",
        "PRODID": "-//Stadtfuehrer//Termine//DE",
        "CALSCALE": "GREGORIAN",
        "METHOD": method,
    }
    assert [component.name for component in calendar.walk()] == ["VCALENDAR", "VEVENT"]


def test_libical_finds_a_request_without_organizer_wrong() -> None:
    lines = rendered(booked()).split(b"\r\n")
    without = b"\r\n".join(line for line in lines if not line.startswith(b"ORGANIZER"))
    assert libical.complaints(without) != []


def test_a_request_says_everything_about_the_booking() -> None:
    calendar = rendered(booked())
    assert facts(calendar, "UID", "SEQUENCE", "STATUS", "TRANSP", "CLASS") == [
        "3f0e4c1a-5d1f-4a59-9a53-0b7a2f0f6f11", 0, "CONFIRMED", "OPAQUE", "PRIVATE",
    ]  # fmt: skip
    start = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
    assert facts(calendar, "DTSTART", "DTEND", "DTSTAMP", "CREATED", "LAST-MODIFIED") == [
        start, start + timedelta(minutes=30), STAMP, BOOKED, BOOKED,
    ]  # fmt: skip
    assert facts(calendar, "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "CONFERENCE") == [
        "Kennenlernen",
        "Worum es geht:\nMarketing",
        "Videogespräch",
        "https://stadtfuehrer.example/buchung/abc",
        "https://treffen.example/raum?a=1,2;b",
    ]
    conference = event(calendar)["CONFERENCE"].params
    assert dict(conference) == {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"]}


def test_a_request_invites_everyone_and_asks_for_an_answer() -> None:
    found = event(rendered(booked()))
    assert found["ORGANIZER"] == "mailto:termine@stadtfuehrer.example"
    assert dict(found["ORGANIZER"].params) == {"CN": "Vera Beispiel"}
    asked = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT"}
    asked |= {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    assert [(str(one), dict(one.params)) for one in found["ATTENDEE"]] == [
        ("mailto:hans@xn--mller-kva.example", asked | {"CN": "Müller, Hans"}),
        ("mailto:vera@stadtfuehrer.example", asked | {"CN": "Vera Beispiel"}),
    ]


def test_a_move_keeps_the_uid_and_raises_the_sequence() -> None:
    names = ("UID", "SEQUENCE", "DTSTART", "CREATED", "LAST-MODIFIED")
    start, changed = datetime(2026, 12, 3, 10, 0, tzinfo=UTC), BOOKED + timedelta(days=1)
    assert facts(rendered(MOVED), *names) == [booked().uid, 1, start, BOOKED, changed]


def test_a_cancellation_keeps_the_uid_and_asks_for_no_answer() -> None:
    calendar = rendered(CANCELLED, "CANCEL")
    said = facts(calendar, "UID", "SEQUENCE", "STATUS", "TRANSP")
    assert said == [booked().uid, 2, "CANCELLED", "TRANSPARENT"]
    attendees = event(calendar)["ATTENDEE"]
    assert [sorted(one.params) for one in attendees] == [["CN", "CUTYPE", "ROLE"]] * 2


@pytest.mark.parametrize(("booking", "status"), [(MOVED, "CONFIRMED"), (CANCELLED, "CANCELLED")])
def test_the_file_to_download_has_an_organizer_and_no_attendee(
    booking: Booking, status: str
) -> None:
    said = facts(rendered(booking, "PUBLISH"), "ORGANIZER", "ATTENDEE", "STATUS")
    assert said == ["mailto:termine@stadtfuehrer.example", None, status]


BREAK = "https://x.example/\r\nATTENDEE:mailto:y@x.example"


@pytest.mark.parametrize(
    ("booking", "method", "changes", "why"),
    [
        (MOVED, "REQUEST", {"stamp": STAMP.replace(tzinfo=None)}, "needs a zone"),
        (MOVED, "REQUEST", {"summary": ""}, "summary is empty"),
        (MOVED, "REQUEST", {"summary": " \r\n\x00"}, "summary is empty"),
        (MOVED, "REQUEST", {"conference": BREAK}, "no place in a line"),
        (MOVED, "REQUEST", {"url": BREAK}, "no place in a line"),
    ],
)
def test_what_would_be_no_invitation_is_refused(
    booking: Booking, method: str, changes: dict[str, object], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        rendered(booking, method, **changes)


def test_times_are_in_utc_whatever_zone_they_come_in() -> None:
    start = datetime(2026, 7, 1, 9, 0, tzinfo=timezone(timedelta(hours=-3)))
    calendar = rendered(booked(start), stamp=start)
    written = [libical.value(calendar, name) for name in ("DTSTART", "DTEND", "DTSTAMP")]
    assert written == ["20260701T120000Z", "20260701T123000Z", "20260701T120000Z"]


@pytest.mark.parametrize(
    ("same", "invited"),
    [
        ([VISITOR, VISITOR], [VISITOR]),
        ([CONSULTANT, VISITOR, CONSULTANT], [CONSULTANT, VISITOR]),
        ([CONSULTANT, Mailbox(name="V", address="Vera@Stadtfuehrer.example")], [CONSULTANT]),
    ],
)
@pytest.mark.parametrize(("booking", "method"), [(MOVED, "REQUEST"), (CANCELLED, "CANCEL")])
def test_who_is_named_twice_is_invited_once(
    booking: Booking, method: str, same: list[Mailbox], invited: list[Mailbox]
) -> None:
    people = libical.people(rendered(booking, method, attendees=same), "ATTENDEE")
    assert people == [(f"mailto:{one.address}", one.name) for one in invited]

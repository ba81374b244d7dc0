from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from icalendar import Calendar

from stadtfuehrer.booking.model import Booking
from stadtfuehrer.text.address import Mailbox
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


def event(calendar: bytes) -> Any:
    (found,) = Calendar.from_ical(calendar).walk("VEVENT")
    return found


EVERY = [
    pytest.param(booked(), "REQUEST", id="booked"),
    pytest.param(MOVED, "REQUEST", id="moved"),
    pytest.param(CANCELLED, "CANCEL", id="cancelled"),
    pytest.param(MOVED, "PUBLISH", id="published"),
    pytest.param(CANCELLED, "PUBLISH", id="published-cancelled"),
]


@pytest.mark.parametrize(("booking", "method"), EVERY)
def test_libical_finds_nothing_wrong(booking: Booking, method: str) -> None:
    assert libical.complaints(rendered(booking, method)) == []
    assert libical.complaints(rendered(booking, method, **BARE)) == []


def test_libical_finds_a_request_without_organizer_wrong() -> None:
    lines = rendered(booked()).split(b"\r\n")
    without = b"\r\n".join(line for line in lines if not line.startswith(b"ORGANIZER"))
    assert libical.complaints(without) != []


@pytest.mark.parametrize(("booking", "method"), EVERY)
def test_the_calendar_around_it_names_its_method(booking: Booking, method: str) -> None:
    calendar = Calendar.from_ical(rendered(booking, method))
    assert {name: str(calendar[name]) for name in calendar} == {
        "VERSION": "2.0",
        "PRODID": "-//Stadtfuehrer//Termine//DE",
        "CALSCALE": "GREGORIAN",
        "METHOD": method,
    }
    assert [component.name for component in calendar.walk()] == ["VCALENDAR", "VEVENT"]


def test_a_request_says_everything_about_the_booking() -> None:
    found = event(rendered(booked()))
    assert found["UID"] == "3f0e4c1a-5d1f-4a59-9a53-0b7a2f0f6f11"
    assert found["SEQUENCE"] == 0
    assert found["DTSTART"].dt == datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
    assert found["DTEND"].dt == datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
    assert found["DTSTAMP"].dt == STAMP
    assert found["CREATED"].dt == BOOKED
    assert found["LAST-MODIFIED"].dt == BOOKED
    assert (found["STATUS"], found["TRANSP"], found["CLASS"]) == ("CONFIRMED", "OPAQUE", "PRIVATE")
    assert found["SUMMARY"] == "Kennenlernen"
    assert found["DESCRIPTION"] == "Worum es geht:\nMarketing"
    assert found["LOCATION"] == "Videogespräch"
    assert found["URL"] == "https://stadtfuehrer.example/buchung/abc"
    assert found["CONFERENCE"] == "https://treffen.example/raum?a=1,2;b"
    assert dict(found["CONFERENCE"].params) == {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"]}


def test_a_request_invites_everyone_and_asks_for_an_answer() -> None:
    found = event(rendered(booked()))
    assert found["ORGANIZER"] == "mailto:termine@stadtfuehrer.example"
    assert dict(found["ORGANIZER"].params) == {"CN": "Vera Beispiel"}
    asked = {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }
    assert [(str(one), dict(one.params)) for one in found["ATTENDEE"]] == [
        ("mailto:hans@xn--mller-kva.example", asked | {"CN": "Müller, Hans"}),
        ("mailto:vera@stadtfuehrer.example", asked | {"CN": "Vera Beispiel"}),
    ]


def test_a_move_keeps_the_uid_and_raises_the_sequence() -> None:
    found = event(rendered(MOVED))
    assert found["UID"] == event(rendered(booked()))["UID"]
    assert found["SEQUENCE"] == 1
    assert found["DTSTART"].dt == datetime(2026, 12, 3, 10, 0, tzinfo=UTC)
    assert found["CREATED"].dt == BOOKED
    assert found["LAST-MODIFIED"].dt == BOOKED + timedelta(days=1)


def test_a_cancellation_keeps_the_uid_and_asks_for_no_answer() -> None:
    found = event(rendered(CANCELLED, "CANCEL"))
    assert found["UID"] == event(rendered(booked()))["UID"]
    assert found["SEQUENCE"] == 2
    assert (found["STATUS"], found["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert [sorted(one.params) for one in found["ATTENDEE"]] == [["CN", "CUTYPE", "ROLE"]] * 2


@pytest.mark.parametrize(("booking", "status"), [(MOVED, "CONFIRMED"), (CANCELLED, "CANCELLED")])
def test_the_file_to_download_has_an_organizer_and_no_attendee(
    booking: Booking, status: str
) -> None:
    found = event(rendered(booking, "PUBLISH"))
    assert found["ORGANIZER"] == "mailto:termine@stadtfuehrer.example"
    assert "ATTENDEE" not in found
    assert found["STATUS"] == status


def test_a_naive_stamp_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        rendered(booked(), stamp=STAMP.replace(tzinfo=None))


@pytest.mark.parametrize("summary", ["", "  ", "\r\n", "\x00"])
def test_an_empty_summary_is_refused(summary: str) -> None:
    with pytest.raises(ValueError, match="summary is empty"):
        rendered(booked(), summary=summary)


@pytest.mark.parametrize("name", ["conference", "url"])
def test_a_line_break_in_an_address_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no place in a line"):
        rendered(booked(), **{name: "https://x.example/\r\nATTENDEE:mailto:y@x.example"})


def test_times_are_in_utc_whatever_zone_they_come_in() -> None:
    start = datetime(2026, 7, 1, 9, 0, tzinfo=timezone(timedelta(hours=-3)))
    calendar = rendered(booked(start), stamp=start)
    assert libical.value(calendar, "DTSTART") == "20260701T120000Z"
    assert libical.value(calendar, "DTEND") == "20260701T123000Z"
    assert libical.value(calendar, "DTSTAMP") == "20260701T120000Z"


@pytest.mark.parametrize(
    ("same", "parsed_invitation"),
    [
        ([VISITOR, VISITOR], [VISITOR]),
        ([CONSULTANT, VISITOR, CONSULTANT], [CONSULTANT, VISITOR]),
        ([CONSULTANT, Mailbox(name="V", address="Vera@Stadtfuehrer.example")], [CONSULTANT]),
    ],
)
@pytest.mark.parametrize(("booking", "method"), [(MOVED, "REQUEST"), (CANCELLED, "CANCEL")])
def test_who_is_named_twice_is_invited_once(
    booking: Booking, method: str, same: list[Mailbox], parsed_invitation: list[Mailbox]
) -> None:
    people = libical.people(rendered(booking, method, attendees=same), "ATTENDEE")
    assert people == [(f"mailto:{one.address}", one.name) for one in parsed_invitation]

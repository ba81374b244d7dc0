from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from icalendar import Calendar

from stadtfuehrer.domain import invitation
from stadtfuehrer.domain.booking import Booking, Interest, Visitor, new_booking
from stadtfuehrer.domain.letter import Mailbox, plain_text
from stadtfuehrer.domain.slots import Kind, Place
from tests.readers import libical

BERLIN = ZoneInfo("Europe/Berlin")
BOOKED = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
STAMP = datetime(2026, 10, 2, 8, 0, 1, tzinfo=UTC)
SITE = Mailbox(name="Vera Beispiel", address="termine@stadtfuehrer.example")
VISITOR = Mailbox(name="Müller, Hans", address="hans@müller.example")
CONSULTANT = Mailbox(name="Vera Beispiel", address="vera@stadtfuehrer.example")

# Everything a line can be made of: what Mailbox accepts.
NAMES = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])
    | st.sampled_from("\"\\,;:^<>'=üß\u200d👩")
).map(str.strip)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('\n\r\t\\,;:"nNü👩'))


def booked(start: datetime = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)) -> Booking:
    return new_booking(
        uid="3f0e4c1a-5d1f-4a59-9a53-0b7a2f0f6f11",
        kind=Kind(id="k", title="Kennenlerngespräch", minutes=30, step=30, place=Place.VIDEO),
        start=start,
        visitor=Visitor(name="Hans Müller", email="hans@müller.example"),
        interest=Interest(),
        now=BOOKED,
    )


def rendered(booking: Booking, method: str = "REQUEST", **changes: object) -> bytes:
    facts: dict[str, Any] = {
        "organizer": SITE,
        "attendees": [VISITOR, CONSULTANT],
        "summary": "Kennenlerngespräch",
        "description": "Worum es geht:\nMarketing",
        "location": "Videogespräch",
        "conference": "https://treffen.example/raum?a=1,2;b",
        "url": "https://stadtfuehrer.example/buchung/abc",
        "stamp": STAMP,
    } | changes
    attendees, stamp = facts.pop("attendees"), facts.pop("stamp")
    entry = invitation.Entry(**facts)
    if method == "PUBLISH":
        return invitation.published(booking, entry, stamp=stamp)
    send = {"REQUEST": invitation.request, "CANCEL": invitation.cancel}[method]
    return send(booking, entry, attendees=attendees, stamp=stamp)


def event(calendar: bytes) -> Any:
    (found,) = Calendar.from_ical(calendar).walk("VEVENT")
    return found


MOVED = booked().moved(datetime(2026, 12, 3, 10, 0, tzinfo=UTC), now=BOOKED + timedelta(days=1))
CANCELLED = MOVED.cancelled("krank", now=BOOKED + timedelta(days=2))

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
    bare = {"description": "", "location": "", "conference": "", "url": ""}
    assert libical.complaints(rendered(booking, method, **bare)) == []


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
    assert found["SUMMARY"] == "Kennenlerngespräch"
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


def test_the_wrong_method_for_the_status_is_refused() -> None:
    with pytest.raises(ValueError, match="only a confirmed booking"):
        rendered(CANCELLED, "REQUEST")
    with pytest.raises(ValueError, match="only a cancelled booking"):
        rendered(MOVED, "CANCEL")


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


def test_a_telephone_number_is_a_conference_by_phone() -> None:
    found = event(rendered(booked(), conference="tel:+49-89-123456"))
    assert dict(found["CONFERENCE"].params) == {"VALUE": "URI", "FEATURE": "PHONE"}


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), "20261025T003000Z"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1), "20261025T013000Z"),
        (datetime(2026, 3, 29, 3, 0, tzinfo=BERLIN), "20260329T010000Z"),
        (datetime(2026, 7, 1, 9, 0, tzinfo=BERLIN), "20260701T070000Z"),
        (datetime(2026, 7, 1, 9, 0, tzinfo=timezone(timedelta(hours=-3))), "20260701T120000Z"),
    ],
)
def test_times_are_in_utc_on_both_sides_of_a_clock_change(wall: datetime, utc: str) -> None:
    calendar = rendered(booked(wall))
    assert libical.value(calendar, "DTSTART") == utc
    assert b"TZID" not in calendar


@given(summary=TEXTS, description=TEXTS, location=TEXTS, name=NAMES)
def test_any_text_is_read_as_it_was_written(
    summary: str, description: str, location: str, name: str
) -> None:
    assume(plain_text(summary).strip())
    calendar = rendered(
        booked(),
        summary=summary,
        description=description,
        location=location,
        attendees=[Mailbox(name=name, address="hans@x.example")],
    )
    assert libical.complaints(calendar) == []
    found = event(calendar)
    written = {"SUMMARY": summary, "DESCRIPTION": description, "LOCATION": location}
    for field, text in written.items():
        expected = plain_text(text).strip()
        assert found.get(field, "") == expected
        if expected:
            assert libical.text(calendar, field) == expected
    label = name.replace('"', "'").replace("^", "ˆ")
    assert found["ATTENDEE"].params.get("CN", "") == label
    assert (libical.parameter(calendar, "ATTENDEE", "CN") or "") == label
    assert isinstance(found["ATTENDEE"], str)
    assert found["ATTENDEE"] == "mailto:hans@x.example"


@given(TEXTS | st.text("ü", min_size=600, max_size=700) | st.text("👩‍💻", min_size=40))
def test_lines_are_75_octets_at_most_and_whole_characters(text: str) -> None:
    calendar = rendered(booked(), description=text, location=text)
    assert calendar.endswith(b"\r\n")
    lines = calendar.removesuffix(b"\r\n").split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        assert b"\r" not in line
        assert b"\n" not in line
        line.decode("utf-8")

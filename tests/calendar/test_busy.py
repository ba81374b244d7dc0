"""What blocks in whole calendar files, and how long the worst of them take."""

import contextlib
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtfuehrer.calendar.busy import Reading, Wanted, read_busy
from stadtfuehrer.calendar.components import NotACalendar
from stadtfuehrer.calendar.faults import event_fault
from tests.support.contexts import BERLIN
from tools.until import patience

CASES = Path(__file__).with_name("cases")
EXPECTED: dict[str, Any] = json.loads((CASES / "expected.json").read_text("utf-8"))


def shown(stretches: list[tuple[datetime, datetime]]) -> list[list[str]]:
    return [[f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in stretch] for stretch in stretches]


def wanted(low: str, high: str, **more: Any) -> Wanted:
    window = datetime.fromisoformat(low), datetime.fromisoformat(high)
    return Wanted(zone=BERLIN, address=EXPECTED["owner"], window=window, **more)


@pytest.mark.parametrize("name", EXPECTED["cases"])
def test_every_case_blocks_what_it_says(name: str) -> None:
    case, data = EXPECTED["cases"][name], (CASES / name).read_bytes()
    begun = time.monotonic()
    if case.get("refuse"):
        with pytest.raises(NotACalendar):
            read_busy(data, wanted(*case["window"]))
    else:
        reading = read_busy(data, wanted(*case["window"]))
        assert shown(reading.busy) == case["busy"]
        assert len(reading.faults) == case.get("faults", 0)
    assert time.monotonic() - begun < patience(2)


def test_ten_thousand_events_block_only_where_the_window_is() -> None:
    """One every eight hours from 2020 on; the window is in the last weeks of them."""
    eight, first = timedelta(hours=8), datetime(2020, 1, 6, 8, tzinfo=UTC)
    starts = [first + number * eight for number in range(10_000)]
    events = "".join(
        f"BEGIN:VEVENT\nUID:{start:%s}\nDTSTART:{start:%Y%m%dT%H%M%SZ}\nDURATION:PT45M\nEND:VEVENT\n"
        for start in starts
    )
    data = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x\n{events}END:VCALENDAR\n".encode()
    begun = time.monotonic()
    reading = read_busy(data, wanted("2029-01-10T00:00:00Z", "2029-02-20T00:00:00Z"))
    assert time.monotonic() - begun < patience(2)
    low, high = datetime(2029, 1, 10, tzinfo=UTC), datetime(2029, 2, 20, tzinfo=UTC)
    inside = [(one, one + timedelta(minutes=45)) for one in starts if low <= one < high]
    assert (reading.busy, reading.faults) == (inside, [])


_ZONE = (
    b"BEGIN:VTIMEZONE\nTZID:Eigen\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0200\n"
    b"TZOFFSETTO:+0100\nRRULE:%s\nEND:STANDARD\nEND:VTIMEZONE"
)
PIECES = [
    *(b"DTSTART:99991231T235959Z", b"DTEND:99991231T235959Z", b"DTSTART;VALUE=DATE:00010101"),
    *(b"DTSTART;TZID=Europe/Berlin:00010101T000000", b"DURATION:P99999W", b"DURATION:-P1D"),
    *(b"RRULE:FREQ=DAILY;UNTIL=99991231", b"RRULE:FREQ=YEARLY;INTERVAL=9999;COUNT=99999"),
    *(b"RRULE:FREQ=HOURLY;BYSECOND=60;BYHOUR=1", b"RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=00010101"),
    *(b"RRULE:FREQ=MINUTELY;INTERVAL=9999999999999;COUNT=2", b"RDATE:99991231T235959Z/P99999D"),
    *(b"RDATE;VALUE=DATE:20270310,x,20270311", b"RDATE:/", b"EXDATE:x", b"EXDATE;VALUE=DATE:2"),
    *(b"RECURRENCE-ID;RANGE=THISANDFUTURE:00010101T000000Z", b"RECURRENCE-ID:20270310T090000Z"),
    *(b"RECURRENCE-ID;VALUE=DATE:20270310", b"SEQUENCE:\xd9\xa3", b"DTSTART;TZID=../../x:20270310"),
    *(b"DTSTART;TZID=/a/b/c:20270310T090000", b"DTSTART;TZID=Eigen:20270310T090000", b"DTSTART"),
    *(b"FREEBUSY:00010101T000000Z/P1D", b"X-WR-TIMEZONE:Europe/../x", b":", b";", b"BEGIN:VALARM"),
    *(b"END:VALARM", b"BEGIN:VEVENT", b"END:VEVENT", b"BEGIN:VCALENDAR", b"END:VCALENDAR"),
    *(b"BEGIN:VTIMEZONE\nTZID:Eigen\nBEGIN:STANDARD\nDTSTART:x\nEND:STANDARD\nEND:VTIMEZONE",),
    *(_ZONE % one for one in (b"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", b"FREQ=SECONDLY", b"x")),
    (_ZONE % b"FREQ=YEARLY;BYMONTH=2;BYDAY=-1SU").replace(b"+0100", b"+9999"),
]
SMALL = sorted(one.name for one in CASES.glob("*.ics") if one.stat().st_size < 5000)


@settings(max_examples=int(os.environ.get("CALENDAR_FILE_EXAMPLES", "200")))
@given(st.data())
def test_whatever_a_file_holds_it_is_read_or_refused(data: st.DataObject) -> None:
    """In time, and with nothing raised but the refusal."""
    lines = (CASES / data.draw(st.sampled_from(SMALL))).read_bytes().splitlines()
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["insert", "insert", "replace", "cut", "byte"]))
        piece = data.draw(st.sampled_from(PIECES))
        if change == "byte":
            piece = lines[at][: len(lines[at]) // 2] + data.draw(st.binary(min_size=1, max_size=3))
        lines[at : at + (change != "insert")] = (
            [] if change == "cut" and len(lines) > 1 else [piece]
        )
    begun = time.monotonic()
    with contextlib.suppress(NotACalendar):
        reading = read_busy(b"\r\n".join(lines), wanted("2027-03-01T00:00Z", "2027-05-01T00:00Z"))
        for fault in reading.faults:
            assert event_fault(fault)
    assert time.monotonic() - begun < patience(2)


def read(*events: str) -> Reading:
    lines = "\r\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR"])
    return read_busy(lines.encode(), wanted("2027-03-01T00:00Z", "2027-05-01T00:00Z"))


def vevent(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def test_an_event_that_never_ends_blocks_the_whole_window() -> None:
    """Also one that began long ago, and one with a rule."""
    for start in ("20270101T000000Z", "00010102T000000Z"):
        for rule in ("X-NO:RULE", "RRULE:FREQ=YEARLY", "RRULE:FREQ=DAILY;COUNT=3"):
            reading = read(vevent(f"DTSTART:{start}", "DTEND:99991231T235959Z", rule))
            assert shown(reading.busy) == [["2027-03-01T00:00:00Z", "2027-05-01T00:00:00Z"]]


def test_a_broken_exception_takes_no_date_away() -> None:
    first = ("UID:a", "DTSTART:20270310T090000Z", "DTEND:20270310T100000Z")
    reading = read(
        vevent(*first, "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:x", "EXDATE:20270311T090000Z")
    )
    assert shown(reading.busy) == [["2027-03-10T09:00:00Z", "2027-03-10T10:00:00Z"]]
    assert [event_fault(fault) for fault in reading.faults] == [
        "Mittwoch, 10. März 2027: „x“ ist keine Zeit; was daran hängt, blockiert nicht"
    ]
    override = vevent(*first[:1], "RECURRENCE-ID:x", "DTSTART:20270312T090000Z")
    assert len(read(vevent(*first), override).busy) == 1


def test_two_files_with_a_zone_of_one_name_keep_their_own() -> None:
    """icalendar remembers the first one's for the whole process."""
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000"
        "\r\nTZOFFSETFROM:{0}\r\nTZOFFSETTO:{0}\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    )
    event = vevent("DTSTART;TZID=Customized Time Zone:20270310T090000", "DURATION:PT1H")
    for offset, hour in (("+0100", "08"), ("-0500", "14"), ("+0100", "08")):
        reading = read(zone.format(offset), event)
        assert shown(reading.busy)[0][0] == f"2027-03-10T{hour}:00:00Z"
        assert reading.faults == []

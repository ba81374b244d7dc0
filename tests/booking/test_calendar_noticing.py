"""What the consultant changes in the calendar is noticed, told apart and asked, not obeyed."""

import uuid

import pytest
from sqlalchemy import select

from stadtfuehrer.booking.calendar_answers import finding_of, put_all_back, put_back, tell_guest
from stadtfuehrer.booking.calendar_events import waiting_events
from stadtfuehrer.booking.events_store import Finding
from stadtfuehrer.booking.service import cancel, look_up, move
from stadtfuehrer.booking.store import erase_bookings
from stadtfuehrer.calendar.tables import DbCalendarEvent
from stadtfuehrer.context import AppContext
from stadtfuehrer.refusals import NotFree, UnknownBooking
from tests.support.calendars import DavCalendar, DavServer, with_calendar
from tests.support.contexts import Clock, in_berlin
from tests.support.entered import Office, an_office, as_written, times
from tests.support.stored import letters

STARTS = [
    in_berlin(f"2026-03-{day:02} {hour}:00") for day in (5, 9, 10, 12, 16, 17) for hour in (10, 14)
]
TEN, TWO = STARTS[:2]
SUNDAY = in_berlin("2026-03-08 22:15")
"""At no time that a guest could choose."""


@pytest.fixture
def office(sqlite_context: AppContext, dav: DavServer, clock: Clock) -> Office:
    return an_office(sqlite_context, dav, clock, f"Beratungen {uuid.uuid4()}")


def found(office: Office, token: str) -> Finding | None:
    return finding_of(office.context, look_up(office.context, token).row_id)


def relocate(office: Office, token: str, calendar: DavCalendar, name: str) -> None:
    """Move the event to another calendar, or to another name, as programs do it."""
    data = office.event(token).data
    office.delete(token)
    calendar.put(name, data)


def test_changes_are_told_apart(office: Office) -> None:
    tokens = [office.book(start) for start in STARTS]
    office.tend()
    moved, deleted, elsewhere, anew, noted, cancelled, titled, long, *rest = tokens
    other = office.calendar.server.make_calendar(f"Privat {uuid.uuid4()}")
    office.drag(moved, SUNDAY)
    office.delete(deleted)
    relocate(office, elsewhere, other, "woanders")
    relocate(office, anew, office.calendar, "neu-angelegt")
    alarm = b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nDESCRIPTION:x\r\nEND:VALARM\r\n"
    office.change(noted, (b"END:VEVENT", alarm + b"X-NOTIZ:ja\r\nEND:VEVENT"))
    office.change(cancelled, (b"STATUS:CONFIRMED", b"STATUS:CANCELLED"))
    office.change(titled, (b"SUMMARY:", b"SUMMARY:Wichtig! "))
    end = as_written(STARTS[7], 30)[1]
    office.change(long, (f"DTEND:{end}".encode(), f"DTEND:{as_written(STARTS[7], 90)[1]}".encode()))
    before = len(letters(office.context))
    office.tend(minutes=1)
    assert office.asked() == ["kalender-termin"]  # a cancelled one is certain at once
    office.tend(minutes=2)
    office.tend(minutes=9)
    for _ in range(5):
        office.tend(minutes=15)
    assert found(office, moved) == Finding(found="moved", start=SUNDAY)
    assert found(office, deleted) == found(office, cancelled) == Finding(found="gone", start=None)
    untouched = (elsewhere, anew, noted, titled, long, *rest)
    assert [found(office, one) for one in untouched] == [None] * 9
    asked = letters(office.context)[before:]
    assert [one.kind for one in asked] == ["kalender-termin"] * 3
    assert {one.message_id.split(".")[2] for one in asked} == {
        office.uid(one) for one in (moved, deleted, cancelled)
    }
    # Nothing of it has changed a booking, or the calendar.
    for token, start in zip(tokens, STARTS, strict=True):
        booking = look_up(office.context, token).booking
        assert (booking.start, booking.sequence, booking.status) == (start, 0, "confirmed")
    assert times(office.event(moved)) == as_written(SUNDAY)
    # What was moved to another address is known there, and follows its booking.
    move(office.context, elsewhere, in_berlin("2026-03-19 10:00"), now=office.clock())
    office.tend(minutes=1)
    (event,) = office.entries(other)
    assert times(event) == as_written(in_berlin("2026-03-19 10:00"))


def test_the_guest_is_told_only_by_the_consultants_answer(office: Office) -> None:
    moved, deleted, back = (office.book(one) for one in (*STARTS[:2], STARTS[3]))
    office.tend()
    office.drag(moved, SUNDAY)
    office.delete(deleted)
    office.drag(back, in_berlin("2026-03-10 09:00"))
    office.tend(minutes=1)
    office.tend(minutes=11)
    before = len(letters(office.context))
    with pytest.raises(UnknownBooking):
        tell_guest(office.context, moved, Finding(found="moved", start=SUNDAY), now=office.clock())
    stale = Finding(found="moved", start=STARTS[5])
    tell_guest(office.context, office.own(moved), stale, now=office.clock())
    assert len(letters(office.context)) == before
    for token in (moved, deleted):
        shown = found(office, token)
        assert shown is not None
        tell_guest(office.context, office.own(token), shown, now=office.clock())
        assert found(office, token) is None
    put_back(office.context, office.own(back), now=office.clock())
    kinds = [one.kind for one in letters(office.context)[before:]]
    assert kinds == ["verschoben-gast", "verschoben-beratung", "absage-gast", "absage-beratung"]
    assert look_up(office.context, moved).booking.start == SUNDAY
    office.tend(minutes=1)
    assert times(office.event(moved)) == as_written(SUNDAY)
    assert times(office.event(back)) == as_written(STARTS[3])
    assert len(office.entries()) == 2
    for _ in range(3):
        office.tend(minutes=15)
    assert [one.kind for one in letters(office.context)[before:]] == kinds


def test_a_second_change_after_the_first_was_answered_is_asked_about(office: Office) -> None:
    token = office.book(TEN)
    office.tend()
    for _ in range(2):
        office.drag(token, SUNDAY)
        office.tend(minutes=1)
        office.tend(minutes=5)
        put_back(office.context, office.own(token), now=office.clock())
        office.tend(minutes=1)
    assert office.asked() == ["kalender-termin"] * 2
    # Dragged about and laid back before anybody would ask: nothing.
    office.drag(token, SUNDAY)
    office.tend(minutes=1)
    office.drag(token, TEN)
    office.tend(minutes=1)
    office.tend(minutes=10)
    assert office.asked() == ["kalender-termin"] * 2


def test_a_move_to_where_it_cannot_be_is_said_and_not_done(office: Office) -> None:
    first, second = office.book(TEN), office.book(TWO)
    office.tend()
    office.drag(second, TEN)
    office.tend(minutes=1)
    office.tend(minutes=3)
    shown = found(office, second)
    assert shown == Finding(found="moved", start=TEN)
    with pytest.raises(NotFree):
        tell_guest(office.context, office.own(second), shown, now=office.clock())
    (asked,) = [one for one in letters(office.context) if one.kind == "kalender-termin"]
    assert asked.facts is not None
    assert asked.facts["hindrance"] == "taken"
    for start in (in_berlin("2026-03-01 10:00"), in_berlin("2026-03-09 10:02")):
        office.drag(second, start)
        office.tend(minutes=1)
        shown = Finding(found="moved", start=start)
        with pytest.raises(NotFree):
            tell_guest(office.context, office.own(second), shown, now=office.clock())
    assert look_up(office.context, second).booking.start == TWO
    assert look_up(office.context, first).booking.start == TEN


WRONG = {
    "path": {"write": "/vera/gibt-es-nicht/"},
    "password": {"password": "falsch"},
    "server": {"url": "http://127.0.0.1:1/"},
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_read_is_not_gone(
    sqlite_context: AppContext, radicale_server: DavServer, clock: Clock, what: str
) -> None:
    office = an_office(sqlite_context, radicale_server, clock, f"Beratungen {uuid.uuid4()}")
    tokens = [office.book(start) for start in STARTS[:4]]
    office.tend()
    right, entries = office.context, office.entries()
    office.context = with_calendar(right, **WRONG[what])
    for _ in range(8):
        office.tend(minutes=16)
    assert [found(office, one) for one in tokens] == [None] * 4
    assert office.asked() == ["kalender-eintragen"]
    office.context = right
    for _ in range(3):
        office.tend(minutes=16)
    assert [found(office, one) for one in tokens] == [None] * 4
    assert office.asked() == ["kalender-eintragen"]
    assert office.entries() == entries


@pytest.mark.parametrize("whole", [False, True])
def test_an_emptied_calendar_is_unclear(office: Office, *, whole: bool) -> None:
    tokens = [office.book(start) for start in STARTS[:6]]
    office.tend()
    for token in tokens[: 6 if whole else 4]:
        office.delete(token)
    office.tend(minutes=1)
    assert office.asked() == []  # it may be back in a moment
    for _ in range(5):
        office.tend(minutes=15)
    assert [found(office, one) for one in tokens] == [None] * 6
    assert office.asked() == ["kalender-eintragen"]
    assert put_all_back(office.context, now=office.clock()) == (6 if whole else 4)
    office.tend(minutes=1)
    assert sorted(times(one) for one in office.entries()) == sorted(map(as_written, STARTS[:6]))
    for _ in range(2):
        office.tend(minutes=15)
    assert office.asked() == ["kalender-eintragen"]


def test_a_calendar_that_is_deleted_is_unclear(office: Office) -> None:
    tokens = [office.book(start) for start in STARTS[:2]]
    office.tend()
    client = office.calendar.server.client()
    assert client.request("DELETE", office.calendar.url).status in (200, 204)
    for _ in range(8):
        office.tend(minutes=16)
    assert [found(office, one) for one in tokens] == [None] * 2
    assert office.asked() == ["kalender-eintragen"]


def test_the_only_event_may_be_deleted(office: Office) -> None:
    token = office.book(TEN)
    office.tend()
    office.delete(token)
    office.tend(minutes=1)
    office.tend(minutes=9)
    assert office.asked() == []
    office.tend(minutes=1)
    assert office.asked() == ["kalender-termin"]
    # Laid back by its owner: all is well, and nothing more is said.
    put_back(office.context, office.own(token), now=office.clock())
    office.tend(minutes=1)
    assert times(office.event(token)) == as_written(TEN)


def test_a_series_made_of_it_and_another_zone_are_the_same_time(office: Office) -> None:
    token = office.book(TEN)
    office.tend()
    begin, end = as_written(TEN)
    office.change(
        token,
        (f"DTSTART:{begin}".encode(), b"DTSTART;TZID=America/New_York:20260305T040000"),
        (f"DTEND:{end}".encode(), b"DTEND;TZID=America/New_York:20260305T043000"),
        (b"END:VEVENT", b"RRULE:FREQ=WEEKLY;COUNT=2\r\nEND:VEVENT"),
    )
    office.tend(minutes=1)
    office.tend(minutes=30)
    assert found(office, token) is None
    assert office.asked() == []


def test_a_whole_day_is_no_time(office: Office) -> None:
    token = office.book(TEN)
    office.tend()
    begin, end = as_written(TEN)
    office.change(
        token,
        (f"DTSTART:{begin}".encode(), b"DTSTART;VALUE=DATE:20260305"),
        (f"DTEND:{end}".encode(), b"DTEND;VALUE=DATE:20260306"),
    )
    office.tend(minutes=1)
    office.tend(minutes=3)
    assert found(office, token) == Finding(found="moved", start=None)
    put_back(office.context, office.own(token), now=office.clock())
    office.tend(minutes=1)
    assert times(office.event(token)) == as_written(TEN)


def test_each_database_keeps_it(
    context: AppContext, radicale_server: DavServer, clock: Clock
) -> None:
    office = an_office(context, radicale_server, clock, f"Beratungen {uuid.uuid4()}")
    moved, deleted, called_off = (office.book(one) for one in STARTS[:3])
    office.tend()
    assert len(office.entries()) == 3
    cancel(context, called_off, "", now=clock())
    office.drag(moved, SUNDAY)
    office.delete(deleted)
    for minutes in (1, 3, 11):
        office.tend(minutes=minutes)
    assert office.asked() == ["kalender-termin"] * 2
    shown = found(office, moved)
    assert shown is not None
    tell_guest(office.context, office.own(moved), shown, now=clock())
    assert put_all_back(office.context, now=clock()) == 2
    office.tend(minutes=1)
    assert sorted(map(times, office.entries())) == sorted(map(as_written, (SUNDAY, TWO)))
    assert waiting_events(office.context, now=clock()) == []
    office.tend(minutes=30)
    assert office.asked() == ["kalender-termin"] * 2
    # What is erased leaves nothing behind here; the calendar is the consultant's own.
    with context.database.begin() as session:
        erase_bookings(session, ended_before=in_berlin("2027-01-01 00:00"))
        assert session.scalars(select(DbCalendarEvent)).all() == []
    office.tend(minutes=1)
    assert len(office.entries()) == 2

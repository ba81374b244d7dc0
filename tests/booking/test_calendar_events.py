"""Bookings in the consultant's calendar: their whole life, on real servers."""

import uuid

import pytest

from stadtfuehrer.booking.service import cancel, move
from stadtfuehrer.context import AppContext
from tests.support.calendars import DavServer
from tests.support.contexts import Clock, in_berlin
from tests.support.entered import Office, an_office, as_written, times

TEN, ELEVEN = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-05 11:00")


@pytest.fixture
def office(sqlite_context: AppContext, dav: DavServer, clock: Clock) -> Office:
    return an_office(sqlite_context, dav, clock, f"Beratungen {uuid.uuid4()}")


def test_the_life_of_a_booking(office: Office) -> None:
    token = office.book(TEN)
    assert office.entries() == []
    office.tend()
    (event,) = office.entries()
    assert times(event) == as_written(TEN)
    assert event.url == f"{office.calendar.url}{office.uid(token)}.ics"
    for word in (b"METHOD", b"ATTENDEE", b"ORGANIZER"):
        assert word not in event.data
    office.tend(minutes=1)
    assert office.entries() == [event]
    move(office.context, token, ELEVEN, now=office.clock())
    office.tend(minutes=1)
    (event,) = office.entries()
    assert times(event) == as_written(ELEVEN)
    cancel(office.context, token, "", now=office.clock())
    office.tend(minutes=1)
    assert office.entries() == []
    assert office.asked() == []

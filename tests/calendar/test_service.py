"""What follows from a reading: the booking, the page, the letter, the health, the worker."""

import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from unittest.mock import patch

import pytest

from stadtfuehrer.booking.calendar_events import tend_calendar
from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.service import book, move
from stadtfuehrer.booking.times import check_free, free_times, read_calendars
from stadtfuehrer.calendar import service
from stadtfuehrer.calendar.busy import Reading, Wanted, read_busy
from stadtfuehrer.calendar.service import calendar_fault, is_closed, tell_of_stale
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.refusals import NotFree, WhyNotFree
from stadtfuehrer.web import init_context
from stadtfuehrer.worker import work
from tests.support.calendars import (
    DavCalendar,
    DavServer,
    Misbehaving,
    answer,
    event,
    hang,
    ics,
    misbehaving,
    with_calendar,
)
from tests.support.contexts import NOW, Clock, a_wish, in_berlin
from tests.support.sites import KIND, Site
from tests.support.stored import letters
from tools.until import until

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-05 15:00")


def read(context: AppContext, clock: Clock) -> None:
    """As the worker does, to the end."""
    read_calendars(context, now=clock(), wait=60)


@pytest.fixture
def calendar(radicale_server: DavServer) -> DavCalendar:
    return radicale_server.make_calendar(f"Privat {uuid.uuid4()}")


@pytest.fixture
def mine(sqlite_context: AppContext, calendar: DavCalendar) -> AppContext:
    path = "/" + calendar.url.split("/", 3)[3]
    return with_calendar(sqlite_context, **calendar.server.settings(path))


def test_what_was_entered_a_moment_ago_is_not_booked(
    mine: AppContext, calendar: DavCalendar, clock: Clock
) -> None:
    read(mine, clock)
    token = book(mine, a_wish(mine, THREE), now=clock())
    assert TEN in free_times(mine, mine.kinds[0], now=clock())
    calendar.put("eben", ics(event("2026-03-05 10:00")))
    with pytest.raises(NotFree) as refused:
        book(mine, a_wish(mine, TEN), now=clock())
    assert refused.value.why is WhyNotFree.TAKEN
    calendar.put("auch", ics(event("2026-03-06 10:00")))
    with pytest.raises(NotFree):
        move(mine, token, in_berlin("2026-03-06 10:00"), now=clock())


def test_an_invitation_that_was_taken_blocks_nothing_twice(
    mine: AppContext, calendar: DavCalendar, clock: Clock
) -> None:
    """A moved booking's old place in the calendar does not hold the time either."""
    read(mine, clock)
    token = book(mine, a_wish(mine, TEN), now=clock())
    (uid,) = {letter.message_id.split(".")[2].split("@")[0] for letter in letters(mine)}
    calendar.put("unser", ics(event("2026-03-05 10:00", uid=uid)))
    move(mine, token, THREE, now=clock())
    read(mine, clock)
    assert TEN in free_times(mine, mine.kinds[0], now=clock())


@contextmanager
def hung(context: AppContext, clock: Clock) -> Iterator[tuple[AppContext, Misbehaving]]:
    """A calendar that was read, and whose server has just gone silent."""
    feed = answer(200, ics(event("2026-03-05 10:00")), "text/calendar", 'ETag: "1"')
    with misbehaving(feed) as server:
        mine = with_calendar(context, feeds=(server.url,))
        read(mine, clock)
        server.behave = hang
        yield mine, server


def test_a_server_that_hangs_holds_a_booking_up_for_two_seconds_once(
    sqlite_context: AppContext, clock: Clock
) -> None:
    with hung(sqlite_context, clock) as (mine, server):
        took = []
        for start in ("09:00", "13:00", "14:00"):
            begun = time.monotonic()
            book(mine, a_wish(mine, in_berlin(f"2026-03-05 {start}")), now=clock())
            took.append(time.monotonic() - begun)
        asked = server.requests
        with pytest.raises(NotFree):
            book(mine, a_wish(mine, TEN), now=clock())
    assert 1.5 < took[0] < 4
    assert max(took[1:]) < 1
    assert asked == 2


def test_six_who_book_at_once_wait_together(sqlite_context: AppContext, clock: Clock) -> None:
    with hung(sqlite_context, clock) as (mine, server):
        days = [in_berlin(f"2026-03-05 {hour}:00") for hour in ("09", "11", "13", "14", "15", "16")]
        begun = time.monotonic()
        threads = [
            Thread(target=book, args=(mine, a_wish(mine, day)), kwargs={"now": clock()})
            for day in days
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert time.monotonic() - begun < 5
        assert server.requests == 2


def test_never_read_is_closed_until_the_first_reading(mine: AppContext, clock: Clock) -> None:
    kind = mine.kinds[0]
    assert free_times(mine, kind, now=clock()) == []
    assert is_closed(mine, now=clock())
    with pytest.raises(NotFree) as refused:
        check_free(mine, kind, TEN, now=clock())
    assert refused.value.why is WhyNotFree.CALENDAR_AWAY
    opened = with_calendar(mine, when_stale="open")
    assert TEN in free_times(opened, kind, now=clock())
    read(mine, clock)
    assert TEN in free_times(mine, kind, now=clock())


def test_stale_is_closed_and_told_once_until_it_has_recovered(
    context: AppContext, calendar: DavCalendar, clock: Clock, postfach: FolderMailer
) -> None:
    path = "/" + calendar.url.split("/", 3)[3]
    mine = with_calendar(context, **calendar.server.settings(path))
    read(mine, clock)
    broken = with_calendar(mine, password="falsch")

    def told() -> int:
        tell_of_stale(mine, now=clock())
        return len(letters(mine))

    assert told() == 0
    assert calendar_fault(mine, now=clock()) is None
    for _ in range(4):
        read(broken, clock)
        clock.turn(minutes=15)
    assert told() == 0
    assert TEN in free_times(mine, mine.kinds[0], now=clock())
    clock.turn(minutes=1)
    assert [told(), told()] == [1, 1]
    assert free_times(mine, mine.kinds[0], now=clock()) == []
    assert TEN in free_times(with_calendar(mine, when_stale="open"), mine.kinds[0], now=clock())
    assert calendar_fault(mine, now=clock()) == NOW
    assert deliver_due(mine, postfach, compose=compose, clock=clock).sent == 1
    # The right password again: all is well, and the next time it is told anew.
    clock.turn(minutes=15)
    read(mine, clock)
    assert TEN in free_times(mine, mine.kinds[0], now=clock())
    assert told() == 1
    clock.turn(hours=2)
    assert [told(), told()] == [2, 2]


def test_a_calendar_never_read_is_told_of_after_its_time(mine: AppContext, clock: Clock) -> None:
    broken = with_calendar(mine, password="falsch")
    read(broken, clock)
    tell_of_stale(broken, now=clock())
    assert letters(broken) == []
    clock.turn(minutes=61)
    tell_of_stale(broken, now=clock())
    (letter,) = letters(broken)
    assert letter.facts is not None
    (one,) = letter.facts["calendars"]
    assert "lehnt die Anmeldung ab" in one["error"]


def test_another_setting_is_another_calendar(mine: AppContext, clock: Clock) -> None:
    read(mine, clock)
    other = with_calendar(mine, all_day_free=mine.settings.calendar.busy)
    assert is_closed(other, now=clock())
    read(other, clock)
    assert not is_closed(other, now=clock())
    assert is_closed(mine, now=clock())
    # Without any, nothing is left of it.
    none = with_calendar(mine, busy=())
    read(none, clock)
    assert service.status(none) == []
    assert service.blocked_between(none, NOW, NOW + timedelta(days=90)) == []


def test_the_page_of_times_and_the_health_say_so(site: Site, calendar: DavCalendar) -> None:
    path = "/" + calendar.url.split("/", 3)[3]
    mine = with_calendar(site.context, **calendar.server.settings(path))
    init_context(site.app, mine, site.clock)
    start = site.free()[0]
    page = site.guest.get(f"/termin/{KIND}")
    assert "Ich komme gerade nicht an meinen Kalender" in page.text
    assert b"calendar not read since" in site.guest.get("/healthz").body
    gone = site.guest.get(site.form_path(start), status=409)
    assert "Gerade komme ich nicht an meinen Kalender" in gone.text
    read(mine, site.clock)
    assert "Ich komme gerade nicht" not in site.guest.get(f"/termin/{KIND}").text
    assert site.guest.get("/healthz").body == b"ok\n"


def test_a_hung_calendar_delays_no_letter(
    sqlite_context: AppContext, clock: Clock, postfach: FolderMailer
) -> None:
    feed = ics(event("2026-03-05 10:00"))
    with misbehaving(answer(200, feed)) as server:
        mine = with_calendar(sqlite_context, feeds=(server.url,))
        read(mine, clock)
        book(mine, a_wish(mine, THREE), now=clock())
        server.behave = hang
        clock.turn(minutes=6)
        stop, begun = Event(), time.monotonic()
        worker = Thread(target=work, args=(mine, postfach), kwargs={"clock": clock, "stop": stop})
        with patch("stadtfuehrer.calendar.transport._WAIT_SECONDS", 3.0):
            worker.start()
            try:
                until(
                    lambda: all(one.state == "sent" for one in letters(mine)),
                    within=2.5,
                    what="the letters did not leave",
                )
            finally:
                stop.set()
                worker.join()
        assert server.requests == 2
        assert time.monotonic() - begun < 3


def test_what_was_never_foreseen_in_one_source_keeps_no_other_from_being_read(
    sqlite_context: AppContext, clock: Clock
) -> None:
    feed = ics(event("2026-03-05 10:00"))
    with misbehaving(answer(200, feed)) as first, misbehaving(answer(200, feed)) as second:
        mine = with_calendar(sqlite_context, feeds=(first.url, second.url))
        real = read_busy

        def broken(data: bytes, wanted: Wanted) -> Reading:
            if second.requests == 0:
                raise RecursionError
            return real(data, wanted)

        with patch("stadtfuehrer.calendar.reading.read_busy", broken):
            read(mine, clock)
        assert [one["read_at"] is not None for one in service.status(mine)] == [False, True]


def test_the_first_reading_may_take_longer_than_any_other(
    sqlite_context: AppContext, clock: Clock
) -> None:
    def slow(line: socket.socket, request: bytes) -> None:
        time.sleep(0.8)
        answer(200, ics(event("2026-03-05 10:00")))(line, request)

    with misbehaving(slow) as server, patch("stadtfuehrer.calendar.transport._WAIT_SECONDS", 0.3):
        mine = with_calendar(sqlite_context, feeds=(server.url,))
        read(mine, clock)
        assert service.status(mine)[0]["error"] == ""
        clock.turn(minutes=6)
        read(mine, clock)
        assert "nicht rechtzeitig" in service.status(mine)[0]["error"]


def test_the_health_says_that_bookings_wait_to_be_entered(site: Site) -> None:
    mine = with_calendar(site.context, url="http://127.0.0.1:1/", write="Termine")
    init_context(site.app, mine, site.clock)
    site.book(site.free()[0])
    for minutes in (0, 60):
        site.clock.turn(minutes=minutes)
        tend_calendar(mine, now=site.clock(), wait=60)
        assert b"calendar not written" not in site.guest.get("/healthz").body
    site.clock.turn(minutes=1)
    assert b"calendar not written since 2026-03-02T08:00:00Z" in site.guest.get("/healthz").body

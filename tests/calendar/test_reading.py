"""What is read from real CalDAV servers, first, quietly, and after every sort of change."""

import uuid
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from stadtfuehrer.booking.times import free_times
from stadtfuehrer.calendar.service import read_calendars, status
from stadtfuehrer.context import AppContext
from tests.support.calendars import DavServer, event, ics, with_calendar
from tests.support.contexts import NOW, in_berlin
from tests.support.statements import heard

TEN = in_berlin("2026-03-05 10:00")


def fresh_name() -> str:
    return f"Privat {uuid.uuid4()}"


def is_free(context: AppContext, start: str) -> bool:
    return in_berlin(start) in free_times(context, context.kinds[0], now=NOW)


def read(context: AppContext, own: tuple[str, ...] = ()) -> None:
    read_calendars(context, own=own, now=NOW)


def test_a_life_of_a_calendar(context: AppContext, dav: DavServer) -> None:
    name = fresh_name()
    calendar = dav.make_calendar(name)
    calendar.put("zahnarzt", ics(event("2026-03-05 10:00", uid="zahnarzt")))
    mine = with_calendar(context, **dav.settings(name))
    read(mine)
    assert not is_free(mine, "2026-03-05 10:00")
    assert is_free(mine, "2026-03-05 11:00")
    # Nothing is new.
    read(mine)
    assert not is_free(mine, "2026-03-05 10:00")
    # Another comes, the first one moves.
    series = event("2026-03-09 09:00", 1, "RRULE:FREQ=DAILY;COUNT=3", uid="reihe")
    calendar.put("reihe", ics(series))
    calendar.put("zahnarzt", ics(event("2026-03-05 15:00", uid="zahnarzt")))
    read(mine)
    assert is_free(mine, "2026-03-05 10:00")
    assert not is_free(mine, "2026-03-05 15:00")
    assert not any(is_free(mine, f"2026-03-{day} 09:00") for day in ("09", "10", "11"))
    # One of the series is moved, another called off.
    moved = event(
        "2026-03-10 16:00", 1, "RECURRENCE-ID;TZID=Europe/Berlin:20260310T090000", uid="reihe"
    )
    off = event(
        *("2026-03-11 09:00", 1, "STATUS:CANCELLED"),
        "RECURRENCE-ID;TZID=Europe/Berlin:20260311T090000",
        uid="reihe",
    )
    calendar.put("reihe", ics(series, moved, off))
    read(mine)
    assert not is_free(mine, "2026-03-09 09:00")
    assert is_free(mine, "2026-03-10 09:00")
    assert not is_free(mine, "2026-03-10 16:00")
    assert is_free(mine, "2026-03-11 09:00")
    calendar.delete("reihe")
    calendar.delete("zahnarzt")
    read(mine)
    assert is_free(mine, "2026-03-09 09:00")
    assert is_free(mine, "2026-03-05 15:00")
    assert [(one["name"], one["error"], one["faults"]) for one in status(mine)] == [(name, "", [])]


def test_it_is_found_from_every_address(sqlite_context: AppContext, dav: DavServer) -> None:
    name = fresh_name()
    calendar = dav.make_calendar(name)
    calendar.put("eins", ics(event("2026-03-05 10:00")))
    for url in (*dav.ways, calendar.url):
        for wanted in (name, name.upper(), calendar.url, urlsplit(calendar.url).path):
            mine = with_calendar(sqlite_context, **dav.settings(wanted) | {"url": url})
            read(mine)
            assert [one["error"] for one in status(mine)] == [""], (url, wanted)
            assert not is_free(mine, "2026-03-05 10:00"), (url, wanted)


def test_what_does_not_block(sqlite_context: AppContext, dav: DavServer) -> None:
    name = fresh_name()
    calendar = dav.make_calendar(name)
    me = sqlite_context.settings.consultant.email
    calendar.put("frei", ics(event("2026-03-05 09:00", 1, "TRANSP:TRANSPARENT")))
    calendar.put("aus", ics(event("2026-03-05 10:00", 1, "STATUS:CANCELLED")))
    calendar.put(
        "nein", ics(event("2026-03-05 11:00", 1, f"ATTENDEE;PARTSTAT=DECLINED:mailto:{me}"))
    )
    calendar.put("unser", ics(event("2026-03-05 13:00", uid="unser")))
    calendar.put("vielleicht", ics(event("2026-03-05 14:00", 1, "STATUS:TENTATIVE")))
    whole_day = event("2026-03-06 09:00", uid="tag").replace(
        "DTSTART;TZID=Europe/Berlin:20260306T090000", "DTSTART;VALUE=DATE:20260306"
    )
    whole_day = whole_day.replace("DTEND;TZID=Europe/Berlin:20260306T100000\r\n", "")
    calendar.put("tag", ics(whole_day))
    for free_days, blocked in (((), True), ((name,), False)):
        mine = with_calendar(sqlite_context, **dav.settings(name, all_day_free=free_days))
        read(mine, own=("unser",))
        for clock in ("09:00", "10:00", "11:00", "13:00"):
            assert is_free(mine, f"2026-03-05 {clock}"), clock
        assert not is_free(mine, "2026-03-05 14:00")
        assert is_free(mine, "2026-03-06 09:00") is not blocked


def test_a_broken_entry_hides_no_other_and_goes_on_as_it_was(
    sqlite_context: AppContext, radicale_server: DavServer
) -> None:
    name = fresh_name()
    calendar = radicale_server.make_calendar(name)
    calendar.put("gut", ics(event("2026-03-05 10:00")))
    calendar.put("zone", ics(event("2026-03-05 14:00", zone="Irgendwo")))
    mine = with_calendar(sqlite_context, **radicale_server.settings(name))
    read(mine)
    assert not is_free(mine, "2026-03-05 10:00")
    assert not is_free(mine, "2026-03-05 14:00")
    assert [one["faults"] for one in status(mine)] == [
        ["die Zeitzone „Irgendwo“ ist unbekannt; ihre Termine sind in deiner Zone gelesen"]
    ]


def test_long_events_block_every_day(sqlite_context: AppContext, dav: DavServer) -> None:
    name = fresh_name()
    leave = event("2026-03-02 09:00").replace(
        "DTEND;TZID=Europe/Berlin:20260302T", "DTEND;TZID=Europe/Berlin:20260323T"
    )
    dav.make_calendar(name).put("urlaub", ics(leave))
    mine = with_calendar(sqlite_context, **dav.settings(name))
    read(mine)
    kind = mine.kinds[0]
    days = {start.date().isoformat() for start in free_times(mine, kind, now=NOW)}
    assert min(days) == "2026-03-23"


def test_a_page_of_free_times_costs_three_statements(
    context: AppContext, radicale_server: DavServer
) -> None:
    name = fresh_name()
    radicale_server.make_calendar(name).put("eins", ics(event("2026-03-05 10:00")))
    mine = with_calendar(context, **radicale_server.settings(name))
    read(mine)
    with heard(mine) as statements:
        free_times(mine, mine.kinds[0], now=NOW)
    assert len(statements) == 3


@pytest.mark.parametrize("limit", ["all kinds", "this kind"])
def test_limits_count_bookings_only(
    sqlite_context: AppContext, radicale_server: DavServer, limit: str
) -> None:
    name = fresh_name()
    calendar = radicale_server.make_calendar(name)
    for hour in ("13", "14", "15"):
        calendar.put(hour, ics(event(f"2026-03-05 {hour}:00")))
    mine = with_calendar(sqlite_context, **radicale_server.settings(name))
    read(mine)
    kind = replace(mine.kinds[0], per_day=1 if limit == "this kind" else 0)
    rules = {kind.id: replace(mine.rules, per_day=2)} if limit == "all kinds" else mine.kind_rules
    assert TEN in free_times(replace(mine, kind_rules=rules), kind, now=NOW)

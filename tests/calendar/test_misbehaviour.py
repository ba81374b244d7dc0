"""Servers that go wrong in every way: each costs seconds, and what was known goes on."""

import gzip
import json
import socket
import time
from unittest.mock import patch

import pytest

from stadtfuehrer.booking.times import free_times
from stadtfuehrer.calendar.service import blocked_between, read_calendars, status
from stadtfuehrer.calendar.transport import Client
from stadtfuehrer.context import AppContext
from tests.support.calendars import (
    PASSWORD,
    USER,
    Behaviour,
    DavServer,
    answer,
    event,
    hang,
    ics,
    misbehaving,
    passing_on,
    with_calendar,
)
from tests.support.contexts import NOW, Clock, in_berlin
from tools.until import patience

FEED = ics(event("2026-03-05 10:00"))
SECOND = "X-PAD:" + "x" * 70 + "\r\n"


def drip(line: socket.socket, _request: bytes) -> None:
    """A byte at a time, within the patience for each, and without an end."""
    line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        line.sendall(b"x")
        time.sleep(0.05)


def drip_body(line: socket.socket, _request: bytes) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n\r\n")
    while True:
        line.sendall(b"x")
        time.sleep(0.05)


def hang_up(line: socket.socket, _request: bytes) -> None:
    line.close()


def half(line: socket.socket, _request: bytes) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + FEED[:60])


def half_chunked(line: socket.socket, _request: bytes) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n" + FEED[:60])


def endless(line: socket.socket, _request: bytes) -> None:
    """50 MB and more, of what begins like a calendar."""
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n\r\n" + FEED[:60])
    while True:
        line.sendall(SECOND.encode() * 1000)


def gibberish(line: socket.socket, _request: bytes) -> None:
    line.sendall(b"\x16\x03\x01 what\r\n\r\n")


def many_headers(line: socket.socket, _request: bytes) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\n")


BOMB = gzip.compress(b"BEGIN:VCALENDAR\r\n" + b"X" * (64 << 20), 9)
EVERY_SECOND = ics(*(event("2026-03-05 10:00", 1, "RRULE:FREQ=SECONDLY") for _ in range(2000)))
RULES = ics(
    *(event("2020-03-05 10:00", 1, "RRULE:FREQ=YEARLY;BYDAY=MO,TU;COUNT=9999") for _ in range(9000))
)
LOGIN = b"<!DOCTYPE html><html><title>Anmelden</title>"

MISBEHAVIOURS: dict[str, tuple[Behaviour, str]] = {
    "drip": (drip, "nicht rechtzeitig"),
    "drip body": (drip_body, "nicht rechtzeitig"),
    "hang": (hang, "nicht rechtzeitig"),
    "hang up": (hang_up, "abgebrochen"),
    "half": (half, "nicht zu lesen"),
    "half chunked": (half_chunked, "nicht zu lesen"),
    "endless": (endless, "mehr als 16 MB"),
    "gibberish": (gibberish, "nicht zu lesen"),
    "many headers": (many_headers, "nicht zu lesen"),
    "bomb": (answer(200, BOMB, "text/calendar", "Content-Encoding: gzip"), "nicht zu lesen"),
    "login page": (answer(200, LOGIN, "text/html"), "Anmeldeseite"),
    "empty": (answer(200), "Anmeldeseite"),
    "truncated": (answer(200, FEED[:-20]), "Anmeldeseite"),
    "too many rules": (answer(200, RULES), "Anmeldeseite"),
    "elsewhere": (answer(302, b"", "x/y", "Location: https://evil.example/"), "evil.example"),
    "inside": (answer(302, b"", "x/y", "Location: http://169.254.169.254/"), "169.254.169.254"),
    "file": (answer(302, b"", "x/y", "Location: file:///etc/passwd"), "nicht zu lesen"),
    "circle": (answer(302, b"", "x/y", "Location: /"), "im Kreis"),
    "401": (answer(401, b"", "x/y", "WWW-Authenticate: Basic"), "lehnt die Anmeldung ab"),
    "403": (answer(403), "verweigert"),
    "404": (answer(404), "keinen Kalender"),
    "429": (answer(429), "Pause"),
    "500": (answer(500), "Störung"),
    "503": (answer(503), "Störung"),
}


def snapshot(context: AppContext) -> list[str]:
    found = blocked_between(context, NOW, in_berlin("2026-04-01 00:00"))
    return [begin.isoformat() for begin, _ in found]


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_a_feed_that_goes_wrong_keeps_the_last_reading(
    sqlite_context: AppContext, clock: Clock, name: str
) -> None:
    behave, reason = MISBEHAVIOURS[name]
    with misbehaving(answer(200, FEED)) as server:
        mine = with_calendar(sqlite_context, feeds=(f"{server.url}geheim.ics",))
        read_calendars(mine, own=(), now=clock())
        known = snapshot(mine)
        assert len(known) == 1
        server.behave = behave
        clock.turn(minutes=6)
        begun = time.monotonic()
        with patch("stadtfuehrer.calendar.transport._WAIT_SECONDS", 1.0):
            read_calendars(mine, own=(), now=clock())
        assert time.monotonic() - begun < patience(8)
        (one,) = status(mine)
        assert reason in one["error"]
        assert "geheim" not in one["error"]
        assert snapshot(mine) == known
        # It recovers by itself.
        server.behave = answer(200, ics(event("2026-03-06 10:00")))
        clock.turn(minutes=15)
        read_calendars(mine, own=(), now=clock())
        assert snapshot(mine) != known
        assert [one["error"] for one in status(mine)] == [""]


def test_rules_by_the_second_cost_themselves_only(sqlite_context: AppContext) -> None:
    with misbehaving(answer(200, EVERY_SECOND)) as server:
        mine = with_calendar(sqlite_context, feeds=(server.url,))
        begun = time.monotonic()
        read_calendars(mine, own=(), now=NOW)
        assert time.monotonic() - begun < patience(5)
        (one,) = status(mine)
        assert one["error"] == ""
        assert 0 < len(one["faults"]) <= 20
        assert "findet kein Ende" in one["faults"][0]
        assert len(snapshot(mine)) == 1


@pytest.mark.parametrize("name", [name for name in MISBEHAVIOURS if name != "too many rules"])
def test_a_caldav_server_that_goes_wrong_keeps_the_last_reading(
    sqlite_context: AppContext, radicale_server: DavServer, clock: Clock, name: str
) -> None:
    """Through a proxy that first passes everything on to a real server."""
    calendar = radicale_server.make_calendar(f"Fehler {name} {id(clock)}")
    calendar.put("eins", ics(event("2026-03-05 10:00")))
    pass_on = passing_on(radicale_server)
    behave, _ = MISBEHAVIOURS[name]
    with misbehaving(pass_on) as server:
        keys = radicale_server.settings(calendar.url.rpartition(":")[2].partition("/")[2])
        wanted = "/" + calendar.url.split("/", 3)[3]
        mine = with_calendar(sqlite_context, **keys | {"url": server.url, "busy": (wanted,)})
        read_calendars(mine, own=(), now=clock())
        assert [one["error"] for one in status(mine)] == [""]
        known = snapshot(mine)
        assert len(known) == 1
        for whole in (False, True):
            server.behave = behave
            clock.turn(hours=24 if whole else 1)
            with patch("stadtfuehrer.calendar.transport._WAIT_SECONDS", 1.0):
                read_calendars(mine, own=(), now=clock())
            assert [bool(one["error"]) for one in status(mine)] == [True]
            assert snapshot(mine) == known
        server.behave = pass_on
        clock.turn(hours=1)
        read_calendars(mine, own=(), now=clock())
        assert [one["error"] for one in status(mine)] == [""]
        assert snapshot(mine) == known


def test_a_wrong_password_is_tried_once_a_quarter_of_an_hour(
    sqlite_context: AppContext, radicale_server: DavServer, clock: Clock
) -> None:
    """More logins in vain would lock an account."""
    keys = radicale_server.settings("Privat") | {"password": "falsch"}
    mine = with_calendar(sqlite_context, **keys)
    tried = 0
    real = Client.request

    def counted(client: Client, *asked: str, **more: str) -> object:
        nonlocal tried
        tried += 1
        return real(client, *asked, **more)  # type: ignore[arg-type]

    with patch.object(Client, "request", counted):
        for _ in range(30):
            read_calendars(mine, own=(), now=clock())
            clock.turn(minutes=1)
    assert tried == 2
    assert "lehnt die Anmeldung ab" in status(mine)[0]["error"]


def test_xml_with_a_doctype_is_not_read(sqlite_context: AppContext) -> None:
    lol = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><l>&b;</l>'
    with misbehaving(answer(207, lol, "application/xml")) as server:
        keys = {"url": server.url, "username": USER, "password": PASSWORD, "busy": ("x",)}
        mine = with_calendar(sqlite_context, **keys)
        read_calendars(mine, own=(), now=NOW)
        assert "nicht zu lesen" in status(mine)[0]["error"]


def test_what_is_listed_and_cannot_be_got_is_not_gone(
    sqlite_context: AppContext, radicale_server: DavServer, clock: Clock
) -> None:
    name = f"Halb {id(clock)}"
    calendar = radicale_server.make_calendar(name)
    calendar.put("eins", ics(event("2026-03-05 10:00", uid="eins")))
    mine = with_calendar(sqlite_context, **radicale_server.settings(name))
    read_calendars(mine, own=(), now=clock())
    known = snapshot(mine)
    calendar.put("eins", ics(event("2026-03-05 11:00", uid="eins")))
    with patch("stadtfuehrer.calendar.caldav.CalDav.get", lambda *_: []):
        read_calendars(mine, own=(), now=clock())
    assert snapshot(mine) == known
    assert "gibt aber keinen" in status(mine)[0]["error"]


def test_a_hung_server_leaves_pages_as_fast_as_before(
    sqlite_context: AppContext, clock: Clock
) -> None:
    def fastest(context: AppContext) -> float:
        took = []
        for _ in range(20):
            begun = time.perf_counter()
            free_times(context, context.kinds[0], now=clock())
            took.append(time.perf_counter() - begun)
        return min(took)

    with misbehaving(answer(200, FEED)) as server:
        mine = with_calendar(sqlite_context, feeds=(server.url,))
        read_calendars(mine, own=(), now=clock())
        before = fastest(mine)
        server.behave = hang
        clock.turn(minutes=6)
        mine.calendar_reading.run(lambda: read_calendars(mine, own=(), now=clock()), wait=0)
        assert fastest(mine) < 3 * before + 0.005
    mine.calendar_reading.run(lambda: None, wait=5)


def test_what_is_kept_names_nobody(sqlite_context: AppContext) -> None:
    secret = "Therapie bei Frau Dr. Geheim"
    said = event(
        "2026-03-05 10:00", 1, f"DESCRIPTION:{secret}", "ATTENDEE:mailto:wer@geheim.example"
    )
    with misbehaving(answer(200, ics(said))) as server:
        mine = with_calendar(sqlite_context, feeds=(f"{server.url}geheim.ics",))
        read_calendars(mine, own=(), now=NOW)
        file = mine.database.file
        assert file is not None
        stored = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
        for word in (b"geheim", b"Geheim", b"Zahnarzt", b"Therapie"):
            assert word not in stored
        assert json.dumps(status(mine)).count("localhost") == 1

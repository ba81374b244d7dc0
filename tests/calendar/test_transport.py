"""How a server is asked: who we are, and what of a feed."""

import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from stadtfuehrer.calendar.service import read_calendars
from stadtfuehrer.calendar.transport import Client
from stadtfuehrer.context import AppContext
from tests.support.calendars import (
    PASSWORD,
    USER,
    Behaviour,
    Misbehaving,
    answer,
    event,
    ics,
    misbehaving,
    with_calendar,
)
from tests.support.contexts import Clock

FEED = ics(event("2026-03-05 10:00"))


def request_of(server: Misbehaving, password: str) -> bytes:
    client = Client(server.url, USER, password, ends_at=time.monotonic() + 5)
    return client.request("GET", server.url).body


@contextmanager
def listening(first: Behaviour, *headers: str) -> Iterator[tuple[Misbehaving, list[bytes]]]:
    """A server that keeps what it was asked."""
    asked: list[bytes] = []

    def behave(line: socket.socket, request: bytes) -> None:
        asked.append(request)
        (answer(200, b"da") if b"Authorization" in request else first)(line, request)

    with misbehaving(behave) as server:
        yield server, asked


def test_basic_and_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    basic = answer(401, b"", "x/y", 'WWW-Authenticate: Basic realm="a, b", charset="UTF-8"')
    with listening(basic) as (server, asked):
        assert request_of(server, "schlüssel") == b"da"
        assert b64encode(f"{USER}:schlüssel".encode()) in asked[1]
        assert b"Authorization" not in asked[0]
    nonce = 'Digest realm="x", nonce="n", qop="auth,auth-int", algorithm=MD5'
    both = answer(401, b"", "x/y", f'WWW-Authenticate: Basic realm="x", {nonce}')
    with listening(both) as (server, asked):
        assert request_of(server, PASSWORD) == b"da"
        assert b'Digest username="vera"' in asked[1]
        assert PASSWORD.encode() not in asked[1]
        assert b64encode(f"{USER}:{PASSWORD}".encode()) not in asked[1]


def test_a_feed_that_says_what_is_new_is_asked_just_that(
    sqlite_context: AppContext, clock: Clock
) -> None:
    asked: list[bytes] = []

    def behave(line: socket.socket, request: bytes) -> None:
        asked.append(request)
        new = answer(200, FEED, "text/calendar", 'ETag: "1"', "Last-Modified: heute")
        (answer(304) if b'If-None-Match: "1"' in request else new)(line, request)

    with misbehaving(behave) as server:
        mine = with_calendar(sqlite_context, feeds=(server.url,))
        for _ in range(3):
            read_calendars(mine, own=(), now=clock())
            clock.turn(minutes=1)
        assert [b"If-None-Match" in one for one in asked] == [False, True, True]
        assert b"If-Modified-Since: heute" in asked[1]
        clock.turn(hours=24)
        read_calendars(mine, own=(), now=clock())
        assert b"If-None-Match" not in asked[3]


def test_a_feed_that_says_nothing_is_asked_every_five_minutes(
    sqlite_context: AppContext, clock: Clock
) -> None:
    with misbehaving(answer(200, FEED)) as server:
        mine = with_calendar(sqlite_context, feeds=(server.url,))
        for _ in range(11):
            read_calendars(mine, own=(), now=clock())
            clock.turn(minutes=1)
        assert server.requests == 3

"""Clients that are slow, silent or take nothing: they are let go, and keep nobody waiting."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from stadtfuehrer.server.channel import Deadlines
from stadtfuehrer.server.process import MOST_CONNECTIONS
from tests.support.served import FORM, SOON, Served, answered_quickly, head, served
from tests.support.wire import Wire
from tools.until import patience

BODY = head("POST", "/termin/kennenlernen/20300101T080000Z", FORM, "Content-Length: 1000")
GET = head("GET", "/healthz")
STARTED = {
    "a body": BODY + b"name=A&",
    "a head": GET[:30],
    "a body in chunks": BODY.replace(b"Content-Length: 1000", b"Transfer-Encoding: chunked"),
    "nothing": b"",
}


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory, made: Path) -> Iterator[Served]:
    """Give a site with the deadlines that visitors meet, so that nobody is let go meanwhile."""
    with served(made, deadlines=Deadlines()) as site:
        yield site


@contextmanager
def occupied(site: Served, *clients: bytes) -> Iterator[list[Wire]]:
    """Have a client for each of these beginnings, which sends nothing after it."""
    with ExitStack() as stack:
        yield [stack.enter_context(site.wire()).send(begun) for begun in clients]


def test_two_hundred_slow_bodies_and_two_hundred_slow_heads_at_once(patient: Served) -> None:
    with occupied(patient, *[STARTED["a body"], STARTED["a head"]] * 200):
        answered_quickly(patient.visitor)


def test_more_silent_clients_than_a_process_has_room_for(patient: Served) -> None:
    with occupied(patient, *STARTED.values(), *[b""] * (MOST_CONNECTIONS + 100)) as wires:
        answered_quickly(patient.visitor)
        # The last has not lost its place; the first have.
        assert wires[-1].send(GET).reply().status == 200
        assert wires[len(STARTED)].is_closed()


TRICKLES: dict[str, tuple[bytes, bytes]] = {
    "a head": (GET[:30], b"a"),
    "a body": (BODY, b"a"),
    "chunks": (STARTED["a body in chunks"], b"1\r\na\r\n"),
    "empty lines": (b"", b"\r\n\r\n"),
    "nothing": (b"", b""),
    "half of a head": (GET[:30], b""),
    "half of a body": (BODY, b""),
    "nothing after an answer": (GET, b""),
}


def test_who_trickles_is_let_go_when_the_time_is_over(site: Served) -> None:
    def seconds_until_the_end(begun: bytes, more: bytes) -> tuple[float, str]:
        with site.wire() as wire:
            began = time.monotonic()
            wire.send(begun)
            if begun == GET:
                assert wire.reply().status == 200
            wire.socket.settimeout(0.1)
            while time.monotonic() - began < patience(10):
                said = b""
                try:
                    said = wire.socket.recv(4096)
                except TimeoutError:
                    with suppress(ConnectionError):
                        wire.send(more)
                    continue
                except ConnectionResetError:  # what it was sending met a closed door
                    pass
                return time.monotonic() - began, said[9:12].decode()
        raise AssertionError("it is never let go")

    with ThreadPoolExecutor(len(TRICKLES)) as clients:
        ends = dict(
            zip(
                TRICKLES,
                clients.map(lambda trickle: seconds_until_the_end(*trickle), TRICKLES.values()),
                strict=True,
            )
        )
    # Who has begun to ask hears why; the others would only take it for an answer.
    unasked = {"empty lines", "nothing", "nothing after an answer"}
    assert {name: said for name, (_, said) in ends.items()} == {
        name: "" if name in unasked else "408" for name in TRICKLES
    }
    # It looks once a second.
    assert all(SOON.request < seconds < patience(SOON.request + 2) for seconds, _ in ends.values())


def seconds_until_it_breaks_off(wire: Wire, *, at_once: int, pause: float) -> float:
    """Take an answer in pieces, with pauses, until the server has had enough."""
    began = time.monotonic()
    with suppress(ConnectionResetError):
        while wire.socket.recv(at_once):
            time.sleep(pause)
    return time.monotonic() - began


def test_who_takes_no_answer_holds_no_thread_and_is_let_go(site: Served) -> None:
    home = site.visitor.get("/").body.decode()
    (digest, *_) = (part.split("/")[2] for part in home.split('"') if part.startswith("/static/"))
    card = head("GET", f"/static/{digest}/img/cards/auskennen.png")
    before = site.resident_megabytes()
    with ExitStack() as stack:
        # More of them than threads, and each asks for more than machines take for somebody else.
        wires = [stack.enter_context(site.wire(buffer=4096)) for _ in range(20)]
        for wire in wires:
            wire.send(card * 200)
        answered_quickly(site.visitor)
        # Nor is an answer made before the one that it comes after is taken.
        assert site.resident_megabytes() - before < 15
        time.sleep(SOON.stalled + 2)
        for wire in wires:
            assert seconds_until_it_breaks_off(wire, at_once=2000, pause=0) < patience(1)


def test_who_takes_an_answer_bit_by_bit_is_let_go(made: Path) -> None:
    with (
        served(made, factory="tests.support.served:long_answer") as site,
        site.wire().send(GET) as wire,
    ):
        seconds = seconds_until_it_breaks_off(wire, at_once=200_000, pause=0.05)
    assert SOON.answer < seconds < patience(SOON.answer + 3)

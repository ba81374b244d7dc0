"""The processes of a site under load: killed, renewed and ended, with no answer broken."""

import hashlib
import os
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from stadtfuehrer.server import supervisor
from tests.support.processes import START_SECONDS, Running, alive, ends, serving_site, started
from tests.support.served import FORM, booking_form, head
from tests.support.wire import Wire
from tools.provision.site import change_settings, free_port
from tools.provision.visitor import Visitor
from tools.until import patience, until

BACK_SECONDS = 2
CLIENTS = 6


class Load:
    """Clients that ask again and again over connections that they keep, as proxies do."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers = 0
        self.broken: list[str] = []
        self._stop = threading.Event()

    def run(self) -> None:
        while not self._stop.is_set():
            try:
                wire = Wire(self.port)
            except ConnectionError:  # nobody listens, so nothing was asked
                time.sleep(0.01)
                continue
            with wire:
                self._ask_on(wire)

    def _ask_on(self, wire: Wire) -> None:
        while not self._stop.is_set():
            try:
                reply = wire.send(head("GET", "/quiz")).reply()
            except (EOFError, OSError) as error:
                self.broken.append(repr(error))
                return
            if (reply.status, reply.body[-7:]) != (200, b"</html>"):
                self.broken.append(repr(reply))
            self.answers += 1
            if reply.headers.get("connection") == "close":
                return

    @contextmanager
    def going_on(self) -> Iterator[None]:
        with ThreadPoolExecutor(CLIENTS) as clients:
            running = [clients.submit(self.run) for _ in range(CLIENTS)]
            try:
                self.wait_for(50)
                yield
            finally:
                self._stop.set()
            for one in running:
                one.result()

    def wait_for(self, answers: int) -> None:
        """Wait until there are so many more."""
        enough = self.answers + answers
        until(lambda: self.answers >= enough, within=START_SECONDS, what="answers come")


def test_all_share_the_port_and_one_that_is_killed_loses_no_booking_and_is_replaced(
    instance: Path,
) -> None:
    acknowledged: list[str] = []
    with serving_site(instance, "web", workers=2) as (running, visitor):
        _each_process_answers(running, visitor)
        forms = [booking_form(visitor, 4 * number) for number in range(24)]

        def book(form: tuple[str, bytes]) -> None:
            path, body = form
            while True:
                try:
                    with Wire(visitor.port) as wire:
                        wire.send(head("POST", path, FORM, f"Content-Length: {len(body)}"), body)
                        reply = wire.reply()
                except (EOFError, OSError):
                    continue  # killed in the middle; the same form books once only
                assert reply.status == 303
                acknowledged.append(reply.headers["location"].split("/")[2])
                return

        with ThreadPoolExecutor(CLIENTS) as guests:
            booked = [guests.submit(book, form) for form in forms]
            for number in (4, 12):
                until(lambda n=number: len(acknowledged) >= n, within=20, what="bookings")  # type: ignore[misc]
                before = running.web_processes()
                os.kill(min(before), signal.SIGKILL)
                began = time.monotonic()
                assert visitor.get("/").status == 200
                assert time.monotonic() - began < patience(BACK_SECONDS)
                until(
                    lambda it=before: (
                        len(running.web_processes()) == 2  # type: ignore[misc]
                        and running.web_processes() != it
                    ),
                    within=START_SECONDS,
                    what="another one is started",
                )
            for one in booked:
                one.result()
        assert "web process died" in running.text
    with closing(sqlite3.connect(instance / "stadtfuehrer.db")) as database:
        stored = {row[0] for row in database.execute("SELECT token_hash FROM bookings")}
    assert stored == {hashlib.sha256(token.encode()).digest() for token in acknowledged}
    assert len(stored) == len(forms)


def _each_process_answers(running: Running, visitor: Visitor) -> None:
    processes = running.web_processes()
    for one in processes:
        for other in processes - {one}:
            os.kill(other, signal.SIGSTOP)
        # What was given to one that stands still, before it did, would wait for it.
        time.sleep(0.1)
        for _ in range(3):
            assert visitor.get("/").status == 200
        for other in processes - {one}:
            os.kill(other, signal.SIGCONT)


def test_the_end_under_load_breaks_no_answer(instance: Path) -> None:
    with serving_site(instance, "web", workers=2) as (running, visitor):
        path, body = booking_form(visitor)
        load = Load(visitor.port)
        with Wire(visitor.port) as wire, load.going_on():
            # A form that is on its way is taken.
            wire.send(head("POST", path, FORM, f"Content-Length: {len(body)}"), body[:20])
            load.wait_for(20)
            family = running.family()
            running.process.terminate()
            time.sleep(0.3)
            reply = wire.send(body[20:]).reply()
            assert (reply.status, reply.headers["connection"]) == (303, "close")
            assert running.process.wait(patience(5)) == 0
            assert alive(family) == set()
        with pytest.raises(ConnectionRefusedError):
            Wire(visitor.port)
    assert load.broken == []


def test_a_hangup_renews_all_with_the_settings_of_now_and_breaks_no_answer(instance: Path) -> None:
    with serving_site(instance, workers=2) as (running, visitor):
        until(running.letter_workers, within=START_SECONDS, what="a letter worker starts")
        load, old = Load(visitor.port), running.family()
        with load.going_on():
            change_settings(instance, {"phone": '"+49 30 99 88 77"'})
            running.process.send_signal(signal.SIGHUP)
            until(
                lambda: "all processes are new" in running.text,
                within=2 * START_SECONDS,
                what="the new ones come up",
            )
            load.wait_for(50)
        assert load.broken == []
        assert running.family() & old == {running.process.pid}
        assert len(running.web_processes()) == 2
        assert "+49 30 99 88 77" in visitor.get("/impressum").body.decode()
        until(running.letter_workers, within=START_SECONDS, what="a new letter worker")
        ends(running, signal.SIGTERM)


def test_a_renewal_with_a_mistake_keeps_what_runs_and_says_what_check_says(instance: Path) -> None:
    offers = instance / "content/offers.toml"
    with serving_site(instance, workers=1) as (running, visitor):
        until(running.letter_workers, within=START_SECONDS, what="a letter worker starts")
        old = running.family()
        change_settings(instance, {"notice_hours": '"bald"'})
        reason = "booking.notice_hours: muss eine ganze Zahl sein, ist aber der Text „bald“"
        _renewal_fails(running, signal.SIGHUP, f"{instance / 'stadtfuehrer.toml'}: {reason}")

        change_settings(instance, {"notice_hours": "24"})
        offers.parent.mkdir()
        offers.write_text("[[services]]\nslug = 3\n", "utf-8")
        reason = "services[0].slug: muss ein Text in Anführungszeichen sein, ist aber die Zahl 3"
        _renewal_fails(running, signal.SIGUSR1, f"{offers}: {reason}")
        assert running.family() == old
        assert visitor.get("/angebot").status == 200

        # And once it is mended, the next one renews them.
        offers.unlink()
        running.process.send_signal(signal.SIGUSR1)
        until(
            lambda: "all processes are new" in running.text,
            within=START_SECONDS,
            what="the new ones come up",
        )
        assert running.family() & old == {running.process.pid}


def _renewal_fails(running: Running, how: signal.Signals, reason: str) -> None:
    failed = running.text.count("the old ones go on") + 1
    running.process.send_signal(how)
    until(
        lambda: running.text.count("the old ones go on") == failed,
        within=START_SECONDS,
        what="the new ones fail",
    )
    assert reason in running.text


def test_the_processes_know_whom_to_ask_for_a_renewal(instance: Path) -> None:
    with serving_site(instance, workers=1) as (running, _):
        until(running.letter_workers, within=START_SECONDS, what="a letter worker starts")
        for pid in running.letter_workers() | running.web_processes():
            told = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            assert f"STADTFUEHRER_SUPERVISOR={running.process.pid}".encode() in told


def test_the_site_on_ipv6(instance: Path) -> None:
    port = free_port()
    with started(
        instance, "web", "--host", "::1", "--port", str(port), "--workers", "1"
    ) as running:
        until(
            lambda: "Beenden mit Strg+C." in running.text, within=START_SECONDS, what="it comes up"
        )
        assert f"Der Stadtführer läuft: http://[::1]:{port}\n" in running.text
        assert re.search(rf"http://\[::1\]:{port}/postfach\?token=\S+\n", running.text)
        assert Visitor("::1", port).get("/").status == 200
        with pytest.raises(ConnectionRefusedError):
            Wire(port)
        ends(running, signal.SIGTERM)


@pytest.mark.parametrize(
    ("lives", "pauses"), [("0", [(0.5, 1.0), (1.0, 1.9)]), ("0.3", [(0.3, 0.5)] * 3)]
)
def test_who_dies_early_is_started_again_after_a_pause_that_grows(
    lives: str, pauses: list[tuple[float, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others at once: here, who has lived for 0.2 seconds."""
    monkeypatch.setattr(supervisor, "LIVED_SECONDS", 5 if lives == "0" else 0.2)
    started: list[float] = []

    def start() -> supervisor.Child:
        started.append(time.monotonic())
        return supervisor.Child(["sleep", lives], os.environ)

    place = supervisor.Place(name="sleeper", start=start)
    while len(started) <= len(pauses):
        place.revive()
        time.sleep(0.005)
    assert place.child
    place.child.process.kill()
    place.child.process.wait()
    place.child.bury()
    for (one, next_one), (least, most) in zip(pairwise(started), pauses, strict=True):
        assert least <= next_one - one < patience(most)

"""`serve`, `web` and `worker` as processes: what they say, what they outlive, how they end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.commands import Book, Run, through_smtp
from tests.support.mail_server import Handler, serving
from tools.provision.site import change_settings, free_port, untouched_environment
from tools.provision.visitor import Visitor
from tools.until import patience, until

END_SECONDS = 5
LETTER_SECONDS = 2
# A started process imports the whole program first.
START_SECONDS = 15


@dataclass(frozen=True, kw_only=True)
class Running:
    """A command that was started, and where its output goes."""

    process: subprocess.Popen[bytes]
    said: Path

    @property
    def text(self) -> str:
        return self.said.read_text("utf-8")

    def family(self) -> set[int]:
        """The process and all that descend from it."""
        return {self.process.pid} | descendants(self.process.pid)

    def letter_workers(self) -> set[int]:
        return {pid for pid in descendants(self.process.pid) if "worker" in arguments(pid)}


def arguments(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


def descendants(pid: int) -> set[int]:
    children = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        children |= set(map(int, task.read_text().split()))
    return children | {deeper for child in children for deeper in descendants(child)}


def alive(pids: set[int]) -> set[int]:
    """Those that still run; a zombie that its parent has not buried does not."""
    return {
        pid
        for pid in pids
        if (stat := Path(f"/proc/{pid}/stat")).exists()
        and stat.read_text().rpartition(")")[2].split()[0] != "Z"
    }


@contextmanager
def started(instance: Path, *command: str) -> Iterator[Running]:
    """Start a command; whatever the test leaves of it is killed with the block."""
    said = instance.parent / f"said-{time.monotonic_ns()}"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "stadtfuehrer", "--instance", instance, *command],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=untouched_environment(),
        )
    running = Running(process=process, said=said)
    family: set[int] = set()
    try:
        yield running
    except BaseException:
        sys.stderr.write(running.text)
        raise
    finally:
        family = running.family()
        process.kill()
        process.wait()
        for pid in alive(family):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def serving_site(
    instance: Path, command: str = "serve", *, workers: int = 1
) -> Iterator[tuple[Running, Visitor]]:
    port = free_port()
    where = ("--port", str(port), "--workers", str(workers))
    with started(instance, command, *where) as running:
        visitor = Visitor("127.0.0.1", port)

        def is_up() -> bool:
            assert running.process.poll() is None, running.text
            try:
                return visitor.get("/healthz").status == 200
            except OSError:
                return False

        until(is_up, within=START_SECONDS, what="the site comes up")
        yield running, visitor


def letters_in(instance: Path) -> int:
    return len(list((instance / "postfach").glob("*.eml")))


def ends(running: Running, how: signal.Signals) -> None:
    """Send the signal and check that nothing is left of the whole family in good time."""
    family = running.family()
    running.process.send_signal(how)
    assert running.process.wait(patience(END_SECONDS)) == 0
    assert alive(family) == set()
    assert "Traceback" not in running.text


def test_serving_through_the_death_of_the_letter_worker(instance: Path, book_one: Book) -> None:
    with serving_site(instance) as (running, visitor):
        assert f"Der Stadtführer läuft: {visitor.address}\n" in running.text
        assert f"Briefe landen in:      {instance / 'postfach'}\n" in running.text
        assert f"und sind zu lesen auf: {visitor.address}/postfach\n" in running.text
        until(running.letter_workers, within=START_SECONDS, what="a letter worker starts")
        book_one()
        until(lambda: letters_in(instance) == 2, within=START_SECONDS, what="first letters")

        # From here on all is warm, and letters are as quick as they are on any day.
        book_one()
        until(lambda: letters_in(instance) == 4, within=LETTER_SECONDS, what="quick letters")

        # A letter that it had in hand would stay there until its lease is over.
        until(
            lambda: running.text.count("letter sent") == 4, within=LETTER_SECONDS, what="all noted"
        )
        (first,) = running.letter_workers()
        os.kill(first, signal.SIGKILL)
        book_one()
        until(lambda: letters_in(instance) == 6, within=START_SECONDS, what="late letters")
        (second,) = running.letter_workers()
        assert second != first
        assert "letter worker died" in running.text
        assert visitor.get("/").status == 200
        ends(running, signal.SIGINT)


def test_the_end_by_kill_minus_nine_leaves_nothing_behind(instance: Path) -> None:
    with serving_site(instance, workers=2) as (running, visitor):
        until(running.letter_workers, within=START_SECONDS, what="a letter worker starts")
        family = running.family()
        assert len(family) == 4  # itself, two processes of the site, the letter worker
        running.process.kill()
        running.process.wait()
        until(lambda: not alive(family), within=START_SECONDS, what="the others end by themselves")
        with pytest.raises(OSError, match="refused"):
            visitor.get("/healthz")


def test_the_site_alone_ends_when_asked(instance: Path) -> None:
    with serving_site(instance, "web", workers=2) as (running, _):
        assert running.letter_workers() == set()
        ends(running, signal.SIGTERM)


def test_both_together_end_while_they_still_start(instance: Path) -> None:
    with started(instance, "serve", "--port", str(free_port())) as running:
        until(lambda: "Beenden mit Strg+C." in running.text, within=START_SECONDS, what="it speaks")
        ends(running, signal.SIGTERM)


def test_the_letter_worker_alone_uses_the_mail_server_and_ends_when_asked(
    instance: Path, book_one: Book
) -> None:
    book_one(email="aenne@gast.example")
    handler = Handler()
    with serving(handler) as port:
        through_smtp(instance, port)
        with started(instance, "worker") as running:
            until(lambda: len(handler.messages) == 2, within=START_SECONDS, what="letters leave")
            ends(running, signal.SIGINT)


@pytest.mark.parametrize("command", ["serve", "web"])
def test_a_port_in_use(instance: Path, run: Run, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run(command, "--port", str(port))

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Auf 127.0.0.1, Port {port} kann die Seite nicht laufen: Address already in use. "
        f"Mit „--port {port % 65535 + 1}“ nimmt sie einen anderen.\n"
    )


def test_an_address_that_is_not_this_machines(instance: Path, run: Run) -> None:
    result = run("serve", "--host", "192.0.2.1")

    assert result.exit_code == 1
    assert result.stderr.startswith("Auf 192.0.2.1, Port 8000 kann die Seite nicht laufen: ")


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_a_mistake_in_the_settings_stops_the_start(instance: Path, run: Run, command: str) -> None:
    change_settings(instance, {"mail.port": '"25"'})
    result = run(command)

    assert (result.exit_code, result.stdout) == (1, "")
    file = instance / "stadtfuehrer.toml"
    reason = "muss eine ganze Zahl sein, ist aber der Text „25“"
    assert result.stderr == f"{file}: mail.port: {reason}\n"

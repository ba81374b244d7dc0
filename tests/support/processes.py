"""Commands that run until they are stopped, as processes, and what descends from them."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tools.provision.site import free_port, untouched_environment
from tools.provision.visitor import Visitor
from tools.until import patience, until

END_SECONDS = 5
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

    @property
    def postfach(self) -> str:
        """The address that opens the postfach, as it was printed."""
        found = re.search(r"^und sind zu lesen auf: (\S+)$", self.text, re.MULTILINE)
        assert found, self.text
        return found[1]

    def family(self) -> set[int]:
        """The process and all that descend from it."""
        return {self.process.pid} | descendants(self.process.pid)

    def letter_workers(self) -> set[int]:
        return self._programs("stadtfuehrer")

    def web_processes(self) -> set[int]:
        return self._programs("stadtfuehrer.server.process")

    def _programs(self, module: str) -> set[int]:
        return {pid for pid in descendants(self.process.pid) if module in arguments(pid)}


def arguments(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


def descendants(pid: int) -> set[int]:
    children = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has ended meanwhile
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
    instance: Path, command: str = "serve", *, workers: int = 1, port: int | None = None
) -> Iterator[tuple[Running, Visitor]]:
    """Run a site until the block ends; it is up."""
    port = port or free_port()
    where = ("--port", str(port), "--workers", str(workers))
    with started(instance, command, *where) as running:
        visitor = Visitor("127.0.0.1", port)

        def is_up() -> bool:
            assert running.process.poll() is None, running.text
            return "Beenden mit Strg+C." in running.text

        until(is_up, within=START_SECONDS, what="the site comes up")
        assert visitor.get("/healthz").status == 200
        yield running, visitor


def ends(running: Running, how: signal.Signals) -> None:
    """Send the signal and check that nothing is left of the whole family in good time."""
    family = running.family()
    running.process.send_signal(how)
    assert running.process.wait(patience(END_SECONDS)) == 0
    assert alive(family) == set()
    assert "Traceback" not in running.text

"""A running site for tests: an instance folder of its own, a free port, and an end."""

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.provision.visitor import Visitor
from tools.until import until

START_SECONDS = 30
STOP_SECONDS = 15


def change_settings(instance: Path, changes: Mapping[str, str]) -> None:
    """Give keys of `<instance>/stadtfuehrer.toml` new values, written as TOML.

    A key that stands in several tables is changed in each; ``mail.host`` is that of one table only,
    and those of ``[calendar]`` are only meant so. Raises KeyError for one that the file does not
    have, so that no test runs on a setting that was renamed.
    """
    file = instance / "stadtfuehrer.toml"
    lines = file.read_text("utf-8").split("\n")
    for place, value in changes.items():
        wanted, _, key = place.rpartition(".")
        table, ours, is_there = "", True, False
        for number, line in enumerate(lines):
            if line.startswith("["):
                table = line.partition("]")[0].lstrip("[")
                ours = table != "calendar"
            elif line.startswith(f"{key} = ") and wanted in {table, "" if ours else table}:
                lines[number], is_there = f"{key} = {value}", True
        if not is_there:
            raise KeyError(place)
    file.write_text("\n".join(lines), "utf-8")


def untouched_environment() -> dict[str, str]:
    """Return this process's environment without what would lead to somebody's real instance.

    Python may keep what it compiles: a site starts four processes, and each would spend longer on
    compiling the same modules than on all the rest.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("STADTFUEHRER_") and name != "PYTHONDONTWRITEBYTECODE"
    }


@contextmanager
def running(command: Sequence[str | Path], *, port: int, cwd: Path) -> Iterator[Visitor]:
    """Run a server until the block ends; yield a visitor once `/healthz` answers 200.

    Raises AssertionError with what the server said when it does not come up in 30 seconds.
    """
    with tempfile.TemporaryFile() as said:
        server = subprocess.Popen(
            command, cwd=cwd, env=untouched_environment(), stdout=said, stderr=subprocess.STDOUT
        )
        try:
            visitor = Visitor("127.0.0.1", port)
            until(
                lambda: _is_up(visitor) or server.poll() is not None,
                within=START_SECONDS,
                what="the server answers",
            )
            if server.poll() is not None:
                said.seek(0)
                output = said.read().decode(errors="replace")
                raise AssertionError(f"The server does not come up. It said:\n{output}")
            yield visitor
        finally:
            server.terminate()
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
                raise


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _is_up(visitor: Visitor) -> bool:
    try:
        return visitor.get("/healthz").status == 200
    except OSError:
        return False

"""The servers under measurement. Each has a free port of the loopback and ends with its block."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.provision.site import change_settings, free_port, running, untouched_environment
from tools.provision.visitor import Visitor

PROGRAMS = Path(sys.executable).parent
ROOT = Path(__file__).parents[1]
WORKERS = 2

ALWAYS_OPEN = {
    **dict.fromkeys(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        '["00:00-23:45"]',
    ),
    "subdivision": '""',
    "step": "45",
    "per_day": "0",
    "minimum_seconds": "0",
    "posts_per_hour": "0",
    "bookings_per_address": "0",
    "bookings_per_network": "0",
    "bookings_per_hour": "0",
    "letters_per_address": "0",
    "confirm": '"never"',
}
"""Room for all bookings, and no limit that would refuse them. A booking keeps its nine cells."""


def served(python: Path | str, factory: str, *, port: int) -> list[str]:
    """Return the command that serves a WSGI application as the site serves itself."""
    return [str(python), "-m", "bench.serve", factory, str(port), str(WORKERS)]


@contextmanager
def serve_hello(folder: Path) -> Iterator[Visitor]:
    """Serve the yardstick."""
    port = free_port()
    inside = ["env", f"PYTHONPATH={ROOT}"]
    command = served(sys.executable, "bench.hello:create_app", port=port)
    with running([*inside, *command], port=port, cwd=folder) as visitor:
        yield visitor


@contextmanager
def serve_site(folder: Path, changes: Mapping[str, str]) -> Iterator[Visitor]:
    """Make an instance with the shipped settings and these changes in `folder`, and serve it."""
    folder.mkdir()
    stadtfuehrer = str(PROGRAMS / "stadtfuehrer")
    subprocess.run(
        [stadtfuehrer, "init"],
        check=True,
        cwd=folder,
        env=untouched_environment(),
        stdout=subprocess.DEVNULL,
    )
    change_settings(instance_in(folder), changes)
    port = free_port()
    command = [stadtfuehrer, "web", "--port", str(port), "--workers", str(WORKERS)]
    with running(command, port=port, cwd=folder) as visitor:
        yield visitor


def instance_in(folder: Path) -> Path:
    """Return where `serve_site` has its instance."""
    return folder / "instance"

"""A third reader of our calendar files: ical.js, the engine of Thunderbird's calendar."""

import atexit
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from tests.support.readers.reading import Person, Reading
from tools.provision import node


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Reading):
    """With the room of a video call, which the other readers do not know, and the zone's clock."""

    conference: str
    wall: datetime
    """What a clock in the zone shows at the start, without a zone."""


def read(calendar: bytes, *, zones: Sequence[str]) -> list[Seen]:
    """Everything that the file says of its one event, to a machine in each of the IANA zones.

    Raises AssertionError with ical.js's own words when it cannot read the file.
    """
    program = _program()
    assert program.stdin is not None
    assert program.stdout is not None
    question = json.dumps({"calendar": calendar.decode(), "zones": list(zones)})
    program.stdin.write(f"{question}\n".encode())
    program.stdin.flush()
    answer = json.loads(program.stdout.readline())
    assert "error" not in answer, f"ical.js: {answer['error']}"
    return [_seen(one) for one in answer["readings"]]


def _seen(said: dict[str, Any]) -> Seen:
    instants = {name: datetime.fromisoformat(said[name]) for name in ("stamp", "start", "end")}
    people = {
        "organizer": Person(*said["organizer"]),
        "attendees": tuple(Person(*one) for one in said["attendees"]),
    }
    return Seen(**said | instants | people | {"wall": datetime(*said["wall"])})  # noqa: DTZ001


@cache
def _program() -> subprocess.Popen[bytes]:
    """One process for all calendars of a test run: starting Node.js takes 50 ms, a reading 1."""
    node.TOOLS.package("ical.js")
    script = node.TOOLS.folder / "read_calendar.mjs"
    program = subprocess.Popen([node.node(), script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(_stop, program)
    return program


def _stop(program: subprocess.Popen[bytes]) -> None:
    program.communicate()

"""Eight processes that write into one SQLite file without a pause: how long the unluckiest waits."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError
from tests.storage.racing import in_processes
from tests.storage.rows import MONDAY_TEN, NOW, a_booking, a_letter, add

from stadtfuehrer.storage.database import Database
from stadtfuehrer.storage.outbox import enclose
from stadtfuehrer.storage.schema import upgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

WRITERS = 8
LETTER = b"Subject: Dein Termin\r\n\r\n" + 200 * b"Bis bald in der Stadt, Vera.\r\n"
"""About 6 kB, as long as a letter with its invitation."""


class Unordered(Database):
    """The same database without the file lock: whoever SQLite lets in, is in."""

    def _writing(self) -> AbstractContextManager[None]:
        return nullcontext()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """What the writers got."""

    worst_seconds: float
    """The longest that one booking took, waiting included."""
    per_second: float
    """Bookings of all writers together."""
    fewest_to_most: float
    """The bookings of the writer with the fewest by those of the one with the most."""
    locked_out: int
    """Writers' attempts that ended with "database is locked"."""


def writers_turns(folder: Path, kind: type[Database], *, seconds: float) -> Turns:
    """Let eight processes book for ``seconds``, each booking with its cells and two letters."""
    url = f"sqlite:///{folder / kind.__name__}.db"
    prepared = Database(url)
    upgrade(prepared)
    prepared.close()

    def write(which: int, wait: Callable[[], object]) -> list[str]:
        wait()
        return list(_write(kind(url), which, seconds))

    found = in_processes(WRITERS, write)
    waits = [[float(wait) for wait in one if wait != "locked"] for one in found]
    turns = [len(one) for one in waits]
    return Turns(
        worst_seconds=max(wait for one in waits for wait in one),
        per_second=sum(turns) / seconds,
        fewest_to_most=min(turns) / max(turns),
        locked_out=sum(one.count("locked") for one in found),
    )


def _write(database: Database, which: int, seconds: float) -> Iterator[str]:
    last_moment = time.monotonic() + seconds
    # Far apart, so that writers are in each other's way in the file only, never in the calendar.
    start = MONDAY_TEN + timedelta(days=10_000 * which)
    while time.monotonic() < last_moment:
        start += timedelta(hours=1)
        began = time.perf_counter()
        try:
            with database.begin() as session:
                booked = add(session, a_booking(start, minutes=30, after=15))
                letters = [
                    a_letter(message=LETTER),
                    a_letter(message=LETTER, recipient="vera@stadtfuehrer.example"),
                ]
                enclose(session, letters, booking_id=booked, now=NOW)
        except OperationalError:
            yield "locked"
        else:
            yield f"{time.perf_counter() - began:.6f}"
    database.close()

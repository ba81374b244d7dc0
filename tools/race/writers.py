"""Eight processes that write into one SQLite file without a pause, and how long each waits."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from stadtfuehrer.database import Database, DatabaseUnavailable
from stadtfuehrer.database.schema import upgrade
from stadtfuehrer.mail.store import enqueue
from tests.support.racing import in_processes
from tests.support.rows import MONDAY_TEN, NOW, a_booking, a_letter, add

WRITERS = 8
LETTER = b"Subject: Dein Termin\r\n\r\n" + 200 * b"Bis bald in der Stadt, Vera.\r\n"
"""About 6 kB, as long as a letter with its invitation."""


class Unordered(Database):
    """The same database without the file lock: whoever SQLite lets in, is in."""

    @contextmanager
    def _writing(self, patience: float | None) -> Iterator[None]:  # noqa: ARG002 - it never waits
        yield


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

    @property
    def worst_by_average(self) -> float:
        """The longest wait by the average one; no machine's speed is in it."""
        return self.worst_seconds * self.per_second / WRITERS


def writers_turns(folder: Path, kind: type[Database], *, seconds: float) -> Turns:
    """Let eight processes book for ``seconds``, each booking with its cells and two letters."""
    url = f"sqlite:///{folder / kind.__name__}.db"
    prepared = Database(url)
    upgrade(prepared)
    prepared.close()

    def write(which: int, wait: Callable[[], object]) -> list[str]:
        database, start = kind(url), MONDAY_TEN + timedelta(days=10_000 * which)
        # Whatever a process does once only, such as compiling its statements, is done then.
        _book(database, start)
        wait()
        last_moment, found = time.monotonic() + seconds, []
        while time.monotonic() < last_moment:
            # Writers are in each other's way in the file only, never in the calendar.
            start += timedelta(hours=1)
            found.append(_book(database, start))
        database.close()
        return found

    found = in_processes(WRITERS, write)
    waits = [[float(wait) for wait in one if wait != "locked"] for one in found]
    turns = [len(one) for one in waits]
    return Turns(
        worst_seconds=max(wait for one in waits for wait in one),
        per_second=sum(turns) / seconds,
        fewest_to_most=min(turns) / max(turns),
        locked_out=sum(one.count("locked") for one in found),
    )


def _book(database: Database, start: datetime) -> str:
    """Book once; how many seconds it took, or "locked"."""
    began = time.perf_counter()
    try:
        with database.begin() as session:
            booked = add(session, a_booking(start, minutes=30, after=15))
            letters = [
                a_letter(message=LETTER),
                a_letter(message=LETTER, recipient="vera@stadtfuehrer.example"),
            ]
            enqueue(session, letters, booking_id=booked, now=NOW)
    except DatabaseUnavailable:
        return "locked"
    return f"{time.perf_counter() - began:.6f}"

"""Judges by the rows alone, with arithmetic of its own: nothing of the site's rules is used."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from typing import NamedTuple

from sqlalchemy import select, text

from stadtfuehrer.storage.database import Database
from stadtfuehrer.storage.tables import DbBooking, DbLetter, DbOccupied

CELL_MINUTES = 5
LETTERS_A_STEP = 2
"""One to the visitor, one to the consultant, each time something is booked, moved or cancelled."""


class _Booked(NamedTuple):
    id: int
    status: str
    sequence: int
    start_at: datetime
    end_at: datetime
    before_minutes: int
    after_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is wrong with the rows; empty lists where nothing is."""

    live: int
    overlapping: list[tuple[int, int]] = field(repr=False)
    """Pairs of live bookings that are too close to each other."""
    stray_cells: list[tuple[int, int]] = field(repr=False)
    """Cells (number, side) that no live booking needs."""
    wrong_cells: list[int] = field(repr=False)
    """Live bookings that do not have exactly their cells."""
    wrong_letters: list[int] = field(repr=False)
    """Bookings without the two letters of each of their steps."""
    damaged: bool
    """Whether SQLite finds its file damaged."""

    @property
    def is_clean(self) -> bool:
        found = (self.overlapping, self.stray_cells, self.wrong_cells, self.wrong_letters)
        return not any(found) and not self.damaged


def judge(database: Database) -> Verdict:
    """Look at all rows at one moment."""
    with database.read() as session:
        columns = [getattr(DbBooking, name) for name in _Booked._fields]
        query = select(*columns).order_by(DbBooking.start_at, DbBooking.end_at)
        rows = [_Booked(*row) for row in session.execute(query)]
        cells = session.execute(
            select(DbOccupied.booking_id, DbOccupied.cell, DbOccupied.side)
        ).all()
        letters = Counter(
            (booking_id, sequence)
            for booking_id, sequence in session.execute(
                select(DbLetter.booking_id, DbLetter.sequence)
            )
        )
        damaged = database.is_sqlite and session.scalar(text("PRAGMA integrity_check")) != "ok"
    live = [row for row in rows if row.status == "confirmed"]
    needed = {row.id: _cells(row) for row in live}
    had: dict[int, list[tuple[int, int]]] = {row.id: [] for row in live}
    for booking_id, cell, side in cells:
        had.setdefault(booking_id, []).append((cell, side))
    return Verdict(
        live=len(live),
        overlapping=[
            (one.id, other.id) for one, other in combinations(live, 2) if _close(one, other)
        ],
        stray_cells=[cell for owner, its in had.items() if owner not in needed for cell in its],
        wrong_cells=[owner for owner, its in needed.items() if sorted(had[owner]) != its],
        wrong_letters=[row.id for row in rows if not _has_letters(row, letters)],
        damaged=damaged,
    )


def _close(first: _Booked, second: _Booked) -> bool:
    """Whether less than the longer of after and before lies between them; in order of start."""
    gap: timedelta = second.start_at - first.end_at
    return gap < timedelta(minutes=max(first.after_minutes, second.before_minutes))


def _cells(row: _Booked) -> list[tuple[int, int]]:
    """Side 0 of what lies before and in the consultation, side 1 of what lies in and after it."""
    start, end = _cell(row.start_at), _cell(row.end_at)
    before, after = row.before_minutes // CELL_MINUTES, row.after_minutes // CELL_MINUTES
    sides: Iterable[tuple[int, int]] = [
        *((cell, 0) for cell in range(start - before, end)),
        *((cell, 1) for cell in range(start, end + after)),
    ]
    return sorted(sides)


def _cell(instant: datetime) -> int:
    return int(instant.timestamp()) // (CELL_MINUTES * 60)


def _has_letters(row: _Booked, letters: Counter[tuple[int | None, int]]) -> bool:
    steps = range(row.sequence + 1)
    return all(letters[row.id, step] == LETTERS_A_STEP for step in steps)

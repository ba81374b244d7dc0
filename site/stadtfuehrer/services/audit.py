"""Looks whether the calendar keeps its own laws, whoever may have written into the database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.domain.cells import occupied_cells
from stadtfuehrer.domain.slots import GRID_MINUTES, too_close
from stadtfuehrer.storage.audit import cells_by_booking, live_takings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stadtfuehrer.domain.cells import Cell
    from stadtfuehrer.domain.slots import Taken
    from stadtfuehrer.services.office import Office


def audit(office: Office) -> list[str]:
    """A German sentence for each broken law: overlaps, and cells that do not fit their bookings."""
    with office.database.read() as session:
        takings = list(live_takings(session))
        cells = cells_by_booking(session)
    sound = [(row_id, taken) for row_id, taken in takings if taken is not None]
    wrong = [
        f"Die Buchungen {one} und {other} liegen zu dicht beieinander oder überschneiden sich"
        for one, other in _overlaps(sound)
    ]
    for row_id, taken in takings:
        kept, needed = cells.pop(row_id, []), _cells_of(taken)
        if needed is None:
            wrong.append(
                f"Buchung {row_id} liegt nicht auf dem Raster von {GRID_MINUTES} Minuten, "
                "oder endet vor ihrem Anfang"
            )
        elif kept != needed:
            wrong.append(f"Buchung {row_id} belegt im Kalender nicht genau ihre Zeit")
    wrong += [f"Buchung {row_id} gilt nicht und belegt trotzdem Zeit" for row_id in sorted(cells)]
    return wrong


def _cells_of(taken: Taken | None) -> list[Cell] | None:
    """The cells that it must occupy; None for what no cells can hold."""
    try:
        return None if taken is None else occupied_cells(taken)
    except ValueError:
        return None


def _overlaps(takings: list[tuple[int, Taken]]) -> Iterator[tuple[int, int]]:
    """Pairs of rows that come too close; one sweep over what is ordered by start."""
    longest_before = max((taken.before for _, taken in takings), default=timedelta())
    still_near: list[tuple[int, Taken]] = []
    for row_id, taken in takings:
        still_near = [
            (earlier, other)
            for earlier, other in still_near
            if other.stretch.end + max(other.after, longest_before) > taken.stretch.start
        ]
        for earlier, other in still_near:
            if too_close(other, taken):
                yield earlier, row_id
        still_near.append((row_id, taken))

"""Which 5-minute cells a booking occupies, so that a primary key can refuse the overlap.

Two consultations must keep ``max(first.after, second.before)`` between them: a buffer may overlap
the other's buffer, but not the other's consultation. A single row of cells cannot say that: with
the buffers left out it allows too much, with both put in it demands the sum. So each cell has two
sides. A consultation occupies both; the time after it only the ``AFTER`` side and the time before
it only the ``BEFORE`` side. A time after then meets a consultation on one side and a time before
on none. (Two times after meet only where the consultations are too close anyway.)
"""

from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from stadtfuehrer.booking.slots import GRID_MINUTES, BusyInterval


class Side(IntEnum):
    """The side of a cell; see the module's text."""

    BEFORE = 0
    AFTER = 1


class Cell(NamedTuple):
    """One side of five minutes; ``number`` counts cells since 1970-01-01 00:00 UTC."""

    number: int
    side: Side


def occupied_cells(busy: BusyInterval) -> list[Cell]:
    """The cells that keep others away, ascending, so that writers lock in the same order.

    Raises ValueError: an end or a buffer is off the 5-minute grid.
    """
    start, end = _number(busy.interval.start), _number(busy.interval.end)
    return sorted(
        [Cell(number, Side.BEFORE) for number in range(_number(busy.earliest), end)]
        + [Cell(number, Side.AFTER) for number in range(start, _number(busy.latest))]
    )


def _number(instant: datetime) -> int:
    number, rest = divmod(instant.timestamp(), GRID_MINUTES * 60)
    if rest:
        raise ValueError(f"{instant.isoformat()} is off the {GRID_MINUTES}-minute grid")
    return int(number)

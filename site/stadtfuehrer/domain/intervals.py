"""Half-open stretches of time between two aware instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """The time from ``start`` up to, but not including, ``end``; both aware, and kept in UTC.

    Instants are compared, never wall-clock times, so two zones may meet in one stretch.

    Raises:
        ValueError: an end is naive, or the stretch is empty or runs backwards.

    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            msg = "a stretch lies between aware instants"
            raise ValueError(msg)
        # Within one zone Python compares and adds on the wall clock, and across zones it calls no
        # two datetimes equal in an hour that comes twice (PEP 495); in UTC both are by instant.
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.start >= self.end:
            msg = "a stretch ends after its start"
            raise ValueError(msg)


def merge(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in as few stretches as possible, in order; touching ones become one."""
    merged: list[Stretch] = []
    for stretch in sorted(stretches):
        if merged and stretch.start <= merged[-1].end:
            if stretch.end > merged[-1].end:
                merged[-1] = Stretch(merged[-1].start, stretch.end)
        else:
            merged.append(stretch)
    return merged

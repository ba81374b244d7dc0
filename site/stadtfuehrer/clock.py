"""The wall clock as far as it can be believed: what it jumps to has to last before it counts.

A clock that is set wrong for a few seconds would have thanks sent before a consultation, and
every booking erased as long over. Against it stands a clock that nobody can set, and between two
runs of a worker the last instant that was believed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

JUMP = timedelta(hours=1)
"""More than a clock goes wrong by itself, or is corrected by, while somebody watches it."""

AWAY = timedelta(days=1)
"""For so long a worker may have been switched off without its clock being doubted."""

SETTLED = timedelta(minutes=10)
"""What a clock has shown for so long is the time."""


def elapsed_seconds() -> float:
    """What has passed on a clock that nobody sets; a sleeping machine's sleep counts, on Linux."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the wall clock showed, and the other one at the same moment."""

    wall: datetime
    elapsed: float

    def later(self, elapsed: float) -> datetime:
        """What the wall clock would show by then if nobody set it."""
        return self.wall + timedelta(seconds=elapsed - self.elapsed)


class SteadyClock:
    """Shows the wall clock's time; while that is in doubt, the time that was to be expected.

    ``seen`` is the last instant that was believed before this run, ``doubted`` the one at which
    an earlier run began to doubt. With a doubt from the very start it shows the wall clock's time,
    for there is none to go on with: what cannot be undone has to wait for ``in_doubt`` to pass.
    It may be asked from several threads.
    """

    def __init__(
        self,
        wall: Callable[[], datetime],
        *,
        elapsed: Callable[[], float] = elapsed_seconds,
        seen: datetime | None = None,
        doubted: datetime | None = None,
    ) -> None:
        self._wall, self._elapsed, self._lock = wall, elapsed, Lock()
        now = self._read()
        self._shown, self._doubt = now, None
        self._believed = _Reading(seen or now.wall, now.elapsed)
        self._most = AWAY
        if self._is_plausible(now):
            self._believe(now)
            return
        self._doubt = now
        if doubted is not None and timedelta(0) <= now.wall - doubted <= AWAY:
            ago = (now.wall - doubted).total_seconds()
            self._doubt = _Reading(doubted, now.elapsed - ago)

    def __call__(self) -> datetime:
        """The time, aware."""
        with self._lock:
            now = self._read()
            if self._is_plausible(now) or self._has_settled(now):
                self._believe(now)
            elif self._doubt is None or abs(now.wall - self._doubt.later(now.elapsed)) > JUMP:
                self._doubt = now
            return self._shown.later(now.elapsed)

    @property
    def in_doubt(self) -> bool:
        """Whether the wall clock showed something implausible when it was last looked at."""
        return self._doubt is not None

    @property
    def doubted(self) -> datetime | None:
        """What the wall clock showed when the doubt began."""
        doubt = self._doubt
        return None if doubt is None else doubt.wall

    def _read(self) -> _Reading:
        return _Reading(self._wall(), self._elapsed())

    def _is_plausible(self, now: _Reading) -> bool:
        return -JUMP <= now.wall - self._believed.later(now.elapsed) <= self._most

    def _has_settled(self, now: _Reading) -> bool:
        doubt = self._doubt
        return (
            doubt is not None
            and abs(now.wall - doubt.later(now.elapsed)) <= JUMP
            and now.elapsed - doubt.elapsed >= SETTLED.total_seconds()
        )

    def _believe(self, now: _Reading) -> None:
        self._believed = self._shown = now
        self._most, self._doubt = JUMP, None

"""Long conversations beside everything else, which nobody has to wait for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from time import monotonic

import structlog

from stadtfuehrer.faults import kind_and_place

_log = structlog.get_logger(__name__)


class Background:
    """Does one thing at a time in a thread of its own, which can hold nobody up for long."""

    def __init__(self, what: str = "calendars") -> None:
        self._what = what
        self._lock = Lock()
        self._thread: Thread | None = None
        self._begun = 0.0

    def run(self, do: Callable[[], None], *, wait: float) -> None:
        """Do it, unless something is under way already; wait until that has taken so long."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=logged(self._what)(do), daemon=True)
                self._begun = monotonic()
                self._thread.start()
            thread, until = self._thread, self._begun + wait
        thread.join(max(0.0, until - monotonic()))


@contextmanager
def logged(what: str = "calendars") -> Iterator[None]:
    """What fails in here is logged, and ends nothing else."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - nobody waits for it
        _log.error("failed", what=what, **kind_and_place(error))

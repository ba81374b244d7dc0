"""The tally sheet of one process: what it has yet to write down, and what it read last.

Showing a question must not wait for the database, so it is counted in memory first and written
with what else came up within two seconds, by a thread that ends with the process. A process that
is killed loses those two seconds.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from datetime import timedelta
from multiprocessing import util
from typing import TYPE_CHECKING
from weakref import WeakSet

import structlog
from sqlalchemy.exc import SQLAlchemyError

from stadtfuehrer.services.tally import answers_of_others, count, shown_line, today

if TYPE_CHECKING:
    from datetime import date, datetime

    from stadtfuehrer.domain.tally import Others, TallyLine
    from stadtfuehrer.services.office import Office

WRITE_AFTER_SECONDS = 2.0
READ_AGAIN_AFTER = timedelta(minutes=1)

_log = structlog.get_logger(__name__)


class TallySheet:
    """Counts shown questions, and knows what others answered; for all threads of a process.

    What cannot be written stays on the sheet. There it takes no more room than there are questions
    and days, however often they are counted.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._version = office.catalogue.quiz.version
        self.begin()
        _sheets.add(self)

    def begin(self) -> None:
        """Start with an empty sheet: in a forked process what stands on it is the parent's."""
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        self._counts: Counter[tuple[date, TallyLine]] = Counter()
        self._timer: threading.Timer | None = None
        self._in_trouble = False
        self._others: Others | None = None
        self._read_again_at: datetime | None = None

    def note_shown(self, question_id: str, *, now: datetime) -> None:
        """Count that a question came up; without an id, the page with all answers."""
        line = shown_line(self._version, question_id)
        with self._lock:
            self._counts[today(self._office, now=now), line] += 1
            if self._timer is None:
                self._set_timer()
        _close_at_exit()

    def write(self) -> None:
        """Write down what has been counted so far; what cannot be written is kept."""
        with self._writing:
            with self._lock:
                counts, self._counts = self._counts, Counter()
            if not counts:
                return
            try:
                count(self._office, counts)
            except (SQLAlchemyError, OSError) as error:
                with self._lock:
                    self._counts.update(counts)
                if not self._in_trouble:
                    _log.error("counters wait for the database", error=type(error).__name__)
                self._in_trouble = True
            else:
                self._in_trouble = False

    def close(self) -> None:
        """Write down the rest, without waiting for the timer."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        self.write()

    def _set_timer(self) -> None:
        self._timer = threading.Timer(WRITE_AFTER_SECONDS, self._write_on_time)
        self._timer.daemon = True
        self._timer.start()

    def _write_on_time(self) -> None:
        self.write()
        with self._lock:
            self._timer = None
            # A database that is away is asked again when the next question comes up.
            if self._counts and not self._in_trouble:
                self._set_timer()

    def others(self, *, now: datetime) -> Others | None:
        """What others answered, as it was within the last minute; None if they are too few.

        Nobody waits while somebody else reads it.
        """
        due = self._read_again_at is None or now >= self._read_again_at
        if due and self._reading.acquire(blocking=False):
            try:
                self._others = answers_of_others(self._office)
            except (SQLAlchemyError, OSError) as error:
                _log.error("counters cannot be read", error=type(error).__name__)
            finally:
                self._read_again_at = now + READ_AGAIN_AFTER
                self._reading.release()
        return self._others


_sheets: WeakSet[TallySheet] = WeakSet()
_closes_at_exit = 0
"""The process that has been told to; after a fork it is another one."""


def _close_at_exit() -> None:
    global _closes_at_exit  # noqa: PLW0603 - one for each process, as what it stands for
    if _closes_at_exit != os.getpid():
        _closes_at_exit = os.getpid()
        # Not atexit: in the processes of multiprocessing it is called from Python 3.13 on only.
        util.Finalize(None, _close_all, exitpriority=0)


def _close_all() -> None:
    for sheet in list(_sheets):
        sheet.close()


def _begin_all() -> None:
    for sheet in list(_sheets):
        sheet.begin()


os.register_at_fork(after_in_child=_begin_all)

"""What a process remembers of the database for a minute, where each look would cost too much."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog

from stadtfuehrer.refusals import DatabaseUnavailable

T = TypeVar("T")

READ_AGAIN_AFTER = timedelta(minutes=1)

_log = structlog.get_logger(__name__)


class Remembered(Generic[T]):
    """One value, as it was within a minute; None before it could be read for the first time."""

    def __init__(self) -> None:
        self._known: T | None = None
        self._read_again_at: datetime | None = None

    def look(self, read: Callable[[], T | None], *, now: datetime) -> T | None:
        """What is known, read anew if that is a minute old; the old one if nothing answers."""
        if self._read_again_at is None or now >= self._read_again_at:
            # Set first: nobody else reads, or waits, meanwhile.
            self._read_again_at = now + READ_AGAIN_AFTER
            try:
                self._known = read()
            except DatabaseUnavailable as error:
                _log.error("cannot be read", error=type(error).__name__)
        return self._known

"""Waiting for what others do: asked again and again, and never longer than so many seconds."""

import os
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PAUSE_SECONDS = 0.02


def until(holds: Callable[[], T], *, within: float, what: Callable[[], str] | str) -> T:
    """What ``holds`` gives as soon as it is true; else an AssertionError that says ``what``.

    ``within`` is for a machine that does nothing else, and longer on one that is busy.
    """
    last_moment = time.monotonic() + patience(within)
    while not (found := holds()):
        if time.monotonic() > last_moment:
            raise AssertionError(what if isinstance(what, str) else what())
        time.sleep(PAUSE_SECONDS)
    return found


def patience(seconds: float) -> float:
    """So long on a machine that does nothing else, and longer on one that is busy."""
    return seconds * (1 + os.getloadavg()[0] / (os.cpu_count() or 1))

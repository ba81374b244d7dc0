"""Several at once: threads that start together, and processes that know nothing of each other."""

import multiprocessing
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

T = TypeVar("T")

PATIENCE_SECONDS = 60

# From Python 3.12 on a fork beside threads is warned of; the children here start none of theirs.
forking = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")


def race(calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Call all at the same moment, each in a thread; what each returned or raised, in order."""
    line = threading.Barrier(len(calls), timeout=PATIENCE_SECONDS)

    def run(call: Callable[[], T]) -> T | Exception:
        line.wait()
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - what it is, the test decides
            return error

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def won(outcomes: Sequence[T | Exception]) -> list[T]:
    """What those returned who raised nothing."""
    return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]


def lost(outcomes: Sequence[object]) -> list[str]:
    """The names of what was raised, sorted."""
    return sorted(type(outcome).__name__ for outcome in outcomes if isinstance(outcome, Exception))


def in_processes(
    number: int, work: Callable[[int, Callable[[], object]], list[str]]
) -> list[list[str]]:
    """What ``work(0, wait)``, ``work(1, wait)`` … return, each in a forked process of its own.

    ``wait()`` returns when all of them have come to it. What one raises is what it returns.
    """
    context = multiprocessing.get_context("fork")
    line = context.Barrier(number, timeout=PATIENCE_SECONDS)
    answers: multiprocessing.Queue[tuple[int, list[str]]] = context.Queue()

    def run(which: int) -> None:
        try:
            answers.put((which, work(which, line.wait)))
        except Exception as error:  # noqa: BLE001 - what it is, the test decides
            answers.put((which, [repr(error)]))

    processes = [context.Process(target=run, args=(which,)) for which in range(number)]
    for process in processes:
        process.start()
    found = dict(answers.get(timeout=PATIENCE_SECONDS) for _ in processes)
    for process in processes:
        process.join(PATIENCE_SECONDS)
    return [found[which] for which in range(number)]

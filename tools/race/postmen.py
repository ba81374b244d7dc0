"""Orders two letter workers, lets each die where its fate wants it, and sends out the next."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import cycle
from threading import Event, Lock, Thread
from typing import TextIO

from tools.provision.site import untouched_environment
from tools.race.postman import STEPS, Round

WORKERS = 2
MOMENT = "moment"
"""Any moment, within half a second."""
LONGEST_MOMENT_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Postman:
    """Where a worker is ordered, and where its number and its end are told."""

    orders: TextIO
    answers: TextIO

    def send_out(self, round_: Round, step: str, letters: int) -> int:
        """Start a worker that is to die at this step of so many letters; its process number."""
        order = {"round": asdict(round_), "step": step, "letters": letters}
        self.orders.write(f"{json.dumps(order)}\n")
        self.orders.flush()
        return int(self.answers.readline())

    def wait(self) -> int:
        """Wait for the worker's end; its exit code."""
        return int(self.answers.readline())


@contextmanager
def postmen() -> Iterator[list[Postman]]:
    """Load the workers' program, once for all of them and for as many runs as wanted."""
    ours, theirs = [], []
    with ExitStack() as stack:
        for _ in range(WORKERS):
            (order, orders), (answers, answer) = os.pipe(), os.pipe()
            theirs.append((order, answer))
            ours.append(
                Postman(
                    orders=stack.enter_context(os.fdopen(orders, "w")),
                    answers=stack.enter_context(os.fdopen(answers)),
                )
            )
        ends = [end for pair in theirs for end in pair]
        program = subprocess.Popen(
            [sys.executable, "-m", "tools.race.postman", json.dumps(theirs)],
            env=untouched_environment() | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            pass_fds=ends,
        )
        for end in ends:
            os.close(end)
        yield ours
    # It ends when nobody is left who could order anything.
    program.wait()


@dataclass(kw_only=True)
class Fate:
    """Decides how each worker dies: at each step in turn, and now and then at any moment."""

    kills: int
    longest_life: int
    chance: random.Random
    by_step: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)
    """Workers that ended otherwise."""
    _turns: Iterator[str] = field(default_factory=lambda: cycle((*STEPS, MOMENT)), repr=False)

    def next(self) -> tuple[str, int]:
        """A step, and the number of the letter at which it comes."""
        if self.by_step.total() >= self.kills:
            return "never", 0
        return next(self._turns), self.chance.randint(1, self.longest_life)

    def note(self, step: str, code: int) -> None:
        """A worker has ended."""
        if code == -signal.SIGKILL:
            self.by_step[step] += 1
        else:
            self.odd.append(f"a worker that was to die at “{step}” ended with {code}")


@contextmanager
def at_work(postman: Postman, round_: Round, fate: Fate) -> Iterator[None]:
    """Have a worker work until the block ends, and the next one when it is killed."""
    errand = _Errand(postman, round_, fate)
    thread = Thread(target=errand.run)
    thread.start()
    try:
        yield
    finally:
        errand.end()
        thread.join()


class _Errand:
    def __init__(self, postman: Postman, round_: Round, fate: Fate) -> None:
        self._postman, self._round, self._fate = postman, round_, fate
        self._lock = Lock()
        self._over = Event()
        self._worker = 0

    def run(self) -> None:
        while True:
            with self._lock:
                if self._over.is_set():
                    return
                step, letters = self._fate.next()
                self._worker = self._postman.send_out(self._round, step, letters)
            if step == MOMENT:
                self._over.wait(self._fate.chance.uniform(0, LONGEST_MOMENT_SECONDS))
                self._kill()
            code = self._postman.wait()
            if not self._over.is_set():
                self._fate.note(step, code)

    def end(self) -> None:
        with self._lock:
            self._over.set()
            self._kill()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._worker, signal.SIGKILL)

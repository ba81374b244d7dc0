"""Rounds of the letter worker, on a clock that each rest turns."""

from pathlib import Path
from threading import Event

from stadtfuehrer.context import AppContext
from stadtfuehrer.worker import mailer_of, work
from tests.support.contexts import Clock


class Rounds(Event):
    """Stops after so many rounds; each rest passes at once on the clock that it turns."""

    def __init__(self, rounds: int, clock: Clock) -> None:
        super().__init__()
        self.rests: list[float] = []
        self._rounds, self._clock = rounds, clock

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.rests.append(timeout)
        self._clock.turn(seconds=timeout)
        if len(self.rests) == self._rounds:
            self.set()
        return self.is_set()


def run_rounds(context: AppContext, instance: Path, rounds: int, clock: Clock) -> list[float]:
    stop = Rounds(rounds, clock)
    mailer = mailer_of(context, instance, clock)
    work(context, mailer, clock=clock, elapsed=clock.elapsed, stop=stop)
    return stop.rests

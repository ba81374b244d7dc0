"""A letter worker that dies at a named step, with -9: a process of its own.

The program loads everything once and then forks, since what is killed a hundred times should not
have to be loaded a hundred times. For each pair of pipes it keeps one worker at a time.
"""

import json
import logging
import mmap
import os
import signal
import smtplib
import struct
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Event, Thread
from typing import Any

import structlog

from stadtfuehrer.bootstrap import open_context
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.mailer import Envelope, Mailer
from stadtfuehrer.worker import work
from tests.support.envelopes import plain

STEPS = ("taken", "connected", "inside", "dot", "accepted")
"""With the letter in hand; before MAIL; half of it sent; all of it sent; accepted, not noted."""

WAIT_SECONDS, CONVERSATION_SECONDS = 0.5, 2.0
LEASE = timedelta(seconds=CONVERSATION_SECONDS + 1)
"""Just longer than a conversation, since what a killed worker had in hand waits so long."""
REST_SECONDS = 0.05
_SECONDS = struct.Struct("d")


class LeapingClock:
    """Goes as all clocks do, and leaps ahead where somebody turns it, in all processes at once.

    A lease therefore lasts as long as it says while a letter is in somebody's hand, and hours of
    waiting for the next attempt pass at once when nobody has one.
    """

    def __init__(self, file: Path, start: datetime) -> None:
        self._start = start
        with file.open("r+b") as opened:
            self._ahead = mmap.mmap(opened.fileno(), 2 * _SECONDS.size)

    @classmethod
    def made(cls, file: Path, start: datetime) -> "LeapingClock":
        file.write_bytes(_SECONDS.pack(time.monotonic()) + _SECONDS.pack(0))
        return cls(file, start)

    def __call__(self) -> datetime:
        (began,), (ahead,) = (_SECONDS.unpack_from(self._ahead, at) for at in (0, _SECONDS.size))
        return self._start + timedelta(seconds=time.monotonic() - began + ahead)

    def leap_to(self, instant: datetime) -> None:
        (ahead,) = _SECONDS.unpack_from(self._ahead, _SECONDS.size)
        more = (instant - self()).total_seconds()
        _SECONDS.pack_into(self._ahead, _SECONDS.size, ahead + max(more, 0))


class _Hurried(Event):
    """Rests only as long as others need to get a turn."""

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - that is the point
        return super().wait(REST_SECONDS)


@dataclass(kw_only=True)
class _Doomed:
    """A post whose user dies at a step of the n-th letter; at none that it does not know."""

    post: Mailer
    step: str
    letters: int
    armed: bool = field(default=False, init=False)

    @contextmanager
    def round(self) -> Iterator[Callable[[Envelope], None]]:
        with self.post.round() as send:

            def doomed(envelope: Envelope) -> None:
                self.letters -= 1
                # Or at a later one, where this one does not come so far.
                self.armed = self.letters <= 0
                self.die_at("taken")
                send(envelope)
                self.die_at("accepted")

            yield doomed

    def probe(self, sender: str) -> tuple[str, ...]:
        return self.post.probe(sender)

    def die_at(self, step: str) -> None:
        if self.armed and step == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


def _watch_sending(doomed: _Doomed) -> None:
    """Look at what goes over the line, the only way to see a step within a conversation."""
    send = smtplib.SMTP.send

    def watched(self: smtplib.SMTP, sent: Any) -> None:
        if isinstance(sent, str) and sent.startswith("mail "):
            doomed.die_at("connected")
        if not isinstance(sent, bytes):
            send(self, sent)
            return
        half = len(sent) // 2
        send(self, sent[:half])
        doomed.die_at("inside")
        send(self, sent[half:])
        doomed.die_at("dot")

    setattr(smtplib.SMTP, "send", watched)  # noqa: B010 - typed, it may not be replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Where a worker works."""

    instance: str
    url: str
    port: int
    clock: str
    start: str


@cache
def _open(round_: Round) -> AppContext:
    """Read settings and content once; the database is opened by each worker for itself."""
    return open_context(Path(round_.instance), {"STADTFUEHRER_DATABASE_URL": round_.url})


def _work(round_: Round, step: str, letters: int) -> None:
    doomed = _Doomed(
        post=plain(round_.port, seconds=WAIT_SECONDS, connection=CONVERSATION_SECONDS),
        step=step,
        letters=letters,
    )
    _watch_sending(doomed)
    clock = LeapingClock(Path(round_.clock), datetime.fromisoformat(round_.start))
    work(
        _open(round_),
        doomed,
        clock=clock,
        elapsed=lambda: clock().timestamp(),
        stop=_Hurried(),
        lease=LEASE,
    )


def _end_with_reader(orders: int) -> None:
    # No order comes before the worker has ended, so this waits for the end of whoever gives them.
    os.read(orders, 1)
    os._exit(0)


def _keep(orders: int, answers: int) -> None:
    """Fork a worker for each order; tell its number, and then how it ended."""
    with os.fdopen(orders) as lines:
        while line := lines.readline():
            order = json.loads(line)
            round_ = Round(**order["round"])
            _open(round_)
            child = os.fork()
            if child == 0:
                Thread(target=_end_with_reader, args=(orders,), daemon=True).start()
                try:
                    _work(round_, order["step"], order["letters"])
                except BaseException:  # noqa: BLE001 - told on standard error, and an exit code
                    traceback.print_exc()
                os._exit(1)
            os.write(answers, f"{child}\n".encode())
            _, status = os.waitpid(child, 0)
            os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())


def main() -> None:
    """Fork a supervisor for each pair of descriptors, for orders and answers."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    pairs = json.loads(sys.argv[1])
    for orders, answers in pairs:
        if os.fork() == 0:
            _keep(orders, answers)
            os._exit(0)
    for _ in pairs:
        os.wait()


if __name__ == "__main__":
    main()

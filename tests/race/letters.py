"""Letters under fire: a bad mail server, and two workers that are killed all the time.

People book, move and cancel meanwhile. When all is over, every letter must have arrived.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, cycle
from threading import Lock, Thread
from typing import TYPE_CHECKING

from sqlalchemy import select

from stadtfuehrer.services.booking import book, cancel, move
from stadtfuehrer.services.overview import retry_letter
from stadtfuehrer.services.times import whole_horizon
from stadtfuehrer.storage.tables import DbLetter
from tests.offices import NOW, a_visitor, a_wish, opened_office
from tests.outside.mail_server import serving
from tests.provision.site import untouched_environment
from tests.race.faulty_mail import FaultyMail
from tests.race.letter_laws import LetterVerdict, judge_letters
from tests.race.postman import STEPS, LeapingClock
from tests.race.town import OPEN_DAILY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from stadtfuehrer.services.office import Office

WORKERS = 2
LONGEST_LIFE = 8
"""A worker lives for at most so many letters."""
MOMENT = "moment"
LONGEST_MOMENT_SECONDS = 0.5
BACKLOG = 30
"""So many letters wait at most before the next booking comes."""
CHANGES, CANCELLED, REFUSED = 0.5, 0.4, 0.1
"""Shares: of changes among all steps, of cancellations among these, of guests that are refused."""
FAR_AHEAD = timedelta(days=20)
"""No reminder is due for a consultation so far away."""
REFUSABLE = "launisch"
PATIENCE_SECONDS = 120
LOOK_SECONDS = 0.02


@dataclass(kw_only=True)
class Outcome:
    """What was done, what went wrong meanwhile, and what the judge says of it."""

    verdict: LetterVerdict
    taken: int
    faults: Counter[str]
    kills: Counter[str]
    odd: list[str]
    """Workers that ended by themselves."""
    seconds: float


def run_letters(folder: Path, database_url: str, *, letters: int, kills: int, seed: int) -> Outcome:
    """Write at least so many letters, and kill the workers so often before all have arrived."""
    began = time.monotonic()
    chance = random.Random(seed)  # noqa: S311 - the same faults for the same seed
    mail = FaultyMail(chance=random.Random(seed), refusable=REFUSABLE)  # noqa: S311
    with ExitStack() as stack:
        changes = OPEN_DAILY | {"horizon_days": "60"}
        office = stack.enter_context(
            opened_office(folder / "instance", database_url, changes=changes)
        )
        clock = LeapingClock.made(folder / "clock", NOW)
        port = stack.enter_context(serving(mail))
        facts = {
            "instance": str(folder / "instance"),
            "url": database_url,
            "port": port,
            "clock": str(folder / "clock"),
            "start": NOW.isoformat(),
        }
        fate = _Fate(kills=kills, longest_life=min(LONGEST_LIFE, letters // 10), chance=chance)
        for _ in range(WORKERS):
            stack.enter_context(_postman(facts, fate))
        _let_people_come(office, clock, random.Random(seed), letters)  # noqa: S311
        _wait_for_the_last(office, clock, fate)
        return Outcome(
            verdict=judge_letters(office.database, mail.taken),
            taken=len(mail.taken),
            faults=mail.met,
            kills=fate.by_step,
            odd=fate.odd,
            seconds=time.monotonic() - began,
        )


@dataclass(kw_only=True)
class _Fate:
    """Decides how each worker dies: at each step in turn, and now and then at any moment."""

    kills: int
    longest_life: int
    chance: random.Random
    by_step: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)
    """Workers that ended otherwise."""
    over: bool = False
    lock: Lock = field(default_factory=Lock, repr=False)
    _turns: Iterator[str] = field(default_factory=lambda: cycle((*STEPS, MOMENT)), repr=False)

    def next(self) -> tuple[str, int]:
        if self.by_step.total() >= self.kills:
            return "never", 0
        return next(self._turns), self.chance.randint(1, self.longest_life)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postman:
    """Where a worker is ordered, and where its number and its end are told."""

    orders: TextIO
    answers: TextIO

    def send_out(self, round_: Round, step: str, letters: int) -> int:
        """Start a worker, which is to die at this step of so many letters; its process number."""
        order = {"round": asdict(round_), "step": step, "letters": letters}
        self.orders.write(f"{json.dumps(order)}\n")
        self.orders.flush()
        return int(self.answers.readline())

    def wait(self) -> int:
        """Wait for the worker's end; its exit code."""
        return int(self.answers.readline())


@contextmanager
def postmen() -> Iterator[list[Postman]]:
    """Load the program of the letter workers, once for all of them."""
    with ExitStack() as stack:
        made, theirs = [], []
        for _ in range(WORKERS):
            (order, orders), (answers, answer) = os.pipe(), os.pipe()
            theirs.append((order, answer))
            made.append(
                Postman(
                    orders=stack.enter_context(os.fdopen(orders, "w")),
                    answers=stack.enter_context(os.fdopen(answers)),
                )
            )
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.race.postman", json.dumps(theirs)],
            env=untouched_environment() | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            pass_fds=[end for pair in theirs for end in pair],
        )
        # Ends when all who order are gone, before which the pipes must be closed here.
        stack.push(lambda *_: program.__exit__(None, None, None))
        for pair in theirs:
            for end in pair:
                os.close(end)
        yield made


@contextmanager
def _kept_at_work(postman: Postman, round_: Round, fate: _Fate) -> Iterator[None]:
    """Have a worker work, and start the next when it is killed."""
    driver = Thread(target=_drive, args=(postman, round_, fate))
    driver.start()
    try:
        yield
    finally:
        fate.end()
        driver.join()


def _drive(postman: Postman, round_: Round, fate: _Fate) -> None:
    while (doom := fate.next(postman)) is not None:
        step, letters = doom
        worker = postman.send_out(round_, step, letters)
def _let_people_come(
    office: Office, clock: LeapingClock, chance: random.Random, letters: int
) -> None:
    """Book, and move and cancel what was booked, until so many letters are written."""
    kind = office.get_kind("kennenlernen")
    hours = [
        start
        for start in whole_horizon(office, kind, now=clock())
        if start > NOW + FAR_AHEAD and start.minute == 0
    ]
    chance.shuffle(hours)
    held: list[str] = []
    for guest in count():
        while (state := _look(office)).waiting >= BACKLOG:
            _go_on(state, clock)
        if state.letters >= letters:
            return
        if len(held) > 1 and chance.random() < CHANGES:
            token = held.pop(chance.randrange(len(held)))
            if chance.random() < CANCELLED:
                cancel(office, token, "", now=clock())
            else:
                move(office, token, hours.pop(), now=clock())
                held.append(token)
        elif chance.random() < REFUSED:
            visitor = a_visitor(email=f"{REFUSABLE}{guest}@gast.example")
            book(office, a_wish(office, hours.pop(), visitor=visitor), now=clock())
        else:
            visitor = a_visitor(email=f"gast{guest}@gast.example")
            held.append(book(office, a_wish(office, hours.pop(), visitor=visitor), now=clock()))


def _wait_for_the_last(office: Office, clock: LeapingClock, fate: _Fate) -> None:
    last_moment = time.monotonic() + PATIENCE_SECONDS
    while (state := _look(office)).waiting or state.failed:
        # The operator has seen to whatever was wrong with them.
        for letter_id in state.failed:
            retry_letter(office, letter_id, now=clock())
        _go_on(state, clock)
        assert time.monotonic() < last_moment, f"letters do not arrive: {state}, {fate}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    letters: int
    waiting: int
    failed: list[int]
    in_hand: bool
    due_at: datetime | None
    """When the first of those that wait is due."""


def _look(office: Office) -> _State:
    with office.database.read() as session:
        columns = (DbLetter.id, DbLetter.state, DbLetter.lease_until, DbLetter.due_at)
        rows = session.execute(select(*columns)).all()
    waiting = [row for row in rows if row.state == "waiting"]
    return _State(
        letters=len(rows),
        waiting=len(waiting),
        failed=[row.id for row in rows if row.state == "failed"],
        in_hand=any(row.lease_until is not None for row in waiting),
        due_at=min((row.due_at for row in waiting), default=None),
    )


def _go_on(state: _State, clock: LeapingClock) -> None:
    """Let the workers work; let time pass at once when they would only wait."""
    if state.due_at is not None and not state.in_hand:
        clock.leap_to(state.due_at)
    time.sleep(LOOK_SECONDS)

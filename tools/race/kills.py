"""Guests that book, move and cancel while web processes are killed with -9.

Each guest sends a form again, exactly as it was, until it is answered, as somebody does whose
browser said "connection lost". What was acknowledged must be in the rows, and each form must have
made one booking or, if it was refused, none.
"""

import hashlib
import http.client
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from stadtfuehrer.booking.tables import DbBooking
from tools.provision.visitor import Answer
from tools.race.guests import Form, Guest, Notes, cancel_form, token_in
from tools.race.town import DAYS, Town
from tools.until import until

T = TypeVar("T")

GUESTS = 6
MOST_HELD = 6
LAST_START = 10 * 60
"""In minutes after opening; every kind still fits."""
ANSWERS_BETWEEN = 8
"""So many answers come between two kills, so that each hits a site at work."""
SERVER_EVERY = 10
"""Each tenth kill is one of the whole server, which is then started again."""
PATIENCE_SECONDS = 60


@dataclass(kw_only=True)
class Promise:
    """What a guest was told about a form it sent: where its booking stands by now."""

    mark: str
    token: str = ""
    start: datetime | None = None
    """None if the form was refused, so that there must be no booking."""
    steps: int = 0
    """How often it was moved or cancelled."""
    cancelled: bool = False


@dataclass(kw_only=True)
class Outcome:
    """What was sent, killed and found."""

    notes: Notes = field(default_factory=Notes)
    promises: list[Promise] = field(default_factory=list)
    workers_killed: int = 0
    servers_killed: int = 0
    ended_itself: int = 0
    """Times that the server gave up and was started again, as a service manager does."""
    unanswered: int = 0
    committed: int = 0
    """Unanswered requests that were found done before they were sent again."""
    odd: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return self.workers_killed + self.servers_killed

    @property
    def acknowledged(self) -> int:
        """Bookings, moves and cancellations."""
        return sum(1 + its.steps for its in self.promises if its.start is not None)


def run_kills(town: Town, kills: int, *, seed: int) -> Outcome:
    """Kill ``kills`` times while guests are at it, then let each finish what it began."""
    outcome, stop = Outcome(), threading.Event()
    with ThreadPoolExecutor(GUESTS) as threads:
        guests = [
            threads.submit(
                _Regular(town=town, outcome=outcome, name=f"{seed}-{n}").keep_coming, stop
            )
            for n in range(GUESTS)
        ]
        try:
            _kill_about(town, outcome, kills, random.Random(seed), stop)  # noqa: S311
        finally:
            stop.set()
        for guest in guests:
            guest.result(PATIENCE_SECONDS)
    return outcome


def broken_promises(town: Town, outcome: Outcome) -> list[str]:
    """The marks of the forms whose booking is not, once only, what was acknowledged."""
    with town.context.database.read() as session:
        rows = session.execute(
            select(
                DbBooking.anliegen,
                DbBooking.token_hash,
                DbBooking.start_at,
                DbBooking.sequence,
                DbBooking.status,
            )
        ).all()
    found: dict[str, list[tuple[object, ...]]] = {}
    for mark, *its in rows:
        found.setdefault(mark, []).append(tuple(its))
    return [
        promise.mark
        for promise in outcome.promises
        if found.pop(promise.mark, []) != _promised(promise)
    ] + list(found)  # what nobody was promised


def _promised(promise: Promise) -> list[tuple[object, ...]]:
    if promise.start is None:
        return []
    token_hash = hashlib.sha256(promise.token.encode()).digest()
    status = "cancelled" if promise.cancelled else "confirmed"
    return [(token_hash, promise.start, promise.steps, status)]


def _kill_about(
    town: Town, outcome: Outcome, kills: int, chance: random.Random, stop: threading.Event
) -> None:
    while outcome.kills < kills:
        _wait_for_answers(town, outcome)
        # Any moment of a request that is answered next will do.
        stop.wait(chance.uniform(0, 0.1))
        if outcome.kills % SERVER_EVERY == SERVER_EVERY // 2:
            town.server.kill()
            outcome.servers_killed += 1
            town.server.start()
        else:
            outcome.workers_killed += town.server.kill_worker()


def _wait_for_answers(town: Town, outcome: Outcome) -> None:
    enough = len(outcome.notes.answers) + ANSWERS_BETWEEN

    def have_come() -> bool:
        if town.server.has_ended():
            town.server.kill()
            town.server.start()
            outcome.ended_itself += 1
        return len(outcome.notes.answers) >= enough

    until(
        have_come,
        within=PATIENCE_SECONDS,
        what=lambda: f"no answers any more: {town.server.describe()}",
    )


@dataclass(kw_only=True)
class _Regular:
    """A guest who remembers every promise, and insists on an answer."""

    town: Town
    outcome: Outcome
    name: str
    forms: int = 0
    held: list[Promise] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.name)  # noqa: S311
        self.guest = Guest(self.town.server.visitor, self.outcome.notes)

    def keep_coming(self, stop: threading.Event) -> None:
        """Do one thing after the other."""
        while not stop.is_set():
            wanted = self.chance.random()
            if len(self.held) < 2 or (wanted < 0.5 and len(self.held) < MOST_HELD):
                self._book()
            elif wanted < 0.8:
                self._move(self.chance.choice(self.held))
            else:
                self._cancel(self.held.pop(self.chance.randrange(len(self.held))))

    def _book(self) -> None:
        kind, start = self.chance.choice(self.town.context.kinds), self._some_time()
        promise = Promise(mark=f"{self.name}-{self.forms}")
        self.forms += 1
        form = self._asked(lambda: self.guest.find_booking_form(kind.id, start, promise.mark))
        if form is None:
            return
        self.outcome.promises.append(promise)
        answer = self._insist(form, promise, steps=0)
        if answer.status == 303:
            promise.token, promise.start = token_in(answer), start
            self.held.append(promise)

    def _move(self, promise: Promise) -> None:
        start = self._some_time()
        form = self._asked(lambda: self.guest.find_move_form(promise.token, start))
        if form is None or start == promise.start:
            return
        if self._insist(form, promise, steps=promise.steps + 1).status == 303:
            promise.start, promise.steps = start, promise.steps + 1

    def _cancel(self, promise: Promise) -> None:
        # 409 to a form that was sent again says that it is cancelled already.
        self._insist(cancel_form(promise.token), promise, steps=promise.steps + 1)
        promise.steps, promise.cancelled = promise.steps + 1, True

    def _some_time(self) -> datetime:
        day = self.chance.randrange(1, DAYS)
        return self.town.time_on(day, self.chance.randrange(0, LAST_START, 5))

    def _insist(self, form: Form, promise: Promise, *, steps: int) -> Answer:
        """Send a form until it is answered; ``steps`` is where its booking stands if it is done."""

        def send() -> Answer:
            return self.guest.send(form)

        def lost() -> None:
            self.outcome.unanswered += 1
            self.outcome.committed += self._steps_done(promise) == steps

        answer = self._asked(send, lost)
        if answer.status not in {303, 409}:
            self.outcome.odd.append(f"{answer.status} to {form.path}")
        return answer

    def _steps_done(self, promise: Promise) -> int | None:
        with self.town.context.database.read() as session:
            query = select(DbBooking.sequence).where(DbBooking.anliegen == promise.mark)
            return session.scalar(query)

    def _asked(self, ask: Callable[[], T], lost: Callable[[], None] = lambda: None) -> T:
        def answers() -> tuple[T] | None:
            try:
                return (ask(),)
            except ConnectionRefusedError:
                pass  # nobody is there, so nothing was sent
            except (OSError, http.client.HTTPException):
                lost()
            return None

        found = until(answers, within=PATIENCE_SECONDS, what="nobody answers any more")
        assert found is not None
        return found[0]

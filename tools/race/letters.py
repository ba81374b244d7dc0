"""Letters under fire: a bad mail server, and two workers that are killed all the time.

People book, move and cancel meanwhile. When all is over, every letter must have arrived.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import select

from stadtfuehrer.booking.service import book, cancel, move
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.service import retry_letter
from stadtfuehrer.mail.tables import DbLetter
from tests.support.contexts import NOW, a_visitor, a_wish, opened_context
from tests.support.mail_server import serving
from tools.race.faulty_mail import FaultyMail
from tools.race.letter_laws import LetterVerdict, judge_letters
from tools.race.postman import LeapingClock, Round
from tools.race.postmen import Fate, Postman, at_work
from tools.race.town import OPEN_DAILY
from tools.until import until

LONGEST_LIFE = 8
"""A worker lives for at most so many letters."""
BACKLOG = 16
"""So many letters wait at most before the next booking comes."""
CHANGES, CANCELLED = 0.5, 0.4
"""Shares: of changes among all steps, of cancellations among these."""
FAR_AHEAD = timedelta(days=20)
"""No reminder is due for a consultation so far away."""
PATIENCE_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was done, what went wrong meanwhile, and what the judge says of it."""

    verdict: LetterVerdict
    arrivals: int
    faults: Counter[str]
    kills: Counter[str]
    odd: list[str]
    """Workers that ended by themselves."""
    seconds: float


def run_letters(
    folder: Path,
    database_url: str,
    workers: Sequence[Postman],
    *,
    letters: int,
    kills: int,
    seed: int,
) -> Outcome:
    """Write at least so many letters, and kill the workers so often before all have arrived."""
    began = time.monotonic()
    # Three of their own, since people, fates and faults come from different threads.
    people, fates, faults = (random.Random(seed + n) for n in range(3))  # noqa: S311
    mail = FaultyMail(chance=faults)
    fate = Fate(kills=kills, longest_life=min(LONGEST_LIFE, letters // 10), chance=fates)
    instance, turned = folder / "instance", folder / "clock"
    with ExitStack() as stack:
        changes = OPEN_DAILY | {"horizon_days": "60"}
        context = stack.enter_context(opened_context(instance, database_url, changes=changes))
        clock = LeapingClock.made(turned, NOW)
        round_ = Round(
            instance=str(instance),
            url=database_url,
            port=stack.enter_context(serving(mail)),
            clock=str(turned),
            start=NOW.isoformat(),
        )
        for postman in workers:
            stack.enter_context(at_work(postman, round_, fate))
        _let_people_come(context, clock, people, letters)
        _work_until(context, clock, lambda state: _has_all_sent(context, clock, state))
        return Outcome(
            verdict=judge_letters(context.database, mail.arrivals),
            arrivals=len(mail.arrivals),
            faults=mail.met,
            kills=fate.by_step,
            odd=fate.odd,
            seconds=time.monotonic() - began,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    letters: int
    waiting: int
    failed: list[int]
    in_hand: bool
    due_at: datetime | None
    """When the first of those is due that need not wait for another of their booking."""


def _let_people_come(
    context: AppContext, clock: LeapingClock, chance: random.Random, letters: int
) -> None:
    """Book, and move and cancel what was booked, until so many letters are written."""
    kind = context.get_kind("kennenlernen")
    hours = [
        start
        for start in free_times(context, kind, now=clock())
        if start > NOW + FAR_AHEAD and start.minute == 0
    ]
    chance.shuffle(hours)
    held: list[str] = []
    for guest in count():
        state = _work_until(context, clock, lambda state: state.waiting < BACKLOG)
        if state.letters >= letters:
            return
        if len(held) > 1 and chance.random() < CHANGES:
            token = held.pop(chance.randrange(len(held)))
            if chance.random() < CANCELLED:
                cancel(context, token, "", now=clock())
            else:
                move(context, token, hours.pop(), now=clock())
                held.append(token)
        else:
            visitor = a_visitor(email=f"gast{guest}@gast.example")
            held.append(book(context, a_wish(context, hours.pop(), visitor=visitor), now=clock()))


def _has_all_sent(context: AppContext, clock: LeapingClock, state: _State) -> bool:
    # The operator has seen to whatever was wrong with them.
    for letter_id in state.failed:
        retry_letter(context, letter_id, now=clock())
    return not state.waiting and not state.failed


def _look(context: AppContext) -> _State:
    names = ("id", "booking_id", "recipient", "state", "lease_until", "due_at")
    with context.database.read() as session:
        columns = [getattr(DbLetter, name) for name in names]
        rows = session.execute(select(*columns).order_by(DbLetter.id)).all()
    waiting = [row for row in rows if row.state == "waiting"]
    first = {(row.booking_id, row.recipient): row.due_at for row in reversed(waiting)}
    return _State(
        letters=sum(row.state != "skipped" for row in rows),
        waiting=len(waiting),
        failed=[row.id for row in rows if row.state == "failed"],
        in_hand=any(row.lease_until is not None for row in waiting),
        due_at=min(first.values(), default=None),
    )


def _work_until(
    context: AppContext, clock: LeapingClock, is_so: Callable[[_State], bool]
) -> _State:
    """Let the workers work; let time pass at once when they would only wait."""

    def look() -> _State | None:
        state = _look(context)
        if is_so(state):
            return state
        if state.due_at is not None and not state.in_hand:
            clock.leap_to(state.due_at)
        return None

    found = until(
        look, within=PATIENCE_SECONDS, what=lambda: f"letters do not arrive: {_look(context)}"
    )
    assert found is not None
    return found

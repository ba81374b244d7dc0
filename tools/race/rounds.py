"""Rounds of guests who all want the same time at the same moment.

In each round eight want starts that rule each other out, of kinds of different length and with
different buffers: six by booking, two by moving an earlier booking there. Exactly one may win. At
the same moment another booking is cancelled, and an earlier winner's form is sent once more.
"""

import random
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stadtfuehrer.booking.slots import Kind
from tools.provision.visitor import Answer
from tools.race.guests import Form, Guest, Notes, cancel_form, token_in
from tools.race.town import Town

CONTESTANTS = 8
MOVERS = 2
KEPT = 8
"""So many bookings stay; the oldest beyond them is cancelled in the next round."""
PATIENCE_SECONDS = 60


@dataclass(kw_only=True)
class Held:
    """A booking that somebody has, the time it was raced for, and the form that made it."""

    token: str
    kind: Kind
    around: datetime
    form: Form


@dataclass(kw_only=True)
class Outcome:
    """What came out of all rounds."""

    notes: Notes = field(default_factory=Notes)
    rounds: int = 0
    attempts: int = 0
    winners: list[int] = field(default_factory=list)
    moves_won: int = 0
    cancelled: int = 0
    replays: int = 0
    odd: list[str] = field(default_factory=list)
    """Answers that nobody should get here."""

    @property
    def rounds_with_one_winner(self) -> int:
        return self.winners.count(1)


def run_rounds(town: Town, rounds: int, *, seed: int) -> Outcome:
    """Race ``rounds`` times; a seed gives the same wishes again, though not the same race."""
    race = _Race(town=town, chance=random.Random(seed))  # noqa: S311
    with ThreadPoolExecutor(CONTESTANTS + 2) as threads:
        for _ in range(rounds):
            race.one_round(threads)
    return race.outcome


@dataclass(kw_only=True)
class _Race:
    town: Town
    chance: random.Random
    outcome: Outcome = field(default_factory=Outcome)
    held: deque[Held] = field(default_factory=deque)

    def one_round(self, threads: ThreadPoolExecutor) -> None:
        busy = {one.around for one in self.held}
        free = [time for time in self.town.contested_times() if time not in busy]
        around = free[self.outcome.rounds % len(free)]
        leaving = self.held.popleft() if len(self.held) > KEPT else None
        movers = self.chance.sample(list(self.held), k=min(MOVERS, len(self.held)))
        bookers = [
            self.chance.choice(self.town.context.kinds) for _ in range(CONTESTANTS - len(movers))
        ]
        kinds = [*bookers, *(mover.kind for mover in movers)]
        starts = _contested_starts(self.chance, kinds, around)
        guest = Guest(self.town.server.visitor, self.outcome.notes)
        forms = list(
            threads.map(
                lambda one: (
                    guest.find_booking_form(one[0].id, one[1], "Wettlauf")
                    if one[2] is None
                    else guest.find_move_form(one[2].token, one[1])
                ),
                zip(kinds, starts, [*([None] * len(bookers)), *movers], strict=True),
            )
        )
        beside = [cancel_form(leaving.token)] if leaving else []
        again = [self.chance.choice(list(self.held))] if self.held else []
        wanted = [form for form in forms if form is not None]
        if len(wanted) < len(forms):
            self.outcome.odd.append(f"not offered, though nothing is near: {around}")
        sent = [*wanted, *beside, *(one.form for one in again)]
        answers = _all_at_once(threads, guest, sent)
        self._note_winners(around, kinds, forms, movers, answers[: len(wanted)])
        self._note_beside(answers[len(wanted) :], len(beside), again)

    def _note_winners(
        self,
        around: datetime,
        kinds: Sequence[Kind],
        forms: Sequence[Form | None],
        movers: Sequence[Held],
        answers: Sequence[Answer],
    ) -> None:
        its = self.outcome
        its.rounds += 1
        its.attempts += len(answers)
        its.winners.append(sum(answer.status == 303 for answer in answers))
        its.odd += [f"{a.status} to {a.path}" for a in answers if a.status not in {303, 409}]
        by_path = {mover.token: mover for mover in movers}
        asked = ((kind, form) for kind, form in zip(kinds, forms, strict=True) if form)
        for (kind, form), answer in zip(asked, answers, strict=True):
            if answer.status != 303:
                continue
            token = token_in(answer)
            if token in by_path:
                by_path[token].around = around
                its.moves_won += 1
            else:
                self.held.append(Held(token=token, kind=kind, around=around, form=form))

    def _note_beside(self, answers: Sequence[Answer], cancels: int, again: Sequence[Held]) -> None:
        its = self.outcome
        for answer in answers[:cancels]:
            if answer.status == 303:
                its.cancelled += 1
            else:
                its.odd.append(f"{answer.status} to cancelling {answer.path}")
        for answer, held in zip(answers[cancels:], again, strict=True):
            if answer.status == 303 and token_in(answer) == held.token:
                its.replays += 1
            else:
                its.odd.append(f"{answer.status} to {answer.path}, sent again")


def _contested_starts(
    chance: random.Random, kinds: Sequence[Kind], around: datetime
) -> list[datetime]:
    """Starts that rule each other out: by the consultations, or by the buffers alone."""
    if chance.random() < 0.5:
        # All consultations contain the instant.
        return [around - timedelta(minutes=chance.randrange(0, kind.minutes, 5)) for kind in kinds]
    # Some end there, the others begin five minutes later: each kind keeps more free after it.
    return [
        around + timedelta(minutes=5)
        if chance.random() < 0.5
        else around - timedelta(minutes=kind.minutes)
        for kind in kinds
    ]


def _all_at_once(threads: ThreadPoolExecutor, guest: Guest, forms: Sequence[Form]) -> list[Answer]:
    line = threading.Barrier(len(forms), timeout=PATIENCE_SECONDS)

    def send(form: Form) -> Answer:
        line.wait()
        return guest.send(form)

    return list(threads.map(send, forms))

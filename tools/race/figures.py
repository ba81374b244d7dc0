"""What each part of `make race` measures, and the law that it must keep."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from stadtfuehrer.database import Database
from tools.race.crowds import (
    contexts_with,
    crowd_inside,
    crowd_outside,
    drop_index,
    quickest_answers,
)
from tools.race.judge import judge
from tools.race.kills import broken_promises, run_kills
from tools.race.rounds import run_rounds
from tools.race.table import DATABASES, Table
from tools.race.town import Town
from tools.race.writers import WRITERS, Turns, Unordered, writers_turns

SEED = 1
ROUNDS_WITHOUT_KEY = 15
INSIDE = (0, 500, 5_000)
WRITING_SECONDS = 3
WRITING_ROUNDS = 3
ASKED = 30

FLAT = 1.5
"""At most so many times the time without any booking outside."""
NEAR_LINEAR = 15
"""Ten times the bookings add at most so many times the time; quadratic would be 100."""
WORST_WRITER_SECONDS = 0.3


def note_race(table: Table, on: str, its: Town, rounds: int) -> None:
    outcome = run_rounds(its, rounds, seed=SEED)
    table.note("race: attempts at overlapping times", on, outcome.attempts)
    won, all_rounds = outcome.rounds_with_one_winner, outcome.rounds
    table.note(
        "rounds with exactly one winner",
        on,
        f"{won} of {all_rounds}",
        law="all",
        held=won == all_rounds == rounds,
    )
    table.note("rounds won by a move", on, outcome.moves_won)
    table.note("cancelled meanwhile", on, outcome.cancelled)
    table.note("forms sent again meanwhile, same booking", on, outcome.replays)
    _note_rows(table, "race", on, its)
    table.none_of("race: answers of 500 and above", on, outcome.notes.broken)
    table.none_of("race: answers that nobody should get", on, len(outcome.odd))
    table.note("race: worst wait", on, f"{outcome.notes.worst_seconds:.2f} s")
    _say(outcome.odd)
    its.drop_primary_key()
    run_rounds(its, ROUNDS_WITHOUT_KEY, seed=SEED)
    without = len(judge(its.context).overlapping)
    table.note(
        f"without the primary key, {ROUNDS_WITHOUT_KEY} rounds: overlapping pairs",
        on,
        without,
        law="> 0",
        held=without > 0,
    )


def note_kills(table: Table, on: str, its: Town, kills: int) -> None:
    outcome = run_kills(its, kills, seed=SEED)
    parts = f"{outcome.workers_killed} + {outcome.servers_killed}"
    table.note("kill -9: web processes + whole server", on, parts)
    table.note("server gave up and was started again", on, outcome.ended_itself)
    table.note("bookings, moves, cancellations acknowledged", on, outcome.acknowledged)
    table.note("requests that were never answered", on, outcome.unanswered)
    table.note("… of which were done all the same", on, outcome.committed)
    broken = broken_promises(its, outcome)
    table.none_of("acknowledged but lost, or forms with two bookings", on, len(broken))
    _note_rows(table, "kills", on, its)
    table.none_of("kills: answers of 500 and above", on, outcome.notes.broken)
    table.none_of("kills: answers that nobody should get", on, len(outcome.odd))
    table.note("kills: worst wait for an answer", on, f"{outcome.notes.worst_seconds:.2f} s")
    _say([*broken, *outcome.odd])


def _note_rows(table: Table, where: str, on: str, its: Town) -> None:
    verdict = judge(its.context)
    table.none_of(f"{where}: overlaps, and cells that fit no booking", on, len(verdict.broken))
    table.none_of(f"{where}: bookings without their letters", on, len(verdict.wrong_letters))
    if its.context.database.is_sqlite:
        table.none_of(f"{where}: damaged files", on, int(verdict.damaged))


def note_outside(
    table: Table,
    on: str,
    stack: ExitStack,
    folder: Path,
    make_url: Callable[[str], str],
    sizes: list[int],
) -> None:
    contexts = contexts_with(stack, folder, {size: make_url(f"outside_{size}") for size in sizes})
    for size, context in contexts.items():
        crowd_outside(context.database, size)
    found = quickest_answers(contexts, rounds=ASKED)
    for page, seconds in found.items():
        for size in sizes[1:]:
            ratio = seconds[size] / seconds[0]
            table.note(
                f"{page}: {size:,} bookings outside, by none",
                on,
                f"× {ratio:.2f}",
                law=f"≤ {FLAT}",
                held=ratio <= FLAT,
            )
    most = sizes[-1]
    drop_index(contexts[most].database)
    slow = quickest_answers({most: contexts[most]}, rounds=3)
    for page, seconds in slow.items():
        ratio = seconds[most] / found[page][0]
        table.note(f"{page}: {most:,} outside, without the index", on, f"× {ratio:.0f}")


def note_inside(
    table: Table, on: str, stack: ExitStack, folder: Path, make_url: Callable[[str], str]
) -> None:
    contexts = contexts_with(stack, folder, {size: make_url(f"inside_{size}") for size in INSIDE})
    for size, context in contexts.items():
        crowd_inside(context.database, size)
    none, some, many = INSIDE
    for page, seconds in quickest_answers(contexts, rounds=ASKED).items():
        for size in (some, many):
            ratio = seconds[size] / seconds[none]
            table.note(f"{page}: {size:,} bookings inside, by none", on, f"× {ratio:.1f}")
        rise = (seconds[many] - seconds[none]) / (seconds[some] - seconds[none])
        table.note(
            f"{page}: time that {many:,} inside add, by what {some:,} add",
            on,
            f"× {rise:.1f}",
            law=f"≤ {NEAR_LINEAR}",
            held=0 < rise <= NEAR_LINEAR,
        )


def note_writers(table: Table, folder: Path) -> None:
    on = DATABASES[0]
    found: dict[str, list[Turns]] = {"with": [], "without": []}
    for turn in range(WRITING_ROUNDS):
        for name, kind in (("with", Database), ("without", Unordered)):
            made = folder / f"writers-{name}-{turn}"
            made.mkdir()
            found[name].append(writers_turns(made, kind, seconds=WRITING_SECONDS))
    fair, unordered = (sorted(one, key=_worst)[WRITING_ROUNDS // 2] for one in found.values())
    table.note(
        f"{WRITERS} writers: worst wait, median of {WRITING_ROUNDS} runs",
        on,
        f"{fair.worst_seconds:.2f} s",
        law=f"< {WORST_WRITER_SECONDS} s",
        held=fair.worst_seconds < WORST_WRITER_SECONDS,
    )
    locked = sum(turns.locked_out for turns in found["with"])
    table.none_of(f"{WRITERS} writers: “database is locked”", on, locked)
    for name, turns in (("with", fair), ("without", unordered)):
        worst, share = f"× {turns.worst_by_average:.1f}", f"{turns.fewest_to_most:.2f}"
        table.note(f"{name} the file lock: worst wait by average wait", on, worst)
        table.note(f"{name} the file lock: fewest by most bookings of a writer", on, share)
    ratio = unordered.worst_seconds / fair.worst_seconds
    table.note("worst wait without the lock, by with it", on, f"× {ratio:.1f}")
    ratio = unordered.per_second / fair.per_second
    table.note("throughput without the lock, by with it", on, f"× {ratio:.2f}")


def _worst(turns: Turns) -> float:
    return turns.worst_seconds


def _say(lines: list[str]) -> None:
    for line in lines[:10]:
        sys.stderr.write(f"\n  {line}")

"""Whether every outcome of a quiz can come about: settled exactly, not by trying samples.

An outcome is a list of conditions „this sum over the answers is at least so much“: for a service,
that its need reaches the threshold and is not below (on a tie that it would lose: is above) each
other need; for no recommendation, that each need stays below the threshold. So every answer is a
vector with one number for each condition, and the question is whether one vector per question can
be chosen so that they add up to at least the goal everywhere.

Most cases are settled by weighing the conditions against each other: if the sum which is best for
some mix of them reaches the goal, there is one; if it does not even reach the goal's own mix, there
is none. What is left goes through a dynamic programme over the reachable sums. Three prunings, none
of which can lose the goal, keep it small: a sum which could not get there even with the best of all
answers to come is dropped; a number which is enough even with the worst of them is cut down to just
enough; and of two sums the one which is nowhere greater is dropped (Pareto).
"""

from __future__ import annotations

from functools import partial, reduce
from itertools import combinations_with_replacement
from math import lcm
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stadtfuehrer.domain.quiz_scoring import Scoring

Vector = tuple[int, ...]

SHARES = 8
"""How finely conditions are weighed; finer ones settle more without the dynamic programme."""


def unreachable_outcomes(scoring: Scoring) -> list[str | None]:
    """The outcomes to which no set of answers leads; None is „no recommendation“.

    Every question must have an answer, and every service a weight above zero somewhere.
    """
    points, limit = _in_whole_units(scoring)
    never: list[str | None] = []
    for own, service in enumerate(scoring.services):
        others = [at for at in range(len(scoring.services)) if at != own]
        # On a tie the earlier service wins, so the need must lie above those before it.
        goal = (limit, *(int(other < own) for other in others))
        choices = [
            [(needs[own], *(needs[own] - needs[other] for other in others)) for needs in options]
            for options in points
        ]
        if not can_add_up(choices, goal):
            never.append(service)
    below = [[tuple(-need for need in needs) for needs in options] for options in points]
    if not can_add_up(below, (1 - limit,) * len(scoring.services)):
        never.append(None)
    return never


def can_add_up(choices: Sequence[Sequence[Vector]], goal: Vector) -> bool:
    """Whether one vector out of each choice can be taken so that their sum is ≥ ``goal``."""
    tightest, least_slack = (0,) * len(goal), None
    for mix in _mixes(len(goal)):
        # The best sum as this mix of the conditions sees it: it may be there already, or show
        # that no sum is.
        total = _sum((max(options, key=partial(_dot, mix)) for options in choices), len(goal))
        if _reaches(total, goal):
            return True
        slack = _dot(mix, total) - _dot(mix, goal)
        if slack < 0:
            return False
        if least_slack is None or slack < least_slack:
            tightest, least_slack = mix, slack
    # The mix that came closest to showing that there is none goes on as one more condition.
    return _some_sum_reaches(
        [[(*one, _dot(tightest, one)) for one in options] for options in choices],
        (*goal, _dot(tightest, goal)),
    )


def _some_sum_reaches(choices: Sequence[Sequence[Vector]], goal: Vector) -> bool:
    # What the choices still to come add at best and at worst, from the end to the front.
    best, worst = [(0,) * len(goal)], [(0,) * len(goal)]
    for options in reversed(choices):
        best.append(_add(best[-1], tuple(map(max, zip(*options, strict=True)))))
        worst.append(_add(worst[-1], tuple(map(min, zip(*options, strict=True)))))
    sums: list[Vector] = [(0,) * len(goal)]
    for at, options in enumerate(choices, start=1):
        needed = _subtract(goal, best[len(choices) - at])
        enough = _subtract(goal, worst[len(choices) - at])
        reached = {_add(one, option) for one in sums for option in options}
        sums = _greatest(tuple(map(min, one, enough)) for one in reached if _reaches(one, needed))
    return bool(sums)


def _mixes(conditions: int) -> Iterator[Vector]:
    """Ways to weigh the conditions against each other, in shares that sum to ``SHARES``."""
    for shares in combinations_with_replacement(range(conditions), SHARES):
        yield tuple(map(shares.count, range(conditions)))


def _in_whole_units(scoring: Scoring) -> tuple[list[list[Vector]], int]:
    """For each question and answer the points for each service, and the threshold, as integers."""
    points = [
        [
            [scoring.points(question, option, service) for service in scoring.services]
            for option in question.options
        ]
        for question in scoring.questions
    ]
    limit = scoring.thresholds.no_need_below
    unit = lcm(limit.denominator, *(p.denominator for q in points for o in q for p in o))
    whole = [[tuple(int(p * unit) for p in option) for option in options] for options in points]
    return whole, int(limit * unit)


def _greatest(sums: Iterable[Vector]) -> list[Vector]:
    """Those sums which no other one equals or exceeds everywhere."""
    kept: list[Vector] = []
    # Descending order puts every sum behind those that could exceed it.
    for one in sorted(set(sums), reverse=True):
        if not any(_reaches(other, one) for other in kept):
            kept.append(one)
    return kept


def _reaches(one: Vector, goal: Vector) -> bool:
    return all(map(int.__ge__, one, goal))


def _dot(mix: Vector, one: Vector) -> int:
    return sum(map(int.__mul__, mix, one))


def _sum(vectors: Iterable[Vector], length: int) -> Vector:
    return reduce(_add, vectors, (0,) * length)


def _add(one: Vector, other: Vector) -> Vector:
    return tuple(map(int.__add__, one, other))


def _subtract(one: Vector, other: Vector) -> Vector:
    return tuple(map(int.__sub__, one, other))

"""Whether every outcome of a quiz can come about: settled exactly, not by trying samples.

An outcome is a list of conditions „this sum over the answers is at least so much“: for a service,
that its need reaches the threshold and is not below (on a tie that it would lose: is above) each
other need; for no recommendation, that each need stays below the threshold. So every answer is a
vector with one number for each condition, and the question is whether one vector per question can
be chosen so that they add up to at least the goal everywhere.

Most cases are settled by weighing the conditions against each other: if the sum which is best for
some mix of them reaches the goal, there is one; if it does not even reach the goal's own mix, there
is none. What is left is looked for among the sums of two halves. Two prunings, none of which can
lose the goal, keep the first half small: a sum which could not get there even with the best of all
answers to come is dropped; a number which is enough even with the worst of them is cut down to just
enough, so that more sums are the same.
"""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING

from stadtfuehrer.domain.quiz_sums import (
    MOST_SUMS,
    SecondHalf,
    TooManySums,
    Vector,
    add,
    all_sums,
    conditions,
    goal,
    second_half,
    whole_points,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stadtfuehrer.domain.quiz_scoring import Scoring

ROUNDS = 100
"""How often the conditions are weighed anew; more rounds settle hardly more cases."""

SECOND_HALF = 5**6
"""Most sums of the second half; with ``MOST_SUMS`` in the first, fourteen questions with five
answers are always settled."""


def unreachable_outcomes(scoring: Scoring) -> list[str | None]:
    """The outcomes to which no set of answers leads; None is „no recommendation“.

    Every question must have an answer, and every service a weight above zero somewhere.

    Raises:
        TooManySums: it cannot be settled, which takes more than fourteen questions.

    """
    points, unit = whole_points(scoring)
    limit, services = int(scoring.thresholds.no_need_below * unit), len(scoring.services)
    return [
        outcome
        for own, outcome in (*enumerate(scoring.services), (None, None))
        if not can_add_up(
            [[conditions(own, needs) for needs in options] for options in points],
            goal(own, services, limit=limit),
        )
    ]


def can_add_up(choices: Sequence[Sequence[Vector]], wanted: Vector) -> bool:
    """Whether one vector out of each choice can be taken so that their sum is ≥ ``wanted``.

    Raises:
        TooManySums: weighing does not tell, and there are too many sums to look through.

    """
    mix = tightest = (1,) * len(wanted)
    least_slack = None
    for _ in range(ROUNDS):
        # The best sum as this mix of the conditions sees it: it may be there already, or show
        # that no sum is.
        total = _sum((max(options, key=partial(_dot, mix)) for options in choices), len(wanted))
        if _reaches(total, wanted):
            return True
        slack = _dot(mix, total) - _dot(mix, wanted)
        if slack < 0:
            return False
        if least_slack is None or slack * sum(tightest) < least_slack * sum(mix):
            tightest, least_slack = mix, slack
        # What falls short weighs more the next time (fictitious play, Brown 1951).
        mix = tuple(
            share + (have < want) for share, have, want in zip(mix, total, wanted, strict=True)
        )
    # The mix that came closest to showing that there is none goes on as one more condition.
    return _some_sum_reaches(
        [[(*one, _dot(tightest, one)) for one in options] for options in choices],
        (*wanted, _dot(tightest, wanted)),
    )


def _some_sum_reaches(choices: Sequence[Sequence[Vector]], wanted: Vector) -> bool:
    # What matters most comes first, so that hopeless sums are dropped early.
    ordered = sorted(map(_greatest, choices), key=_width, reverse=True)
    at = second_half(ordered, SECOND_HALF)
    second = SecondHalf(set(all_sums(ordered[at:], len(wanted))))
    return any(second.completing(one, wanted) for one in _first_sums(ordered, at, wanted))


def _first_sums(choices: Sequence[Sequence[Vector]], end: int, wanted: Vector) -> set[Vector]:
    """The sums of the choices before ``end`` from which there may be a way to ``wanted``."""
    # What the choices still to come add at best and at worst, from the end to the front.
    best, worst = [(0,) * len(wanted)], [(0,) * len(wanted)]
    for options in reversed(choices):
        best.append(add(best[-1], tuple(map(max, zip(*options, strict=True)))))
        worst.append(add(worst[-1], tuple(map(min, zip(*options, strict=True)))))
    sums = {(0,) * len(wanted)}
    for at, options in enumerate(choices[:end], start=1):
        needed = _subtract(wanted, best[len(choices) - at])
        enough = _subtract(wanted, worst[len(choices) - at])
        reached = (add(one, option) for one in sums for option in options)
        sums = {tuple(map(min, one, enough)) for one in reached if _reaches(one, needed)}
        if len(sums) > MOST_SUMS:
            raise TooManySums
    return sums


def _greatest(options: Iterable[Vector]) -> list[Vector]:
    """Those vectors which no other one equals or exceeds everywhere."""
    kept: list[Vector] = []
    # Descending order puts every vector behind those that could exceed it.
    for one in sorted(set(options), reverse=True):
        if not any(_reaches(other, one) for other in kept):
            kept.append(one)
    return kept


def _width(options: Sequence[Vector]) -> int:
    """How much it matters at most which one is taken."""
    width: int = max(max(numbers) - min(numbers) for numbers in zip(*options, strict=True))
    return width


def _reaches(one: Vector, wanted: Vector) -> bool:
    return all(map(int.__ge__, one, wanted))


def _dot(mix: Vector, one: Vector) -> int:
    return sum(map(int.__mul__, mix, one))


def _sum(vectors: Iterable[Vector], length: int) -> Vector:
    return reduce(add, vectors, (0,) * length)


def _subtract(one: Vector, other: Vector) -> Vector:
    return tuple(map(int.__sub__, one, other))

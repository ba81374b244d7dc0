"""Sums over all sets of answers, without going through the sets one by one.

The questions are parted into two halves, and each sum of the first meets all sums of the second at
once („meet in the middle“, Horowitz and Sahni 1974). Which sums of the second half are at least so
much in one number is a row of bits, found by bisection; which are so in several numbers is the
bitwise and of such rows. Ten questions with five answers are 9,765,625 sets, but only 3,125 rows of
3,125 bits.
"""

from __future__ import annotations

from bisect import bisect_left
from math import lcm
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stadtfuehrer.domain.quiz_scoring import Scoring

Vector = tuple[int, ...]

MOST_SUMS = 5**8
"""Of the first half; more would take minutes, and memory that small machines do not have."""


class TooManySums(Exception):  # noqa: N818 - it names what was met
    """The answers lead to more different sums than can be looked at."""


class SecondHalf:
    """The sums of the second half, ready to be met by those of the first."""

    def __init__(self, sums: Iterable[Vector]) -> None:
        self._rankings = [_Ranking(numbers) for numbers in zip(*sums, strict=True)]

    def completing(self, first: Vector, goal: Vector) -> int:
        """Which sums here reach ``goal`` everywhere when added to ``first``: a bit for each."""
        row = -1
        for ranking, have, wanted in zip(self._rankings, first, goal, strict=True):
            row &= ranking.at_least(wanted - have)
            if not row:
                break
        return row


class _Ranking:
    """Tells which of some numbers are at least so much: a row with bit i for the i-th number."""

    def __init__(self, numbers: Iterable[int]) -> None:
        at: dict[int, int] = {}
        for place, number in enumerate(numbers):
            at[number] = at.get(number, 0) | 1 << place
        self._steps = sorted(at)
        rows = [0]
        for step in reversed(self._steps):
            rows.append(rows[-1] | at[step])
        self._rows = rows[::-1]

    def at_least(self, bound: int) -> int:
        return self._rows[bisect_left(self._steps, bound)]


def whole_points(scoring: Scoring) -> tuple[list[list[Vector]], int]:
    """What each answer of each question adds to each need, as integers.

    The second value is how many of them make one point of need; thresholds are whole in it, too.
    Every service must have a weight above zero somewhere.
    """
    points = [
        [
            [scoring.points(question, option, service) for service in scoring.services]
            for option in question.options
        ]
        for question in scoring.questions
    ]
    limits = scoring.thresholds
    unit = lcm(
        *(one.denominator for one in (limits.no_need_below, limits.close_below, limits.clear_from)),
        *(p.denominator for question in points for option in question for p in option),
    )
    return [[tuple(int(p * unit) for p in one) for one in options] for options in points], unit


def conditions(own: int | None, needs: Vector) -> Vector:
    """What decides about an outcome, as numbers that must be great enough together.

    ``own`` is the number of a service, None is „no recommendation“. Adding needs adds conditions.
    """
    if own is None:
        return tuple(-need for need in needs)
    return needs[own], *(needs[own] - need for at, need in enumerate(needs) if at != own)


def goal(own: int | None, services: int, *, limit: int, margin: int = 0) -> Vector:
    """How great the conditions of an outcome must be, for a ``margin`` of at least so much.

    ``limit`` is the need from which something is recommended. Both in whole units.
    """
    if own is None:
        return (max(margin, 1) - limit,) * services
    # On a tie the earlier service wins, so the need must lie above those before it.
    others = (max(margin, int(at < own)) for at in range(services) if at != own)
    # Without another service the margin is the need itself.
    return limit if services > 1 else max(limit, margin), *others


def second_half(choices: Sequence[Sequence[Vector]], most: int) -> int:
    """Where the second half begins, if it may have ``most`` sums."""
    at, sums = len(choices), 1
    while at and (sums := sums * len(choices[at - 1])) <= most:
        at -= 1
    return at


def all_sums(choices: Iterable[Iterable[Vector]], length: int) -> list[Vector]:
    """The sums of every way to take one vector out of each choice; the same one may come again."""
    sums = [(0,) * length]
    for options in choices:
        sums = [add(one, option) for one in sums for option in options]
    return sums


def add(one: Vector, other: Vector) -> Vector:
    """The sum of two vectors."""
    return tuple(map(int.__add__, one, other))

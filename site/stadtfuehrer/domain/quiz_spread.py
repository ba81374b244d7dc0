"""How the outcomes of a quiz are spread over all sets of answers: counted exactly.

Every set counts once, so this tells what the weights do, and not what visitors will answer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from stadtfuehrer.domain.quiz_result import Certainty
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
    from collections.abc import Mapping, Sequence

    from stadtfuehrer.domain.quiz_scoring import Scoring

BAR = 5
"""Width of each bar in ``Spread.margins``, in points of need."""

SECOND_HALF = 5**5
"""Most sums of the second half: with ten questions as many as the first has at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How many sets of answers lead where; in mappings None is „no recommendation“."""

    total: int
    outcomes: Mapping[str | None, int]
    """Services in the order of the quiz, then None."""
    certainties: Mapping[str | None, Mapping[Certainty, int]]
    """Each outcome with every certainty, also where the number is 0."""
    ties: int
    """Sets whose recommended service has a need that another one equals exactly."""
    margins: tuple[int, ...]
    """Sets with a recommendation by their margin: twenty bars, the first from 0 to below ``BAR``
    points, the last one including 100."""


def spread_of(scoring: Scoring) -> Spread:
    """Count the outcomes of all sets of answers; the scoring must be one of a sound quiz.

    Takes a second or so for ten questions with five answers and three services, and minutes for as
    many sums as may be.

    Raises:
        TooManySums: any 13 questions with five answers can be counted, and more where weights are
            small, since then many sums are the same; these cannot.

    """
    points, unit = whole_points(scoring)
    limits, services = scoring.thresholds, len(scoring.services)
    limit, close, clear = (
        int(one * unit) for one in (limits.no_need_below, limits.close_below, limits.clear_from)
    )
    bars = [points_of_need * unit for points_of_need in range(0, 100, BAR)]
    margins = sorted({0, 1, close, clear, *bars})
    at = second_half(points, SECOND_HALF)
    first, second = _counted_sums(points[:at], services), all_sums(points[at:], services)
    # For each outcome how many sets have at least so much margin.
    sets = {
        outcome: dict(
            zip(
                margins,
                _count(
                    own,
                    first,
                    second,
                    [goal(own, services, limit=limit, margin=one) for one in margins],
                ),
                strict=True,
            )
        )
        for own, outcome in (*enumerate(scoring.services), (None, None))
    }
    recommended = [sets[service] for service in scoring.services]
    reached = [sum(one[bar] for one in recommended) for bar in bars]
    return Spread(
        total=sum(one[0] for one in sets.values()),
        outcomes={outcome: one[0] for outcome, one in sets.items()},
        certainties={
            outcome: {
                Certainty.CLEAR: one[clear],
                Certainty.RATHER: one[close] - one[clear],
                Certainty.CLOSE: one[0] - one[close],
            }
            for outcome, one in sets.items()
        },
        ties=sum(one[0] - one[1] for one in recommended) if services > 1 else 0,
        margins=tuple(here - beyond for here, beyond in pairwise((*reached, 0))),
    )


def _count(
    own: int | None, first: Mapping[Vector, int], second: Sequence[Vector], goals: Sequence[Vector]
) -> list[int]:
    """How many sets reach each of the goals, which stand in ascending order."""
    half = SecondHalf(conditions(own, needs) for needs in second)
    counts = [0] * len(goals)
    for needs, ways in first.items():
        have = conditions(own, needs)
        for at, wanted in enumerate(goals):
            row = half.completing(have, wanted)
            if not row:
                break
            counts[at] += ways * row.bit_count()
    return counts


def _counted_sums(choices: Sequence[Sequence[Vector]], length: int) -> Counter[Vector]:
    """The different sums over all choices, each with the number of ways to it."""
    sums = Counter({(0,) * length: 1})
    for options in choices:
        following: Counter[Vector] = Counter()
        for one, ways in sums.items():
            for option in options:
                following[add(one, option)] += ways
        sums = following
        if len(sums) > MOST_SUMS:
            raise TooManySums
    return sums

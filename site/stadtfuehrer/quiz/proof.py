"""What a quiz leads to, settled exactly and not by samples: which outcomes, and how often.

An answer adds whole numbers to the needs, and many sets of answers lead to the same sums; so sums
are gone through, question by question, and not the sets themselves.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from operator import add, ge, mul

from stadtfuehrer.quiz.result import Certainty, certainty_of
from stadtfuehrer.quiz.scoring import Scoring

Vector = tuple[int, ...]

Choices = list[list[Vector]]

MOST_SUMS = 5**8
"""More at a time would take minutes."""

ROUNDS = 100

BAR = 5
"""Width of each bar in ``Spread.margins``, in points of need."""


class TooManySums(Exception):  # noqa: N818 - it names what was met
    """The answers lead to more different sums than can be gone through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How many sets of answers lead where; in mappings None is „no recommendation“."""

    total: int
    outcomes: Mapping[str | None, int]
    certainties: Mapping[str | None, Mapping[Certainty, int]]
    ties: int
    """Sets whose recommended service has a need that another one equals exactly."""
    unsure: int
    """Sets of which half or more is „weiß ich nicht“: a part of those without recommendation."""
    margins: tuple[int, ...]
    """Sets with a recommendation by their margin: twenty bars, the last one including 100."""


def spread_of(scoring: Scoring) -> Spread:
    """Count the outcomes of all sets, each once; raises TooManySums."""
    outcomes, limit = (*scoring.services, None), scoring.limits[0]
    found: Counter[tuple[str | None, Certainty]] = Counter()
    bars: Counter[int] = Counter()
    ties = unsure = 0
    fewest_open, fewest_known = scoring.fewest_open, scoring.fewest_known

    def trim(_: int, one: Vector) -> Vector:
        # More than enough makes no difference.
        *needs, is_open, known = one
        return (*needs, min(is_open, fewest_open), min(known, fewest_known))

    for sums, ways in _sums(_choices(scoring), trim).items():
        first, second, *_ = (*sorted(sums[:-2], reverse=True), 0)
        winner = scoring.winner(sums)
        margin = first - second if winner else max(0, limit - first)
        found[winner, certainty_of(scoring, margin)] += ways
        unsure += ways * (sums[-1] < scoring.fewest_known)
        if winner:
            ties += ways * (len(scoring.services) > 1 and not margin)
            bars[min(margin // (BAR * scoring.unit), 100 // BAR - 1)] += ways
    return Spread(
        total=found.total(),
        outcomes={one: sum(found[one, word] for word in Certainty) for one in outcomes},
        certainties={one: {word: found[one, word] for word in Certainty} for one in outcomes},
        ties=ties,
        unsure=unsure,
        margins=tuple(bars[at] for at in range(100 // BAR)),
    )


def unreachable_services(scoring: Scoring) -> list[str]:
    """The services that no set of answers leads to; raises TooManySums.

    That nothing is recommended can always be: with „weiß ich nicht“ everywhere.
    """
    choices, limit = _choices(scoring), scoring.limits[0]
    never = []
    for own, service in enumerate(scoring.services):
        # Its need reaches the limit and no other need exceeds it; on a tie the earlier one wins.
        conditions = [
            [
                (*(one[own] - need * (at != own) for at, need in enumerate(one[:-2])), *one[-2:])
                for one in options
            ]
            for options in choices
        ]
        wanted = (limit if at == own else int(at < own) for at in range(len(scoring.services)))
        if not can_add_up(conditions, (*wanted, scoring.fewest_open, scoring.fewest_known)):
            never.append(service)
    return never


def can_add_up(choices: Choices, wanted: Vector) -> bool:
    """Whether one vector of each choice can be taken so that the sum is ≥ ``wanted`` everywhere.

    The best sum as a mix of the numbers sees it may be there already, or show that none is. Then
    what falls short weighs more the next time (fictitious play, Brown 1951), and near misses are
    bettered answer by answer. What is left is looked for among all sums; raises TooManySums.
    """
    mix = (1,) * len(wanted)
    for number in range(ROUNDS):
        picked = [max(options, key=partial(_dot, mix)) for options in choices]
        total = _add(*picked)
        if _dot(mix, total) < _dot(mix, wanted):
            return False
        if _reaches(total, wanted) or (number % 10 == 0 and _bettered(picked, choices, wanted)):
            return True
        mix = tuple(m + (have < want) for m, have, want in zip(mix, total, wanted, strict=True))
    return _some_sum_reaches(choices, wanted)


def _bettered(picked: list[Vector], choices: Choices, wanted: Vector) -> bool:
    """Whether changing one answer after another gets there, each time the one that helps most."""
    total = _add(*picked)
    while not _reaches(total, wanted):
        changes = (
            (_add(total, new, tuple(-n for n in old)), at, new)
            for at, old in enumerate(picked)
            for new in choices[at]
        )
        better, at, new = min(changes, key=lambda change: _shortfall(change[0], wanted))
        if _shortfall(better, wanted) >= _shortfall(total, wanted):
            return False
        total, picked[at] = better, new
    return True


def _some_sum_reaches(choices: Choices, wanted: Vector) -> bool:
    """Go through the sums, without those that cannot get there with the best of what comes.

    A number that is enough even with the worst of it matters no more, so it is cut down to that.
    """
    # What matters most comes first, so that hopeless sums are dropped early.
    choices = sorted(choices, key=lambda one: max(max(n) - min(n) for n in zip(*one, strict=True)))
    ends = [[tuple(map(pick, zip(*one, strict=True))) for one in choices] for pick in (max, min)]
    best, worst = (list(accumulate(one, _add, initial=(0,) * len(wanted))) for one in ends)

    def trim(left: int, one: Vector) -> Vector | None:
        if not _reaches(_add(one, best[left]), wanted):
            return None
        return tuple(min(n, w - rest) for n, w, rest in zip(one, wanted, worst[left], strict=True))

    return bool(_sums(choices[::-1], trim))


def _sums(choices: Choices, trim: Callable[[int, Vector], Vector | None]) -> Counter[Vector]:
    """The sums over all choices, each with the number of ways to it.

    ``trim`` hears how many choices are left, and may shorten a sum or drop it.
    """
    sums: Counter[Vector] = Counter({(0,) * len(choices[0][0]): 1})
    for left, options in zip(reversed(range(len(choices))), choices, strict=True):
        following: Counter[Vector] = Counter()
        for option in options:
            for one, ways in sums.items():
                if (trimmed := trim(left, tuple(map(add, one, option)))) is not None:
                    following[trimmed] += ways
            if len(following) > MOST_SUMS:
                raise TooManySums
        sums = following
    return sums


def _choices(scoring: Scoring) -> Choices:
    return [
        [scoring.weigh(one, option).parts for option in one.options] for one in scoring.questions
    ]


def _add(*vectors: Vector) -> Vector:
    return tuple(map(sum, zip(*vectors, strict=True)))


def _dot(mix: Vector, one: Vector) -> int:
    return sum(map(mul, mix, one))


def _reaches(one: Vector, wanted: Vector) -> bool:
    return all(map(ge, one, wanted))


def _shortfall(one: Vector, wanted: Vector) -> int:
    return sum(want - have for have, want in zip(one, wanted, strict=True) if have < want)

"""The walk through the city on which the questions are asked: stops on one winding street."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import dist

from stadtfuehrer.quiz.geometry import Point, between, path

# From the station over the bridge, across the market, past the park and up to the tower; the city
# around it is drawn in templates/quiz/walk.html. With ten questions the third is on the bridge.
_STREET = tuple(
    Point(x, y)
    for x, y in (
        *((0, 0), (64, -18), (96, 12), (190, 2), (226, -33), (270, -43), (318, -8), (372, 8)),
        *((410, -11), (476, -5), (520, -35), (560, -47), (622, -30), (650, -7), (716, 5)),
        *((770, -22), (802, -17)),
    )
)
_WAY = path(_STREET)

_LONGEST_LEG = 90
"""So that a short quiz has its next stop in sight, too."""

_WINDOW = (280, 92)
"""Width and height of what the narrowest screen shows of the city."""

_ABOVE = 54
"""How much of it is above the present place, where its sign stands (see quiz.css)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where a question is asked."""

    x: int
    y: int
    number: int
    is_answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What is drawn of a walk, in units of the map; a unit is a pixel on a phone.

    ``window`` is an SVG viewBox around the present place. ``street``, ``walked`` and ``fresh``
    are SVG path data: the whole way, the legs that begin at an answered question, and of these
    apart, if it is the last one, the leg that has just led here.
    """

    x: int
    y: int
    window: str
    street: str
    walked: str
    fresh: str
    stops: tuple[Stop, ...]
    goal: Point


def walk_of(total: int, *, at: int, answered: Collection[int]) -> Walk:
    """The walk with ``total`` stops, standing at ``at``; both count stops from 0.

    Leg ``n`` leads on from question ``n``, the last one to the goal, so there are as many legs
    walked as questions answered. ``at`` may be ``total``: then the visitor stands at the goal.
    """
    legs, places = _legs(total)
    x, y = places[at]
    width, height = _WINDOW
    fresh = at - 1 if answered and max(answered) == at - 1 else None
    return Walk(
        x=x,
        y=y,
        window=f"{x - width // 2} {y - _ABOVE} {width} {height}",
        street=_WAY,
        walked="".join(legs[number] for number in sorted(answered) if number != fresh),
        fresh="" if fresh is None else legs[fresh],
        stops=tuple(
            Stop(x=x, y=y, number=number + 1, is_answered=number in answered)
            for number, (x, y) in enumerate(places[:-1])
        ),
        goal=places[-1],
    )


@cache
def _legs(total: int) -> tuple[tuple[str, ...], tuple[Point, ...]]:
    """The street cut into equally long legs, drawn with the corners between, and their ends."""
    lengths = [dist(one, other) for one, other in pairwise(_STREET)]
    leg = min(_LONGEST_LEG, sum(lengths) / total)
    legs: list[list[Point]] = [[_STREET[0]]]
    walked = 0.0
    for (one, other), length in zip(pairwise(_STREET), lengths, strict=True):
        while len(legs) <= total and len(legs) * leg <= walked + length:
            place = between(one, other, (len(legs) * leg - walked) / length)
            legs[-1].append(place)
            legs.append([place])
        legs[-1].append(other)
        walked += length
    # Rounding may leave a last leg behind the goal, or none.
    return tuple(map(path, legs[:total])), (*(leg[0] for leg in legs[:total]), legs[total - 1][-1])

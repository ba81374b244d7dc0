"""The city plan of a result: what lies where, before anybody draws it or puts it into words.

The city is the same for everybody who takes the same quiz: every service is a district on a street
by the river, in the quiz's order from west to east and by turns on the near and on the far bank;
every question is a street in the district for which it counts most. What the answers change is
the state of the streets, where the visitor stands and the route.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from stadtfuehrer.quiz.result import Certainty, Result
from stadtfuehrer.quiz.scoring import Scoring

_SMALL_GAP = 1


class Surface(StrEnum):
    """The state of a street: one for each step, and one for „weiß ich nicht“."""

    PAVED = "paved"
    NARROW = "narrow"
    GRAVEL = "gravel"
    SITE = "site"
    UNKNOWN = "unknown"


_SURFACES = (Surface.PAVED, Surface.NARROW, Surface.GRAVEL, Surface.SITE)


class Traffic(StrEnum):
    """Which ways a street of dialogue can be driven."""

    BOTH = "both"
    ONE_WAY = "one-way"


class Heading(StrEnum):
    """A direction along the street by the river."""

    WEST = "west"
    EAST = "east"


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """One question; ``number`` counts from 1 in the quiz's order.

    ``traffic`` is None where the question is not about dialogue, or nobody knows.
    """

    number: int
    theme: str
    surface: Surface
    traffic: Traffic | None


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """One service."""

    service: str
    title: str
    streets: tuple[Street, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the visitor stands, and the way from there; both follow from needs and margin.

    They stand by the entry of the district ``near`` with the greatest need, on the side of the
    one ``towards`` with the second greatest. ``away`` runs from 0, at the entry, to 1, half-way
    to the next entry: the closer the result, the farther away.
    """

    near: District
    towards: District | None
    neighbours: bool
    """Whether no third entry lies between the two."""
    certainty: Certainty
    away: Fraction
    heading: Heading
    """Which way the route sets out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that drawing and words of a plan say.

    Without a ``standing`` the visitor is in the middle of the city and needs no route.
    """

    districts: tuple[District, ...]
    standing: Standing | None


def plan_of(scoring: Scoring, result: Result, titles: Mapping[str, str]) -> Plan:
    """The plan of a result; ``titles`` names each service."""
    streets: dict[str, list[Street]] = {service: [] for service in scoring.services}
    for number, theme in enumerate(result.themes, 1):
        question, gap = theme.question, theme.option.gap
        street = _street(number, theme.theme, gap, dialogue=question.dialogue)
        streets[scoring.homes[question.id]].append(street)
    districts = tuple(
        District(service=service, title=titles[service], streets=tuple(streets[service]))
        for service in scoring.services
    )
    return Plan(districts=districts, standing=_standing(scoring, result, districts))


@lru_cache(maxsize=1024)
def _street(number: int, theme: str, gap: int | None, *, dialogue: bool) -> Street:
    traffic = None
    if dialogue and gap is not None:
        traffic = Traffic.BOTH if gap <= _SMALL_GAP else Traffic.ONE_WAY
    return Street(
        number=number,
        theme=theme,
        surface=Surface.UNKNOWN if gap is None else _SURFACES[gap],
        traffic=traffic,
    )


def _standing(scoring: Scoring, result: Result, districts: tuple[District, ...]) -> Standing | None:
    if result.recommended is None:
        return None
    near = scoring.services.index(result.recommended)
    towards = scoring.services.index(result.second) if result.second else None
    clear = scoring.thresholds.clear_from
    return Standing(
        near=districts[near],
        towards=None if towards is None else districts[towards],
        neighbours=towards is not None and abs(towards - near) == 1,
        certainty=result.certainty,
        away=max(Fraction(0), 1 - result.margin / clear) if clear else Fraction(0),
        # Whoever stands west of the entry sets out eastward; with one service that is so, too.
        heading=Heading.WEST if towards is not None and towards > near else Heading.EAST,
    )

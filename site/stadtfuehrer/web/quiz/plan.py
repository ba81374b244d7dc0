"""Lays the city plan out on paper: where each street, sign and way is drawn.

Whole numbers on a sheet that is 640 wide and as high as it needs to be. A street runs along the
river; districts stand north and south of it, each a comb: a way from the river street to the
district's place, and on both sides of it rows of streets, one a question. At first everything
lies on a grid, then ``_bend`` makes a city of it: it moves neighbours alike, so that what does not
touch on the grid does not touch on paper either.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sin
from typing import TYPE_CHECKING, NamedTuple

from stadtfuehrer.domain.quiz_plan import Heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stadtfuehrer.domain.quiz_plan import District, Plan, Street

WIDTH = 640
SIGN_LETTER = 11.5
"""Width of a letter on a district's sign, on average; the sign type is narrow."""
_MARGIN = 14
_PITCH = 68
_NORTH_BANK = 96
_SOUTH_BANK = 118
_RIVER = 58
_SIGN_LINE = 28
_SIGN_ROOM = 12
_NEAREST, _FARTHEST = 0.19, 0.44
"""How far from an entry one can stand, as a share of the distance to the next."""


class Point(NamedTuple):
    """A place on the sheet; y grows southward."""

    x: int
    y: int


class Box(NamedTuple):
    """A plate: its middle and its size."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnStreet:
    """A street from the district's way outward; signs stand on both sides of its number."""

    street: Street
    path: str
    plate: Box
    turn: int
    """Degrees from east, clockwise, for what is painted on the street."""
    signs: tuple[Point, Point]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnDistrict:
    """A district: its ground, its way, its place and the sign above or below that."""

    district: District
    ground: str
    way: str
    place: Point
    sign: Box
    lines: tuple[str, ...]
    """The title, shortened to what fits onto the sign."""
    streets: tuple[DrawnStreet, ...]
    greens: tuple[Point, ...]
    """Where a street could lie and none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The plan on paper; what is not listed by district is one path for all."""

    height: int
    lanes: str
    river: str
    river_street: str
    districts: tuple[DrawnDistrict, ...]
    here: Point
    here_sign: Box
    route: str | None


def draw(plan: Plan) -> Drawing:
    """The plan on paper: the same for the same plan, whatever the machine."""
    return _Sheet(plan).drawing()


class _Zone(NamedTuple):
    """The districts on one bank of the river, side by side."""

    districts: tuple[District, ...]
    columns: int
    """Streets in a row of one district."""
    rows: int

    @property
    def width(self) -> float:
        return WIDTH / max(1, len(self.districts))


class _Sheet:
    """Paper with a grid: knows for each bank how far from the river a row lies."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.names = dict(
            zip(plan.districts, _short([d.title for d in plan.districts]), strict=True)
        )
        self.north = self._zone(beyond_river=False)
        self.south = self._zone(beyond_river=True)
        self.river_y = round(_MARGIN + self._sign_room(self.north) + self._depth(self.north))

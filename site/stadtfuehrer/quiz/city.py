"""Lays out the city that a quiz's plans are drawn on: the same for everybody who takes the quiz.

The sheet is as high as it needs to be, with y = 0 at the street along the river. Districts lie on
both banks, each a comb: a way leads from the river street to the district's place, and left and
right of it lie its streets, row by row. All this is laid on a grid; ``bent`` makes a city of it.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import atan2, ceil, degrees, sin

from stadtfuehrer.quiz.geometry import WIDTH, Box, Point, bent, between, lines_of, path, short_names

LINE = 28
"""How high a line on a district's sign is."""

PLATE_HEIGHT = 30

_LETTER = 11.6
"""How wide the letters of a sign are on average, in the wider of its types."""

_EDGE = 18

_PITCH = 68

_FIRST_ROW = {-1: 100, 1: 122}
"""From the river street: to the north there is room to stand, to the south the river."""

_STRAIGHT = {-1: 46, 1: 92}
"""How far a way runs straight before it turns to its district: over the bridge, in the south."""

_RIVER, _QUAY = 58, 92

_SHORT = 130


@dataclass(frozen=True, kw_only=True)
class Course:
    """Where a street runs, from its district's way outward, and what stands on it."""

    ends: tuple[Point, Point]
    plate: Box
    sign: Point
    """Beside the plate, for what is told about the traffic."""
    turn: int
    """Degrees clockwise from east, for what is painted onto the street."""

    @cached_property
    def path(self) -> str:
        """The street as a path."""
        return path(self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """The ground of a district; ``way`` leads from the river street to its place."""

    ground: str
    way: tuple[Point, ...]
    sign: Box
    lines: tuple[str, ...]
    """The name, shortened to what fits onto the sign."""
    courses: tuple[Course, ...]
    greens: tuple[Point, ...]
    """Where a street could lie and none does."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class City:
    """Quarters in the quiz's order, and what lies between them as one path for each kind."""

    top: int
    height: int
    entries: tuple[int, ...]
    """Where on the river street each quarter's way begins, on the grid."""
    river: str
    rows: str
    lanes: str
    avenues: str
    quarters: tuple[Quarter, ...]


@lru_cache(maxsize=8)
def city(titles: tuple[str, ...], numbers: tuple[tuple[int, ...], ...]) -> City:
    """The city of these districts, by turns north and south, with the numbers of their streets."""
    entries, names = _entries(len(titles)), short_names(titles)
    north, south = (
        _Bank(direction, names[first::2], numbers[first::2], entries[first::2])
        for first, direction in ((0, -1), (1, 1))
    )
    quarters = [north.quarter(0)] * len(titles)
    quarters[0::2] = [north.quarter(at) for at in range(len(north.names))]
    quarters[1::2] = [south.quarter(at) for at in range(len(south.names))]
    return City(
        top=-north.depth,
        height=north.depth + south.depth,
        entries=entries,
        river=path(bent(x, _RIVER + 9 * sin(x / 60)) for x in _across()),
        rows=north.rows_across() + south.rows_across(),
        lanes=path(bent(x, _QUAY) for x in _across()) + north.lanes() + south.lanes(),
        avenues=path(bent(x, 0) for x in sorted({*_across(), *entries}))
        + "".join(path(one.way) for one in quarters),
        quarters=tuple(quarters),
    )


def _across() -> range:
    """From edge to edge and a little over."""
    return range(-64, WIDTH + 96, 32)


def _entries(number: int) -> tuple[int, ...]:
    """As far apart as can be, and each where the way to its district need not turn much."""
    right_before = {2: (170, 470), 3: (160, 320, 480), 4: (110, 210, 430, 530)}
    evenly = tuple(WIDTH * (2 * at + 1) // (2 * number) for at in range(number))
    return right_before.get(number, evenly)


class _Bank:
    """The districts on one bank, side by side on the grid; ``direction`` is -1 to the north."""

    def __init__(
        self,
        direction: int,
        names: tuple[str, ...],
        numbers: tuple[tuple[int, ...], ...],
        entries: tuple[int, ...],
    ) -> None:
        self.direction, self.names, self.numbers = direction, names, numbers
        self.entries = entries
        self.width = WIDTH / max(1, len(names))
        self.columns = 4 if len(names) == 1 else 2
        self.step = (self.width - 2 * _EDGE) / self.columns

    @cached_property
    def lines(self) -> list[tuple[str, ...]]:
        """What stands on the districts' signs."""
        letters = min(21, int((self.width - 3 * _EDGE) / _LETTER))
        return [lines_of(name, letters) for name in self.names]

    @property
    def depth(self) -> int:
        """From the river street to the edge of the sheet."""
        if not self.names:
            return _FIRST_ROW[self.direction]
        most = max(self._rows(at) for at in range(len(self.names)))
        return _FIRST_ROW[self.direction] + (most - 1) * _PITCH + 32 + self._sign_room + _EDGE

    @property
    def _sign_room(self) -> int:
        return LINE * max(map(len, self.lines)) + 14

    def rows_across(self) -> str:
        """Every row of streets, on across the sheet."""
        paths = ""
        for row in range(max(map(self._rows, range(len(self.names))), default=0)):
            nodes = [
                self._node(at, column, row)
                for at in range(len(self.names))
                for column in range(self.columns + 1)
                if row < self._rows(at)
            ]
            ends = Point(-20, nodes[0].y + 6), Point(WIDTH + 20, nodes[-1].y - 6)
            paths += path([ends[0], *nodes, ends[1]])
        return paths

    def lanes(self) -> str:
        """The lanes between the streets of a row, from the river to the edge of the sheet."""
        edge, quay = self.direction * (self.depth + 30), _QUAY if self.direction > 0 else 0
        paths = ""
        for at in range(len(self.names)):
            for column in range(self.columns + 1):
                x = self._x(at, column)
                nodes = [self._node(at, column, row) for row in range(self._rows(at))]
                from_river = [] if column == self._spine(at) else [bent(x, quay)]
                paths += path([*from_river, *nodes, bent(x, edge)])
        return paths

    def quarter(self, at: int) -> Quarter:
        """One district with its streets."""
        numbers, lines = self.numbers[at], self.lines[at]
        slots = [(row, column) for row in range(self._rows(at)) for column in range(self.columns)]
        way = self._way(at)
        height = LINE * len(lines) + 6
        sides = [at * self.width + 5 + (self.width - 10) * part / 4 for part in range(5)]
        inner = self.direction * (_FIRST_ROW[self.direction] - 34)
        outer = self._y(self._rows(at) - 1) + self.direction * (26 + self._sign_room)
        return Quarter(
            ground=path([*(bent(x, inner) for x in sides), *(bent(x, outer) for x in sides[::-1])])
            + "z",
            way=way,
            sign=Box(
                way[-1].x,
                way[-1].y + self.direction * (28 + height // 2),
                round(_LETTER * max(map(len, lines))) + 20,
                height,
            ),
            lines=lines,
            courses=tuple(
                self._course(at, *slot, number)
                for number, slot in zip(numbers, slots, strict=False)
            ),
            greens=tuple(
                between(self._node(at, column, row), self._node(at, column + 1, row), 0.5)
                for row, column in slots[len(numbers) :]
            ),
        )

    def _way(self, at: int) -> tuple[Point, ...]:
        start = [bent(self.entries[at], y * self.direction) for y in (0, _STRAIGHT[self.direction])]
        spine = self._spine(at)
        return (*start, *(self._node(at, spine, row) for row in range(self._rows(at))))

    def _course(self, at: int, row: int, column: int, number: int) -> Course:
        start, end = self._node(at, column, row), self._node(at, column + 1, row)
        if column < self._spine(at):
            start, end = end, start
        # A short street has room for plate and sign only if they share it.
        plate, sign = (0.36, 0.79) if self.step < _SHORT else (0.5, 0.79)
        width = 28 if number < 10 else 35  # noqa: PLR2004 - one digit or two
        return Course(
            ends=(start, end),
            plate=Box(*between(start, end, plate), width, PLATE_HEIGHT),
            sign=between(start, end, sign),
            turn=round(degrees(atan2(end.y - start.y, end.x - start.x))),
        )

    def _spine(self, at: int) -> int:
        """The inner column nearest to the entry: on it runs the district's way."""
        return min(range(1, self.columns), key=lambda one: abs(self._x(at, one) - self.entries[at]))

    def _rows(self, at: int) -> int:
        return max(1, ceil(len(self.numbers[at]) / self.columns))

    def _x(self, at: int, column: int) -> float:
        return at * self.width + _EDGE + column * self.step

    def _y(self, row: int) -> int:
        return self.direction * (_FIRST_ROW[self.direction] + row * _PITCH)

    def _node(self, at: int, column: int, row: int) -> Point:
        return bent(self._x(at, column), self._y(row))

"""Draws a result's plan onto the city: the state of the streets, who stands where, the route."""

from dataclasses import dataclass

from stadtfuehrer.quiz.city import PLATE_HEIGHT, City, Course, Quarter, city
from stadtfuehrer.quiz.geometry import MOST_APART, WIDTH, Box, Point, bent, path
from stadtfuehrer.quiz.plan import District, Heading, Plan, Standing, Street

_NEAREST, _FARTHEST = 0.3, 0.45
"""How far from an entry one stands, as a share of the distance to the next."""

_HERE_WIDTH = 132

_PIN = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnDistrict:
    """A district on its ground, each street on its course."""

    district: District
    quarter: Quarter
    streets: tuple[tuple[Street, Course], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A plan on paper; the route runs along the city's avenues."""

    city: City
    districts: tuple[DrawnDistrict, ...]
    here: Point
    here_sign: Box
    goal: District | None
    route: str | None


def draw(plan: Plan) -> Drawing:
    """The plan on paper; the same plan always looks the same."""
    ground = city(
        tuple(one.title for one in plan.districts),
        tuple(tuple(street.number for street in one.streets) for one in plan.districts),
    )
    standing = plan.standing
    x = _place(plan, standing, ground.entries) if standing else WIDTH // 2
    here = bent(x, 0)
    return Drawing(
        city=ground,
        districts=tuple(
            DrawnDistrict(
                district=district,
                quarter=quarter,
                streets=tuple(zip(district.streets, quarter.courses, strict=True)),
            )
            for district, quarter in zip(plan.districts, ground.quarters, strict=True)
        ),
        here=here,
        here_sign=_sign(here, standing.heading if standing else Heading.WEST),
        goal=standing.near if standing else None,
        route=path(_route(x, ground, plan.districts.index(standing.near))) if standing else None,
    )


def _place(plan: Plan, standing: Standing, entries: tuple[int, ...]) -> int:
    """Where on the river street the visitor stands, on the grid."""
    at = plan.districts.index(standing.near)
    side = 1 if standing.heading is Heading.WEST else -1
    # With a single district there is no next entry: half a sheet keeps the visitor on it.
    to_next = abs(entries[at + side] - entries[at]) if standing.towards else WIDTH // 2
    away = _NEAREST + (_FARTHEST - _NEAREST) * float(standing.away)
    return entries[at] + side * round(to_next * away)


def _route(start: int, ground: City, goal: int) -> list[Point]:
    """Along the river street to the entry, then up the way of the district."""
    entry = ground.entries[goal]
    west, east = sorted((start, entry))
    # A corner right beside the visitor may lie behind them once both are bent onto paper.
    between = [x for x in range(0, WIDTH, 32) if west < x < east and abs(x - start) > MOST_APART]
    if entry < start:
        between.reverse()
    return [*(bent(x, 0) for x in (start, *between)), *ground.quarters[goal].way]


def _sign(here: Point, heading: Heading) -> Box:
    """Beside the visitor, where the route does not set out if there is room."""
    side = 1 if heading is Heading.WEST else -1
    aside = _PIN + _HERE_WIDTH // 2
    x = here.x + side * aside
    if not _HERE_WIDTH // 2 <= x <= WIDTH - _HERE_WIDTH // 2:
        x = here.x - side * aside
    return Box(x, here.y - 44, _HERE_WIDTH, PLATE_HEIGHT)

"""Draws a result's plan onto the city as SVG: the streets' state, who stands where, the route.

Colours are in result.css. Whoever does not see it reads the words beside it, which come from the
same facts. It is written here and not by a template, which took as long as all else of the page.
"""

from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from stadtfuehrer.quiz.city import PLATE_HEIGHT, City, Course, Quarter, city
from stadtfuehrer.quiz.geometry import MOST_APART, WIDTH, Box, Point, bent, path
from stadtfuehrer.quiz.plan import District, Heading, Plan, Standing, Street, Surface, Traffic

_NEAREST, _FARTHEST = 0.3, 0.45
"""How far from an entry one stands, as a share of the distance to the next."""

_HERE_WIDTH = 132

_PIN = 26

_SIGNS = (
    '<defs><path id="gegenverkehr" d="M-15-8H4v-4L15-6 4 0v-4h-19zM15 8H-4v4L-15 6-4 0v4h19z"/>'
    '<g id="einbahnstrasse"><rect class="p-blue" x="-17" y="-10" width="34" height="20" rx="3"/>'
    '<path class="p-white" d="M-13-3H3v-5L14 0 3 8V3h-16z"/></g></defs>'
)


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
    x, heading, route = WIDTH // 2, Heading.WEST, None
    if standing:
        near = plan.districts.index(standing.near)
        x, heading = _place(near, standing, ground.entries), standing.heading
        route = path(_route(x, ground, near))
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
        here_sign=_sign(here, heading),
        goal=standing.near if standing else None,
        route=route,
    )


def _place(near: int, standing: Standing, entries: tuple[int, ...]) -> int:
    """Where on the river street the visitor stands, on the grid."""
    side = 1 if standing.heading is Heading.WEST else -1
    # With a single district there is no next entry: half a sheet keeps the visitor on it.
    to_next = abs(entries[near + side] - entries[near]) if standing.towards else WIDTH // 2
    away = _NEAREST + (_FARTHEST - _NEAREST) * float(standing.away)
    return entries[near] + side * round(to_next * away)


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


def svg(drawing: Drawing, *, is_first: bool = True) -> Markup:
    """The drawing for a page; of several on one page, the first has the signs that all use."""
    marks = [" p-goal" if one.district is drawing.goal else "" for one in drawing.districts]
    ground, greens, names = _unchanging(drawing.city, tuple(marks))
    pieces = [ground if is_first else ground.replace(_SIGNS, "")]
    for one, green in zip(drawing.districts, greens, strict=True):
        pieces.append(green)
        pieces += [
            f'<g class="p-{street.surface}"><path d="{course.path}"/><path d="{course.path}"/></g>'
            for street, course in one.streets
        ]
    if drawing.route:
        pieces += [
            f'<path class="{name}" pathLength="1" d="{drawing.route}"/>'
            for name in ("p-route-edge", "p-route")
        ]
    for one, name in zip(drawing.districts, names, strict=True):
        pieces += [_marks(street, course) for street, course in one.streets]
        pieces.append(name)
    here, sign = drawing.here, drawing.here_sign
    pieces.append(
        f'<g class="p-here"><path d="M{here.x} {here.y}c-17-23-26-34-26-49a26 26 0 0 1 52 0'
        f'c0 15-9 26-26 49z"/><circle cx="{here.x}" cy="{here.y - 49}" r="10"/>'
        f'<text x="{sign.x}" y="{sign.y + 8}">Du bist hier</text> </g></svg>'
    )
    return Markup("".join(pieces))  # noqa: S704 - numbers, and names that are escaped


@lru_cache(maxsize=64)
def _unchanging(ground: City, marks: tuple[str, ...]) -> tuple[str, list[str], list[str]]:
    """What no answer changes but by the goal: the ground, and each district's greens and name."""
    districts = list(zip(ground.quarters, marks, strict=True))
    start = (
        '<svg class="plan" '
        f'viewBox="0 {ground.top} 640 {ground.height}" aria-hidden="true" focusable="false">'
        f"{_SIGNS}"
    )
    grounds = "".join(f'<path class="p-ground{mark}" d="{one.ground}"/>' for one, mark in districts)
    between = (
        f'<path class="p-houses" transform="translate(0 -25)" d="{ground.rows}"/>'
        f'<path class="p-houses" transform="translate(6 25)" d="{ground.rows}"/>'
        f'<path class="p-river" d="{ground.river}"/>'
        f'<path class="p-trees" transform="translate(0 -35)" d="{ground.river}"/>'
        f'<path class="p-lanes" d="{ground.rows}{ground.lanes}"/>'
        f'<path class="p-avenue-edge" d="{ground.avenues}"/>'
        f'<path class="p-avenue" d="{ground.avenues}"/>'
    )
    greens = [
        "".join(
            f'<g class="p-green" transform="translate({x} {y})">'
            '<rect x="-36" y="-20" width="72" height="40" rx="9"/><circle cx="-18" cy="-3" r="9"/>'
            '<circle cx="3" cy="4" r="10"/><circle cx="21" cy="-5" r="7"/></g>'
            for x, y in one.greens
        )
        for one in ground.quarters
    ]
    names = [
        f'<circle class="p-place{mark}" cx="{one.way[-1].x}" cy="{one.way[-1].y}" r="11"/>'
        + _plate(f"p-name{mark}", one.sign, one.lines)
        for one, mark in districts
    ]
    return start + grounds + between, greens, names


def _marks(street: Street, course: Course) -> str:
    """What stands on a street: its number, its traffic, or that nobody knows."""
    x, y = course.sign
    mark = ""
    if street.traffic:
        sign = "gegenverkehr" if street.traffic is Traffic.BOTH else "einbahnstrasse"
        mark = (
            f'<use class="p-{street.traffic}" href="#{sign}" '
            f'transform="translate({x} {y}) rotate({course.turn})"/>'
        )
    elif street.surface is Surface.UNKNOWN:
        mark = f'<text class="p-ask" x="{x}" y="{y + 8}">?</text> '
    return mark + _plate("p-number", course.plate, (str(street.number),))


@lru_cache(maxsize=1024)
def _plate(name: str, box: Box, lines: tuple[str, ...]) -> str:
    left, top = box.x - box.width // 2, box.y - box.height // 2
    first = top + 23 + 2 * (len(lines) > 1)
    return (
        f'<g class="{name}"><rect x="{left}" y="{top}" width="{box.width}" height="{box.height}" '
        'rx="5"/>'
        + "".join(
            f'<text x="{box.x}" y="{first + 28 * at}">{escape(line)}</text> '
            for at, line in enumerate(lines)
        )
        + "</g>"
    )

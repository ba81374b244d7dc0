"""The plan on paper: for any quiz everything is on the sheet, apart, and where the facts say."""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations, count, islice
from typing import NamedTuple

import pytest
from hypothesis import given, settings

from stadtfuehrer.quiz.city import PLATE_HEIGHT
from stadtfuehrer.quiz.drawing import Drawing, draw
from stadtfuehrer.quiz.geometry import WIDTH, Box, Point
from stadtfuehrer.quiz.plan import District, Heading, Plan, Standing, Street, Surface, Traffic
from stadtfuehrer.quiz.result import Certainty
from tests.support.quiz_plans import TITLES, TakenQuiz, taken_quizzes

few = settings(max_examples=40)
"""Tables show the same; these look for what nobody thought of."""


class Area(NamedTuple):
    """What something covers, and what it is, for the failure's sake."""

    name: str
    left: float
    top: float
    right: float
    bottom: float


def around(name: str, box: Box) -> Area:
    wide, high = box.width / 2, box.height / 2
    return Area(name, box.x - wide, box.y - high, box.x + wide, box.y + high)


def areas(drawing: Drawing) -> Iterator[Area]:
    """Every sign and plate of a drawing, as the template draws them."""
    here = drawing.here
    yield Area("the visitor", here.x - 26, here.y - 75, here.x + 26, here.y)
    yield around("Du bist hier", drawing.here_sign)
    for one in drawing.districts:
        yield around(one.district.title, one.quarter.sign)
        place = one.quarter.way[-1]
        yield around(f"place of {one.district.title}", Box(*place, 24, 24))
        for street, course in one.streets:
            yield around(f"plate {street.number}", course.plate)
            if street.traffic or street.surface is Surface.UNKNOWN:
                yield around(f"sign {street.number}", Box(*course.sign, 34, 24))


def overlaps(drawing: Drawing) -> list[str]:
    return [
        f"{one} and {other}"
        for one, other in combinations(areas(drawing), 2)
        if one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    ]


def outside(drawing: Drawing) -> list[Area]:
    top, bottom = drawing.city.top, drawing.city.top + drawing.city.height
    return [
        one
        for one in areas(drawing)
        if one.left < 0 or one.right > WIDTH or one.top < top or one.bottom > bottom
    ]


def points(path: str) -> list[Point]:
    return [Point(int(x), int(y)) for x, y in re.findall(r"(-?\d+) (-?\d+)", path)]


def a_plan(
    shape: Iterable[int], *, near: int | None = None, towards: int | None = None, away: int = 0
) -> Plan:
    """Districts with so many streets each, every street with the widest signs there are."""
    numbers = count(1)
    districts = [
        District(
            service=f"s{at}",
            title=TITLES[at],
            streets=tuple(
                Street(
                    number=number,
                    theme=f"Thema {number}",
                    surface=Surface.SITE,
                    traffic=Traffic.ONE_WAY,
                )
                for number in islice(numbers, many)
            ),
        )
        for at, many in enumerate(shape)
    ]
    standing = None
    if near is not None:
        standing = Standing(
            near=districts[near],
            towards=None if towards is None else districts[towards],
            neighbours=towards is not None and abs(towards - near) == 1,
            certainty=Certainty.CLOSE if away else Certainty.CLEAR,
            away=Fraction(away),
            heading=Heading.EAST if towards is None or towards < near else Heading.WEST,
        )
    return Plan(districts=tuple(districts), standing=standing)


def every_standing(shape: tuple[int, ...]) -> Iterator[Plan]:
    yield a_plan(shape)
    for away in (0, 1):
        if len(shape) == 1:
            yield a_plan(shape, near=0, away=away)
        for near in range(len(shape)):
            for towards in {*range(len(shape))} - {near}:
                yield a_plan(shape, near=near, towards=towards, away=away)


@pytest.mark.parametrize(
    "shape",
    [
        *((3,), (15,), (2, 2), (4, 6), (15, 0), (0, 15), (4, 3, 3), (1, 1, 1), (0, 15, 0)),
        *((7, 1, 7), (1, 1, 1, 1), (4, 4, 4, 3), (15, 0, 0, 0), (3, 3, 3, 3, 3)),
        *((0, 0, 0, 15, 0), (5, 0, 0, 0, 5), (3, 3, 3, 2, 2, 2), (0, 0, 0, 0, 0, 3)),
        *((15, 0, 0, 0, 0, 0), (1, 1, 1, 4, 4, 4)),
    ],
)
def test_wherever_one_stands_nothing_overlaps(shape: tuple[int, ...]) -> None:
    for plan in every_standing(shape):
        drawing = draw(plan)
        assert (overlaps(drawing), outside(drawing)) == ([], [])
        if plan.standing is not None:
            entries = [one.quarter.way[0] for one in drawing.districts]
            far = [abs(entry.x - drawing.here.x) for entry in entries]
            assert far.index(min(far)) == plan.districts.index(plan.standing.near)


@few
@given(taken_quizzes())
def test_whatever_the_quiz_every_street_is_drawn_once_in_its_district(taken: TakenQuiz) -> None:
    drawing = draw(taken.plan)
    assert (overlaps(drawing), outside(drawing)) == ([], [])
    drawn = [(one, street, course) for one in drawing.districts for street, course in one.streets]
    assert [street for _, street, _ in drawn] == taken.streets
    assert len({course.plate[:2] for _, _, course in drawn}) == len(drawn)
    for one, street, course in drawn:
        assert (course.plate.y > 0) is (drawing.districts.index(one) % 2 == 1)
        # As the template draws it.
        assert course.plate.height == PLATE_HEIGHT
        assert course.plate.width == (28 if street.number < 10 else 35)


@few
@given(taken_quizzes())
def test_the_route_leads_along_streets_as_the_words_say(taken: TakenQuiz) -> None:
    standing, drawing = taken.plan.standing, draw(taken.plan)
    if standing is None:
        assert (drawing.route, drawing.goal) == (None, None)
        return
    assert drawing.route is not None
    (goal,) = (one for one in drawing.districts if one.district == drawing.goal)
    assert goal.district == standing.near
    route = points(drawing.route)
    way = list(goal.quarter.way)
    assert route[0] == drawing.here
    assert route[-len(way) :] == way
    assert f"M{'L'.join(f'{x} {y}' for x, y in way)}" in drawing.city.avenues
    along = [one.x for one in route[: -len(way) + 1]]
    assert along == sorted(along, reverse=standing.heading is Heading.WEST)
    assert along[0] != along[-1]
    river = points(drawing.city.river)
    crosses = way[-1].y > max(one.y for one in river)
    assert crosses is (taken.plan.districts.index(standing.near) % 2 == 1)


def test_a_street_and_its_arrow_lead_outward_from_the_way_of_the_district() -> None:
    for one in draw(a_plan((4, 3, 3))).districts:
        spine = one.quarter.way[-1].x
        for _, course in one.streets:
            start, end = course.ends
            assert abs(end.x - spine) > abs(start.x - spine)
            assert abs(course.turn) < 30 if end.x > start.x else abs(course.turn) > 150


def test_names_on_signs_leave_out_what_goes_without_saying_and_what_does_not_fit() -> None:
    signs = [one.quarter.lines for one in draw(a_plan((4, 3, 3))).districts]
    assert signs == [("Marketingberatung",), ("Öffentlichkeitsarbei…",), ("Werbung",)]
    long = draw(a_plan((1, 1, 1, 1, 1))).districts[4].quarter.lines
    assert long == ("Konzeption", "und Planung…")

"""The walk through the city: a stop for each question, and as much walked as is answered."""

import re
from itertools import pairwise
from math import dist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.quiz.walk import Walk, walk_of

Point = tuple[int, int]

PHONE = (280, 146)
LEAST_APART = 2 * 8.5 + 3
"""Two circles as walk.html draws them, and a little room between."""


def lines(path: str) -> list[list[Point]]:
    """The lines of SVG path data that is made of M and L alone."""
    assert re.fullmatch(r"(M-?\d+ -?\d+(L-?\d+ -?\d+)+)*", path)
    return [
        [(int(x), int(y)) for x, y in (point.split() for point in line.split("L"))]
        for line in path.split("M")[1:]
    ]


def length(line: list[Point]) -> float:
    return sum(dist(one, other) for one, other in pairwise(line))


def places(walk: Walk) -> list[Point]:
    return [*((stop.x, stop.y) for stop in walk.stops), walk.goal]


def from_street(point: Point, street: list[Point]) -> float:
    """How far a point is from the street."""
    found = []
    for (ax, ay), (bx, by) in pairwise(street):
        along = (point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)
        share = min(1, max(0, along / dist((ax, ay), (bx, by)) ** 2))
        found.append(dist(point, (ax + share * (bx - ax), ay + share * (by - ay))))
    return min(found)


@st.composite
def walks(draw: st.DrawFn) -> tuple[Walk, int, frozenset[int]]:
    total = draw(st.integers(1, 30))
    at = draw(st.integers(0, total))
    answered = draw(st.frozensets(st.integers(0, total - 1)))
    return walk_of(total, at=at, answered=answered), at, answered


@given(drawn=walks())
def test_as_much_is_walked_as_is_answered(drawn: tuple[Walk, int, frozenset[int]]) -> None:
    walk, _, answered = drawn
    ends = list(pairwise(places(walk)))

    walked = [(line[0], line[-1]) for line in lines(walk.walked + walk.fresh)]
    assert walked == [ends[number] for number in sorted(answered)]
    assert [stop.number for stop in walk.stops if stop.is_answered] == [
        number + 1 for number in sorted(answered)
    ]


@given(drawn=walks())
def test_what_was_just_walked_is_the_last_leg_and_leads_here(
    drawn: tuple[Walk, int, frozenset[int]],
) -> None:
    walk, at, answered = drawn

    assert bool(walk.fresh) == (bool(answered) and max(answered) + 1 == at)
    for line in lines(walk.fresh):
        assert line[-1] == (walk.x, walk.y)


@given(drawn=walks())
def test_you_stand_where_you_are_asked(drawn: tuple[Walk, int, frozenset[int]]) -> None:
    walk, at, _ = drawn

    assert (walk.x, walk.y) == places(walk)[at]
    left, top, *size = map(int, walk.window.split())
    assert tuple(size) == PHONE
    assert walk.x - left == PHONE[0] // 2
    assert PHONE[1] / 2 < walk.y - top < PHONE[1]


@pytest.mark.parametrize("total", range(1, 16))
def test_stops_are_equally_far_apart_and_on_the_street(total: int) -> None:
    walk = walk_of(total, at=0, answered=range(total))
    [street] = lines(walk.street)
    legs = [length(line) for line in lines(walk.walked)]
    assert len(legs) == total

    assert [stop.number for stop in walk.stops] == list(range(1, total + 1))
    assert max(legs) - min(legs) < 3  # Places are whole units.
    assert all(from_street(place, street) < 1 for place in places(walk))
    assert all(
        dist(one, other) > LEAST_APART
        for number, one in enumerate(places(walk))
        for other in places(walk)[:number]
    )


@pytest.mark.parametrize("total", range(1, 16))
def test_what_comes_next_is_in_sight_on_a_phone(total: int) -> None:
    stops = places(walk_of(total, at=0, answered=()))
    for at, (x, y) in enumerate(stops[1:]):
        left, top, width, height = map(int, walk_of(total, at=at, answered=()).window.split())
        assert left < x < left + width
        assert top < y < top + height


@pytest.mark.parametrize("total", [10, 15])
def test_a_long_quiz_walks_the_whole_street(total: int) -> None:
    walk = walk_of(total, at=0, answered=())

    [street] = lines(walk.street)
    assert dist(walk.goal, street[-1]) <= 1

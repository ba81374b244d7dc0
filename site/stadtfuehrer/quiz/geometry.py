"""The sheet of paper that a city plan is drawn on: whole numbers, 640 wide."""

from collections.abc import Iterable
from math import sin
from typing import NamedTuple

WIDTH = 640

MOST_APART = 6
"""How much farther ``bent`` moves one point than its neighbour, at the most."""

_LITTLE = MOST_APART / 2


class Point(NamedTuple):
    """A place on the sheet; y grows southward."""

    x: int
    y: int


class Box(NamedTuple):
    """A sign: its middle and its size."""

    x: int
    y: int
    width: int
    height: int


def path(points: Iterable[Point]) -> str:
    """The points in a line, as SVG writes it."""
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def bent(x: float, y: float) -> Point:
    """From the grid onto paper: long waves for all, and a little for each.

    Neighbours are moved alike, so that what is apart on the grid stays apart on paper.
    """
    little = _LITTLE * sin(1.7 * x + 2.3 * y)
    return Point(round(x + 6 * sin(y / 61 + 1) + little), round(y + 9 * sin(x / 97 + 0.5) - little))


def between(one: Point, other: Point, part: float) -> Point:
    """The place that lies so far on the way from one to the other, 0..1."""
    return Point(round(one.x + (other.x - one.x) * part), round(one.y + (other.y - one.y) * part))


def short_names(titles: tuple[str, ...]) -> tuple[str, ...]:
    """Without the word that all begin with: on a map of marketing that goes without saying."""
    rests = tuple(title.removeprefix("Marketing").strip(" -") for title in titles)
    if len(titles) > 1 and all(map(len, rests)) and not set(rests) & set(titles):
        return tuple(rest[0].upper() + rest[1:] for rest in rests)
    return titles


def lines_of(name: str, letters: int) -> tuple[str, ...]:
    """At most two lines of at most so many letters; what does not fit ends with „…“."""
    lines = [""]
    for word in name.split():
        fitting = word if len(word) <= letters else f"{word[: letters - 1]}…"
        if len(lines[-1]) + len(fitting) < letters or not lines[-1]:
            lines[-1] = f"{lines[-1]} {fitting}".strip()
        elif len(lines) == 1:
            lines.append(fitting)
        else:
            return (lines[0], f"{lines[1][: letters - 1].rstrip()}…")
    return tuple(lines)

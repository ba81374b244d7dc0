"""Bars are in proportion, and what is there at all is seen."""

import re

import pytest

from stadtfuehrer.office.chart import bar, columns


def heights(drawing: str) -> list[float]:
    return [float(one) for one in re.findall(r' width="8" height="([\d.]+)"', drawing)]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([1, 2, 4], [10, 20, 40]), ([0, 1, 1000], [0, 1, 40]), ([0, 0], [0, 0]), ([], [])],
)
def test_columns(numbers: list[int], expected: list[float]) -> None:
    drawing = str(columns(numbers))
    assert heights(drawing) == expected
    # Each stands on the ground, and only the week that runs looks otherwise.
    tops = [float(one) for one in re.findall(r' y="([\d.]+)"', drawing)]
    assert [top + height for top, height in zip(tops, expected, strict=True)] == [40] * len(numbers)
    assert drawing.count('class="now"') == bool(numbers)


@pytest.mark.parametrize(
    ("part", "whole", "width"), [(1, 2, "50.0"), (0, 5, "0"), (0, 0, "0"), (1, 9999, "0.5")]
)
def test_a_bar(part: int, whole: int, width: str) -> None:
    assert f'<rect width="{width}" height="10"/>' in bar(part, whole)

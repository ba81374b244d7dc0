"""Which accent colours are strong enough, on the grounds that the style sheet knows."""

import re
from pathlib import Path

import pytest

from stadtfuehrer.bootstrap import shipped_folders
from stadtfuehrer.office.content_colour import GROUNDS, SHIPPED_ACCENT, contrast, weakest_ground

SHEET = Path(shipped_folders().static, "css", "site.css").read_text("utf-8")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [  # https://webaim.org/resources/contrastchecker/ rounds down
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.478),
        ("#ff0000", "#ffffff", 3.998),
        ("#0b4a9e", "#ffffff", 8.442),
    ],
)
def test_contrast(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize(
    ("accent", "ground"),
    [
        (SHIPPED_ACCENT, ""),
        ("#ffa94d", ""),
        ("#7ee0b5", ""),
        ("#ffffff", ""),
        ("#0b4a9e", "#0b4a9e"),
        ("#e4572e", "#1656ad"),  # dark letters could be read on it, but not its line on a sign
        ("#14213a", "#14213a"),
    ],
)
def test_what_is_too_weak(accent: str, ground: str) -> None:
    weak = weakest_ground(accent)
    assert (weak[0].colour if weak else "") == ground


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    assert f"--yellow: {SHIPPED_ACCENT}; --on-yellow: {GROUNDS[0].colour};" in SHEET
    day, night = re.findall(r":root \{\n(.*?)\}", SHEET, re.DOTALL)[:2]
    tokens = [dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", one)) for one in (day, night)]
    assert [one.colour for one in GROUNDS[1:]] == [
        *(tokens[0]["blue"], tokens[1]["blue"], tokens[1]["paper"], tokens[1]["card"])
    ]
    assert "yellow" not in tokens[1]  # one colour, by day and at night

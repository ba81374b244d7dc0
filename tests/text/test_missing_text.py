from dataclasses import dataclass

import pytest

from stadtfuehrer.text import missing_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    text: str
    number: int = 0
    maybe: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    name: str
    lines: tuple[str, ...]
    inner: tuple[Inner, ...]


@pytest.mark.parametrize(
    ("value", "places"),
    [
        (Outer(name="a", lines=("b",), inner=(Inner(text="c"),)), []),
        (Outer(name=" \n", lines=("b",), inner=(Inner(text="c"),)), ["name"]),
        (Outer(name="a", lines=(), inner=()), ["lines", "inner"]),
        (Outer(name="a", lines=("b", ""), inner=(Inner(text="c"),)), ["lines[1]"]),
        (
            Outer(name="", lines=("b",), inner=(Inner(text="c"), Inner(text="", maybe=""))),
            ["name", "inner[1].text", "inner[1].maybe"],
        ),
    ],
)
def test_what_is_missing_has_its_place(value: Outer, places: list[str]) -> None:
    assert missing_text(value) == places


def test_places_go_on_from_the_one_that_is_given() -> None:
    assert missing_text(Inner(text=""), "groups[2]") == ["groups[2].text"]

"""Nothing of pydantic's English reaches the operator, whatever was written in whatever place."""

import copy
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from stadtfuehrer.content import SHIPPED
from stadtfuehrer.pages.model import Offers
from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.settings import EXAMPLE
from stadtfuehrer.settings.errors import translate_errors
from stadtfuehrer.settings.schema import Settings

ODD: list[Any] = [
    *("", " ", "x", "3", "x\ny", "\x00", "9" * 5000, "x" * 5000),
    *(True, False, 0, -1, 3, 10**30, 1.0, 1.5, float("nan"), float("inf"), -float("inf")),
    *(Decimal("1.5"), Decimal("NaN"), Decimal("Infinity")),
    *(date(2026, 1, 1), datetime(2026, 1, 1, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),  # noqa: DTZ001 - TOML has dates without a zone
    *(time(1, 1), [], ["x"], [1], [[]], [{}], {}, {"x": 1}, {"x": {}}),
]
"""Of every type that TOML has, in and out of bounds."""

SPECIAL = {"date": date(2026, 1, 1), "hours": ["09:00-12:00"]}
CLOSED = {"from": date(2026, 1, 1), "to": date(2026, 1, 1)}


def spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a parsed file, of lists the first item."""
    yield path
    if isinstance(value, dict):
        items = list(value.items())
    else:
        items = list(enumerate(value[:1])) if isinstance(value, list) else []
    for key, inner in items:
        yield from spots(inner, (*path, key))


def with_odd(content: Any, path: tuple[Any, ...], odd: Any) -> Any:
    changed = copy.deepcopy(content)
    around = changed
    for part in path[:-1]:
        around = around[part]
    around[path[-1]] = odd
    return changed


@pytest.mark.parametrize(
    ("shape", "file"),
    [(Settings, EXAMPLE), (Quiz, SHIPPED / "quiz.toml"), (Offers, SHIPPED / "offers.toml")],
    ids=["settings", "quiz", "offers"],
)
def test_odd_values_in_every_place(shape: type[Any], file: Path) -> None:
    content = tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    if shape is Settings:
        content["booking"] |= {"special": [SPECIAL], "closed": [CLOSED]}
    checker = TypeAdapter(shape)
    judged = 0
    for path in filter(None, spots(content)):
        for odd in ODD:
            try:
                checker.validate_python(with_odd(content, path, odd), extra="forbid")
            except ValidationError as error:
                english = [detail["msg"] for detail in error.errors()]
                mistakes = list(translate_errors(error, file="f", shape=shape))
                assert len(mistakes) == len(english)
                for mistake, sentence in zip(mistakes, english, strict=True):
                    assert mistake.reason != sentence
                    # The sentence for what has none; every type of error here has one.
                    assert not mistake.reason.startswith("so kann es hier nicht stehen"), sentence
                    assert mistake.reason
                    assert mistake.place
                    judged += 1
    assert judged > 400


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (("thresholds", "clear_from"), "viel", "muss eine Zahl sein, ist aber der Text „viel“"),
        (("thresholds", "clear_from"), date(2026, 1, 1),
         "muss eine Zahl sein, ist aber „2026-01-01“"),
        (("thresholds", "clear_from"), [], "muss eine Zahl sein, ist aber eine Liste"),
        (("questions", 0, "options", 0, "gap"), Decimal("1.5"),
         "muss eine ganze Zahl sein, ist aber die Zahl 1.5"),
        (("questions", 0, "options", 0, "gap"), "drei",
         "muss eine ganze Zahl sein, ist aber der Text „drei“"),
        (("questions", 0, "options", 0, "gap"), Decimal("Infinity"),
         "muss eine Zahl sein, ist aber die Zahl Infinity"),
        (("questions", 0, "weights"), [], ("muss ein Abschnitt mit Schlüsseln sein, "
         "ist aber eine Liste")),
    ],
)  # fmt: skip
def test_the_sentence_of_a_wrong_number(place: tuple[Any, ...], value: Any, reason: str) -> None:
    content = tomllib.loads((SHIPPED / "quiz.toml").read_text("utf-8"), parse_float=Decimal)
    with pytest.raises(ValidationError) as error:
        TypeAdapter(Quiz).validate_python(with_odd(content, place, value))

    assert [one.reason for one in translate_errors(error.value, file="f", shape=Quiz)] == [reason]

"""Where content files lie, and how their content becomes domain values."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from stadtfuehrer.domain.mistakes import Mistake, MistakesFound
from stadtfuehrer.settings.german import in_german

T = TypeVar("T")

SHIPPED = Path(__file__).parent.parent / "content"


class ContentFiles:
    """The shipped content with the same-named files of an instance laid over it."""

    def __init__(self, instance: Path) -> None:
        self._own = instance / "content"

    def find(self, name: str) -> Path:
        """The file to read for this name (``quiz.toml``): the instance's own, else the shipped."""
        own = self._own / name
        return own if own.exists() else SHIPPED / name

    def page_slugs(self) -> list[str]:
        """The slugs of all pages; there are those that are shipped, since each has its route."""
        return sorted(path.stem for path in SHIPPED.glob("pages/*.md"))

    def strangers(self) -> list[Mistake]:
        """A mistake for each file of the instance that stands for nothing and would be ignored."""
        return [
            Mistake(file=str(path), place="", reason="eine Datei dieses Namens wird nicht gelesen")
            for path in sorted([*self._own.rglob("*.toml"), *self._own.rglob("*.md")])
            if not (SHIPPED / path.relative_to(self._own)).exists()
        ]


def validate(path: Path, shape: type[T], content: object) -> T:
    """Turn parsed TOML into a value of the dataclass ``shape``; unknown keys are refused.

    Raises:
        MistakesFound: with each mistake, and its place as in ``questions[3].options[1].text``.

    """
    try:
        return TypeAdapter(shape).validate_python(content, extra="forbid")
    except ValidationError as error:
        raise MistakesFound(tuple(in_german(error, file=str(path), shape=shape))) from error

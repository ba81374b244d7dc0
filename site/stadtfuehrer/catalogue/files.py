"""Where content files lie, and how one is read; whatever is wrong with it becomes a Mistake."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from stadtfuehrer.domain.mistakes import Mistake, MistakesFound
from stadtfuehrer.settings.german import in_german

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")

SHIPPED = Path(__file__).parent.parent / "content"

# The numbers are only in the message; attributes for them came with Python 3.14.
TOML_PLACE = re.compile(r"at line (?P<line>\d+), column (?P<column>\d+)\)$")


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


def read_text(path: Path) -> str:
    """The text of a content file, without a byte order mark and with plain line ends.

    Raises:
        MistakesFound: it cannot be read, or is not UTF-8.

    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(path, [(f"Byte {error.start}", "die Datei ist nicht in UTF-8 geschrieben")], error)
    except OSError as error:
        refuse(path, [("", f"lässt sich nicht lesen: {error.strerror}")], error)


def parse_toml(path: Path, text: str, *, first_line: int = 1) -> dict[str, Any]:
    """TOML as a dict, with exact ``Decimal`` instead of floats.

    ``first_line`` is the number of the text's first line in the file.

    Raises:
        MistakesFound: it is no TOML; the place is line and column.

    """
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        at = TOML_PLACE.search(str(error))
        # Without numbers the message says „at end of document“.
        line = int(at["line"]) if at else len(text.splitlines())
        column = int(at["column"]) if at else len(text.splitlines()[-1]) + 1
        what = re.sub(r" \(at .*\)$", "", str(error))
        refuse(
            path,
            [(f"Zeile {line + first_line - 1}, Spalte {column}", f"kein gültiges TOML ({what})")],
            error,
        )


def validate(path: Path, shape: type[T], content: object) -> T:
    """Turn parsed TOML into a value of the dataclass ``shape``; unknown keys are refused.

    Raises:
        MistakesFound: with each mistake, and its place as in ``questions[3].options[1].text``.

    """
    try:
        return TypeAdapter(shape).validate_python(content, extra="forbid")
    except ValidationError as error:
        raise MistakesFound(tuple(in_german(error, file=str(path), shape=shape))) from error


def refuse(
    path: Path, mistakes: Iterable[tuple[str, str]], cause: Exception | None = None
) -> NoReturn:
    """Raise MistakesFound for (place, reason) pairs in one file."""
    raise MistakesFound(
        tuple(Mistake(file=str(path), place=place, reason=reason) for place, reason in mistakes)
    ) from cause

"""Reads TOML files that people wrote; whatever is wrong with one becomes a Mistake."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from stadtfuehrer.domain.mistakes import Mistake, MistakesFound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_MOST_DIGITS = 30

# The numbers are only in the message; attributes for them came with Python 3.14.
_PLACE = re.compile(r"at line (?P<line>\d+), column (?P<column>\d+)\)$")


def read_text(path: Path) -> str:
    """The text of a file, without a byte order mark and with plain line ends.

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
        return tomllib.loads(text, parse_float=_number)
    except tomllib.TOMLDecodeError as error:
        at = _PLACE.search(str(error))
        # Without numbers the message says „at end of document“.
        line = int(at["line"]) if at else len(text.splitlines())
        column = int(at["column"]) if at else len(text.splitlines()[-1]) + 1
        what = re.sub(r" \(at .*\)$", "", str(error))
        refuse(
            path,
            [(f"Zeile {line + first_line - 1}, Spalte {column}", f"kein gültiges TOML ({what})")],
            error,
        )


def _number(text: str) -> Decimal:
    """An exact number; one with an absurd exponent would be written out in full later, for hours.

    Raises:
        TOMLDecodeError: nobody means such a number.

    """
    number = Decimal(text)
    if number.is_finite() and number and not -_MOST_DIGITS < number.adjusted() < _MOST_DIGITS:
        raise tomllib.TOMLDecodeError(f"a number like {text} is not meant")
    return number


def refuse(
    path: Path, mistakes: Iterable[tuple[str, str]], cause: Exception | None = None
) -> NoReturn:
    """Raise MistakesFound for (place, reason) pairs in one file."""
    raise MistakesFound(
        tuple(Mistake(file=str(path), place=place, reason=reason) for place, reason in mistakes)
    ) from cause

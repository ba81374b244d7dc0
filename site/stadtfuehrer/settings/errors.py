"""A mistake in what the consultant wrote: settings or content."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, get_args, get_type_hints

from pydantic import ValidationError
from pydantic_core import ErrorDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake: the file, the place in it (``booking.kinds[0].minutes``), why (in German)."""

    file: str
    place: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.place}" if self.place else self.file
        return f"{where}: {self.reason}"


class MistakesFound(Exception):  # noqa: N818 - it names what happened, several mistakes at once
    """What was written cannot be used; carries every mistake that was found, not only the first."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


_MOST_DIGITS = 30

# The numbers are only in the message; attributes for them came with Python 3.14.
_PLACE = re.compile(r"at line (?P<line>\d+), column (?P<column>\d+)\)$")


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without a byte order mark. Raises MistakesFound."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(path, [(f"Byte {error.start}", "die Datei ist nicht in UTF-8 geschrieben")], error)
    except OSError as error:
        refuse(path, [("", f"lässt sich nicht lesen: {error.strerror}")], error)


def parse_toml(path: Path, text: str, *, first_line: int = 1) -> dict[str, Any]:
    """TOML as a dict, with exact ``Decimal`` instead of floats.

    ``first_line`` is the number of the text's first line in the file.
    Raises MistakesFound: it is no TOML; the place is line and column.
    """
    try:
        return tomllib.loads(text, parse_float=_number)
    except tomllib.TOMLDecodeError as error:
        at = _PLACE.search(str(error))
        # Without numbers the message says „at end of document“.
        line = int(at["line"]) if at else len(text.splitlines())
        column = int(at["column"]) if at else len(text.splitlines()[-1]) + 1
        place = f"Zeile {line + first_line - 1}, Spalte {column}"
        what = re.sub(r" \(at .*\)$", "", str(error))
        refuse(path, [(place, f"kein gültiges TOML ({what})")], error)


def _number(text: str) -> Decimal:
    # One with an absurd exponent, which nobody means, would be written out in full, for hours.
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


_SENTENCES = {
    "missing": "fehlt",
    **dict.fromkeys(
        ("int_type", "int_parsing", "int_from_float"), "muss eine ganze Zahl sein, ist aber {found}"
    ),
    "int_parsing_size": "ist eine zu große Zahl",
    **dict.fromkeys(
        ("finite_number", "fraction_type", "fraction_parsing"),
        "muss eine Zahl sein, ist aber {found}",
    ),
    "string_type": "muss ein Text in Anführungszeichen sein, ist aber {found}",
    "bool_type": "muss true oder false sein, ist aber {found}",
    **dict.fromkeys(
        ("date_type", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        "muss ein Datum wie 2026-12-24 sein (ohne Anführungszeichen), ist aber {found}",
    ),
    **dict.fromkeys(
        ("tuple_type", "list_type"), "muss eine Liste in eckigen Klammern sein, ist aber {found}"
    ),
    **dict.fromkeys(
        ("dict_type", "dataclass_type"), "muss ein Abschnitt mit Schlüsseln sein, ist aber {found}"
    ),
    "greater_than_equal": "muss mindestens {ge} sein, ist aber {input}",
    "less_than_equal": "darf höchstens {le} sein, ist aber {input}",
    "string_too_long": "darf höchstens {max_length} Zeichen haben",
    "too_long": "darf höchstens {max_length} Einträge haben",
    "too_short": "braucht mindestens {min_length} Eintrag",
    **dict.fromkeys(
        ("literal_error", "enum"), "„{input}“ ist nicht möglich; erlaubt sind {expected}"
    ),
    "value_error": "{error}",
}
_SECRET_PLACES = {
    *("mail.password", "mailbox.password", "database.url"),
    *("calendar.password", "calendar.feeds", "hooks.url", "hooks.secret"),
}
"""What stands there is not shown: terminals and logs are read by others, too."""


def translate_errors(error: ValidationError, *, file: str, shape: type[Any]) -> Iterator[Mistake]:
    """Each mistake with its place as the file's author writes it: ``booking.kinds[0].minutes``.

    ``shape`` is the dataclass that was validated; it tells which key may have been meant.
    """
    for detail in error.errors():
        location = [part for part in detail["loc"] if not str(part).startswith("function-")]
        place = _place(location)
        if re.sub(r"\[\d+\]", "", place) in _SECRET_PLACES:
            detail["input"] = "…"
        yield Mistake(file=file, place=place, reason=_reason(detail, location, shape))


def _place(location: Iterable[int | str]) -> str:
    place = ""
    for part in location:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
    return place


def _reason(detail: ErrorDetails, location: list[int | str], shape: type[Any]) -> str:
    if detail["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return _unknown_key(location, shape)
    found = _found(detail["input"])
    context = {"expected": "", **detail.get("ctx", {})}
    context["expected"] = str(context["expected"]).replace(" or ", " oder ").replace("'", "")
    # A sentence for every type of error that the shapes can raise is a test; this is for newer
    # pydantics, so that no English one is shown.
    sentence = _SENTENCES.get(detail["type"], "so kann es hier nicht stehen: {found}")
    return sentence.format(**context, input=detail["input"], found=found)


def _unknown_key(location: list[int | str], shape: type[Any]) -> str:
    """What to say about a key that does not belong where it stands."""
    *around, key = map(str, location)
    here, sections = ".".join(part for part in around if not part.isdigit()), _sections(shape)
    close = difflib.get_close_matches(key, sections.get(here, ()), n=1)
    if close:
        return f"diesen Schlüssel gibt es nicht; ist „{close[0]}“ gemeint?"
    elsewhere = [place for place, keys in sections.items() if place and key in keys]
    if len(elsewhere) == 1:
        return f"dieser Schlüssel gehört nach [{elsewhere[0]}]"
    return "diesen Schlüssel gibt es nicht"


def _found(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f"der Text „{value}“"
        case int() | float() | Decimal():
            return f"die Zahl {value}"
        case list() | tuple():
            return "eine Liste"
        case dict():
            return "ein Abschnitt"
        case _:
            return f"„{value}“"


def _sections(shape: type[Any], place: str = "") -> dict[str, set[str]]:
    """Every section of the file's shape with its keys; lists of sections without their numbers."""
    annotations = get_type_hints(shape, include_extras=True)
    names = {name: _written(name, annotation) for name, annotation in annotations.items()}
    found = {place: set(names.values())}
    for name, annotation in annotations.items():
        for inner in _shapes(annotation):
            found |= _sections(inner, f"{place}.{names[name]}".lstrip("."))
    return found


def _written(name: str, annotation: Any) -> str:
    """A field's name in the file: „from“ is no name that Python allows."""
    aliases = (getattr(extra, "alias", None) for extra in getattr(annotation, "__metadata__", ()))
    return next((str(alias) for alias in aliases if alias), name)


def _shapes(annotation: Any) -> Iterator[type[Any]]:
    if isinstance(annotation, type) and is_dataclass(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from _shapes(argument)

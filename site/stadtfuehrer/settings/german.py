"""What pydantic found wrong, as sentences the consultant understands."""

from __future__ import annotations

import difflib
from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from stadtfuehrer.domain.mistakes import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_SENTENCES = {
    "missing": "fehlt",
    "int_type": "muss eine ganze Zahl sein, ist aber {found}",
    "string_type": "muss ein Text in Anführungszeichen sein, ist aber {found}",
    "bool_type": "muss true oder false sein, ist aber {found}",
    "date_type": "muss ein Datum wie 2026-12-24 sein (ohne Anführungszeichen), ist aber {found}",
    "tuple_type": "muss eine Liste in eckigen Klammern sein, ist aber {found}",
    "list_type": "muss eine Liste in eckigen Klammern sein, ist aber {found}",
    "dict_type": "muss ein Abschnitt mit Schlüsseln sein, ist aber {found}",
    "dataclass_type": "muss ein Abschnitt mit Schlüsseln sein, ist aber {found}",
    "dataclass_exact_type": "muss ein Abschnitt mit Schlüsseln sein, ist aber {found}",
    "greater_than_equal": "muss mindestens {ge} sein, ist aber {input}",
    "less_than_equal": "darf höchstens {le} sein, ist aber {input}",
    "string_too_short": "darf nicht leer sein",
    "string_too_long": "darf höchstens {max_length} Zeichen haben",
    "too_short": "braucht mindestens {min_length} Eintrag",
    "string_pattern_mismatch": "„{input}“ hat nicht die richtige Form",
    "literal_error": "„{input}“ ist nicht möglich; erlaubt sind {expected}",
    "enum": "„{input}“ ist nicht möglich; erlaubt sind {expected}",
    "value_error": "{error}",
}


def in_german(error: ValidationError, *, file: str, shape: type[Any]) -> Iterator[Mistake]:
    """Each mistake with its place as the file's author writes it: ``booking.kinds[0].minutes``.

    ``shape`` is the dataclass that was validated; it tells which key may have been meant.
    """
    for detail in error.errors():
        location = [part for part in detail["loc"] if not str(part).startswith("function-")]
        yield Mistake(file=file, place=_place(location), reason=_reason(detail, location, shape))


def _place(location: Iterable[int | str]) -> str:
    place = ""
    for part in location:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
    return place


def _reason(detail: ErrorDetails, location: list[int | str], shape: type[Any]) -> str:
    if detail["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        close = difflib.get_close_matches(str(location[-1]), _keys(shape), n=1)
        meant = f"; ist „{close[0]}“ gemeint?" if close else ""
        return f"diesen Schlüssel gibt es nicht{meant}"
    sentence = _SENTENCES.get(detail["type"])
    if sentence is None:
        return detail["msg"]
    context = {"expected": "", **detail.get("ctx", {})}
    context["expected"] = str(context["expected"]).replace(" or ", " oder ").replace("'", "")
    return sentence.format(**context, input=detail["input"], found=_found(detail["input"]))


def _found(value: object) -> str:
    match value:
        case bool():
            return "true oder false"
        case str():
            return f"der Text „{value}“"
        case int() | float():
            return f"die Zahl {value}"
        case list() | tuple():
            return "eine Liste"
        case dict():
            return "ein Abschnitt"
        case _:
            return f"„{value}“"


def _keys(shape: type[Any]) -> set[str]:
    """Every key in the file's shape, wherever it stands."""
    keys: set[str] = set()
    for name, annotation in get_type_hints(shape, include_extras=True).items():
        keys.add(name)
        keys.update(*(_keys(inner) for inner in _shapes(annotation)))
    return keys


def _shapes(annotation: Any) -> Iterator[type[Any]]:
    if isinstance(annotation, type) and is_dataclass(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from _shapes(argument)

"""Reads ``stadtfuehrer.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from stadtfuehrer.domain.mistakes import Mistake, MistakesFound
from stadtfuehrer.settings.german import in_german
from stadtfuehrer.settings.rules import contradictions
from stadtfuehrer.settings.schema import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_NAME = "stadtfuehrer.toml"

EXAMPLE = Path(__file__).with_name(FILE_NAME)
"""The file that ``stadtfuehrer init`` copies: every key with its default and a comment."""

_FROM_ENVIRONMENT = {
    "STADTFUEHRER_MAIL_PASSWORD": ("mail", "password"),
    "STADTFUEHRER_DATABASE_URL": ("database", "url"),
}


def load_settings(instance: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of an instance folder; secrets in ``environment`` go before the file's.

    Paths in the result are absolute: SQLite's file is meant relative to the instance folder.

    Raises:
        MistakesFound: the file is missing or unreadable, or has mistakes; all are listed.

    """
    path = instance / FILE_NAME
    written = _read(path)
    for variable, (section, key) in _FROM_ENVIRONMENT.items():
        if environment.get(variable):
            part = written.setdefault(section, {})
            if isinstance(part, dict):
                part[key] = environment[variable]
    try:
        settings = TypeAdapter(Settings).validate_python(written)
    except ValidationError as error:
        found = tuple(in_german(error, file=str(path), shape=Settings))
        raise MistakesFound(found) from None
    wrong = tuple(
        Mistake(file=str(path), place=place, reason=reason)
        for place, reason in contradictions(settings)
    )
    if wrong:
        raise MistakesFound(wrong)
    return replace(settings, database=replace(settings.database, url=_absolute(settings, instance)))


def _read(path: Path) -> dict[str, Any]:
    def refused(place: str, reason: str) -> MistakesFound:
        return MistakesFound((Mistake(file=str(path), place=place, reason=reason),))

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        reason = "diese Datei gibt es noch nicht; „stadtfuehrer init“ legt sie an"
        raise refused("", reason) from None
    except tomllib.TOMLDecodeError as error:
        raise refused("", f"das ist kein gültiges TOML: {error}") from None
    except UnicodeDecodeError as error:
        raise refused("", f"das ist kein UTF-8: {error.reason} an Stelle {error.start}") from None
    except OSError as error:
        raise refused("", f"lässt sich nicht lesen: {error.strerror}") from None


def _absolute(settings: Settings, instance: Path) -> str:
    url = settings.database.url
    file = url.removeprefix("sqlite:///")
    if file == url:
        return url
    return f"sqlite:///{(instance.resolve() / file)}"

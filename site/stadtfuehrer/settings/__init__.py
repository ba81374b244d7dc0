"""Reads ``stadtfuehrer.toml``."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from stadtfuehrer.settings.errors import (
    MistakesFound,
    parse_toml,
    read_text,
    refuse,
    translate_errors,
)
from stadtfuehrer.settings.rules import contradictions
from stadtfuehrer.settings.schema import ConsultantSettings, Settings
from stadtfuehrer.web.static import LOGO, OWN_FOLDER, PORTRAIT

FILE_NAME = "stadtfuehrer.toml"

EXAMPLE = Path(__file__).with_name(FILE_NAME)
"""The file that ``stadtfuehrer init`` copies: every key with its default and a comment."""

_FROM_ENVIRONMENT = {
    "STADTFUEHRER_MAIL_PASSWORD": ("mail", "password"),
    "STADTFUEHRER_MAILBOX_PASSWORD": ("mailbox", "password"),
    "STADTFUEHRER_CALENDAR_PASSWORD": ("calendar", "password"),
    "STADTFUEHRER_DATABASE_URL": ("database", "url"),
}


def load_settings(instance: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of an instance folder; secrets in ``environment`` go before the file's.

    Paths in the result are absolute: SQLite's file is meant relative to the instance folder.
    Raises MistakesFound: the file is missing or unreadable, or has mistakes; all are listed.
    """
    path = instance / FILE_NAME
    if not path.exists():
        refuse(path, [("", "diese Datei gibt es noch nicht; „stadtfuehrer init“ legt sie an")])
    written = parse_toml(path, read_text(path))
    given = _override(written, environment)
    try:
        settings = TypeAdapter(Settings).validate_python(written)
    except ValidationError as error:
        found = translate_errors(error, file=str(path), shape=Settings)
        # At the place where it was made: the variable, if the value came from there.
        raise MistakesFound(
            tuple(
                replace(one, file=given[one.place], place="") if one.place in given else one
                for one in found
            )
        ) from None
    if wrong := (*contradictions(settings), *_missing_pictures(settings, instance)):
        refuse(path, wrong)
    settings = replace(settings, consultant=_with_pictures(settings.consultant, instance))
    url = settings.database.url
    if (file := url.removeprefix("sqlite:///")) != url:
        # A folder's name may have what no address may have as it is.
        folder = re.sub(r"[\s%?]", lambda it: quote(it[0]), str(instance.resolve()))
        url = f"sqlite:///{Path(folder) / file}"
    return replace(settings, database=replace(settings.database, url=url))


def _missing_pictures(settings: Settings, instance: Path) -> Iterator[tuple[str, str]]:
    for key in ("photo", "logo"):
        name = getattr(settings.consultant, key)
        if name and not (instance / OWN_FOLDER / name).is_file():
            yield f"consultant.{key}", f"im Ordner {OWN_FOLDER} neben dieser Datei fehlt „{name}“"


def _with_pictures(consultant: ConsultantSettings, instance: Path) -> ConsultantSettings:
    """Where the settings name no picture, the one that was uploaded, if there is one."""
    folder = instance / OWN_FOLDER
    photo = PORTRAIT if (folder / PORTRAIT).is_file() else ""
    logo = LOGO if (folder / LOGO).is_file() else ""
    return replace(consultant, photo=consultant.photo or photo, logo=consultant.logo or logo)


def _override(written: dict[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """Put the environment's values into what was written; by place, the variable it came from."""
    given = {}
    for variable, (section, key) in _FROM_ENVIRONMENT.items():
        part = written.setdefault(section, {}) if environment.get(variable) else None
        if isinstance(part, dict):
            part[key] = environment[variable]
            given[f"{section}.{key}"] = variable
    return given

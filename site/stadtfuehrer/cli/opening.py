"""Opening the office from a command, with mistakes told on the terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from stadtfuehrer.app.office import open_office
from stadtfuehrer.domain.mistakes import MistakesFound
from stadtfuehrer.storage.schema import is_current

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stadtfuehrer.services.office import Office


def office_of(instance: Path) -> Office:
    """The office of an instance, until the command ends; it ends at once with every mistake."""
    try:
        office = open_office(instance, os.environ)
    except MistakesFound as found:
        refuse(str(mistake) for mistake in found.mistakes)
    click.get_current_context().call_on_close(office.database.close)
    return office


def ready_office_of(instance: Path) -> Office:
    """The office with a database that can be written and has today's tables."""
    office = office_of(instance)
    database = office.database
    if database.file is not None and not database.file.exists():
        refuse([f"{database.file}: die Datenbank fehlt; „stadtfuehrer init“ legt sie an"])
    try:
        current = is_current(database)
        with database.begin():
            pass
    except (SQLAlchemyError, OSError) as error:
        refuse([f"Die Datenbank lässt sich nicht benutzen: {getattr(error, 'orig', error)}"])
    if not current:
        refuse(["Die Datenbank hat einen älteren Aufbau; „stadtfuehrer db upgrade“ erneuert ihn"])
    return office


def refuse(sentences: Iterable[str]) -> NoReturn:
    """End the command with what is wrong, a line each, and exit code 1."""
    for sentence in sentences:
        click.secho(sentence, fg="red", err=True)
    raise SystemExit(1)

"""Opening the context from a command, with its mistakes on the terminal."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from stadtfuehrer.booking.keys import adopt_key
from stadtfuehrer.bootstrap import open_context
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import Database, DatabaseUnavailable
from stadtfuehrer.database.schema import is_current
from stadtfuehrer.settings.errors import MistakesFound


def context_of(instance: Path) -> AppContext:
    """The context of an instance, until the command ends; it ends at once with every mistake."""
    try:
        context = open_context(instance, os.environ)
    except MistakesFound as found:
        refuse(str(mistake) for mistake in found.mistakes)
    click.get_current_context().call_on_close(context.database.close)
    return context


def ready_context_of(instance: Path) -> AppContext:
    """The context with a database that can be written and has today's tables."""
    context = context_of(instance)
    if fault := fault_of(context.database):
        refuse([fault])
    adopt_key(context)
    return context


def fault_of(database: Database, *, to_write: bool = True) -> str:
    """Why the database cannot be used as it is; empty if it can."""
    if database.file is not None and not database.file.exists():
        return f"{database.file}: die Datenbank fehlt; „stadtfuehrer init“ legt sie an"
    try:
        if to_write:
            with database.begin():
                pass
        if is_current(database):
            return ""
    except (DatabaseUnavailable, OSError) as error:
        return unusable(error)
    return "Die Datenbank hat einen älteren Aufbau; „stadtfuehrer db upgrade“ erneuert ihn"


def unusable(error: Exception) -> str:
    """That the database does not do what it is asked for, in a sentence."""
    return f"Die Datenbank lässt sich nicht benutzen: {error}"


def refuse(sentences: Iterable[str]) -> NoReturn:
    """End the command with what is wrong, a line each, and exit code 1."""
    for sentence in sentences:
        click.secho(sentence, fg="red", err=True)
    raise SystemExit(1)

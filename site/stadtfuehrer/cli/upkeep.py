"""Commands that look after an instance: init, db upgrade, forget, backup."""

import secrets
import shutil
import sqlite3
from pathlib import Path

import click

from stadtfuehrer.bootstrap import SECRET_FILE, utc_now
from stadtfuehrer.cli.context import context_of, ready_context_of, refuse, unusable
from stadtfuehrer.database import DatabaseUnavailable, NotSqliteError, schema
from stadtfuehrer.purge import forget as purge
from stadtfuehrer.settings import EXAMPLE, FILE_NAME


@click.command(help="Legt Ordner, Einstellungen, Schlüssel und Datenbank an; ändert nichts davon.")
@click.pass_obj
def init(instance: Path) -> None:
    """Make what is missing; never overwrite."""
    settings, secret = instance / FILE_NAME, instance / SECRET_FILE
    try:
        instance.mkdir(parents=True, exist_ok=True)
        if not settings.exists():
            # Readable by the owner only: the mail password may be written into it.
            settings.touch(mode=0o600)
            shutil.copyfile(EXAMPLE, settings)
            click.echo(f"Einstellungen: {settings}")
        if not secret.exists():
            secret.touch(mode=0o600, exist_ok=False)
            secret.write_text(secrets.token_hex(32), encoding="ascii")
            click.echo(f"Geheimer Schlüssel: {secret}")
    except OSError as error:
        refuse([f"{instance}: lässt sich nicht anlegen oder beschreiben ({error.strerror})"])
    _upgrade(instance)
    click.echo("Alles da. Weiter mit: stadtfuehrer serve")


@click.group(help="Die Datenbank.")
def db() -> None:
    """Hold the commands for the database."""


@db.command(help="Bringt den Aufbau der Datenbank auf den neuesten Stand.")
@click.pass_obj
def upgrade(instance: Path) -> None:
    """Run the schema migrations."""
    _upgrade(instance)


def _upgrade(instance: Path) -> None:
    database = context_of(instance).database
    try:
        if database.file is not None:
            # Readable by the owner only; what SQLite makes beside it follows suit.
            database.file.touch(mode=0o600)
        if not schema.is_current(database):
            schema.upgrade(database)
            click.echo(f"Datenbank: {database.url.render_as_string(hide_password=True)}")
    except (DatabaseUnavailable, OSError) as error:
        refuse([unusable(error)])


@click.command(help="Löscht, was länger aufbewahrt ist als eingestellt.")
@click.pass_obj
def forget(instance: Path) -> None:
    """Erase what has outlived its retention."""
    gone = purge(ready_context_of(instance), now=utc_now())
    click.echo(f"Gelöschte Buchungen: {gone.bookings}, Briefe: {gone.letters}")


@click.command(help="Schreibt eine Kopie der SQLite-Datenbank, auch während die Seite läuft.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(instance: Path, file: Path) -> None:
    """Copy the database consistently."""
    if file.exists():
        refuse([f"{file}: gibt es schon und wird nicht überschrieben"])
    try:
        ready_context_of(instance).database.copy_to(file)
    except NotSqliteError:
        refuse(["Das ist keine SQLite-Datenbank; für PostgreSQL gibt es pg_dump"])
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        refuse([f"{file}: lässt sich nicht schreiben ({reason})"])
    click.echo(f"Kopie: {file}")

"""Commands that look after an instance: init, check, db upgrade, forget, backup."""

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from stadtfuehrer.booking.audit import audit
from stadtfuehrer.bootstrap import SECRET_FILE, mistakes_in, utc_now
from stadtfuehrer.calendar.probe import probe_calendars
from stadtfuehrer.cli.context import context_of, fault_of, ready_context_of, refuse, unusable
from stadtfuehrer.cli.serve import LOOPBACK
from stadtfuehrer.database import DatabaseUnavailable, NotSqliteError, schema
from stadtfuehrer.mail.service import examine
from stadtfuehrer.purge import forget as purge
from stadtfuehrer.settings import EXAMPLE, FILE_NAME
from stadtfuehrer.text.formatting import day_in_words
from stadtfuehrer.worker import mailer_of

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


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


_WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))
"""SQLite versions in which a reset of the write-ahead log can, rarely, corrupt the file."""


@click.command(help="Prüft Einstellungen und Inhalte; mit --connect auch Mailserver und Kalender.")
@click.option("--connect", is_flag=True, help="Auch den Mailserver und die Kalender versuchen.")
@click.pass_obj
def check(instance: Path, *, connect: bool) -> None:
    """Say everything that is wrong, and exit with 1 if something is."""
    if mistakes := mistakes_in(instance, os.environ):
        refuse(str(mistake) for mistake in mistakes)
    context = context_of(instance)
    for hint in _hints(context):
        click.secho(f"Hinweis: {hint}", fg="yellow", err=True)
    wrong = _wrong_in_database(context)
    if connect:
        probe = probe_calendars(context, now=utc_now())
        for line in probe.found:
            click.echo(line)
        wrong += probe.wrong
        wrong += mailer_of(context, instance, utc_now).probe(context.settings.mail.sender)
    if wrong:
        refuse(wrong)
    click.echo("Alles in Ordnung.")


def _hints(context: "AppContext") -> Iterator[str]:
    """What is no mistake, but may well not be meant."""
    settings = context.settings
    if settings.mail.transport == "folder" and urlsplit(settings.site.url).hostname not in LOOPBACK:
        yield (
            "Briefe werden nur in den Ordner postfach gelegt (mail.transport = „folder“). "
            f"Wer auf {settings.site.url} bucht, bekommt keinen."
        )
    if settings.consultant.email.casefold() == settings.mail.sender.casefold():
        yield (
            "consultant.email und mail.sender sind dieselbe Adresse. Manche Kalender zeigen dann "
            "keine Einladung, weil sie vom Empfänger selbst kommt."
        )
    first, last = _WAL_RESET_BUG
    if context.database.is_sqlite and first <= sqlite3.sqlite_version_info <= last:
        yield (
            f"SQLite {sqlite3.sqlite_version} hat einen seltenen Fehler, der die Datenbank "
            "beschädigen kann (behoben in 3.51.3). Mach regelmäßig „backup“."
        )


def _wrong_in_database(context: "AppContext") -> list[str]:
    if fault := fault_of(context.database, to_write=False):
        return [fault]
    try:
        health, wrong = examine(context, now=utc_now()), audit(context)
    except (DatabaseUnavailable, OSError) as error:
        return [unusable(error)]
    if health.failed:
        wrong.append(f"Gescheiterte Briefe: {health.failed}; „stadtfuehrer outbox“ zeigt sie")
    if health.failed_to_consultant:
        wrong.append(
            f"{health.failed_to_consultant} davon gingen an dich selbst, "
            f"{context.settings.consultant.email} (consultant.email): "
            "Sieh in „stadtfuehrer bookings“ nach, wer gebucht hat"
        )
    if health.letters_wait_since is not None:
        since = health.letters_wait_since.astimezone(context.rules.zone)
        wrong.append(
            f"Seit {day_in_words(since.date())}, {since:%H:%M} Uhr, verlässt kein Brief das Haus; "
            "läuft der Briefbote („serve“ oder „worker“), und was sagt „check --connect“?"
        )
    return wrong

"""Commands that look after an instance: init, check, db upgrade, forget, backup, restore."""

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from stadtfuehrer.booking.answers import mailbox_server
from stadtfuehrer.booking.audit import audit, closed_since
from stadtfuehrer.booking.keys import count_foreign_links
from stadtfuehrer.bootstrap import SECRET_FILE, mistakes_in, utc_now
from stadtfuehrer.calendar.probe import probe_calendars
from stadtfuehrer.cli.context import context_of, fault_of, ready_context_of, refuse, unusable
from stadtfuehrer.cli.examples import load_examples
from stadtfuehrer.database import DatabaseUnavailable, InUse, NotSqliteError, schema
from stadtfuehrer.dialogue.examples import keep_examples
from stadtfuehrer.hooks.service import count_failed
from stadtfuehrer.mail.imap import probe as probe_mailbox
from stadtfuehrer.mail.service import examine
from stadtfuehrer.purge import forget as purge
from stadtfuehrer.settings import EXAMPLE, FILE_NAME
from stadtfuehrer.text.formatting import date_in_words, day_in_words
from stadtfuehrer.worker import mailer_of, steady_clock

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@click.command(help="Legt Ordner, Einstellungen, Schlüssel und Datenbank an; ändert nichts davon.")
@click.option(
    "--examples", is_flag=True, help="Auch zwei Fragen und einen Leserbrief als Beispiel."
)
@click.pass_obj
def init(instance: Path, *, examples: bool) -> None:
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
    if examples and keep_examples(context_of(instance), load_examples(now=utc_now())):
        click.echo("Beispiele: zwei Fragen und ein Leserbrief; löschen kannst du sie im Büro")
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
        missing = database.file is not None and not database.file.exists()
        if missing or not schema.is_current(database):
            schema.upgrade(database)
            click.echo(f"Datenbank: {database.url.render_as_string(hide_password=True)}")
    except (DatabaseUnavailable, OSError) as error:
        refuse([unusable(error)])


@click.command(help="Löscht, was länger aufbewahrt ist als eingestellt.")
@click.option("--yes", is_flag=True, help="Auch wenn die Uhr weit vom letzten Stand entfernt ist.")
@click.pass_obj
def forget(instance: Path, *, yes: bool) -> None:
    """Erase what has outlived its retention."""
    context = ready_context_of(instance)
    clock = steady_clock(context, utc_now)
    if clock.in_doubt and not yes:
        now = clock().astimezone(context.rules.zone)
        sentence = (
            f"Die Uhr dieses Rechners zeigt {date_in_words(now.date())}, {now:%H:%M} "
            "Uhr. Das ist weit von dem entfernt, was der Briefbote zuletzt gesehen hat. Gelöscht "
            "ist nichts; wenn die Uhr stimmt, nimm „forget --yes“."
        )
        refuse([sentence])
    try:
        gone = purge(context, now=clock())
    except OSError as error:
        refuse([f"{error.filename}: lässt sich nicht löschen ({error.strerror})"])
    files = f", Dateien im Postfach: {gone.files}" if gone.files else ""
    said = f", Stimmen: {gone.voices}" if gone.voices else ""
    click.echo(f"Gelöschte Buchungen: {gone.bookings}, Briefe: {gone.letters}{said}{files}")


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


@click.command(help="Setzt eine Kopie von „backup“ wieder ein; die Seite darf dabei nicht laufen.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_obj
def restore(instance: Path, file: Path) -> None:
    """Put a backup back, and keep what it replaces."""
    database = context_of(instance).database
    if database.file is None:
        refuse(["Das ist keine SQLite-Datenbank; für PostgreSQL gibt es pg_restore"])
    if database.file.exists() and file.samefile(database.file):
        refuse([f"{file}: das ist die Datenbank selbst, keine Kopie"])
    kept = Path(f"{database.file}.ersetzt-{utc_now():%Y%m%dT%H%M%SZ}")
    try:
        schema.restore(database, file, kept=kept)
    except InUse:
        refuse([f"{database.file}: noch in Gebrauch; beende zuerst „serve“, „web“ und „worker“"])
    except schema.NotOurs as why:
        sentence = "keine unbeschädigte Datenbank dieser oder einer früheren Fassung"
        refuse([f"{file}: {sentence} ({why})"])
    except (DatabaseUnavailable, OSError) as error:
        refuse([unusable(error)])
    click.echo(f"Eingesetzt: {file}")
    if kept.exists():
        click.echo(f"Die ersetzte Datenbank: {kept}")
        click.echo("„forget“ erreicht sie nicht: Lösche sie, wenn alles stimmt.")


_WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))
"""SQLite versions in which a reset of the write-ahead log can, rarely, corrupt the file."""


@click.command(
    help="Prüft Einstellungen und Inhalte; mit --connect auch Mailserver, Postfach und Kalender."
)
@click.option("--connect", is_flag=True, help="Auch Mailserver, Postfach und Kalender versuchen.")
@click.pass_obj
def check(instance: Path, *, connect: bool) -> None:
    """Say everything that is wrong, and exit with 1 if something is."""
    if mistakes := mistakes_in(instance, os.environ):
        refuse(str(mistake) for mistake in mistakes)
    context = context_of(instance)
    for hint in _hints(context):
        click.secho(f"Hinweis: {hint}", fg="yellow", err=True)
    wrong = _wrong_in_database(context)
    if context.settings.consultant.email.casefold() == context.settings.mail.sender.casefold():
        wrong.append(
            "consultant.email und mail.sender sind dieselbe Adresse: Eine Einladung an sich selbst "
            "zeigen Outlook und andere ohne Knöpfe, und der Termin fehlt im Kalender. Gib der "
            "Seite eine eigene Adresse, etwa eine zweite für dasselbe Postfach."
        )
    if connect:
        probe = probe_calendars(context, now=utc_now())
        for line in probe.found:
            click.echo(line)
        wrong += probe.wrong
        wrong += mailer_of(context, instance, utc_now).probe(context.settings.mail.sender)
        if (mailbox := mailbox_server(context)) is not None:
            wrong += probe_mailbox(mailbox)
    if wrong:
        refuse(wrong)
    click.echo("Alles in Ordnung.")


def _hints(context: "AppContext") -> Iterator[str]:
    """What is no mistake, but may well not be meant."""
    settings = context.settings
    if (
        settings.mail.transport == "folder"
        and urlsplit(settings.site.url).hostname not in _LOOPBACK
    ):
        yield (
            "Briefe werden nur in den Ordner postfach gelegt (mail.transport = „folder“). "
            f"Wer auf {settings.site.url} bucht, bekommt keinen."
        )
    if settings.site.url.startswith("https:") and not settings.site.proxies:
        yield (
            "site.url beginnt mit https, aber site.proxies ist 0. Die Seite selbst spricht nur "
            "HTTP; hinter einem Reverse-Proxy hält sie alle Gäste für einen, und zusammen sind sie "
            "schnell an den Grenzen aus [limits]. Setze site.proxies = 1."
        )
    if fault_of(context.database, to_write=False) == "" and (
        foreign := count_foreign_links(context)
    ):
        yield (
            f"Termine mit Links von einem Schlüssel, der nicht (mehr) in {SECRET_FILE} steht: "
            f"{foreign}. "
            "Diese Links gelten weiter; die in neuen Briefen gelten ab dem nächsten Start."
        )
    first, last = _WAL_RESET_BUG
    if context.database.is_sqlite and first <= sqlite3.sqlite_version_info <= last:
        yield (
            f"SQLite {sqlite3.sqlite_version} hat einen seltenen Fehler, der die Datenbank "
            "beschädigen kann (behoben in 3.51.3). Mach regelmäßig „backup“."
        )
    if fault_of(context.database, to_write=False):
        return  # It is said elsewhere.
    for booking in closed_since(context, now=utc_now()):
        yield (
            f"{booking}. Niemand weiß davon: Verschiebe sie, oder sag sie ab, über den Link in der "
            "Mail an dich. „stadtfuehrer bookings“ zeigt, wer kommt."
        )


def _wrong_in_database(context: "AppContext") -> list[str]:
    if fault := fault_of(context.database, to_write=False):
        return [fault]
    try:
        health, wrong = examine(context, now=utc_now()), audit(context)
    except (DatabaseUnavailable, OSError) as error:
        return [unusable(error)]
    failed = health.failed
    if failed.letters:
        wrong.append(f"Gescheiterte Briefe: {failed.letters}; „stadtfuehrer outbox“ zeigt sie")
    if failed.to_consultant:
        wrong.append(
            f"{failed.to_consultant} davon waren für dich selbst (consultant.email): "
            "Sieh in „stadtfuehrer bookings“ nach, wer gebucht hat"
        )
    if failed.never_composed:
        wrong.append(
            f"{failed.never_composed} davon ließen sich nicht schreiben; den Grund nennt „outbox“"
        )
    if calls := count_failed(context):
        wrong.append(
            f"Nachrichten an andere Programme, die nicht ankamen: {calls}; „stadtfuehrer hooks“ "
            "sagt, warum"
        )
    if health.clock_doubted is not None:
        to = health.clock_doubted.astimezone(context.rules.zone)
        wrong.append(
            f"Die Uhr dieses Rechners ist gesprungen, auf {date_in_words(to.date())}, "
            f"{to:%H:%M} Uhr; stimmt sie? Bleibt sie zehn Minuten dabei, gilt sie. Bis dahin wird "
            "nicht erinnert, nicht gedankt, nichts abgelehnt und nichts gelöscht."
        )
    if health.worker_silent_since is not None:
        since = health.worker_silent_since.astimezone(context.rules.zone)
        wrong.append(
            f"Der Briefbote antwortet seit {day_in_words(since.date())}, {since:%H:%M} Uhr, nicht; "
            "läuft „serve“ oder „worker“ noch, und was steht im Log?"
        )
    if health.letters_wait_since is not None:
        since = health.letters_wait_since.astimezone(context.rules.zone)
        wrong.append(
            f"Seit {day_in_words(since.date())}, {since:%H:%M} Uhr, verlässt kein Brief das Haus; "
            "läuft der Briefbote („serve“ oder „worker“), und was sagt „check --connect“?"
        )
    return wrong

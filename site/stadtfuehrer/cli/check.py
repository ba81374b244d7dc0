"""``stadtfuehrer check``."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from stadtfuehrer.booking.audit import audit
from stadtfuehrer.bootstrap import mistakes_in, utc_now
from stadtfuehrer.cli.context import context_of, fault_of, refuse, unusable
from stadtfuehrer.cli.serve import LOOPBACK
from stadtfuehrer.database import DatabaseUnavailable
from stadtfuehrer.mail.service import examine
from stadtfuehrer.text.formatting import day_in_words
from stadtfuehrer.worker import mailer_of

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))
"""SQLite versions in which a reset of the write-ahead log can, rarely, corrupt the file."""


@click.command(help="Prüft Einstellungen und Inhalte; mit --connect auch den Mailserver.")
@click.option("--connect", is_flag=True, help="Auch den Mailserver versuchen.")
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

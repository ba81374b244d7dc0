"""Commands that show what is there: bookings, outbox, calendar."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from stadtfuehrer.booking.service import all_bookings
from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.calendar.probe import in_words
from stadtfuehrer.calendar.service import blocked_between, status
from stadtfuehrer.cli.context import ready_context_of, refuse
from stadtfuehrer.mail.service import all_letters, retry_letter
from stadtfuehrer.refusals import UnknownLetter

Row = dict[str, Any]


@click.command(help="Zeigt die Buchungen.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table")
@click.pass_obj
def bookings(instance: Path, form: str) -> None:
    """Show the bookings."""
    rows = all_bookings(ready_context_of(instance))
    if form == "csv":
        click.echo(_csv(rows), nl=False)
    else:
        columns = ("id", "start", "kind", "status", "name", "email")
        _show(rows, columns, form, nothing="Keine Buchungen.")


@click.group(invoke_without_command=True, help="Zeigt die Briefe; „retry ID“ versucht einen neu.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.pass_context
def outbox(context: click.Context, form: str) -> None:
    """Show the letters."""
    if context.invoked_subcommand is not None:
        return
    columns = ("id", "kind", "recipient", "state", "attempts", "error")
    _show(all_letters(ready_context_of(context.obj)), columns, form, nothing="Keine Briefe.")


@outbox.command(help="Versucht einen Brief, der scheiterte oder wartet, sofort noch einmal.")
@click.argument("letter", type=int, metavar="ID")
@click.pass_obj
def retry(instance: Path, letter: int) -> None:
    """Try a letter again."""
    try:
        retry_letter(ready_context_of(instance), letter, now=utc_now())
    except UnknownLetter:
        refuse([f"Brief {letter}: gibt es nicht, oder er ist verschickt oder übersprungen"])
    click.echo(f"Brief {letter} ist wieder an der Reihe.")


@click.command(
    help="Zeigt, was aus deinen Kalendern gelesen ist und was in sieben Tagen blockiert."
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.pass_obj
def calendar(instance: Path, form: str) -> None:
    """Show what was read from each calendar and when, and what blocks soon."""
    context, now = ready_context_of(instance), utc_now()
    sources = status(context)
    blocked = blocked_between(context, now, now + timedelta(days=7))
    if form == "json":
        until = [{"start": a.isoformat(), "end": b.isoformat()} for a, b in blocked]
        click.echo(
            json.dumps({"calendars": sources, "blocked": until}, ensure_ascii=False, indent=2)
        )
        return
    _show(sources, ("name", "read_at", "error"), form, nothing="Kein Kalender blockiert Zeiten.")
    for source in sources:
        for fault in source["faults"]:
            click.echo(f"{source['name']}: {fault}")
    for stretch in blocked:
        click.echo(f"blockiert: {in_words(stretch, context.rules.zone)}")


def _csv(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows({key: _tame(value) for key, value in row.items()} for row in rows)
    return text.getvalue()


def _tame(value: object) -> object:
    """Keep a spreadsheet from running what a visitor wrote as a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value


def _show(rows: Sequence[Row], columns: Sequence[str], form: str, *, nothing: str) -> None:
    """The whole rows as JSON, or these columns as a table."""
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif not rows:
        click.echo(nothing)
    else:
        lines = [columns, *([str(row[column]) for column in columns] for row in rows)]
        widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
        for line in lines:
            padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            click.echo("  ".join(padded).rstrip())

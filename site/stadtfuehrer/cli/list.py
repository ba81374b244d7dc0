"""Commands that show what is there: bookings, outbox."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from stadtfuehrer.booking.service import all_bookings
from stadtfuehrer.bootstrap import utc_now
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
        columns = ("id", "start", "kind", "status", "name", "email", "note")
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

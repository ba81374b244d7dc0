"""``stadtfuehrer quiz``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from stadtfuehrer.app.clock import utc_now
from stadtfuehrer.cli.opening import ready_office_of
from stadtfuehrer.cli.quiz_report import as_data, report_on
from stadtfuehrer.cli.quiz_table import as_lines

if TYPE_CHECKING:
    from pathlib import Path

MOST_DAYS = 731
"""Counters are kept for two years."""


@click.command(help="Zeigt, was beim Quiz herauskommt und wo Besucher aussteigen.")
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=90,
    show_default=True,
    help="So viele Tage.",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.pass_obj
def quiz(instance: Path, *, days: int, form: str) -> None:
    """Show how the outcomes are spread, and what visitors did."""
    report = report_on(ready_office_of(instance), days=days, now=utc_now())
    if form == "json":
        click.echo(json.dumps(as_data(report), ensure_ascii=False, indent=2))
    else:
        for line in as_lines(report):
            click.echo(line)

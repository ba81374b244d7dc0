"""``stadtfuehrer``: the group, and what its commands share."""

import os
from pathlib import Path

import click

from stadtfuehrer.app import set_up_logs
from stadtfuehrer.bootstrap import instance_folder
from stadtfuehrer.cli.calendar import calendar
from stadtfuehrer.cli.list import bookings, hooks, outbox
from stadtfuehrer.cli.office import signin
from stadtfuehrer.cli.person import person
from stadtfuehrer.cli.quiz import quiz
from stadtfuehrer.cli.serve import serve, web, worker
from stadtfuehrer.cli.unit import install_unit
from stadtfuehrer.cli.upkeep import backup, check, db, forget, init, restore


@click.group(help="Der Stadtführer: Seite, Buchungen und Briefe.")
@click.option(
    "--instance",
    type=click.Path(path_type=Path),
    help="Ordner mit Einstellungen und Daten (sonst STADTFUEHRER_INSTANCE, sonst ./instance).",
)
@click.version_option(package_name="stadtfuehrer")
@click.pass_context
def main(context: click.Context, instance: Path | None) -> None:
    """Find the instance folder; everything else is a command."""
    set_up_logs()
    context.obj = instance.resolve() if instance else instance_folder(os.environ)


for command in (
    *(init, serve, web, worker, check, bookings, outbox, hooks, calendar, quiz, db, forget, backup),
    *(restore, install_unit, signin, person),
):
    main.add_command(command)

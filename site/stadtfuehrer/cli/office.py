"""The command for whoever cannot sign in to the office by letter."""

from pathlib import Path

import click

from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.cli.context import ready_context_of, refuse
from stadtfuehrer.office.sign_in import print_link


@click.command(
    help="Gibt einen Link aus, mit dem sich ADDRESS im Büro anmeldet, wenn Mail streikt."
)
@click.argument("address")
@click.pass_obj
def signin(instance: Path, address: str) -> None:
    """Print a link to sign in by."""
    context = ready_context_of(instance)
    path = print_link(context, address, now=utc_now())
    if not path:
        refuse([f"{address} steht weder als consultant.email noch unter office.people"])
    click.echo(f"{context.settings.site.url}{path}")
    click.echo("Der Link gilt 15 Minuten und nur einmal.", err=True)

"""The command for calendars: the address of the consultant's private feed."""

from pathlib import Path

import click

from stadtfuehrer.booking.feed import renew_feed as renew
from stadtfuehrer.booking.feed import revoke_feed as revoke
from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.cli.context import ready_context_of


@click.command(help="Die Kalender; hier die Adresse, unter der du deine Termine abonnierst.")
@click.option("--renew-feed", is_flag=True, help="Neue Adresse; die alte führt ins Leere.")
@click.option("--revoke-feed", is_flag=True, help="Keine Adresse mehr.")
@click.pass_obj
def calendar(instance: Path, *, renew_feed: bool, revoke_feed: bool) -> None:
    """Make, renew or revoke the address of the feed."""
    if renew_feed == revoke_feed:
        raise click.UsageError("Gib --renew-feed oder --revoke-feed an.")
    context = ready_context_of(instance)
    if revoke_feed:
        revoke(context)
        click.echo("Der Kalender lässt sich nicht mehr abonnieren.")
        return
    click.echo(renew(context, now=utc_now()))
    click.echo("Heb die Adresse gut auf, sie wird nicht noch einmal gezeigt.", err=True)
    click.echo("Wer sie hat, sieht deine Termine mit Namen und Nummern.", err=True)

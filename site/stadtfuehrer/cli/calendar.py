"""The command for calendars: what was read of them, and the address of the consultant's feed."""

import json
from datetime import timedelta
from pathlib import Path

import click

from stadtfuehrer.booking.feed import renew_feed as renew
from stadtfuehrer.booking.feed import revoke_feed as revoke
from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.calendar.probe import in_words
from stadtfuehrer.calendar.service import blocked_between, status
from stadtfuehrer.cli.context import ready_context_of
from stadtfuehrer.cli.list import show


@click.command(
    help="Zeigt, was aus deinen Kalendern gelesen ist und was in sieben Tagen blockiert; oder gibt "
    "dir die Adresse, unter der ein Kalenderprogramm deine Termine abonniert."
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--renew-feed", is_flag=True, help="Neue Adresse; die alte führt ins Leere.")
@click.option("--revoke-feed", is_flag=True, help="Keine Adresse mehr.")
@click.pass_obj
def calendar(instance: Path, form: str, *, renew_feed: bool, revoke_feed: bool) -> None:
    """Show what was read from each calendar and when, and what blocks soon; or change the feed."""
    if renew_feed and revoke_feed:
        raise click.UsageError("Gib --renew-feed oder --revoke-feed an, nicht beides.")
    context, now = ready_context_of(instance), utc_now()
    if revoke_feed:
        revoke(context)
        click.echo("Der Kalender lässt sich nicht mehr abonnieren.")
        return
    if renew_feed:
        click.echo(renew(context, now=now))
        click.echo("Heb die Adresse gut auf, sie wird nicht noch einmal gezeigt.", err=True)
        click.echo("Wer sie hat, sieht deine Termine mit Namen und Nummern.", err=True)
        return
    sources = status(context)
    blocked = blocked_between(context, now, now + timedelta(days=7))
    if form == "json":
        until = [{"start": a.isoformat(), "end": b.isoformat()} for a, b in blocked]
        click.echo(
            json.dumps({"calendars": sources, "blocked": until}, ensure_ascii=False, indent=2)
        )
        return
    show(sources, ("name", "read_at", "error"), form, nothing="Kein Kalender blockiert Zeiten.")
    for source in sources:
        for fault in source["faults"]:
            click.echo(f"{source['name']}: {fault}")
    for stretch in blocked:
        click.echo(f"blockiert: {in_words(stretch, context.rules.zone)}")

"""The command for calendars: what was read of them, and the address of the consultant's feed."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import click

from stadtfuehrer.booking.calendar_answers import put_all_back
from stadtfuehrer.booking.calendar_events import waiting_events
from stadtfuehrer.booking.feed import renew_feed as renew
from stadtfuehrer.booking.feed import revoke_feed as revoke
from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.calendar.probe import in_words
from stadtfuehrer.calendar.service import blocked_between, status
from stadtfuehrer.cli.context import ready_context_of
from stadtfuehrer.cli.list import show
from stadtfuehrer.text.formatting import clock_in_words, date_in_words


@click.command(
    help="Zeigt, was aus deinen Kalendern gelesen ist, was in sieben Tagen blockiert und was noch "
    "einzutragen ist; oder gibt dir die Adresse, unter der ein Kalenderprogramm deine Termine "
    "abonniert."
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--renew-feed", is_flag=True, help="Neue Adresse; die alte führt ins Leere.")
@click.option("--revoke-feed", is_flag=True, help="Keine Adresse mehr.")
@click.option("--put-back", is_flag=True, help="Fehlende und geänderte Termine neu eintragen.")
@click.pass_obj
def calendar(
    instance: Path, form: str, *, renew_feed: bool, revoke_feed: bool, put_back: bool
) -> None:
    """Show what was read from each calendar, what blocks soon and what waits; or change that."""
    if renew_feed + revoke_feed + put_back > 1:
        raise click.UsageError("Gib nur eins von --renew-feed, --revoke-feed und --put-back an.")
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
    if put_back:
        click.echo(f"Wird neu eingetragen: {put_all_back(context, now=now)}")
        return
    sources, waiting = status(context), waiting_events(context, now=now)
    blocked = blocked_between(context, now, now + timedelta(days=7))
    if form == "json":
        until = [{"start": a.isoformat(), "end": b.isoformat()} for a, b in blocked]
        found = {"calendars": sources, "blocked": until, "waiting": waiting}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    show(sources, ("name", "read_at", "error"), form, nothing="Kein Kalender blockiert Zeiten.")
    for source in sources:
        for fault in source["faults"]:
            click.echo(f"{source['name']}: {fault}")
    for stretch in blocked:
        click.echo(f"blockiert: {in_words(stretch, context.rules.zone)}")
    for one in waiting:
        start = datetime.fromisoformat(one["start"]).astimezone(context.rules.zone)
        day, clock = date_in_words(start.date()), clock_in_words(start, context.rules.zone)
        why = f": {one['error']}" if one["error"] else ""
        click.echo(f"noch nicht eingetragen: {day}, {clock} Uhr, {one['name']}{why}")

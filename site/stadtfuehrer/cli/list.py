"""Commands that show what is there, and change a little of it: bookings, outbox."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from textwrap import shorten
from typing import Any
from zoneinfo import ZoneInfo

import click

from stadtfuehrer.audit_log import COMMAND_LINE
from stadtfuehrer.booking.lists import all_bookings, all_cards
from stadtfuehrer.booking.selection import Letters, Selection, cancel_many, select_changeable
from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.cli.context import ready_context_of, refuse
from stadtfuehrer.hooks.service import all_calls, retry_call
from stadtfuehrer.mail.service import all_letters, retry_letter
from stadtfuehrer.refusals import UnknownCall, UnknownLetter
from stadtfuehrer.text.spreadsheet import as_csv

Row = dict[str, Any]


@click.group(
    invoke_without_command=True, help="Zeigt die Buchungen; „cancel“ sagt mehrere auf einmal ab."
)
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "vcard"]), default="table"
)
@click.pass_context
def bookings(context: click.Context, form: str) -> None:
    """Show the bookings."""
    if context.invoked_subcommand is not None:
        return
    opened = ready_context_of(context.obj)
    if form == "vcard":
        click.echo(all_cards(opened), nl=False)
        return
    rows = all_bookings(opened)
    if form == "csv":
        # As bytes, so that line ends stay as they are.
        click.echo(as_csv(rows), nl=False)
    else:
        if form == "table":
            rows = _for_people(rows, opened.rules.zone, now=utc_now())
        columns = ("id", "start", "kind", "status", "name", "telefon", "email", "anliegen", "note")
        show(rows, columns, form, nothing="Keine Buchungen.")


_FIRST_WORDS = 40


def _for_people(rows: Sequence[Row], zone: ZoneInfo, *, now: datetime) -> list[Row]:
    """On the consultant's clocks: what is coming, the next first, then what is over."""
    told = [
        row
        | {
            "start": f"{datetime.fromisoformat(row['start']).astimezone(zone):%Y-%m-%d %H:%M}",
            "anliegen": shorten(row["anliegen"], _FIRST_WORDS, placeholder=" …"),
        }
        for row in rows
    ]
    return sorted(told, key=lambda row: datetime.fromisoformat(row["end"]) <= now)


_BOOKED_AT = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"])


@bookings.command(help="Sagt ausgewählte Buchungen ab, etwa die eines Programms, das alles belegt.")
@click.argument("ids", type=int, nargs=-1, metavar="[ID]…")
@click.option("--since", type=_BOOKED_AT, help="Gebucht ab dann, z. B. „2026-03-02 14:00“.")
@click.option("--until", type=_BOOKED_AT, help="Gebucht bis dann.")
@click.option("--from", "sender", default="", help="Von dieser Adresse, oder „@domain“.")
@click.option(
    "--letters",
    type=click.Choice([one.value for one in Letters]),
    default=Letters.ALL.value,
    show_default=True,
    help="Wer die Absage bekommt.",
)
@click.option("--reason", default="", help="Der Grund; er steht in der Absage.")
@click.option("--yes", is_flag=True, help="Wirklich absagen; sonst wird nur gezeigt, welche.")
@click.pass_obj
def cancel(
    instance: Path,
    ids: tuple[int, ...],
    *,
    since: datetime | None,
    until: datetime | None,
    sender: str,
    letters: str,
    reason: str,
    yes: bool,
) -> None:
    """Call off a selection of bookings; times are those of the consultant's clocks."""
    context = ready_context_of(instance)
    zone = context.rules.zone
    selection = Selection(
        ids=ids,
        since=since and since.replace(tzinfo=zone),
        until=until and until.replace(tzinfo=zone),
        sender=sender,
    )
    if selection.is_empty:
        refuse(["Welche? Nenne Nummern, --since, --until oder --from"])
    found = select_changeable(context, selection, now=utc_now())
    for row_id, booking in found:
        when = booking.start.astimezone(zone)
        click.echo(
            f"{row_id}  {when:%Y-%m-%d %H:%M}  {booking.visitor.name}  {booking.visitor.email}"
        )
    if not yes:
        click.echo(f"Das wären {len(found)}. Mit --yes werden sie abgesagt.")
        return
    row_ids = [row_id for row_id, _ in found]
    gone = cancel_many(
        context, row_ids, reason=reason, tell=Letters(letters), who=COMMAND_LINE, now=utc_now()
    )
    click.echo(f"Abgesagt: {gone}")


@click.group(invoke_without_command=True, help="Zeigt die Briefe; „retry ID“ versucht einen neu.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.pass_context
def outbox(context: click.Context, form: str) -> None:
    """Show the letters."""
    if context.invoked_subcommand is not None:
        return
    columns = ("id", "kind", "recipient", "state", "attempts", "error")
    show(all_letters(ready_context_of(context.obj)), columns, form, nothing="Keine Briefe.")


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


@click.group(
    invoke_without_command=True,
    help="Zeigt, wovon andere Programme erfahren haben; „retry ID“ versucht eines neu.",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.pass_context
def hooks(context: click.Context, form: str) -> None:
    """Show the calls to other programs."""
    if context.invoked_subcommand is not None:
        return
    columns = ("id", "booking_id", "hook", "event", "state", "attempts", "error")
    show(all_calls(ready_context_of(context.obj)), columns, form, nothing="Keine Nachrichten.")


@hooks.command(
    "retry", help="Versucht eine Nachricht, die scheiterte oder wartet, sofort noch mal."
)
@click.argument("call", type=int, metavar="ID")
@click.pass_obj
def retry_hook(instance: Path, call: int) -> None:
    """Try a call again."""
    try:
        retry_call(ready_context_of(instance), call, now=utc_now())
    except UnknownCall:
        refuse([f"Nachricht {call}: gibt es nicht, oder sie ist angekommen oder übersprungen"])
    click.echo(f"Nachricht {call} ist wieder an der Reihe.")


def show(rows: Sequence[Row], columns: Sequence[str], form: str, *, nothing: str) -> None:
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

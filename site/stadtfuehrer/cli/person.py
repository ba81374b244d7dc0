"""The command for what is stored of one person."""

from pathlib import Path

import click

from stadtfuehrer.audit_log import COMMAND_LINE
from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.cli.context import ready_context_of, refuse
from stadtfuehrer.person import Erased, erase_person, export_person, find_person
from stadtfuehrer.refusals import StillToCome


@click.command(
    help="Was von einem Menschen gespeichert ist: --export schreibt es in eine Datei (.json oder"
    " .zip), --erase löscht es."
)
@click.argument("address")
@click.option("--export", "file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--erase", is_flag=True)
@click.pass_obj
def person(instance: Path, address: str, *, file: Path | None, erase: bool) -> None:
    """Hand over, or erase, what is stored under an address."""
    if bool(file) == erase:
        refuse(["Entweder --export DATEI oder --erase"])
    context = ready_context_of(instance)
    if find_person(context, address).is_unknown:
        refuse([f"Unter {address} ist nichts gespeichert"])
    if file is not None:
        if file.exists():
            refuse([f"{file} gibt es schon"])
        found = export_person(context, address, who=COMMAND_LINE, now=utc_now())
        file.write_bytes(
            found.as_zip() if file.suffix == ".zip" else f"{found.as_json()}\n".encode()
        )
        click.echo(f"Geschrieben: {file}")
        return
    try:
        gone = erase_person(context, address, who=COMMAND_LINE, now=utc_now())
    except StillToCome:
        refuse([f"Für {address} steht noch ein Termin bevor; sag ihn erst ab"])
    _tell(gone)


def _tell(gone: Erased) -> None:
    click.echo(
        f"Gelöscht: {gone.bookings} Buchungen, {gone.letters} Briefe, {gone.lines} Wartelisten."
    )
    if gone.voices:
        click.echo(f"Auch gelöscht: {gone.voices} Stimmen (Fragen, Leserbriefe, Rückmeldungen).")
    if gone.heard:
        click.echo("Was daraus wurde, steht weiter unter /gehoert, ohne Namen und Worte.")
    if gone.check_in:
        click.echo("Auch gelöscht: die Erlaubnis, nachzufragen, wie es läuft.")
    click.echo("Nicht gelöscht sind Briefe, die schon in Postfächern liegen, auch in deinem.")
    if gone.in_calendar:
        click.echo("In deinem Kalender stehen vergangene Termine noch; lösch sie dort.")

"""``install-unit``: systemd's unit for this installation."""

import shlex
import sys
from pathlib import Path

import click

from stadtfuehrer.bootstrap import shipped_folders
from stadtfuehrer.cli.context import context_of, refuse

_UNIT = Path(__file__).with_name("stadtfuehrer.service")


@click.command("install-unit", help="Eine Unit für systemd, mit der diese Seite immer läuft.")
@click.option("--print", "prints", is_flag=True, help="Zeigt die Unit.")
@click.pass_obj
def install_unit(instance: Path, *, prints: bool) -> None:
    """Print the unit, or say how it gets to its place: that takes rights we shall not have."""
    context = context_of(instance)
    user = instance.owner()
    if user == "root":
        why = f"{instance} gehört root, und als root soll die Seite nicht laufen. "
        how = [
            "  sudo useradd --system stadtfuehrer",
            f"  sudo chown -R stadtfuehrer: {shlex.quote(str(instance))}",
        ]
        refuse([why + "Gib den Ordner einem eigenen Benutzer, etwa so:", *how])
    if not prints:
        click.echo(f"So läuft die Seite immer, auch nach einem Neustart, als Benutzer {user}:")
        file = "/etc/systemd/system/stadtfuehrer.service"
        this = f"{sys.executable} -m stadtfuehrer --instance {shlex.quote(str(instance))}"
        click.echo(f"  {this} install-unit --print | sudo tee {file}")
        click.echo("  sudo systemctl daemon-reload")
        click.echo("  sudo systemctl enable --now stadtfuehrer")
        return
    program = {Path(sys.prefix), Path(sys.base_prefix), shipped_folders().static.parent}
    data = {instance} if context.database.file is None else {instance, context.database.file.parent}
    unit = _UNIT.read_text("utf-8").format(
        user=user,
        python=_words(Path(sys.executable)),
        instance=_words(instance),
        program=_words(*program),
        data=_words(*data),
    )
    click.echo(unit, nl=False)


def _words(*paths: Path) -> str:
    """Paths as a unit has them: quoted like a shell's, and % doubled (systemd.syntax(7))."""
    return " ".join(shlex.quote(str(path)) for path in sorted(paths)).replace("%", "%%")

"""doc/handbuch.md: each command in it is run, in the order of the manual, in one folder."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

from stadtfuehrer.cli import main
from tests.support.commands import Run
from tools.provision.site import free_port, running
from tools.provision.visitor import Visitor

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "doc" / "handbuch.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", MANUAL, re.DOTALL | re.MULTILINE)
NAMED = sorted({*re.findall(r"`stadtfuehrer ((?:db |bookings )?[a-z-]+)", MANUAL)})
LINKS = re.findall(r"\]\(([^)#:]+)\)", MANUAL)


def test_every_command_of_the_manual_does_what_it_is_there_for(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From `init` to the move to another machine; the site runs where it says that it does."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site").symlink_to(ROOT / "site")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    done = []

    with ExitStack() as site:
        for command in (line for block in BLOCKS for line in block.splitlines()):
            if command.endswith(" serve"):
                site.enter_context(_serving(command, tmp_path))
            elif command.startswith("stadtfuehrer "):
                if command.endswith("install-unit") and os.geteuid() == 0:
                    shutil.chown(tmp_path / "instance", "games")
                if " restore " in command:
                    site.close()  # as the manual says
                result = run(*_words(command)[1:])
                assert result.exit_code == 0, f"{command}\n{result.output}"
            else:
                subprocess.run(["bash", "-euc", command], check=True)
            done.append(command)

    assert done[1:4] == ["stadtfuehrer init", "stadtfuehrer check", "stadtfuehrer serve"]
    for name in ("stadtfuehrer.toml", "secret.key", "content/quiz.toml"):
        moved, kept = tmp_path / "neu" / name, tmp_path / "instance" / name
        assert moved.read_bytes() == kept.read_bytes()


def _serving(command: str, folder: Path) -> AbstractContextManager[Visitor]:
    port = free_port()
    serve = [sys.executable, "-m", *command.split(), "--port", str(port)]
    return running(serve, port=port, cwd=folder)


def _words(command: str) -> list[str]:
    """What the shell makes of a command; it need not start a Python for each."""
    made = subprocess.run(
        ["bash", "-euc", f"printf '%s\\n' {command}"], check=True, stdout=subprocess.PIPE, text=True
    )
    return made.stdout.splitlines()


@pytest.mark.parametrize("command", NAMED)
def test_a_command_that_it_names_is_there(command: str) -> None:
    assert CliRunner().invoke(main, [*command.split(), "--help"]).exit_code == 0


@pytest.mark.parametrize("link", LINKS)
def test_its_links_lead_somewhere(link: str) -> None:
    assert (ROOT / "doc" / link).exists()

"""`install-unit`: what systemd says of the unit, which nothing here installs."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.commands import Run
from tools.provision.site import change_settings

ANALYZE = shutil.which("systemd-analyze")
ALLOWED = 20  # tenths of systemd's exposure level


@pytest.fixture
def owned(tmp_path: Path, run: Run) -> Path:
    """Give an instance in a folder with a difficult name, that is not root's."""
    instance = tmp_path / "Veras 50 %-Seite"
    run("--instance", instance, "init")
    if os.geteuid() == 0:
        for path in (instance, *instance.iterdir()):
            shutil.chown(path, "games")
    return instance


@pytest.fixture
def unit(owned: Path, run: Run, tmp_path: Path) -> Path:
    """Give the printed unit as a file of the name that it would have."""
    file = tmp_path / "stadtfuehrer-test.service"
    file.write_text(run("--instance", owned, "install-unit", "--print").stdout, "utf-8")
    return file


def fields(unit: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # as its documentation does
    parser.read(unit, "utf-8")
    return parser["Service"]


def test_it_runs_this_program_for_this_folder_as_its_owner(owned: Path, unit: Path) -> None:
    service = fields(unit)
    told = shlex.split(service["ExecStart"].replace("%%", "%"))
    assert told[1:] == ["-m", "stadtfuehrer", "--instance", str(owned), "serve"]
    said = subprocess.run(
        [*told[:-1], "check"], check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    assert said.stdout.decode() == "Alles in Ordnung.\n"
    assert service["User"] == owned.owner()
    for name in ("BindPaths", "ReadWritePaths"):
        assert shlex.split(service[name].replace("%%", "%")) == [str(owned)]
    # What is hidden otherwise, since it may lie in somebody's home.
    seen = [Path(it) for it in shlex.split(service["BindReadOnlyPaths"].replace("%%", "%"))]
    for needed in (told[0], Path(told[0]).resolve(), Path(__file__).parents[2] / "templates"):
        assert any(Path(needed).is_relative_to(it) for it in seen), needed


def test_systemd_calls_it_safe(unit: Path) -> None:
    if ANALYZE:
        judged = subprocess.run(
            [ANALYZE, "security", "--offline=true", f"--threshold={ALLOWED}", unit],
            check=False,
            capture_output=True,
            text=True,
        )
        assert judged.returncode == 0, judged.stdout + judged.stderr
        assert re.search(r"exposure level for stadtfuehrer-test.service: [01]\.\d", judged.stdout)
        subprocess.run([ANALYZE, "verify", unit], check=True)
    # From where there is no systemd, what it judged so.
    service = fields(unit)
    assert service["CapabilityBoundingSet"] == ""
    assert service["ProtectSystem"] == "strict"
    assert set(service["RestrictAddressFamilies"].split()) == {"AF_INET", "AF_INET6", "AF_UNIX"}
    assert service["NoNewPrivileges"] == service["PrivateUsers"] == "yes"
    assert service["RestrictNamespaces"] == service["MemoryDenyWriteExecute"] == "yes"


def test_a_database_elsewhere_can_be_written(owned: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "daten").mkdir()
    change_settings(owned, {"database.url": f'"sqlite:///{tmp_path}/daten/stadt.db"'})
    assert run("--instance", owned, "db", "upgrade").exit_code == 0
    printed = run("--instance", owned, "install-unit", "--print").stdout
    both = f"{shlex.quote(str(owned))} {tmp_path}/daten".replace("%", "%%")
    assert f"\nReadWritePaths={both}\n" in printed


def test_without_print_it_says_how_it_is_installed(owned: Path, run: Run) -> None:
    said = run("--instance", owned, "install-unit").stdout.splitlines()
    assert said[0].endswith(f"als Benutzer {owned.owner()}:")
    printing, saving = said[1].split(" | ")
    assert shlex.split(printing)[-4:] == ["--instance", str(owned), "install-unit", "--print"]
    assert saving == "sudo tee /etc/systemd/system/stadtfuehrer.service"
    assert said[2:] == [
        "  sudo systemctl daemon-reload",
        "  sudo systemctl enable --now stadtfuehrer",
    ]


def test_not_as_root(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("init")
    monkeypatch.setattr(Path, "owner", lambda _: "root")
    said = run("install-unit", "--print")
    assert (said.exit_code, said.stdout) == (1, "")
    assert f"sudo chown -R stadtfuehrer: {tmp_path / 'instance'}" in said.stderr

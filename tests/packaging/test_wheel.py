import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.support.installed import ROOT, both_letters, build_wheel, install, take_a_booking
from tools.provision.pythons import SUPPORTED, THIS, find_python, newest_python
from tools.provision.site import change_settings, free_port, running, untouched_environment

PLACES = {
    "site/stadtfuehrer/": "stadtfuehrer/",
    "templates/": "stadtfuehrer/_shipped/templates/",
    "static/": "stadtfuehrer/_shipped/static/",
}
ALWAYS = {THIS, newest_python()}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def test_wheel_holds_every_file_of_the_site_and_nothing_else(wheel: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *PLACES],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    expected = {
        to + name.removeprefix(source)
        for name in listed.split("\0")
        for source, to in PLACES.items()
        if name.startswith(source) and (ROOT / name).exists()
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert held == expected
    # Three sorts of file that a packaging mistake loses without a word.
    for needed in (r"templates/.+\.html", r"static/.+\.css", r"migrations/versions/.+\.py"):
        assert any(re.search(needed, name) for name in held), needed


def test_wheel_carries_licence_and_console_script(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = {
            name.partition(".dist-info/")[2]: archive.read(name).decode()
            for name in archive.namelist()
            if ".dist-info/" in name
        }
    assert set(info) == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    assert info["entry_points.txt"] == "[console_scripts]\nstadtfuehrer = stadtfuehrer.cli:main\n"


@pytest.mark.parametrize(
    "version",
    [pytest.param(it, marks=() if it in ALWAYS else pytest.mark.pythons) for it in SUPPORTED],
)
def test_installed_wheel_takes_a_booking_and_hands_over_both_letters(
    version: str, wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = find_python(version)
    assert python, f"Python {version} is missing. Get it with: uv python install {version}"
    # What this version gives up soon, we and our needs must not use.
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    environment = tmp_path / "venv"
    subprocess.run([python, "-m", "venv", "--without-pip", environment], check=True)
    programs = environment / "bin"
    install(programs / "python", ["--require-hashes", "--requirement", ROOT / "requirements.lock"])
    install(programs / "python", ["--no-deps", wheel])
    stadtfuehrer = str(programs / "stadtfuehrer")
    for command in ("init", "check"):
        subprocess.run(
            [stadtfuehrer, command], check=True, cwd=tmp_path, env=untouched_environment()
        )
    instance = tmp_path / "instance"
    change_settings(instance, {"minimum_seconds": "0"})
    port = free_port()
    serve = [stadtfuehrer, "serve", "--port", str(port), "--workers", "1"]

    with running(serve, port=port, cwd=tmp_path) as visitor:
        start = take_a_booking(visitor)
        both_letters(instance / "postfach", start)

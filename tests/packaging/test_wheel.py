import re
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from tools.provision.site import change_settings, free_port, running, untouched_environment
from tools.until import until

ROOT = Path(__file__).parents[2]
PLACES = {
    "site/stadtfuehrer/": "stadtfuehrer/",
    "templates/": "stadtfuehrer/_shipped/templates/",
    "static/": "stadtfuehrer/_shipped/static/",
}
LETTER_SECONDS = 15


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as `make wheel` does."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    subprocess.run([sys.executable, *build], check=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs' folder of an empty environment with the wheel and its locked needs."""
    environment = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    programs = environment / "bin"
    _install(programs / "python", ["--require-hashes", "--requirement", ROOT / "requirements.lock"])
    _install(programs / "python", ["--no-deps", wheel])
    return programs


def _install(python: Path, what: Sequence[str | Path]) -> None:
    """Install from uv's cache if it has all, else with uv, else with pip (see Makefile)."""
    uv = Path(sysconfig.get_path("scripts"), "uv")
    attempts: list[list[str | Path]] = [
        [uv, "pip", "install", "--python", python, "--offline", *what],
        [uv, "pip", "install", "--python", python, *what],
        [sys.executable, "-m", "pip", "--python", python, "install", *what],
    ]
    said = ""
    for attempt in attempts:
        done = subprocess.run(attempt, check=False, capture_output=True, text=True)
        if done.returncode == 0:
            return
        said += done.stderr
    pytest.fail(f"The wheel or its requirements cannot be installed:\n{said}")


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


def test_installed_wheel_takes_a_booking_and_hands_over_both_letters(
    installed: Path, tmp_path: Path
) -> None:
    stadtfuehrer = str(installed / "stadtfuehrer")
    subprocess.run([stadtfuehrer, "init"], check=True, cwd=tmp_path, env=untouched_environment())
    instance = tmp_path / "instance"
    change_settings(instance, {"minimum_seconds": "0"})
    port = free_port()
    serve = [stadtfuehrer, "serve", "--port", str(port), "--workers", "1"]

    with running(serve, port=port, cwd=tmp_path) as visitor:
        home = visitor.get("/")
        assert home.status == 200
        assert "Stadtführer" in home.body.decode()

        kinds = [link for link in visitor.get("/termin").links() if link.startswith("/termin/")]
        times = visitor.get(kinds[0])
        free = next(link for link in times.links() if re.search(r"/\d{8}T\d{6}Z", link))
        (form,) = (form for form in visitor.get(free).forms() if form.method == "post")
        typed = {"name": "Änne Müller", "email": "aenne@gast.example", "telefon": "030 55507"}
        booked = visitor.post(form.action, form.fields | typed)

        assert booked.status == 303
        assert re.search(r"/buchung/[\w-]{43}$", booked.headers["location"])
        letters = _letters(instance / "postfach")

    assert sorted(letters) == ["aenne@gast.example", "vera@stadtfuehrer.example"]
    start = _utc(re.search(r"\d{8}T\d{6}Z", free))
    assert all(f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in invitation for invitation in letters.values())


def _letters(postfach: Path) -> dict[str, str]:
    """Wait for two letters; return each one's invitation by its recipient."""
    until(lambda: len(list(postfach.glob("*.eml"))) >= 2, within=LETTER_SECONDS, what="two letters")
    letters = {}
    for file in postfach.glob("*.eml"):
        message = message_from_bytes(file.read_bytes())
        (calendar,) = (p for p in message.walk() if p.get_content_type() == "text/calendar")
        recipient = re.sub(r".*<|>.*", "", message["To"])
        invitation = calendar.get_payload(decode=True)
        assert isinstance(invitation, bytes)
        letters[recipient] = invitation.decode()
    return letters


def _utc(found: re.Match[str] | None) -> datetime:
    assert found is not None
    return datetime.strptime(found.group(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

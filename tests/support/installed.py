"""A wheel, installed as whoever runs the site installs it, and the first booking there."""

import re
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from tools.provision.visitor import Visitor
from tools.until import until

ROOT = Path(__file__).parents[2]
LETTER_SECONDS = 15


def build_wheel(folder: Path) -> Path:
    """Build the wheel as `make wheel` does."""
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    subprocess.run([sys.executable, *build], check=True)
    (made,) = folder.glob("*.whl")
    return made


def install(python: Path, what: Sequence[str | Path]) -> None:
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


def take_a_booking(visitor: Visitor) -> datetime:
    """Book the first free time, from the start page on; return when it is."""
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
    return _utc(re.search(r"\d{8}T\d{6}Z", free))


def both_letters(postfach: Path, start: datetime) -> None:
    """Wait for the letters about a booking, and see that both invite to its time."""
    until(lambda: len(list(postfach.glob("*.eml"))) >= 2, within=LETTER_SECONDS, what="two letters")
    letters = {}
    for file in postfach.glob("*.eml"):
        message = message_from_bytes(file.read_bytes())
        (calendar,) = (p for p in message.walk() if p.get_content_type() == "text/calendar")
        recipient = re.sub(r".*<|>.*", "", message["To"])
        invitation = calendar.get_payload(decode=True)
        assert isinstance(invitation, bytes)
        letters[recipient] = invitation.decode()
    assert sorted(letters) == ["aenne@gast.example", "vera@stadtfuehrer.example"]
    assert all(f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in invitation for invitation in letters.values())


def _utc(found: re.Match[str] | None) -> datetime:
    assert found is not None
    return datetime.strptime(found.group(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

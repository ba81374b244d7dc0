"""A rival: django-appointment, a Django app with the same purpose, set up as its manual says.

It is installed into a virtual environment of its own in a temporary folder, from wherever pip
is told to look. The project around it, bench/peer_project, is what `startproject` writes, with
DEBUG off and, which is kinder than the default, a connection to SQLite that stays open, with a
write-ahead log. It is served as the site is: by the same server, in as many processes and threads.

One consultant is there with one service of 30 minutes, from nine to five, every day, so that
it does not matter on which day of the week is measured; and one time is asked for, far ahead,
since that is where its booking form stands. No appointment is in its way.
"""

import json
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.load import UselessMeasurementError
from bench.servers import ROOT, served
from tools.provision.site import free_port, running, untouched_environment
from tools.provision.visitor import Visitor

RELEASES = ("django-appointment==3.12.0", "django==5.2.*")
AS_ITS_SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
"""Without it, the peer refuses to tell its free times."""

_ABOUT = Path(__file__).with_name("peer_project") / "consultant.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The running peer, and where its counterparts to our pages are."""

    visitor: Visitor
    choosing: str = "/appointment/request/1/"
    form: str = "/appointment/client-info/1/bench/"
    free: str  # the free times of one day, as JSON


@contextmanager
def serve_peer(folder: Path, day: date) -> Iterator[Peer]:
    """Install the peer into `folder` and serve it; its free times are those of `day`.

    Raises UselessMeasurementError when it cannot be installed or has no free times.
    """
    folder.mkdir()
    programs = _installed(folder / "environment")
    inside = [
        "env",
        f"PYTHONPATH={ROOT}:{ROOT / 'site'}",
        "DJANGO_SETTINGS_MODULE=bench.peer_project.settings",
    ]
    django = [*inside, str(programs / "python"), "-m", "django"]
    # It comes without migrations.
    _run([*django, "migrate", "--run-syncdb"], folder)
    _run([*django, "loaddata", str(_ABOUT)], folder)
    port = free_port()
    command = served(programs / "python", "django.core.wsgi:get_wsgi_application", port=port)
    with running([*inside, *command], port=port, cwd=folder) as visitor:
        free = f"/appointment/ajax/available_slots/?selected_date={day}&staff_member=1&service_id=1"
        if not json.loads(visitor.get(free, AS_ITS_SCRIPT).body)["available_slots"]:
            raise UselessMeasurementError(f"the peer has no free time on {day}")
        yield Peer(visitor=visitor, free=free)


def _installed(folder: Path) -> Path:
    """Return where the programs of a new environment with the peer and the server's parts are."""
    sys.stderr.write(f"bench: installing {RELEASES[0]} into {folder}\n")
    venv.create(folder, with_pip=True)
    programs = folder / "bin"
    wanted = [*RELEASES, *(f"{name}=={version(name)}" for name in ("waitress", "structlog"))]
    _run([str(programs / "python"), "-m", "pip", "install", "--quiet", *wanted], folder)
    return programs


def _run(command: Sequence[str], folder: Path) -> None:
    try:
        subprocess.run(
            command,
            check=True,
            cwd=folder,
            env=untouched_environment(),
            capture_output=True,
            text=True,
        )
    except subprocess.CalledProcessError as error:
        raise UselessMeasurementError(f"{' '.join(command)}:\n{error.stderr}") from error

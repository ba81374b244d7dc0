"""A running site with its letter worker, as `make run` starts it, for all journeys of a file."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.town import Town
from tools.provision.site import change_settings, free_port, running, untouched_environment


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Give a site whose limits do not mind that all its visitors come from one address."""
    folder = tmp_path_factory.mktemp("town")
    stadtfuehrer = [sys.executable, "-m", "stadtfuehrer"]
    subprocess.run([*stadtfuehrer, "init"], check=True, cwd=folder, env=untouched_environment())
    port = free_port()
    changes = {
        "url": f'"http://127.0.0.1:{port}"',
        "minimum_seconds": "1",
        "posts_per_hour": "0",
        "per_day": "0",
    }
    _change(folder / "instance", changes)
    serve = [*stadtfuehrer, "serve", "--port", str(port)]
    with running(serve, port=port, cwd=folder) as visitor:
        yield Town(address=visitor.address, postfach=folder / "instance" / "postfach")


def _change(instance: Path, changes: dict[str, str]) -> None:
    database = 'url = "sqlite:///stadtfuehrer.db"'
    change_settings(instance, changes)
    # The database's address is a `url` as well.
    file = instance / "stadtfuehrer.toml"
    before, section, after = file.read_text("utf-8").partition("[database]\n")
    _, end, rest = after.partition("\n")
    file.write_text(f"{before}{section}{database}{end}{rest}", "utf-8")

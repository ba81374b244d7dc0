"""A running site with its letter worker, as `make run` starts it, and who visits it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.steps import Town
from tests.support.contexts import NO_LIMITS
from tests.support.processes import serving_site
from tools.provision.site import change_settings, free_port, untouched_environment


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Give a site whose limits do not mind that all its visitors come from one address."""
    folder = tmp_path_factory.mktemp("town")
    stadtfuehrer = [sys.executable, "-m", "stadtfuehrer"]
    subprocess.run([*stadtfuehrer, "init"], check=True, cwd=folder, env=untouched_environment())
    port = free_port()
    change_settings(folder / "instance", NO_LIMITS)
    # Not by its key: the database's address is a `url` as well.
    file = folder / "instance" / "stadtfuehrer.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{port}"), "utf-8")
    with serving_site(folder / "instance", workers=2, port=port) as (running, visitor):
        yield Town(
            address=visitor.address,
            postfach=folder / "instance" / "postfach",
            opens_postfach=running.postfach,
        )


@pytest.fixture(
    scope="session", params=["chromium", pytest.param("firefox", marks=pytest.mark.browsers)]
)
def browser(request: pytest.FixtureRequest) -> Browser:
    """Give Chromium, and with the marker `browsers` Firefox as well."""
    running: Browser = request.getfixturevalue(request.param)
    return running

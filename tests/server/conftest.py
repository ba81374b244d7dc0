"""A site with deadlines of a second, for the tests of how it is served."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.contexts import NO_LIMITS
from tests.support.served import Served, served
from tools.provision.site import change_settings, untouched_environment

OPEN = {**NO_LIMITS, "subdivision": '""'}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an instance without limits; only to be copied."""
    folder = tmp_path_factory.mktemp("made") / "instance"
    init = [sys.executable, "-m", "stadtfuehrer", "--instance", str(folder), "init"]
    subprocess.run(init, check=True, env=untouched_environment(), stdout=subprocess.DEVNULL)
    change_settings(folder, OPEN)
    return folder


@pytest.fixture
def instance(tmp_path: Path, made: Path) -> Path:
    """Give an instance of the test's own."""
    return shutil.copytree(made, tmp_path / "instance")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, made: Path) -> Iterator[Served]:
    """Give a site that is patient for a second only, for all tests of a file."""
    copied = shutil.copytree(made, tmp_path_factory.mktemp("served") / "instance")
    with served(copied) as opened:
        yield opened

"""A wheel, and an installation of it that knows nothing of this checkout."""

import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


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

"""Where the Pythons of other versions are."""

import os
import subprocess
import sys
from pathlib import Path

SUPPORTED = ("3.11", "3.12", "3.13")


def find_python(version: str) -> str | None:
    """Return the path of a Python of this version, or None.

    On PATH, where a name may lead to nothing (pyenv's do, for versions that are not chosen), and
    among those that pyenv and uv keep.
    """
    if version == THIS:
        return sys.executable
    folders = [Path(it) for it in os.environ.get("PATH", os.defpath).split(os.pathsep)]
    for kept in (".pyenv/versions", ".local/share/uv/python"):
        folders += sorted(Path.home().glob(f"{kept}/*/bin"))
    for folder in folders:
        program = folder / f"python{version}"
        if program.is_file() and _runs(program):
            return str(program)
    return None


def newest_python() -> str:
    """Return the newest version that is here."""
    return next(version for version in reversed(SUPPORTED) if find_python(version))


THIS = f"{sys.version_info.major}.{sys.version_info.minor}"


def _runs(program: Path) -> bool:
    # venv and what the site's database needs may be packed apart.
    said = subprocess.run(
        [program, "-c", "import sqlite3, venv"], check=False, stderr=subprocess.DEVNULL
    )
    return said.returncode == 0

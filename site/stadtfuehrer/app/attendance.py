"""Who of the letter workers is alive: each holds a lock on a file of its own while it runs.

A lock is given up by the kernel when its process ends, however it ends, so a killed worker is
noticed at once; process numbers would be given away again, and differ between containers.
"""

from __future__ import annotations

import fcntl
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = "worker"


@contextmanager
def present(instance: Path) -> Iterator[str]:
    """Be present while the block runs; the name under which this worker is known."""
    folder = instance / FOLDER
    folder.mkdir(exist_ok=True)
    name = secrets.token_hex(8)
    path, unlocked = folder / name, folder / f".{name}"
    with unlocked.open("xb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        # Nobody sees it under its name before it is locked.
        unlocked.rename(path)
        try:
            yield name
        finally:
            path.unlink(missing_ok=True)


def absent(instance: Path) -> list[str]:
    """The names of workers that have ended without a word."""
    return [path.name for path in (instance / FOLDER).glob("[!.]*") if _is_free(path)]


def forget_absent(instance: Path, names: list[str]) -> None:
    """Strike workers off whose letters have been taken back."""
    for name in names:
        (instance / FOLDER / name).unlink(missing_ok=True)


def _is_free(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError):
        return False
    return True

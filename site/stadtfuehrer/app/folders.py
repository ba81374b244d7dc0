"""Where templates and static files lie: in a checkout beside ``site/``, in a wheel inside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Absolute paths."""

    templates: Path
    static: Path


def shipped_folders() -> Folders:
    """The checkout's folders if this is one, else those that the wheel brought."""
    checkout = _PACKAGE.parent.parent
    if _PACKAGE.parent.name == "site" and (checkout / "pyproject.toml").is_file():
        root = checkout
    else:
        root = _PACKAGE / "_shipped"
    return Folders(templates=root / "templates", static=root / "static")

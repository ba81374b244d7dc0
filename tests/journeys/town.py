"""Where the journeys go."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Where the site is, and where its letters go."""

    address: str
    postfach: Path

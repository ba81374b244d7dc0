"""How instants and dates stand in addresses."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime

_FORMAT = "%Y%m%dT%H%M%SZ"


def in_address(instant: datetime) -> str:
    """„20261202T080000Z“: the instant in UTC."""
    # By hand, since a page of free times has a hundred of them: strftime takes three times as long.
    iso = instant.astimezone(UTC).isoformat()
    return f"{iso[:4]}{iso[5:7]}{iso[8:13]}{iso[14:16]}{iso[17:19]}Z"


def find_instant(text: str) -> datetime | None:
    """The instant that ``in_address`` wrote, or None for anything else."""
    if not re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", text):
        return None
    try:
        instant = datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    # At the edges of the calendar there are zones in which the instant has no date.
    return instant if MINYEAR < instant.year < MAXYEAR else None


def find_date(text: str) -> date | None:
    """A date written as 2026-12-02, or None for anything else."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

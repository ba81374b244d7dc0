"""Waiting for each other, where rows cannot say who comes first."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from sqlalchemy import func, select

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def wait_in_turn(session: Session, *names: str) -> None:
    """Make those who name the same things wait for each other until the unit of work ends.

    SQLite's writers are alone anyway. The names are locked in one order, so that no two wait for
    each other.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Two names may share a number; then two bookings wait that need not, and nothing else.
        numbers = sorted({zlib.crc32(name.encode()) for name in names})
        session.execute(select(*(func.pg_advisory_xact_lock(number) for number in numbers)))

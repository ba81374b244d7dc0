"""What a page of free times is made of, so that it can be kept until that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtfuehrer.web.desk import the_clock, the_office

if TYPE_CHECKING:
    from collections.abc import Callable


def calendar_state() -> Callable[[], object]:
    """Looks at the database and the clock."""
    database, clock = the_office().database, the_clock()

    def look() -> object:
        now = clock()
        minute = now.replace(second=0, microsecond=0)
        # A free time goes right after a whole minute, so that instant stands for itself.
        return database.stamp(), minute, now == minute

    return look

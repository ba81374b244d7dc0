"""The blueprint that the views of this package belong to, and how they show free times."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint

from stadtfuehrer.text.formatting import (
    When,
    clock_in_words,
    day_in_words,
    in_address,
    twice_in_words,
    when_in_words,
)
from stadtfuehrer.web import get_context

booking = Blueprint("booking", __name__)


def when_of(start: datetime, minutes: int, visitor_zone: ZoneInfo | None) -> When:
    """So many minutes from ``start``, on both clocks."""
    end, zone = start + timedelta(minutes=minutes), get_context().rules.zone
    return when_in_words(start, end, zone, visitor_zone=visitor_zone)


def near_times(
    instants: Iterable[datetime], action: Callable[[datetime], str]
) -> list[dict[str, str]]:
    """Free times as buttons; ``action`` makes the address that each sends the form to."""
    zone = get_context().rules.zone
    buttons = []
    for instant in instants:
        day, clock = day_in_words(instant.astimezone(zone).date()), clock_in_words(instant, zone)
        offset = twice_in_words(instant, zone)
        label = f"{day}, {clock} Uhr ({offset})" if offset else f"{day}, {clock} Uhr"
        buttons.append({"start": in_address(instant), "label": label, "action": action(instant)})
    return buttons

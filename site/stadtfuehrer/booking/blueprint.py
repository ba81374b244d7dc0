"""The blueprint that the views of this package belong to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint

from stadtfuehrer.booking.entry import AT_VISITOR
from stadtfuehrer.booking.model import Party
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


def when_of(
    start: datetime, minutes: float, visitor_zone: ZoneInfo | None, reader: Party = Party.VISITOR
) -> When:
    """The stretch of so many minutes from ``start``, on both clocks."""
    end = start + timedelta(minutes=minutes)
    return when_in_words(
        start,
        end,
        get_context().rules.zone,
        visitor_zone=visitor_zone,
        at_visitor=AT_VISITOR[reader],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NearTime:
    """A free time to choose instead, as a button of a form."""

    start: str
    label: str
    action: str


def near_times(instants: Iterable[datetime], action: Callable[[datetime], str]) -> list[NearTime]:
    """Free times as buttons; ``action`` makes the address that each sends the form to."""
    zone = get_context().rules.zone
    return [
        NearTime(start=in_address(instant), label=_label(instant, zone), action=action(instant))
        for instant in instants
    ]


def _label(instant: datetime, zone: ZoneInfo) -> str:
    day, clock = day_in_words(instant.astimezone(zone).date()), clock_in_words(instant, zone)
    offset = twice_in_words(instant, zone)
    return f"{day}, {clock} Uhr ({offset})" if offset else f"{day}, {clock} Uhr"

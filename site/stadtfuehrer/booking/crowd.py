"""When bookings come faster than a consultant ever gets them, and how much they may then take.

A consultant alone gets a few bookings a week, from people who do not know each other. What goes far
beyond that is a robot, or a day in the newspaper; both can wait until an address is confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from stadtfuehrer.booking.opening import DAY
from stadtfuehrer.booking.slots import BusyInterval, Rules

CALM_FROM_NETWORK = 2
"""Bookings of one network within a fortnight: a couple, two people of one firm."""

CALM_FROM_DOMAIN = 4
"""Within a day, from a domain that has one owner."""

CALM_ON_SITE = 8
"""Within an hour, from anybody."""

_SHARE = 10
"""What nobody has confirmed keeps at most one in so many of the next two weeks' places."""

_AHEAD = 14 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many bookings came before this one.

    From its networks within a fortnight, from its own domain within a day, from anybody within an
    hour.
    """

    network: int = 0
    domain: int = 0
    site: int = 0

    @property
    def is_crowded(self) -> bool:
        """Whether one more is more than honest people cause."""
        return (
            self.network >= CALM_FROM_NETWORK
            or self.domain >= CALM_FROM_DOMAIN
            or self.site >= CALM_ON_SITE
        )


def may_be_kept(
    rules: Rules, wanted: BusyInterval, unconfirmed: Sequence[BusyInterval], *, now: datetime
) -> bool:
    """Whether the time of one more booking may be kept before its address is confirmed.

    ``unconfirmed`` are those whose times are kept without that. Counted are the places of the next
    two weeks, where there is a limit for a day, and the time in them; a first one is always kept.
    """
    if not unconfirmed:
        return True
    first = now.astimezone(rules.zone).date()
    openings = list(rules.opening.intervals(first, first + _AHEAD - DAY))
    days = {one.start.astimezone(rules.zone).date() for one in openings}
    open_time = sum((one.end - one.start for one in openings), timedelta())
    taken = sum((one.latest - one.earliest for one in (*unconfirmed, wanted)), timedelta())
    too_many = rules.per_day and _SHARE * (len(unconfirmed) + 1) > rules.per_day * len(days)
    return not too_many and _SHARE * taken <= open_time

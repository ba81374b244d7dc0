"""Which calendars the settings name, and what is wanted of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from stadtfuehrer.calendar.busy import Wanted

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

BEHIND_HORIZON = timedelta(days=14)
"""So far behind the last bookable day calendars are read: whole readings may fail meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A calendar that blocks times. ``name`` is as in the settings, of a feed its server's."""

    key: str
    name: str
    feed: str = ""
    """The address of an ICS file; empty for a calendar of the CalDAV server."""
    all_day: bool


def sources_of(context: "AppContext") -> list[Source]:
    """The calendars that block times, by the settings."""
    settings = context.settings.calendar
    kept_busy = [
        *((name, "") for name in settings.busy),
        *(
            (f"Feed {number} ({urlsplit(feed).hostname})", feed)
            for number, feed in enumerate(settings.feeds, 1)
        ),
    ]
    return [
        Source(
            key=_key(context, feed or name),
            name=name,
            feed=feed,
            all_day=(feed or name) not in settings.all_day_free,
        )
        for name, feed in kept_busy
    ]


def _key(context: "AppContext", address: str) -> str:
    """A hash of all that decides what a source blocks, so that a change begins anew."""
    calendar, booking = context.settings.calendar, context.settings.booking
    decides = (
        *(address, "" if address in calendar.feeds else calendar.url, calendar.username),
        *(address in calendar.all_day_free, booking.timezone.key, _horizon_days(context)),
        context.settings.consultant.email,
    )
    return sha256(repr(decides).encode()).hexdigest()


def wanted_of(context: "AppContext", *, now: datetime, own: Collection[str] = ()) -> Wanted:
    """What to look for: all that may block a time that can be booked.

    ``own`` are the UIDs of the site's bookings, which occupy their time by themselves.
    """
    day = timedelta(days=1)
    return Wanted(
        zone=context.rules.zone,
        address=context.settings.consultant.email,
        window=(now - day, now + _horizon_days(context) * day + BEHIND_HORIZON),
        own=own,
    )


def _horizon_days(context: "AppContext") -> int:
    return max(context.rules_of(kind.id).horizon_days for kind in context.kinds)

"""Which time zones a visitor can choose; any other one may come in the query."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

# One for each offset that people who read German are likely to live at.
OFFERED = (
    *("Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/London", "Europe/Lisbon"),
    *("Europe/Madrid", "Europe/Rome", "Europe/Athens", "Europe/Helsinki", "Europe/Istanbul"),
    *("Atlantic/Canary", "Atlantic/Azores", "Africa/Johannesburg", "Africa/Windhoek"),
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    *("America/Mexico_City", "America/Bogota", "America/Sao_Paulo", "America/Buenos_Aires"),
    *("Asia/Dubai", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Bangkok", "Asia/Singapore"),
    *("Asia/Shanghai", "Asia/Tokyo", "Australia/Perth", "Australia/Sydney", "Pacific/Auckland"),
)


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def offered_zones(own: ZoneInfo | None) -> tuple[str, ...]:
    """The names to choose from, the visitor's own among them."""
    return tuple(sorted({*OFFERED, *([own.key] if own else [])}))


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of this IANA name, or None."""
    return ZoneInfo(name) if name in _known() else None

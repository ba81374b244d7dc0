"""The site's addresses that stand in letters and calendars, as the world reaches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stadtfuehrer.services.office import Office


def booking_link(office: Office, token: str) -> str:
    """A booking's own page; whoever has this address can move and cancel."""
    return f"{office.settings.site.url}/buchung/{token}"


def times_link(office: Office) -> str:
    """Where a new consultation can be chosen."""
    return f"{office.settings.site.url}/termin"

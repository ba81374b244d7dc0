"""What the consultant changed in their calendar, and what is done once they have decided."""

from datetime import datetime
from typing import TYPE_CHECKING

from stadtfuehrer.booking import events_store as events
from stadtfuehrer.booking.agenda_store import bookings_in_the_way
from stadtfuehrer.booking.events_store import Finding
from stadtfuehrer.booking.model import Party
from stadtfuehrer.booking.service import BookingAccess, cancel, look_up, move
from stadtfuehrer.booking.slots import GRID_MINUTES
from stadtfuehrer.booking.store import get_booking
from stadtfuehrer.refusals import UnknownBooking

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def finding_of(context: "AppContext", row_id: int) -> Finding | None:
    """How the consultant changed a booking's event, if that is still to be answered."""
    if not context.settings.calendar.write:
        return None
    with context.database.read() as session:
        return events.find_finding(session, row_id)


def hindrance(context: "AppContext", row_id: int, start: datetime | None, *, now: datetime) -> str:
    """Why a booking cannot be moved there, in one of the words of the templates; or nothing.

    Opening hours are none: the consultant decided so.
    """
    if start is None:
        return "day"
    if start <= now:
        return "past"
    if start.timestamp() % (GRID_MINUTES * 60):
        return "grid"
    with context.database.read() as session:
        moved = get_booking(session, row_id).moved(start, now=now)
        return "taken" if bookings_in_the_way(session, moved, but_not=row_id) else ""


def consultants_event(context: "AppContext", token: str) -> tuple[BookingAccess, Finding | None]:
    """The booking of the consultant's link, and what is to be answered. Raises UnknownBooking."""
    access = look_up(context, token)
    if access.party is not Party.CONSULTANT:
        raise UnknownBooking
    return access, finding_of(context, access.row_id)


def tell_guest(context: "AppContext", token: str, shown: Finding, *, now: datetime) -> None:
    """Move or cancel for the guest as the calendar was shown to have it; nothing if it changed.

    Raises UnknownBooking, NotFree, and what ``check_movable`` and ``check_changeable`` do.
    """
    _, finding = consultants_event(context, token)
    if finding != shown:
        return
    if finding.found == "gone":
        cancel(context, token, "", now=now)
    elif finding.start is not None:
        move(context, token, finding.start, decided=True, now=now)


def put_back(context: "AppContext", token: str, *, now: datetime) -> None:
    """Have the event written again as the booking is. Raises UnknownBooking."""
    access, _ = consultants_event(context, token)
    with context.database.begin() as session:
        events.put_back(session, access.row_id, now=now)


def put_all_back(context: "AppContext", *, now: datetime) -> int:
    """The same for every event that is missing or changed; how many."""
    with context.database.begin() as session:
        return events.put_back(session, None, now=now)

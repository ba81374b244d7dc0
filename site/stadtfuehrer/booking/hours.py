"""Closing hours or days by hand, and opening extra ones: in force with the next look at a page."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from stadtfuehrer.audit_log import Action, note
from stadtfuehrer.booking import hours_store as store
from stadtfuehrer.booking.admission import lock_bookings
from stadtfuehrer.booking.busy_store import booked_between
from stadtfuehrer.booking.model import Booking
from stadtfuehrer.booking.opening import HoursChange, Interval
from stadtfuehrer.booking.slots import Rules
from stadtfuehrer.refusals import UnknownHoursChange

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def change_hours(
    context: "AppContext", interval: Interval, *, is_open: bool, who: str, now: datetime
) -> int:
    """Close a stretch of time, or open it; the change's id.

    What is booked there stays booked. Nobody books it any more once this has returned: whoever is
    about to waits for the same lock, and then looks again.
    """
    with context.database.begin() as session:
        lock_bookings(session)
        change_id = store.add_change(session, interval, is_open=is_open, now=now)
        action = Action.HOURS_OPENED if is_open else Action.HOURS_CLOSED
        note(session, who, action, change_id, now=now)
    return change_id


def take_back(context: "AppContext", change_id: int, *, who: str, now: datetime) -> None:
    """Let the settings' hours hold again. Raises UnknownHoursChange."""
    with context.database.begin() as session:
        if not store.drop_change(session, change_id):
            raise UnknownHoursChange
        note(session, who, Action.HOURS_TAKEN_BACK, change_id, now=now)


def get_change(context: "AppContext", change_id: int) -> HoursChange:
    """The change with this id. Raises UnknownHoursChange."""
    with context.database.read() as session:
        found = store.find_change(session, change_id)
    if found is None:
        raise UnknownHoursChange
    return found


def coming_changes(context: "AppContext", *, now: datetime) -> list[HoursChange]:
    """The changes that are not over, by start."""
    with context.database.read() as session:
        return store.changes_after(session, now)


def rules_by_hand(context: "AppContext", kind_id: str, *, now: datetime) -> Rules:
    """The rules for a kind, with the days that are closed and the hours that are open by hand."""
    rules, changes = context.rules_of(kind_id), coming_changes(context, now=now)
    opening = rules.opening.without_days(one.interval for one in changes if not one.is_open)
    return replace(
        rules, opening=opening.with_extra(one.interval for one in changes if one.is_open)
    )


def booked_within(
    context: "AppContext", interval: Interval, *, now: datetime
) -> list[tuple[int, Booking]]:
    """The consultations to come that lie in it or reach into it, by start, with their rows' ids."""
    with context.database.read() as session:
        found = booked_between(session, interval)
    return [(row_id, booking) for row_id, booking in found if booking.start > now]

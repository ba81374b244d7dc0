"""Bookings in the consultant's calendar: enter them, notice what becomes of them there, ask.

What is changed in the calendar changes no booking: the consultant is asked once, and answers on
the booking's page.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog

from stadtfuehrer.booking import events_store as events
from stadtfuehrer.booking import letters
from stadtfuehrer.booking.calendar_answers import finding_of, hindrance
from stadtfuehrer.booking.calendar_entry import entered_event
from stadtfuehrer.booking.events_store import LeasedEvent
from stadtfuehrer.booking.model import Status
from stadtfuehrer.calendar import store as calendars
from stadtfuehrer.calendar.caldav import Entity
from stadtfuehrer.calendar.events import Missing, is_unclear, what_became
from stadtfuehrer.calendar.faults import CalendarAway, many_missing
from stadtfuehrer.calendar.reading import CalDavServer
from stadtfuehrer.calendar.service import READING_SECONDS, calendar_fault
from stadtfuehrer.calendar.transport import Client
from stadtfuehrer.calendar.writing import WriteCalendar
from stadtfuehrer.mail import store as outbox

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_LEASE = timedelta(minutes=2)
"""Longer than anything about one event may take."""

_LOOK_EVERY = timedelta(minutes=1)

_LONGEST_PAUSE = timedelta(minutes=15)

_SETTLED = timedelta(minutes=2)
"""Who drags an event across the week is asked where they have left it."""

_SURELY_UNCLEAR = timedelta(minutes=10)

_log = structlog.get_logger(__name__)


def tend_calendar(context: "AppContext", *, now: datetime, wait: float = 0) -> None:
    """Begin to write what is owed, and to look what became of the rest; wait so many seconds."""
    if context.settings.calendar.write:
        context.calendar_writing.run(lambda: _tend(context, now=now), wait=wait)


def target_key(context: "AppContext") -> str:
    """A hash of which calendar the settings name, so that another one begins anew."""
    named = context.settings.calendar
    return sha256(repr((named.url, named.username, named.write)).encode()).hexdigest()


def _tend(context: "AppContext", *, now: datetime) -> None:
    target = target_key(context)
    with context.database.begin() as session:
        events.note_owed(session, target, events.owed(session, target, now=now), now=now)
        state = calendars.get_target(session, target)
        due = events.due_events(session, now=now)
    looks = state.looked_at is None or state.looked_at <= now - _LOOK_EVERY
    if state.due_at > now or not (due or looks):
        return
    found: dict[str, Any] = {"failures": 0, "due_at": now}
    found |= {"looked_at": now} if looks else {}
    try:
        calendar = _open_calendar(context)
        _write_all(context, calendar, due, now=now)
        error = _look(context, calendar, target, now=now) if looks else state.error
    except CalendarAway as fault:
        _log.warning("calendar not written", reason=fault.reason)
        error, pause = fault.reason, _LONGEST_PAUSE if fault.pause else _pause(state.failures)
        found = {"failures": state.failures + 1, "due_at": now + pause}
    with context.database.begin() as session:
        refused = [one.error for one in events.owed(session, target, now=now) if one.error]
        if refused and not error:
            error, found["failures"] = refused[0], 1
        found["wrong_since"] = (state.wrong_since or now) if error else None
        told = {} if error else {"told_at": None}
        calendars.note_target(session, target, error=error, **found, **told)


def _open_calendar(context: "AppContext") -> WriteCalendar:
    """The calendar, found before anything is concluded. Raises CalendarAway."""
    named, ends_at = context.settings.calendar, monotonic() + READING_SECONDS
    client = Client(named.url, named.username, named.password, ends_at=ends_at)
    server, zone = CalDavServer(named.url, client), context.rules.zone
    calendar = WriteCalendar(server, named.write, zone=zone, ends_at=ends_at)
    _ = calendar.calendar
    return calendar


def _pause(failures: int) -> timedelta:
    return min(timedelta(minutes=2 ** min(failures, 10)), _LONGEST_PAUSE)


def _write_all(
    context: "AppContext", calendar: WriteCalendar, due: list[int], *, now: datetime
) -> None:
    """Write what is due, each by itself. Raises CalendarAway where going on would do harm."""
    for booking_id in due:
        with context.database.begin() as session:
            held = events.lease(session, booking_id, now=now, length=_LEASE)
        if held is None:
            continue
        try:
            entity = _write(context, calendar, held)
        except CalendarAway as fault:
            pause = _pause(held.attempts - 1)
            with context.database.begin() as session:
                events.note_failed(session, held, fault.reason, due_at=now + pause)
            if fault.pause:
                raise
            continue
        with context.database.begin() as session:
            if entity is None:
                events.forget_event(session, held)
            else:
                events.note_written(session, held, entity)


def _write(context: "AppContext", calendar: WriteCalendar, held: LeasedEvent) -> Entity | None:
    booking = held.booking
    if booking.status is Status.CONFIRMED:
        return calendar.write(booking.uid, entered_event(context, booking), held.href)
    calendar.delete(booking.uid, held.href)
    return None


def _look(context: "AppContext", calendar: WriteCalendar, target: str, *, now: datetime) -> str:
    """Keep what became of the events that stand; why that is not clear, if it is not."""
    with context.database.read() as session:
        watched = events.watched(session, target, now=now)
    if not watched:
        return ""
    looked = calendar.look(watched)
    unclear = is_unclear(watched, looked.found, is_empty=looked.is_empty)
    with context.database.begin() as session:
        for event in watched:
            if (seen := looked.found.get(event.uid)) is not None:
                became = what_became(event, seen, unclear=unclear, now=now)
                if became != event.known:
                    events.note_look(session, event, became, now=now)
    missing = sum(isinstance(seen, Missing) for seen in looked.found.values())
    name = context.settings.calendar.write
    return many_missing(name, missing, len(watched)).reason if unclear else ""


def ask_about_events(context: "AppContext", *, now: datetime) -> int:
    """Ask the consultant about what they changed in the calendar; how many letters, once each.

    Where the calendar is out of reach, or so much is missing that it may be to blame, they are
    told that, once, and nothing else.
    """
    if not context.settings.calendar.write:
        return 0
    with context.database.read() as session:
        asked = events.to_tell(session, now=now, settled=_SETTLED)
    written = 0
    for row_id, booking in asked:
        finding = finding_of(context, row_id)
        if finding is None:
            continue
        moved = finding.found == "moved"
        facts: dict[str, Any] = {"found": finding.found, "start": finding.start}
        facts["hindrance"] = hindrance(context, row_id, finding.start, now=now) if moved else ""
        letter = letters.about_event(context, row_id, booking, **facts, now=now)
        with context.database.begin() as session:
            if events.note_told(session, row_id, now=now):
                outbox.enqueue(session, [letter], booking_id=None, now=now)
                written += 1
    return written + _tell_of_calendar(context, now=now)


def _tell_of_calendar(context: "AppContext", *, now: datetime) -> int:
    patience = timedelta(minutes=context.settings.calendar.stale_minutes)
    with context.database.read() as session:
        state = calendars.get_target(session, target_key(context))
    if state.wrong_since is None or state.told_at is not None:
        return 0
    if now - state.wrong_since < (patience if state.failures else _SURELY_UNCLEAR):
        return 0
    if state.failures and calendar_fault(context, now=now) is not None:
        return 0  # the letter about calendars that cannot be read says the same
    with context.database.begin() as session:
        again = calendars.get_target(session, state.key)
        if again.told_at is not None:
            return 0
        name, since = context.settings.calendar.write, state.wrong_since.isoformat()
        facts = {"name": name, "error": state.error, "since": since}
        letter = letters.about_write_calendar(context, facts, now=now)
        outbox.enqueue(session, [letter], booking_id=None, now=now)
        calendars.note_target(session, state.key, due_at=again.due_at, told_at=now)
    return 1


def waiting_events(context: "AppContext", *, now: datetime) -> list[dict[str, Any]]:
    """What waits to be written into the calendar, and why; instants in ISO 8601, UTC."""
    if not context.settings.calendar.write:
        return []
    target = target_key(context)
    with context.database.read() as session:
        owed = events.owed(session, target, now=now)
        state = calendars.get_target(session, target)
    return [
        {
            **one._asdict(),
            "start": one.start.isoformat(),
            "since": one.since and one.since.isoformat(),
            "error": one.error or state.error,
        }
        for one in owed
    ]

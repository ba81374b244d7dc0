"""Bookings in a consultant's calendar on a real server, and what the consultant does with them."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import update

from stadtfuehrer.booking.calendar_events import ask_about_events, target_key, tend_calendar
from stadtfuehrer.booking.service import book, look_up
from stadtfuehrer.calendar.caldav import CalDav, Entity
from stadtfuehrer.calendar.multistatus import canonical
from stadtfuehrer.calendar.tables import DbCalendarEvent
from stadtfuehrer.context import AppContext
from stadtfuehrer.tokens import consultant_token
from tests.support.calendars import DavCalendar, DavServer, with_calendar
from tests.support.contexts import Clock, a_wish
from tests.support.stored import letters


def times(event: Entity) -> tuple[str, str]:
    """DTSTART and DTEND as they stand there."""
    found = re.findall(rb"^DT(?:START|END):(\S+)", event.data, re.MULTILINE)
    begin, end = (one.decode() for one in found)
    return begin, end


def as_written(start: datetime, minutes: int = 30) -> tuple[str, str]:
    end = start + timedelta(minutes=minutes)
    return f"{start:%Y%m%dT%H%M%SZ}", f"{end:%Y%m%dT%H%M%SZ}"


@dataclass(kw_only=True)
class Office:
    """A context that writes to a calendar, that calendar, and the clock."""

    context: AppContext
    calendar: DavCalendar
    clock: Clock

    def tend(self, *, minutes: float = 0) -> None:
        """As the worker does, so much later."""
        self.clock.turn(minutes=minutes)
        tend_calendar(self.context, now=self.clock(), wait=120)
        ask_about_events(self.context, now=self.clock())

    def book(self, start: datetime) -> str:
        return book(self.context, a_wish(self.context, start), now=self.clock())

    def own(self, token: str) -> str:
        """The consultant's token for the booking behind a visitor's."""
        return consultant_token(self.context.secret, self.uid(token))

    def uid(self, token: str) -> str:
        return look_up(self.context, token).booking.uid

    @cached_property
    def dav(self) -> CalDav:
        return CalDav(self.calendar.server.client())

    def entries(self, calendar: DavCalendar | None = None) -> list[Entity]:
        """What stands in the calendar."""
        url = canonical((calendar or self.calendar).url)
        dav = CalDav(self.calendar.server.client())
        urls = [one for one, etag in dav.etags(url).etags.items() if etag and not one.endswith("/")]
        return sorted(dav.get(url, urls), key=lambda one: one.url) if urls else []

    def event(self, token: str) -> Entity:
        (found,) = [one for one in self.entries() if self.uid(token).encode() in one.data]
        return found

    def change(self, token: str, *pairs: tuple[bytes, bytes]) -> None:
        """Change the event as the consultant's program would."""
        event = self.event(token)
        data = event.data
        for old, new in pairs:
            assert old in data
            data = data.replace(old, new)
        answer = CalDav(self.calendar.server.client()).put(event.url, data, event.etag)
        assert answer.status in (200, 201, 204), answer

    def drag(self, token: str, start: datetime) -> None:
        """Move the event to another time."""
        old, new = times(self.event(token)), as_written(start)
        self.change(token, *((a.encode(), b.encode()) for a, b in zip(old, new, strict=True)))

    def delete(self, token: str) -> None:
        event = self.event(token)
        answer = CalDav(self.calendar.server.client()).delete(event.url, event.etag)
        assert answer.status in (200, 204), answer

    def asked(self) -> list[str]:
        """What the consultant was asked or told about the calendar, in order: the kinds."""
        return [one.kind for one in letters(self.context) if one.kind.startswith("kalender")]


def an_office(
    context: AppContext, server: DavServer, clock: Clock, name: str, **more: object
) -> Office:
    calendar = server.make_calendar(name)
    context = with_calendar(context, **server.settings(write=name, **more))
    return Office(context=context, calendar=calendar, clock=clock)


def changed_event(
    context: AppContext, token: str, moved_to: datetime | None, *, now: datetime
) -> None:
    """Note the consultant's change of an event as if it were seen; without a time it is gone."""
    access = look_up(context, token)
    named = context.settings.calendar
    event = DbCalendarEvent(
        booking_id=access.row_id,
        target=target_key(context),
        href=f"{named.url}{access.booking.uid}.ics",
        etag='"1"',
        sequence=access.booking.sequence,
        start_at=access.booking.start,
        owed_since=None,
        due_at=now,
        attempts=0,
        error="",
        found="moved" if moved_to else "gone",
        found_start=moved_to,
        found_at=now,
    )
    with context.database.begin() as session:
        session.merge(event)
        session.execute(update(DbCalendarEvent).values(told_at=None))

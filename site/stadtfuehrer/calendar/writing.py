"""Enters a booking's event into a calendar, takes it out again, and looks what became of it.

Every step can be repeated by anybody at any time, with another memory too: what was entered before
is found by its UID and adopted, and what is somebody else's is never overwritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from time import monotonic
from zoneinfo import ZoneInfo

from stadtfuehrer.calendar.caldav import Calendar, Entity
from stadtfuehrer.calendar.components import NotACalendar
from stadtfuehrer.calendar.events import (
    Missing,
    Seen,
    Standing,
    Watched,
    find_standing,
    with_our_times,
)
from stadtfuehrer.calendar.faults import BadStatus, no_calendar
from stadtfuehrer.calendar.reading import CalDavServer

_TRIES = 4
_EVENT_SECONDS = 60.0
"""For one event with all that is asked for it."""

_ASK_AGAIN = {
    *(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
    *(HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED),
}
"""Somebody was quicker, or it stands at another address: servers say so in different ways."""

_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found of each event, by UID; one that is left out is not clear.

    ``is_empty``: whether nothing at all is left in the calendar.
    """

    found: dict[str, Seen | Missing]
    is_empty: bool


class WriteCalendar:
    """The calendar that bookings are entered in. Everything raises CalendarAway."""

    def __init__(self, server: CalDavServer, name: str, *, zone: ZoneInfo, ends_at: float) -> None:
        self._server, self._dav, self._name = server, server.dav, name
        self._zone, self._ends_at = zone, ends_at

    @cached_property
    def calendar(self) -> Calendar:
        """Where it is."""
        return self._server.find(self._name)

    def write(self, uid: str, ours: bytes, href: str = "") -> Entity:
        """Enter the event, or set it to our times where it is; what then stands there."""
        self._begin()
        status = 0
        for _ in range(_TRIES):
            there = self._find(uid, href)
            if there is None:
                taken = self._dav.find(self._own_url(uid))
                if taken and self._seen(taken, uid):
                    continue  # somebody was quicker; not every server refuses a UID twice
                name = f"{uid}-1.ics" if taken else f"{uid}.ics"
                status = self._dav.put(self.calendar.url + name, ours).status
            elif self._shows(there, uid, ours):
                return there
            else:
                data = with_our_times(there.data, ours)
                status = self._dav.put(there.url, data, there.etag).status
            self._check(status)
        raise BadStatus(self._server.host, status)

    def delete(self, uid: str, href: str = "") -> None:
        """Take the event out, wherever it is; where there is none, all is well."""
        self._begin()
        status = 0
        for _ in range(_TRIES):
            if (there := self._find(uid, href)) is None:
                return
            status = self._dav.delete(there.url, there.etag).status
            self._check(status)
        raise BadStatus(self._server.host, status)

    def look(self, events: Sequence[Watched]) -> Looked:
        """Look what became of events, in as few questions as possible."""
        self._begin()
        found: dict[str, Seen | Missing] = {}
        missing, by_url = [], {one.href: one for one in events}
        for collection in {self.calendar.url} | {_folder(url) for url in by_url}:
            urls = [url for url in by_url if _folder(url) == collection]
            etags = self._etags_of(collection, urls)
            changed = [url for url in etags if url in by_url and etags[url] != by_url[url].etag]
            data = {one.url: one for one in self._dav.get(collection, changed)}
            for url in urls:
                event = by_url[url]
                if url not in etags:
                    missing.append(event)
                elif url not in changed and event.found == "":
                    standing = Standing((event.start, event.start), cancelled=False)
                    found[event.uid] = Seen(url, event.etag, standing)
                elif (entity := data.get(url) or self._dav.find(url)) is None:
                    continue  # listed and not given out: nothing to conclude from
                elif (seen := self._seen(entity, event.uid)) is not None:
                    found[event.uid] = seen
                else:
                    missing.append(event)
        if not missing:
            return Looked(found=found, is_empty=False)
        changes = self._dav.etags(self.calendar.url).etags
        listed = {url for url, etag in changes.items() if etag is not None}
        for event in missing:
            there = self._find(event.uid, event.href)
            seen = there and self._seen(there, event.uid)
            if seen or event.href not in listed:
                found[event.uid] = seen or Missing()
        entries = [url for url in listed if url.rstrip("/") != self.calendar.url.rstrip("/")]
        return Looked(found=found, is_empty=not entries)

    def _own_url(self, uid: str) -> str:
        return f"{self.calendar.url}{uid}.ics"

    def _begin(self) -> None:
        self._server.client.ends_at = min(self._ends_at, monotonic() + _EVENT_SECONDS)

    def _check(self, status: int) -> None:
        if status not in _ASK_AGAIN and not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise BadStatus(self._server.host, status)

    def _etags_of(self, collection: str, urls: list[str]) -> dict[str, str]:
        try:
            return self._dav.etags_of(collection, urls) if urls else {}
        except BadStatus as fault:
            # A calendar into which events were moved may be gone; the one we write to may not.
            if collection == self.calendar.url or fault.status not in _GONE:
                raise
            return {}

    def _find(self, uid: str, href: str) -> Entity | None:
        """Our event: where it was last, under its own name, or anywhere on the server."""
        for url in dict.fromkeys([href, self._own_url(uid)]):
            there = self._dav.find(url) if url else None
            if there and self._seen(there, uid):
                return there
        others = [one for one in self._server.calendars if one.url != self.calendar.url]
        for calendar in [self.calendar, *others]:
            try:
                candidates = list(self._dav.with_uid(calendar.url, uid))
            except BadStatus as fault:
                if calendar == self.calendar or fault.status != HTTPStatus.FORBIDDEN:
                    raise
                continue  # somebody else's, shared without their contents
            for one in candidates:
                if self._seen(one, uid):
                    return one
        return None

    def _seen(self, entity: Entity, uid: str) -> Seen | None:
        try:
            standing = find_standing(entity.data, uid, self._zone)
        except NotACalendar as error:
            raise no_calendar(self._server.host) from error
        return standing and Seen(entity.url, entity.etag, standing)

    def _shows(self, there: Entity, uid: str, ours: bytes) -> bool:
        standing = find_standing(there.data, uid, self._zone)
        return standing == find_standing(ours, uid, self._zone)


def _folder(url: str) -> str:
    return url.rpartition("/")[0] + "/"

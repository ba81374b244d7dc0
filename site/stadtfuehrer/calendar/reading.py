"""Asks a calendar what is new in it, and reads that."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from stadtfuehrer.calendar.busy import Reading, Wanted, read_busy
from stadtfuehrer.calendar.caldav import CalDav, Calendar, Changes
from stadtfuehrer.calendar.components import NotACalendar
from stadtfuehrer.calendar.faults import BadStatus, ambiguous, lost, no_calendar, not_found
from stadtfuehrer.calendar.moments import Fault, Why
from stadtfuehrer.calendar.multistatus import canonical
from stadtfuehrer.calendar.sources import Source
from stadtfuehrer.calendar.transport import Client

if TYPE_CHECKING:
    from stadtfuehrer.settings.schema import CalendarSettings


_FIRST_WAIT_SECONDS = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored of a source: its address, the token, and, on request, its entries' ETags."""

    address: str = ""
    token: str = ""
    etags: Callable[[], Mapping[str, str]] = dict


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry that was read; ``reading`` is None where it is broken and the old one goes on."""

    etag: str
    reading: Reading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new in a source: entries by address, None for those that are gone.

    ``cheap``: whether it costs the server next to nothing to say that nothing is new.
    ``listed``: whether all entries were compared, not only those that the server calls changed.
    """

    address: str = ""
    token: str = ""
    entries: Mapping[str, Entry | None] = field(default_factory=dict)
    cheap: bool = True
    listed: bool = True


class Round:
    """One round through the calendars: one end for all, one connection's worth of discovery."""

    def __init__(self, settings: "CalendarSettings", wanted: Wanted, *, seconds: float) -> None:
        self._settings, self._wanted = settings, wanted
        self._ends_at = monotonic() + seconds

    @cached_property
    def server(self) -> "CalDavServer":
        """The CalDAV server of the settings."""
        named = self._settings
        login = named.username, named.password
        return CalDavServer(named.url, Client(named.url, *login, ends_at=self._ends_at))

    def read(self, source: Source, known: Known, *, whole: bool, first: bool = False) -> News:
        """What is new in a source; everything anew where ``whole``. Raises CalendarAway.

        The ``first`` time a server may have to read ten thousand files before it answers.
        """
        wanted, patience = replace(self._wanted, all_day=source.all_day), _FIRST_WAIT_SECONDS
        if source.feed:
            client = Client(source.feed, ends_at=self._ends_at)
            client.wait_seconds = patience if first else None
            return read_feed(client, source.feed, known, wanted, whole=whole)
        self.server.client.wait_seconds = patience if first else None
        return self.server.read(source.name, known, wanted, whole=whole)


class CalDavServer:
    """The server of the settings, with its calendars, which are looked for once."""

    def __init__(self, url: str, client: Client) -> None:
        self.dav, self.client, self._url, self.host = CalDav(client), client, url, client.host

    @cached_property
    def calendars(self) -> list[Calendar]:
        """Every calendar there is. Raises CalendarAway."""
        return self.dav.calendars(self._url)

    def find(self, wanted: str) -> Calendar:
        """The calendar of this name, or at this address. Raises CalendarAway: none, or several."""
        path = canonical(wanted).rstrip("/") if "/" in wanted else ""
        named = [one for one in self.calendars if one.name.casefold() == wanted.casefold()]
        found = named or [
            one
            for one in self.calendars
            if path and path in (one.url.rstrip("/"), urlsplit(one.url).path.rstrip("/"))
        ]
        if len(found) > 1:
            raise ambiguous(wanted, [one.url for one in found])
        if not found:
            raise not_found(wanted, [one.name or one.url for one in self.calendars])
        return found[0]

    def read(self, name: str, known: Known, wanted: Wanted, *, whole: bool) -> News:
        """What is new since the token, or by ETags; everything anew where ``whole``.

        Raises CalendarAway.
        """
        address = known.address
        if whole or not address:
            address, whole = self.find(name).url, True
        changes = None if whole else self._since(address, known.token)
        changes = changes or self.dav.etags(address)
        before = known.etags() if changes.etags or changes.whole else {}
        entries: dict[str, Entry | None] = {}
        ask = []
        for url, etag in changes.etags.items():
            if etag is None:
                entries[url] = None
            elif not url.endswith("/") and (whole or not etag or before.get(url) != etag):
                ask.append(url)
        if changes.whole:
            entries |= dict.fromkeys(url for url in before if url not in changes.etags)
        found = {
            one.url: Entry(etag=one.etag, reading=_reading(one.data, wanted))
            for one in self.dav.get(address, ask)
        }
        if ask and not found.keys() & {*ask}:
            # Names that are listed and cannot be got are nothing to conclude from.
            raise lost(self.host)
        entries |= {url: found.get(url) for url in ask}
        token, listed = changes.token, changes.whole
        return News(address=address, token=token, entries=entries, listed=listed)

    def _since(self, address: str, token: str) -> Changes | None:
        """None where the server knows neither tokens nor, any more, this one."""
        try:
            return self.dav.changes(address, token) if token else None
        except BadStatus as fault:
            gone = fault.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
            if gone or fault.pause or fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            return None


def _reading(data: bytes, wanted: Wanted) -> Reading | None:
    try:
        return read_busy(data, wanted)
    except NotACalendar:
        return None


UNREADABLE = Fault(Why.UNREADABLE)


def read_feed(client: Client, url: str, known: Known, wanted: Wanted, *, whole: bool) -> News:
    """What an ICS address gives, unless it is what it gave before. Raises CalendarAway."""
    before: dict[str, str] = json.loads(known.token or "{}")
    ask = {} if whole else {name: value for name, value in before.items() if name != "digest"}
    answer = client.request("GET", url, headers=ask)
    if answer.status == HTTPStatus.NOT_MODIFIED and ask:
        return News(token=known.token)
    if answer.status != HTTPStatus.OK:
        raise BadStatus(client.host, answer.status)
    digest = sha256(answer.body).hexdigest()
    validators = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
    token = {
        name: value for name, header in validators.items() if (value := answer.headers[header])
    }
    token["digest"] = digest
    cheap = len(token) > 1
    if not whole and digest == before.get("digest"):
        return News(token=json.dumps(token), cheap=cheap)
    try:
        reading = read_busy(answer.body, wanted)
    except NotACalendar as error:
        raise no_calendar(client.host) from error
    entry = Entry(etag="", reading=reading)
    return News(token=json.dumps(token), entries={"": entry}, cheap=cheap)

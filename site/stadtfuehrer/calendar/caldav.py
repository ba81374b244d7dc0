"""CalDAV (RFC 4791, 6578): what a server has of calendars, and what has changed in one."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit
from xml.sax.saxutils import escape

from stadtfuehrer.calendar.faults import BadStatus, CalendarAway, Elsewhere
from stadtfuehrer.calendar.multistatus import C, D, Response, canonical, read_multistatus
from stadtfuehrer.calendar.transport import Answer, Client

_NAMESPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'

# Some servers fail on a question for more, so discovery asks for no more than it needs.
_WAY = "<d:resourcetype/><d:current-user-principal/><c:calendar-home-set/>"
_ABOUT = "<d:resourcetype/><d:displayname/><d:current-user-privilege-set/>"
_ETAG, _DATA = "<d:getetag/>", "<c:calendar-data/>"
_HOME, _PRINCIPAL = f"{C}calendar-home-set", f"{D}current-user-principal"
_WRITING = {f"{D}{name}" for name in ("all", "write", "write-content", "bind")}
_NO_REPLY = {"Schedule-Reply": "F"}
"""No server is to answer an organizer because of what is done here (RFC 6638, 8.1)."""
_BATCH = 100
_MOST_PAGES = 1000


class Calendar(NamedTuple):
    """A calendar on the server; ``url`` is written in one way, however its server writes it."""

    name: str
    url: str
    writable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What was asked for: entities by address, with None for those that are gone.

    ``token`` continues from here; empty where the server has none. ``whole``: all there is.
    """

    token: str
    etags: Mapping[str, str | None]
    whole: bool


class Entity(NamedTuple):
    """An entry of a calendar with its bytes."""

    url: str
    etag: str
    data: bytes


class CalDav:
    """A CalDAV server. Everything raises CalendarAway where it gives no usable answer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def calendars(self, url: str) -> list[Calendar]:
        """From whatever address was given (server, principal, home, calendar) to its calendars."""
        url, tried, trouble = canonical(url), set[str](), CalendarAway("")
        open_ways = [url, urljoin(url, "/.well-known/caldav"), urljoin(url, "/")]
        while open_ways:
            if (way := open_ways.pop(0)) in tried:
                continue
            tried.add(way)
            try:
                found, at = self._propfind(way, _WAY)
                if any(one.is_calendar for one in found):
                    return self._in_homes([at], "0")
                homes = [urljoin(at, to) for one in found for to in one.hrefs(_HOME)]
            except Elsewhere:
                raise
            except CalendarAway as fault:
                if fault.pause:
                    raise
                trouble = trouble if trouble.reason else fault
                continue
            if homes:
                return self._in_homes(homes, "1")
            principals = [urljoin(at, to) for one in found for to in one.hrefs(_PRINCIPAL)]
            open_ways = [canonical(one) for one in principals] + open_ways
        raise trouble if trouble.reason else BadStatus(self._client.host, HTTPStatus.NOT_FOUND)

    def _in_homes(self, homes: Iterable[str], depth: str) -> list[Calendar]:
        found = [one for home in homes for one in self._propfind(home, _ABOUT, depth)[0]]
        return [
            Calendar(name=one.text(f"{D}displayname"), url=one.url, writable=_is_writable(one))
            for one in found
            if one.is_calendar
        ]

    def etags(self, calendar: str) -> Changes:
        """Everything in a calendar, by the cheapest way that the server knows."""
        try:
            return self.changes(calendar, "")
        except BadStatus as fault:
            if fault.pause:
                raise
        found, at = self._propfind(calendar, f"<d:resourcetype/>{_ETAG}", "1")
        if not any(one.is_calendar for one in found if one.url == at):
            # Somebody else's page answers here now; nothing is gone because of that.
            raise BadStatus(self._client.host, HTTPStatus.NOT_FOUND)
        etags = {one.url: one.text(f"{D}getetag") for one in found if one.url != at}
        return Changes(token="", etags=etags, whole=True)

    def changes(self, calendar: str, token: str) -> Changes:
        """What has changed since the token (RFC 6578); everything, without one."""
        etags: dict[str, str | None] = {}
        whole = not token
        for _ in range(_MOST_PAGES):
            body = (
                f"<d:sync-collection {_NAMESPACES}><d:sync-token>{escape(token)}</d:sync-token>"
                f"<d:sync-level>1</d:sync-level><d:prop>{_ETAG}</d:prop></d:sync-collection>"
            )
            found, root, at = self._multistatus("REPORT", calendar, body, "0")
            new = root.findtext(f"{D}sync-token") or ""
            for one in found:
                if one.url != at:
                    gone = one.status == HTTPStatus.NOT_FOUND
                    etags[one.url] = None if gone else one.text(f"{D}getetag")
            cut_off = any(
                one.url == at and one.status == HTTPStatus.INSUFFICIENT_STORAGE for one in found
            )
            if not cut_off or new == token:
                return Changes(token=new, etags=etags, whole=whole)
            token = new
        raise CalendarAway(f"„{self._client.host}“ findet mit seiner Liste kein Ende.")

    def get(self, calendar: str, urls: list[str]) -> Iterable[Entity]:
        """The entries at these addresses; one that is not among them is gone."""
        for one in self._multiget(calendar, urls, _ETAG + _DATA):
            if (data := one.properties.get(f"{C}calendar-data")) is not None:
                yield Entity(one.url, one.text(f"{D}getetag"), (data.text or "").encode())

    def etags_of(self, calendar: str, urls: list[str]) -> dict[str, str]:
        """The ETags of those of these entries that are there."""
        found = self._multiget(calendar, urls, _ETAG)
        return {one.url: etag for one in found if (etag := one.text(f"{D}getetag"))}

    def _multiget(self, calendar: str, urls: list[str], properties: str) -> Iterable[Response]:
        for at in range(0, len(urls), _BATCH):
            hrefs = "".join(
                f"<d:href>{escape(urlsplit(url).path)}</d:href>" for url in urls[at : at + _BATCH]
            )
            body = (
                f"<c:calendar-multiget {_NAMESPACES}><d:prop>{properties}</d:prop>{hrefs}"
                "</c:calendar-multiget>"
            )
            yield from self._multistatus("REPORT", calendar, body, "0")[0]

    def with_uid(self, calendar: str, uid: str) -> Iterable[Entity]:
        """The entries with this UID, and perhaps others: servers match only a part of it."""
        body = (
            f"<c:calendar-query {_NAMESPACES}><d:prop>{_ETAG}{_DATA}</d:prop><c:filter>"
            '<c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">'
            '<c:prop-filter name="UID"><c:text-match collation="i;octet">'
            f"{escape(uid)}</c:text-match>"
            "</c:prop-filter></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
        )
        for one in self._multistatus("REPORT", calendar, body, "1")[0]:
            if (data := one.properties.get(f"{C}calendar-data")) is not None:
                yield Entity(one.url, one.text(f"{D}getetag"), (data.text or "").encode())

    def find(self, url: str) -> Entity | None:
        """The entry at this address, or None (404, 410)."""
        answer = self._client.request("GET", url)
        if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            return None
        if answer.status != HTTPStatus.OK:
            raise BadStatus(self._client.host, answer.status)
        return Entity(canonical(answer.url), answer.headers.get("ETag", ""), answer.body)

    def put(self, url: str, data: bytes, etag: str = "") -> Answer:
        """Make anew (412 where there is one), or replace this version (412 where it changed)."""
        condition = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition, **_NO_REPLY}
        return self._client.request("PUT", url, data, headers)

    def delete(self, url: str, etag: str) -> Answer:
        """Delete just this version (412 where it changed)."""
        return self._client.request("DELETE", url, headers={"If-Match": etag, **_NO_REPLY})

    def _propfind(self, url: str, properties: str, depth: str = "0") -> tuple[list[Response], str]:
        body = f"<d:propfind {_NAMESPACES}><d:prop>{properties}</d:prop></d:propfind>"
        found, _, at = self._multistatus("PROPFIND", url, body, depth)
        return found, at

    def _multistatus(
        self, method: str, url: str, body: str, depth: str
    ) -> tuple[list[Response], ET.Element, str]:
        """The responses, the whole answer, and from which address it came."""
        xml = f'<?xml version="1.0" encoding="utf-8"?>{body}'.encode()
        headers = {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        answer = self._client.request(method, url, xml, headers)
        if answer.status != HTTPStatus.MULTI_STATUS:
            raise BadStatus(self._client.host, answer.status, answer.body)
        return read_multistatus(answer)


def _is_writable(one: Response) -> bool:
    privileges = one.properties.get(f"{D}current-user-privilege-set")
    return privileges is None or any(found.tag in _WRITING for found in privileges.iter())

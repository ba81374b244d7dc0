"""A WebDAV multistatus (RFC 4918, 13) as what it says of each address."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from stadtfuehrer.calendar.faults import CalendarAway
from stadtfuehrer.calendar.transport import Answer

D, C = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"


@dataclass(slots=True)
class Response:
    """A ``response`` of a multistatus: its address, its own status, the properties found."""

    url: str
    status: int
    properties: dict[str, ET.Element] = field(default_factory=dict)

    def text(self, tag: str) -> str:
        """The property's text; empty where it has none."""
        found = self.properties.get(tag)
        return "" if found is None else (found.text or "").strip()

    def hrefs(self, tag: str) -> list[str]:
        """The addresses in the property, as they are written there."""
        found = self.properties.get(tag)
        return [] if found is None else [(one.text or "").strip() for one in found.iter(f"{D}href")]

    @property
    def is_calendar(self) -> bool:
        """Whether it is a calendar (RFC 4791, 4.2)."""
        kinds = self.properties.get(f"{D}resourcetype")
        return kinds is not None and kinds.find(f"{C}calendar") is not None


class _Builder(ET.TreeBuilder):
    def doctype(self, *_: object) -> None:
        raise ET.ParseError("a DOCTYPE may define entities, which nobody needs")


def canonical(url: str) -> str:
    """One spelling for an address: servers write ``@`` as ``%40``, and hex in either case."""
    parts = urlsplit(url)
    path = quote(
        unquote(parts.path, errors="surrogateescape"),
        safe="/:@!$&'()*+,;=~",
        errors="surrogateescape",
    )
    path = re.sub("/{2,}", "/", path) or "/"
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path, "", ""))


def read_multistatus(answer: Answer) -> tuple[list[Response], ET.Element, str]:
    """The responses, the whole answer, and from which address it came. Raises CalendarAway."""
    host = urlsplit(answer.url).hostname
    try:
        root = ET.XML(answer.body, ET.XMLParser(target=_Builder()))  # noqa: S314 - no DOCTYPE, so no entities
    except (ET.ParseError, ValueError, LookupError) as error:
        raise CalendarAway(f"Die Antwort von „{host}“ ist nicht zu lesen.") from error
    at, found = canonical(answer.url), []
    for response in root.iter(f"{D}response"):
        own = _code(response.find(f"{D}status"))
        properties = {
            one.tag: one
            for part in response.findall(f"{D}propstat")
            if _code(part.find(f"{D}status")) == HTTPStatus.OK
            for one in part.iterfind(f"{D}prop/*")
        }
        for href in response.findall(f"{D}href"):
            to = canonical(urljoin(answer.url, (href.text or "").strip()))
            if urlsplit(to)[:2] == urlsplit(at)[:2]:
                # Collections answer with or without the slash at their end.
                to = at if to.rstrip("/") == at.rstrip("/") else to
                found.append(Response(to, own, properties))
    return found, root, at


def _code(status: ET.Element | None) -> int:
    """The number in „HTTP/1.1 404 Not Found“; without one all is well."""
    found = re.match(r"HTTP/[\d.]+ (\d{3})", "" if status is None else (status.text or "").strip())
    return int(found[1]) if found else HTTPStatus.OK

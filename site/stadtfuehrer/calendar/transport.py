"""HTTP to one server, on the standard library, with an end to every wait and every answer.

Nothing leaves the origin that the settings name: no redirect, no proxy of the environment, and so
no password either.
"""

import http.client
import io
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from ipaddress import ip_address
from time import monotonic
from typing import Any
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from stadtfuehrer.calendar.faults import CalendarAway, Elsewhere, not_public, of_line, too_big

MOST_BYTES = 16 << 20

_WAIT_SECONDS = 60.0
"""For one answer."""
_MOST_HOPS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_SCHEMES = re.compile(r",\s*(?=(?:Basic|Digest|Bearer|Negotiate|NTLM)\b)", re.IGNORECASE)
_PATH = "/:@!$&'()*+,;=~%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, and from which address after redirects."""

    status: int
    headers: Message
    body: bytes
    url: str


class Client:
    """Asks one server, that of ``url``, until ``ends_at`` on the monotonic clock."""

    def __init__(
        self,
        url: str,
        username: str = "",
        password: str = "",
        *,
        ends_at: float,
        most_bytes: int = MOST_BYTES,
        ssl_context: ssl.SSLContext | None = None,
        public_only: bool = False,
    ) -> None:
        self._scheme, self.host, self._port = _origin(url)
        self._most_bytes, self._ssl_context = most_bytes, ssl_context
        self._public_only = public_only
        self.ends_at = ends_at
        self.wait_seconds: float | None = None
        """For one answer, where more patience is needed than usual."""
        self._basic = b64encode(f"{username}:{password}".encode()).decode()
        passwords = HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, username, password)
        self._digest = HTTPDigestAuthHandler(passwords)
        self._authorize: Callable[[Request], str] | None = None

    def request(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask, and follow redirects within the origin. Raises CalendarAway."""
        ends_at = min(self.ends_at, monotonic() + (self.wait_seconds or _WAIT_SECONDS))
        try:
            for _ in range(_MOST_HOPS):
                if _origin(url) != (self._scheme, self.host, self._port):
                    raise Elsewhere(self.host, url)
                answer = self._once(method, url, body, headers or {}, ends_at)
                if answer.status == HTTPStatus.UNAUTHORIZED and self._is_challenged(answer):
                    answer = self._once(method, url, body, headers or {}, ends_at)
                if answer.status not in _REDIRECTS or "Location" not in answer.headers:
                    return answer
                url = urljoin(url, answer.headers["Location"])
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise of_line(error, self.host) from error
        raise CalendarAway(f"„{self.host}“ verweist im Kreis.")

    def ask_once(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Ask, and follow nothing: no redirect, no challenge. Raises CalendarAway."""
        try:
            return self._once(method, url, body, headers, self.ends_at)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise of_line(error, self.host) from error

    def _once(
        self, method: str, url: str, body: bytes | None, sent: Mapping[str, str], ends_at: float
    ) -> Answer:
        def left() -> float:
            if (seconds := ends_at - monotonic()) <= 0:
                raise TimeoutError
            return seconds

        parts = urlsplit(url)
        path = quote(parts.path or "/", safe=_PATH) + (f"?{parts.query}" if parts.query else "")
        headers = {"User-Agent": "Stadtfuehrer", "Connection": "close", **sent}
        if self._authorize:
            headers["Authorization"] = self._authorize(
                Request(f"{parts.scheme}://{parts.netloc}{path}", method=method)  # noqa: S310 - never opened
            )
        with socket.create_connection((self.host, self._port), left()) as bare:
            # Of the address that answered: a name's may be another one each time it is looked up.
            if self._public_only and not ip_address(bare.getpeername()[0]).is_global:
                raise not_public(self.host)
            line = self._secured(bare, left)
            with line:
                asking = http.client.HTTPConnection(self.host, self._port)
                asking.sock = _Line(line, left)
                asking.request(method, path, body, headers)
                got = asking.getresponse()
                return Answer(status=got.status, headers=got.headers, body=self._body(got), url=url)

    def _secured(self, line: socket.socket, left: Callable[[], float]) -> socket.socket:
        if self._scheme == "http":
            return line
        context = self._ssl_context or ssl.create_default_context()
        line.settimeout(left())
        return context.wrap_socket(line, server_hostname=self.host)

    def _body(self, got: http.client.HTTPResponse) -> bytes:
        if got.headers.get("Content-Encoding", "identity").lower() != "identity":
            # Nobody asked for it, and a megabyte of it may be a gigabyte.
            raise http.client.HTTPException
        taken = bytearray()
        while chunk := got.read(1 << 16):
            taken += chunk
            if len(taken) > self._most_bytes:
                raise too_big(self.host, self._most_bytes)
        if got.length:
            raise http.client.IncompleteRead(b"")
        return bytes(taken)

    def _is_challenged(self, answer: Answer) -> bool:
        """Choose how to prove who we are; False where that was done already, or cannot be."""
        before, ways = self._authorize, {}
        for way in _SCHEMES.split(answer.headers.get("WWW-Authenticate", "")):
            kind, _, rest = way.strip().partition(" ")
            ways[kind.lower()] = parse_keqv_list(parse_http_list(rest)) if rest else {}
        if digest := ways.get("digest"):
            self._authorize = lambda request: (
                f"Digest {self._digest.get_authorization(request, digest)}"
            )
            return before is None or digest.get("stale", "").lower() == "true"
        if "basic" in ways and before is None:
            self._authorize = lambda _: f"Basic {self._basic}"
            return True
        return False


def _origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raises ValueError where one is missing or strange."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme]


class _Line(io.RawIOBase):
    """A socket as http.client wants it; its own timeout would begin anew with each byte."""

    def __init__(self, line: socket.socket, left: Callable[[], float]) -> None:
        super().__init__()
        self._line, self._left = line, left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(self._left())
        return self._line.recv_into(buffer)

    def sendall(self, data: bytes) -> None:
        self._line.settimeout(self._left())
        self._line.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def close(self) -> None:
        """Nothing: whoever opened the socket closes it."""

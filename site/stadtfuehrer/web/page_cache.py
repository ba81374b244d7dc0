"""Pages that are the same for everyone: rendered once, then served before Flask is asked.

Only answers to a bare path are kept, where a view says so with ``cache``: one for each coding that
was asked for. There are as many as pages and static files, so memory is bounded.
"""

import hashlib
import posixpath
from collections.abc import Callable, Iterable
from http import HTTPStatus
from time import monotonic
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Response, g, request
from werkzeug.http import parse_etags

from stadtfuehrer.web.compression import coding_for, compress

_SECONDS = 600.0
"""A page names the year, and security.txt a date: they need not be right to the second."""

_NOT_IN_304 = frozenset({"Content-Length", "Content-Encoding", "Content-Type"})


class _Kept(NamedTuple):
    until: float
    etag: str
    headers: list[tuple[str, str]]
    body: bytes


def cache(seconds: float = _SECONDS) -> None:
    """Say that the answer to this path is the same for everyone."""
    g.cached_for = seconds


class PageCache:
    """A WSGI middleware that answers with what it has kept, and asks the application otherwise."""

    def __init__(self, app: WSGIApplication, *, clock: Callable[[], float] = monotonic) -> None:
        self._app = app
        self._clock = clock
        self._pages: dict[tuple[str, str], _Kept] = {}  # by path and coding

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        method, known = environ["REQUEST_METHOD"], environ.get("HTTP_IF_NONE_MATCH")
        is_bare = method in {"GET", "HEAD"} and not environ.get("QUERY_STRING")
        kept = self._pages.get(_address(environ)) if is_bare else None
        if kept is None or kept.until <= self._clock():
            return self._app(environ, start_response)
        if known and _is_among(kept.etag, known):
            same = [pair for pair in kept.headers if pair[0] not in _NOT_IN_304]
            start_response("304 NOT MODIFIED", same)
            return []
        start_response("200 OK", kept.headers)
        return [kept.body] if method == "GET" else []

    def keep(self, response: Response) -> Response:
        """Keep the answer if it is the same for everyone; else only compress it, quickly."""
        if "cached_for" not in g or response.status_code != HTTPStatus.OK or not _is_bare():
            return compress(response, "fast")
        path, coding = _address(request.environ)
        response.direct_passthrough = False
        etag = f'"{hashlib.sha256(response.get_data()).hexdigest()[:16]}-{coding}"'
        for name in ("Date", "Last-Modified"):  # as static files have them; the ETag is enough
            response.headers.pop(name, None)
        compress(response, "best").headers["ETag"] = etag  # its own per coding (RFC 9110, 8.8.3.3)
        until = self._clock() + g.cached_for
        self._pages[path, coding] = _Kept(until, etag, list(response.headers), response.get_data())
        if _is_among(etag, request.headers.get("If-None-Match", "")):
            response.status_code = HTTPStatus.NOT_MODIFIED
        return response


def _is_bare() -> bool:
    path = request.environ["PATH_INFO"]
    # „//ueber“ and „/static/x/./y“ are answered, too; kept, there would be no end of them.
    is_plain = path == "/" + posixpath.normpath(path).lstrip("/")
    return is_plain and request.method == "GET" and not request.query_string


def _address(environ: WSGIEnvironment) -> tuple[str, str]:
    return environ["PATH_INFO"], coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))


def _is_among(etag: str, known: str) -> bool:  # as a rule browsers send the one they were given
    return known == etag or parse_etags(known).contains_weak(etag.strip('"'))

"""Pages that are the same for everyone: rendered once, then served before Flask is asked.

Only answers to a bare path are stored, where a view says so with ``cache``: one for each coding
that was asked for, in a frame and out of it. There are as many as pages and static files, so memory
is bounded.

What people said here can be published and taken back at any time: then what is kept is old
(``renewal.renew_pages``).
"""

import hashlib
import posixpath
from collections.abc import Callable, Iterable
from math import inf
from pathlib import Path
from time import monotonic
from typing import NamedTuple, TypeAlias
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Response, g, request
from werkzeug.http import parse_etags

from stadtfuehrer.web.compression import coding_for, compress
from stadtfuehrer.web.renewal import pages_stamp

_NOT_IN_304 = {"Content-Length", "Content-Encoding", "Content-Type"}


_Address: TypeAlias = tuple[str, str, bool]
"""Path, coding, and whether it is for a frame, in which it looks different."""


class _Page(NamedTuple):
    until: float
    stamp: int
    etag: str
    headers: list[tuple[str, str]]
    body: bytes


def cache(seconds: float = 600.0) -> None:
    """Say that for so long this answer is the same for everyone; a date on it may be that old."""
    g.cached_for = seconds


class PageCache:
    """A WSGI middleware that answers with a page it has, and asks the application otherwise."""

    def __init__(
        self, app: WSGIApplication, instance: Path, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._app = app
        self._instance = instance
        self._clock = clock
        self._pages: dict[_Address, _Page] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        method, known = environ["REQUEST_METHOD"], environ.get("HTTP_IF_NONE_MATCH", "")
        is_bare = method in {"GET", "HEAD"} and not environ.get("QUERY_STRING")
        page = self._pages.get(_address(environ)) if is_bare else None
        if page is None or self._is_old(page):
            if is_bare:
                # From before the page is rendered, so that what changes meanwhile makes it old.
                environ[_STAMP] = pages_stamp(self._instance)
            return self._app(environ, start_response)
        if _is_among(page.etag, known):
            same = [pair for pair in page.headers if pair[0] not in _NOT_IN_304]
            start_response("304 NOT MODIFIED", same)
            return []
        start_response("200 OK", page.headers)
        return [page.body] if method == "GET" else []

    def _is_old(self, page: _Page) -> bool:
        # Static files say nothing that anybody could take back.
        return page.until < inf and (
            page.until <= self._clock() or page.stamp != pages_stamp(self._instance)
        )

    def keep(self, response: Response) -> Response:
        """Store the answer if it is the same for everyone; else only compress it, quickly."""
        address = path, coding, _ = _address(request.environ)
        # „/static/x/./y“ is answered, too; stored, there would be no end of such addresses.
        is_plain = path == "/" + posixpath.normpath(path).lstrip("/")
        is_bare = is_plain and request.method in {"GET", "HEAD"} and not request.query_string
        if "cached_for" not in g or response.status_code != 200 or not is_bare:  # noqa: PLR2004
            return compress(response, "fast")
        response.direct_passthrough = False
        etag = f'"{hashlib.sha256(response.get_data()).hexdigest()[:16]}-{coding}"'
        del response.headers["Date"], response.headers["Last-Modified"]  # of static files
        compress(response, "best").headers["ETag"] = etag  # its own per coding (RFC 9110, 8.8.3.3)
        until = self._clock() + g.cached_for
        stamp = request.environ[_STAMP]
        self._pages[address] = _Page(
            until, stamp, etag, list(response.headers), response.get_data()
        )
        if _is_among(etag, request.headers.get("If-None-Match", "")):
            response.status_code = 304
        return response


_STAMP = "stadtfuehrer.published"


def _address(environ: WSGIEnvironment) -> _Address:
    coding = coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
    return environ["PATH_INFO"], coding, environ.get("HTTP_SEC_FETCH_DEST") == "iframe"


def _is_among(etag: str, known: str) -> bool:  # as a rule browsers send the one they were given
    return known == etag or (bool(known) and parse_etags(known).contains_weak(etag.strip('"')))

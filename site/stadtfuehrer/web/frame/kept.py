"""Pages that are the same for everyone are rendered once, and then answered before Flask is asked.

A view says of its answer that it is the same for everyone (``keep``); the answer is then kept in
memory, packed as small as it gets, for as long as the process runs and at most some minutes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any, get_args

from flask import request
from werkzeug.http import parse_etags

from stadtfuehrer.web.frame.packing import Coding, coding_for, is_packable, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Response

_KEEP = "stadtfuehrer.keep"
"""In the environ of a request whose answer is to be kept."""
_KEPT_SECONDS = 600
"""A page names the year, and security.txt a date: they need not be right to the second."""
_OF_ITS_OWN = frozenset({"content-length", "content-encoding", "etag", "last-modified", "vary"})
_NOT_IN_304 = frozenset({"content-length", "content-encoding", "content-type"})

Headers = list[tuple[str, str]]


def keep(response: Response) -> Response:
    """Say that this answer is the same for everyone who asks for this address."""
    if (
        request.method == "GET"
        and not request.query_string
        and response.status_code == HTTPStatus.OK
    ):
        request.environ[_KEEP] = True
    return response


def is_to_be_kept() -> bool:
    """Whether the answer to the present request is to be kept."""
    return _KEEP in request.environ


@dataclass(frozen=True, slots=True, kw_only=True)
class _Packed:
    """An answer in one coding, and what is said to who has it already."""

    etag: str
    body: bytes
    headers: Headers
    headers_304: Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """An answer in all codings."""

    until: float
    codings: dict[Coding, _Packed]


class KeptPages:
    """A WSGI application that answers with what it has kept, and asks the one within otherwise."""

    def __init__(
        self, within: WSGIApplication, *, seconds: Callable[[], float] = monotonic
    ) -> None:
        self._within = within
        self._seconds = seconds
        self._kept: dict[str, _Kept] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ.get("QUERY_STRING"):
            return self._within(environ, start_response)
        kept = self._kept.get(environ["PATH_INFO"])
        if kept is None or kept.until < self._seconds():
            return self._ask(environ, start_response)
        return _answer(kept, environ, start_response)

    def _ask(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        said: list[tuple[str, Headers]] = []

        def hear(status: str, headers: Headers, _error: Any = None) -> Callable[[bytes], object]:
            said.append((status, headers))
            return _refuse_writing

        answer = self._within(environ, hear)
        status, headers = said[-1]
        if not environ.get(_KEEP):
            start_response(status, headers)
            return answer
        try:
            body = b"".join(answer)
        finally:
            # Flask ends its request here (PEP 3333).
            close = getattr(answer, "close", None)
            if close:
                close()
        kept = _packed_in_all(headers, body, until=self._seconds() + _KEPT_SECONDS)
        self._kept[environ["PATH_INFO"]] = kept
        return _answer(kept, environ, start_response)


def _answer(
    kept: _Kept, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    packed = kept.codings[coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))]
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and parse_etags(known).contains_weak(packed.etag):
        start_response("304 NOT MODIFIED", packed.headers_304)
        return []
    start_response("200 OK", packed.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [packed.body]


def _packed_in_all(headers: Headers, body: bytes, *, until: float) -> _Kept:
    """The answer as each coding has it; an ETag of its own for each (RFC 9110, 8.8.3.3)."""
    mimetype = next(value for name, value in headers if name.lower() == "content-type")
    packable = is_packable(mimetype.partition(";")[0], len(body))
    digest = hashlib.sha256(body).hexdigest()[:16]
    common = [(name, value) for name, value in headers if name.lower() not in _OF_ITS_OWN]
    if packable:
        common.append(("Vary", "Accept-Encoding"))
    codings: dict[Coding, _Packed] = {}
    for coding in get_args(Coding):
        packed = pack(body, coding, carefully=True) if packable else body
        etag = f"{digest}-{coding}" if packable else digest
        own = [*common, ("ETag", f'"{etag}"'), ("Content-Length", str(len(packed)))]
        if packable and coding != "identity":
            own.append(("Content-Encoding", coding))
        codings[coding] = _Packed(
            etag=etag,
            body=packed,
            headers=own,
            headers_304=[pair for pair in own if pair[0].lower() not in _NOT_IN_304],
        )
    return _Kept(until=until, codings=codings)


def _refuse_writing(_data: bytes) -> object:
    raise NotImplementedError("Flask returns its answers, it does not write them")

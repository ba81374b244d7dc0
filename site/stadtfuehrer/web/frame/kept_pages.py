"""Answers that are the same for everyone are made once, and then given before Flask is asked.

They are kept in memory, by address, for some minutes at most; those asked for longest ago make
room for new ones. Nothing is known of who asked for them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from cachetools import TLRUCache
from werkzeug.http import parse_etags

from stadtfuehrer.web.frame.kept import TERMS, Terms
from stadtfuehrer.web.frame.packing import Care, Coding, coding_for, is_packable, pack
from stadtfuehrer.web.key import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_SECONDS = 600
"""A page names the year, and security.txt a date: they need not be right to the second."""
_SECONDS_OF_QUERIES = 60
"""An address with a query may hold answers to the quiz: they are not to stay for long."""
_ROOM = 16 * 1024 * 1024
"""Bytes, before packing: a thousand pages."""
_LONGEST_ADDRESS = 2000

_OF_ITS_OWN = frozenset({"content-length", "content-encoding", "etag", "last-modified", "vary"})
_NOT_IN_304 = frozenset({"content-length", "content-encoding", "content-type"})

Headers = list[tuple[str, str]]
Address = tuple[str, str]
"""Path and query. Not as one string: a path may have a question mark in it, written as %3F."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Packed:
    """An answer in one coding, and what is said to who has it already."""

    etag: str
    body: bytes
    headers: Headers
    headers_304: Headers


class KeptPages:
    """A WSGI application that answers with what it has kept, and asks the one within otherwise."""

    def __init__(
        self, within: WSGIApplication, *, seconds: Callable[[], float] = monotonic
    ) -> None:
        self._within = within
        self._seconds = seconds
        self._kept: TLRUCache[Address, _Kept] = TLRUCache(
            _ROOM, ttu=lambda _address, kept, _now: kept.until, timer=seconds, getsizeof=_Kept.size
        )
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._within(environ, start_response)
        address = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        with self._lock:
            kept = self._kept.get(address)
        if kept is None or kept.is_past():
            return self._ask(address, environ, start_response)
        return kept.answer(environ, start_response)

    def _ask(
        self, address: Address, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        with self._lock:
            self._kept.expire()
        said: list[tuple[str, Headers]] = []

        def hear(status: str, headers: Headers, _error: Any = None) -> Callable[[bytes], object]:
            said.append((status, headers))
            return _refuse_writing

        answer = self._within(environ, hear)
        status, headers = said[-1]
        terms = environ.get(TERMS)
        if terms is None:
            start_response(status, headers)
            return answer
        try:
            body = b"".join(answer)
        finally:
            # Flask ends its request here (PEP 3333).
            close = getattr(answer, "close", None)
            if close:
                close()
        kept = _Kept(
            terms=terms,
            mimetype=next(value for name, value in headers if name.lower() == "content-type"),
            headers=[(name, value) for name, value in headers if name.lower() not in _OF_ITS_OWN],
            body=body,
            care=_care_for(address, terms),
            until=self._seconds() + (_SECONDS_OF_QUERIES if address[1] else _SECONDS),
        )
        if sum(map(len, address)) <= _LONGEST_ADDRESS and len(body) <= _ROOM:
            with self._lock:
                self._kept[address] = kept
        return kept.answer(environ, start_response)


@dataclass(slots=True, kw_only=True)
class _Kept:
    """An answer, and each coding of it that somebody asked for.

    What is packed with the best care is kept for long, and so gets an ETag. What has a key in it is
    packed anew for each answer.
    """

    terms: Terms
    mimetype: str
    headers: Headers
    """Those that are the same in every coding."""
    body: bytes
    care: Care
    until: float
    _codings: dict[Coding, _Packed] = field(default_factory=dict)

    def size(self) -> int:
        """The room it takes; packed forms are small beside it."""
        return len(self.body)

    def is_past(self) -> bool:
        """Whether what it was made of has changed."""
        return self.terms.look is not None and self.terms.look() != self.terms.seen

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Give this answer to a request."""
        packed = self._packed(coding_for(environ.get("HTTP_ACCEPT_ENCODING", "")))
        is_get = environ["REQUEST_METHOD"] == "GET"
        if is_get and self.terms.each_time:
            self.terms.each_time(environ)
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and packed.etag and _is_among(packed.etag, known):
            start_response("304 NOT MODIFIED", packed.headers_304)
            return []
        start_response("200 OK", packed.headers)
        return [packed.body] if is_get else []

    def _packed(self, coding: Coding) -> _Packed:
        if self.terms.key:
            return self._pack(self.body.replace(OPEN, self.terms.key().encode("ascii")), coding)
        if coding not in self._codings:
            self._codings[coding] = self._pack(self.body, coding)
        return self._codings[coding]

    def _pack(self, body: bytes, coding: Coding) -> _Packed:
        """The answer in this coding; with an ETag of its own for each (RFC 9110, 8.8.3.3)."""
        own = self.headers.copy()
        etag = hashlib.sha256(body).hexdigest()[:16] if self.care == "best" else ""
        if is_packable(self.mimetype.partition(";")[0], len(body)):
            own.append(("Vary", "Accept-Encoding"))
            etag = etag and f"{etag}-{coding}"
            body = pack(body, coding, self.care)
            if coding != "identity":
                own.append(("Content-Encoding", coding))
        if etag:
            own.append(("ETag", f'"{etag}"'))
        own.append(("Content-Length", str(len(body))))
        return _Packed(
            etag=etag,
            body=body,
            headers=own,
            headers_304=[pair for pair in own if pair[0].lower() not in _NOT_IN_304],
        )


def _is_among(etag: str, known: str) -> bool:
    # What browsers send, as a rule, is the one that they were given.
    return known == f'"{etag}"' or parse_etags(known).contains_weak(etag)


def _care_for(address: Address, terms: Terms) -> Care:
    if terms.key:
        return "quick"
    return "best" if terms == Terms() and not address[1] else "usual"


def _refuse_writing(_data: bytes) -> object:
    raise NotImplementedError("Flask returns its answers, it does not write them")

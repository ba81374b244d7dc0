"""Answers compressed as far as whoever asks can read them (RFC 9110, 12.5.3)."""

import zlib
from functools import lru_cache
from typing import Literal, TypeAlias

import brotli
from flask import Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

Coding: TypeAlias = Literal["br", "gzip", "identity"]

Level: TypeAlias = Literal["fast", "best"]
"""How hard something is compressed: for each request anew, or once for all."""

_BROTLI: dict[Level, int] = {"fast": 2, "best": 11}
_GZIP: dict[Level, int] = {"fast": 4, "best": 9}
_GZIP_CONTAINER = 31
"""For zlib: the widest window, and gzip's header around it."""

_WORTHWHILE = 1000
"""Bytes; below that an answer fits into one packet anyway."""

_TOO_LARGE = 200_000
"""Bytes; a sitemap of ten thousand questions has 850,000."""

_TEXTS = frozenset(
    {
        *("text/html", "text/css", "text/javascript", "text/plain", "text/calendar"),
        *("image/svg+xml", "application/json", "application/manifest+json"),
        *("application/xml", "application/atom+xml"),
    }
)


@lru_cache(maxsize=256)
def coding_for(accepted: str) -> Coding:
    """The best coding that an Accept-Encoding header allows; ours for equally liked ones.

    Without a word about it nothing is compressed: who asks may be a simple program.
    """
    wishes = parse_accept_header(accepted, Accept)
    ours: tuple[Coding, ...] = ("br", "gzip")
    liked = max(ours, key=wishes.quality)
    return liked if wishes.quality(liked) > 0 else "identity"


def compressed(body: bytes, coding: Coding, level: Level) -> bytes:
    """The body in this coding; a large one is never compressed hard, which would take seconds."""
    if len(body) > _TOO_LARGE:
        level = "fast"
    if coding == "br":
        return bytes(brotli.compress(body, quality=_BROTLI[level]))
    if coding == "gzip":
        return zlib.compress(body, _GZIP[level], wbits=_GZIP_CONTAINER)
    return body


def is_compressible(mimetype: str, length: int) -> bool:
    """Whether it is worth it: texts of some length; pictures and fonts are compressed already."""
    return mimetype in _TEXTS and length >= _WORTHWHILE


def compress(response: Response, level: Level) -> Response:
    """Compress an answer, unless it holds a secret next to what others may have put into it.

    The length of a compressed page tells whether a guess repeats what else is on it (BREACH). The
    postfach shows letters, in which others wrote what they liked beside a booking's links, so it
    goes out as it is. A booking's own pages may be compressed: of their query comes back
    only which free time, which zone of the known ones and which choice was meant, of which none
    can be a part of a token; and a form from another site is refused before its fields are read
    (``security.refuse_other_sites``). The office's may be as well: whoever is to see its secrets
    brings a cookie that other sites' requests do not carry (SameSite), and the one secret on every
    page, the form's token, is worth nothing to them: their forms are refused as above.
    """
    # A server's own wrapper of files may have a length, so that it does not look streamed.
    if response.direct_passthrough or response.is_streamed or request.path.startswith("/postfach"):
        return response
    body = response.get_data()
    if not is_compressible(response.mimetype or "", len(body)):
        return response
    response.vary.add("Accept-Encoding")
    coding = coding_for(request.headers.get("Accept-Encoding", ""))
    if coding != "identity":
        response.set_data(compressed(body, coding, level))
        response.headers["Content-Encoding"] = coding
    return response

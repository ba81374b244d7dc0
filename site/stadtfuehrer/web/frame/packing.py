"""Answers packed smaller, as far as whoever asks can unpack them (RFC 9110, 12.5.3)."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

import brotli
from flask import request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from stadtfuehrer.web.frame.headers import SECRET

if TYPE_CHECKING:
    from flask import Response

Coding: TypeAlias = Literal["br", "gzip", "identity"]

Care: TypeAlias = Literal["quick", "usual", "best"]
"""How carefully something is packed: for each request, for some of them, once for all."""

_BROTLI: dict[Care, int] = {"quick": 2, "usual": 4, "best": 11}
_GZIP: dict[Care, int] = {"quick": 3, "usual": 5, "best": 9}
_GZIP_CONTAINER = 31
"""For zlib: the widest window, and gzip's header around it."""
_WORTHWHILE = 1000
"""Bytes; below that an answer fits into one packet anyway."""
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

    Without a word about it nothing is packed: who asks may be a simple program.
    """
    wishes = parse_accept_header(accepted, Accept)
    ours: tuple[Coding, ...] = ("br", "gzip")
    liked = max(ours, key=wishes.quality)
    return liked if wishes.quality(liked) > 0 else "identity"


def pack(body: bytes, coding: Coding, care: Care) -> bytes:
    """The body in this coding; each step of care takes a multiple of the time for a tenth less."""
    match coding:
        case "br":
            packed: bytes = brotli.compress(body, quality=_BROTLI[care])
            return packed
        case "gzip":
            packer = zlib.compressobj(_GZIP[care], wbits=_GZIP_CONTAINER)
            return packer.compress(body) + packer.flush()
        case "identity":
            return body


def is_packable(mimetype: str, length: int) -> bool:
    """Whether packing is worth it: texts of some length; pictures and fonts are packed already."""
    return mimetype in _TEXTS and length >= _WORTHWHILE


def pack_answer(response: Response) -> Response:
    """Pack an answer, unless it holds a secret next to what others may have put into it.

    The length of a packed page tells whether a guess repeats what else is on it (BREACH), so the
    pages of a booking, whose token stands in their links, and letters go out as they are.
    """
    if response.is_streamed or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if not is_packable(response.mimetype or "", len(body)) or request.path.startswith(SECRET):
        return response
    response.vary.add("Accept-Encoding")
    coding = coding_for(request.headers.get("Accept-Encoding", ""))
    if coding != "identity":
        response.set_data(pack(body, coding, "usual"))
        response.headers["Content-Encoding"] = coding
    return response

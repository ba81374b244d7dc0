"""Query strings as any server may hand them on."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

from flask import request

_ASCII = "".join(map(chr, range(128)))


def encode_query() -> None:
    """Percent-encode bytes that stand in the query as they are.

    Servers differ in whether they refuse them, and Werkzeug decodes them strictly, other than the
    encoded ones, so that each would be an error of ours.
    """
    if not request.query_string.isascii():
        request.query_string = quote_from_bytes(request.query_string, safe=_ASCII).encode()

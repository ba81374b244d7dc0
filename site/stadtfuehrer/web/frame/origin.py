"""Refuses forms that were sent from another site.

The public forms need no session, so there is no cookie to bind a token to; the browser itself says
where a form comes from (Fetch Metadata, and Origin where a browser is too old for that or the
connection is not encrypted).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, request

from stadtfuehrer.web.desk import the_office

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_other_sites() -> None:
    """Answer 403 to what another site sent; what no browser sent carries neither header."""
    if request.method not in _SAFE and not _from_here():
        abort(403)


def _from_here() -> bool:
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    ours = the_office().settings.site.url
    if origin == "null":
        # What a page with „no-referrer“ sends to itself; without encryption, and so without
        # Sec-Fetch-Site, there is no telling it from others.
        return urlsplit(ours).scheme == "http"
    return origin in {ours, request.host_url.rstrip("/")}

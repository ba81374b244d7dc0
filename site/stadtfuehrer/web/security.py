"""The headers that every answer carries, errors included."""

from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Response, abort, request

from stadtfuehrer.web import get_context, now

_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data:",
    "manifest-src": "'self'",
    # The postfach asks for its own page again; and Lighthouse fetches robots.txt in a page's name.
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(**more: str) -> str:
    """The Content-Security-Policy of every page, with what one page needs beyond it.

    ``policy(frame_src="'self'")``: directives with an underscore for the hyphen.
    """
    own = {name.replace("_", "-"): sources for name, sources in more.items()}
    return "; ".join(f"{name} {sources}" for name, sources in {**_POLICY, **own}.items())


_TWO_YEARS = 2 * 365 * 24 * 3600

_ALWAYS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

_PERSONAL = frozenset({"quiz", "booking"})
"""Blueprints whose addresses tell something about the visitor."""

SECRET = ("/buchung/", "/postfach")
"""How addresses begin that are nobody's business but one person's."""


@cache
def _protection(*, encrypted: bool, personal: bool) -> dict[str, str]:
    lasting = {"Strict-Transport-Security": f"max-age={_TWO_YEARS}"} if encrypted else {}
    return {
        **_ALWAYS,
        **lasting,
        "Referrer-Policy": "no-referrer" if personal else "strict-origin-when-cross-origin",
        "Cache-Control": "no-store" if personal else "no-cache",
    }


def add_headers(response: Response) -> Response:
    """Add what protects visitors, unless the view knows better; secret addresses stay secret."""
    # An address that leads nowhere belongs to no blueprint, but may hold a token all the same; and
    # whether there is a postfach is nobody's business but that of whoever started the server.
    personal = request.blueprint in _PERSONAL or request.path.startswith(SECRET)
    encrypted = get_context().settings.site.url.startswith("https:")
    given = {name for name, _ in response.headers}
    wanted = _protection(encrypted=encrypted, personal=personal).items()
    response.headers.extend([pair for pair in wanted if pair[0] not in given])
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        # Forms are counted by the hour of the clock, so from then on they are taken again.
        instant = now()
        response.headers["Retry-After"] = str(3600 - 60 * instant.minute - instant.second)
    return response


def refuse_other_sites() -> None:
    """Answer 403 to what another site sent; what no browser sent carries neither header."""
    if request.method not in {"GET", "HEAD", "OPTIONS"} and not _from_here():
        abort(403)


def _from_here() -> bool:
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    ours = get_context().settings.site.url
    if origin == "null":
        # What a page with „no-referrer“ sends to itself; without encryption, and so without
        # Sec-Fetch-Site, there is no telling it from others.
        return urlsplit(ours).scheme == "http"
    return origin in {ours, request.host_url.rstrip("/")}

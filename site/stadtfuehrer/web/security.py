"""The headers that every answer carries, errors included."""

from functools import cache
from http import HTTPStatus
from math import ceil
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Response, abort, g, request

from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.frames import framing_sites

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

_PERSONAL = frozenset({"quiz", "booking", "dialogue"})
"""Blueprints whose addresses tell something about the visitor."""


class _Secrecy(NamedTuple):
    """How much an answer is nobody else's business."""

    referrer_policy: str
    cache_control: str


_OPEN = _Secrecy("strict-origin-when-cross-origin", "no-cache")

# Nothing is told to other origins; „no-referrer“ would also have the page's own forms sent with
# „Origin: null“ (Fetch, „append a request Origin header“), as a foreign page sends them.
# Every visit asks anew, but Back has what was shown. With „no-store“ Back over a refused form is
# the browser's error page, and Back from a booking asks for a time that is taken.
_OF_ONE_VISITOR = _Secrecy("same-origin", "private, no-cache")

_OF_THE_OFFICE = _Secrecy("same-origin", "no-store")

_OF_THE_OPERATOR = _Secrecy("no-referrer", "no-store")


def is_office(path: str) -> bool:
    """Whether a path belongs to the office, also where nothing is."""
    return f"{path}/".startswith("/buero/")


def _secrecy() -> _Secrecy:
    # An address that leads nowhere belongs to no blueprint, but may hold a token all the same; and
    # whether there is a postfach is nobody's business but that of whoever sits in front of it.
    if request.path.startswith("/postfach"):
        return _OF_THE_OPERATOR
    if is_office(request.path):
        return _OF_THE_OFFICE
    if request.blueprint in _PERSONAL or request.path.startswith(("/buchung/", "/kalender/")):
        return _OF_ONE_VISITOR
    return _OPEN


@cache
def _protection(secrecy: _Secrecy, *, encrypted: bool) -> dict[str, str]:
    lasting = {"Strict-Transport-Security": f"max-age={_TWO_YEARS}"} if encrypted else {}
    return {
        **_ALWAYS,
        **lasting,
        "Referrer-Policy": secrecy.referrer_policy,
        "Cache-Control": secrecy.cache_control,
    }


def add_headers(response: Response) -> Response:
    """Add what protects visitors, unless the view knows better; secret addresses stay secret."""
    encrypted = get_context().settings.site.url.startswith("https:")
    given = {name for name, _ in response.headers}
    if sites := framing_sites():
        response.headers["Content-Security-Policy"] = policy(frame_ancestors=sites)
        response.vary.add("Sec-Fetch-Dest")
        # The older header cannot name anybody.
        given |= {"Content-Security-Policy", "X-Frame-Options"}
    wanted = _protection(_secrecy(), encrypted=encrypted).items()
    response.headers.extend([pair for pair in wanted if pair[0] not in given])
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS and "retry_at" in g:
        response.headers["Retry-After"] = str(max(1, ceil((g.retry_at - now()).total_seconds())))
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
        # Browsers that no Referrer-Policy was ever told to, or whose user forbade it; without
        # encryption, and so without Sec-Fetch-Site, there is no telling them from others.
        return urlsplit(ours).scheme == "http"
    return origin in {ours, request.host_url.rstrip("/")}

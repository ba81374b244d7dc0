"""The headers that every answer carries, errors included."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request

from stadtfuehrer.web.desk import now, the_office

if TYPE_CHECKING:
    from flask import Response

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


_ALWAYS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_TWO_YEARS = 2 * 365 * 24 * 3600

_PERSONAL = frozenset({"quiz", "booking"})
"""Blueprints whose addresses tell something about the visitor."""
SECRET = ("/buchung/", "/postfach")
"""How addresses begin that are nobody's business but one person's."""


def add_headers(response: Response) -> Response:
    """Add what protects visitors, unless the view knows better; secret addresses stay secret."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if the_office().settings.site.url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}"
    # An address that leads nowhere belongs to no blueprint, but may hold a token all the same; and
    # whether there is a postfach is nobody's business but that of whoever sits in front of it.
    personal = request.blueprint in _PERSONAL or request.path.startswith(SECRET)
    response.headers.setdefault(
        "Referrer-Policy", "no-referrer" if personal else "strict-origin-when-cross-origin"
    )
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = str(_seconds_to_the_next_hour())
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store" if personal else "no-cache"
    return response


def _seconds_to_the_next_hour() -> int:
    """Forms are counted by the hour of the clock, so from then on they are taken again."""
    instant = now()
    return 3600 - 60 * instant.minute - instant.second

"""Puts the frame around an application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, request
from jinja2 import StrictUndefined

from stadtfuehrer.web.desk import now, the_office
from stadtfuehrer.web.frame.addresses import built_once
from stadtfuehrer.web.frame.errors import handle_errors
from stadtfuehrer.web.frame.headers import add_headers
from stadtfuehrer.web.frame.log import log_request, start_watch
from stadtfuehrer.web.frame.origin import refuse_other_sites
from stadtfuehrer.web.frame.page_cache import PageCache
from stadtfuehrer.web.frame.parts import rendered_once
from stadtfuehrer.web.frame.query import encode_query
from stadtfuehrer.web.frame.static import asset, content_digest, static

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

LONGEST_BODY = 64 * 1024
"""Bytes; the longest form that can be filled in by hand is a tenth of it."""

_SECTIONS = {
    "pages.offers": "angebot",
    "pages.offer": "angebot",
    "pages.about": "ueber",
    "pages.course": "ablauf",
    "pages.faq": "fragen",
    "pages.articles": "stadtgespraech",
    "pages.article": "stadtgespraech",
}

_MENU = frozenset(_SECTIONS) - {"pages.offer", "pages.article"} | {"quiz.question", "booking.kinds"}
"""The pages that menus lead to; others of the same section lie behind them."""


def frame(app: Flask, *, static_folder: Path) -> None:
    """Headers, errors, static files, log and what every template may use."""
    app.config.update(
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        MAX_FORM_PARTS=200,
        STATIC_FOLDER=static_folder,
        STATIC_DIGEST=content_digest(static_folder),
    )
    pages = PageCache(app.wsgi_app)
    app.wsgi_app = pages  # type: ignore[method-assign] # as Flask has it done
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(asset=asset, url_for=built_once(), once=rendered_once())
    app.context_processor(_in_every_template)
    app.before_request(start_watch)
    app.before_request(encode_query)
    app.before_request(refuse_other_sites)
    # The last one registered runs first: headers are there before the log looks.
    app.after_request(log_request)
    app.after_request(pages.keep)
    app.after_request(add_headers)
    app.register_blueprint(static)
    handle_errors(app)


def _in_every_template() -> dict[str, Any]:
    office = the_office()
    blueprint = request.blueprint or ""
    section = {"quiz": "quiz", "booking": "termin"}.get(
        blueprint, _SECTIONS.get(request.endpoint or "", "")
    )
    return {
        "consultant": office.settings.consultant,
        "services": office.catalogue.offers.services,
        "kinds": office.kinds,
        "has_articles": bool(office.catalogue.articles),
        "site_url": office.settings.site.url,
        "section": section,
        "is_its_page": request.endpoint in _MENU,
        "canonical": _canonical(office.settings.site.url),
        "year": now().year,
        "shows_postfach": "postfach" in current_app.blueprints,
    }


def _canonical(site_url: str) -> str | None:
    """The one address of a page that is worth finding; None for what belongs to one visitor."""
    if request.blueprint == "pages" or request.endpoint == "booking.kinds":
        return f"{site_url}{request.path}"
    return None

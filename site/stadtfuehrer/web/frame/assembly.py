"""Puts the frame around an application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, request
from jinja2 import StrictUndefined

from stadtfuehrer.web.desk import now, the_office
from stadtfuehrer.web.frame.addresses import built_once
from stadtfuehrer.web.frame.errors import handle_errors
from stadtfuehrer.web.frame.headers import add_headers
from stadtfuehrer.web.frame.kept import is_to_be_kept
from stadtfuehrer.web.frame.kept_pages import KeptPages
from stadtfuehrer.web.frame.log import log_request, start_watch
from stadtfuehrer.web.frame.origin import refuse_other_sites
from stadtfuehrer.web.frame.packing import pack_answer
from stadtfuehrer.web.frame.query import encode_query
from stadtfuehrer.web.frame.static import asset, content_digest, static

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask, Response

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


def frame(app: Flask, *, static_folder: Path) -> None:
    """Headers, errors, static files, log and what every template may use."""
    app.config.update(
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        MAX_FORM_PARTS=200,
        STATIC_FOLDER=static_folder,
        STATIC_DIGEST=content_digest(static_folder),
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(asset=asset, url_for=built_once())
    app.context_processor(_in_every_template)
    app.before_request(start_watch)
    app.before_request(encode_query)
    app.before_request(refuse_other_sites)
    # The last one registered runs first: headers are there before the log looks.
    app.after_request(log_request)
    app.after_request(_pack_what_is_not_kept)
    app.after_request(add_headers)
    app.register_blueprint(static)
    handle_errors(app)
    app.wsgi_app = KeptPages(app.wsgi_app)  # type: ignore[method-assign] # as Flask has it done


def _pack_what_is_not_kept(response: Response) -> Response:
    return response if is_to_be_kept() else pack_answer(response)


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
        "canonical": _canonical(office.settings.site.url),
        "year": now().year,
        "shows_postfach": "postfach" in current_app.blueprints,
    }


def _canonical(site_url: str) -> str | None:
    """The one address of a page that is worth finding; None for what belongs to one visitor."""
    if request.blueprint == "pages" or request.endpoint == "booking.kinds":
        return f"{site_url}{request.path}"
    return None

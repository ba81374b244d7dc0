"""What surrounds every page: headers, errors, log, and what its template may use."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote_from_bytes

import structlog
from flask import Flask, Response, abort, current_app, g, request
from jinja2 import StrictUndefined
from jinja2.environment import TemplateModule
from markupsafe import Markup
from werkzeug.routing import IntegerConverter, Map

from stadtfuehrer.text.formatting import (
    date_in_words,
    day_of_year_in_words,
    moment_in_words,
    stretch_in_words,
)
from stadtfuehrer.text.markdown import answer_html
from stadtfuehrer.text.phone import dial
from stadtfuehrer.web import get_context, now, path_to
from stadtfuehrer.web.errors import handle_errors
from stadtfuehrer.web.frames import frames, framing_sites, is_framed, lead_out
from stadtfuehrer.web.page_cache import PageCache
from stadtfuehrer.web.security import add_headers, refuse_other_sites
from stadtfuehrer.web.static import OWN_FOLDER, OWN_SHEET, asset, content_digest, static

LONGEST_BODY = 64 * 1024
"""Bytes; the longest form that can be filled in by hand is a tenth of it."""

_SECTIONS = {
    "pages.offers": "angebot",
    "pages.offer": "angebot",
    "pages.about": "ueber",
    "pages.course": "ablauf",
    "pages.faq": "fragen",
    "pages.question": "fragen",
    "pages.heard": "gehoert",
    "pages.articles": "stadtgespraech",
    "pages.article": "stadtgespraech",
}

_MENU = frozenset(_SECTIONS) - {"pages.offer", "pages.article", "pages.question"} | {
    *("quiz.question", "booking.kinds")
}
"""The pages that menus lead to; others of the same section lie behind them."""


class _RowId(IntegerConverter):
    """A row's id: what no database could look up leads nowhere."""

    regex = "[1-9][0-9]*"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=2**31 - 1)


def init_app(app: Flask, *, static_folder: Path, instance: Path) -> None:
    """Headers, errors, static files, log and what every template may use."""
    own_sheet = instance / OWN_FOLDER / OWN_SHEET
    accent = own_sheet.read_bytes() if own_sheet.is_file() else b""
    app.config.update(
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        MAX_FORM_PARTS=200,
        STATIC_FOLDER=static_folder,
        STATIC_DIGEST=content_digest(static_folder, accent),
        OWN_SHEET=accent,
    )
    # „//“ is an address that leads nowhere: Werkzeug would redirect to whatever Host was sent.
    app.url_map.merge_slashes = False
    app.url_map.converters["row"] = _RowId
    pages = PageCache(app.wsgi_app, instance)
    app.wsgi_app = pages  # type: ignore[method-assign] # as Flask has it done
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(
        asset=asset, url_for=path_to, once=rendered_once(), macros=macros_of(app)
    )
    app.jinja_env.filters.update(dial=_dial, moment=_moment, day=date_in_words, stretch=_stretch)
    app.jinja_env.filters.update(
        dated=day_of_year_in_words, local_day=_local_day, answer_html=answer_html
    )
    app.context_processor(_in_every_template)
    app.before_request(_begin)
    app.before_request(refuse_other_sites)
    app.before_request(lead_out)
    # The last one registered runs first: headers are there before the log looks.
    app.after_request(_log_request)
    app.after_request(pages.keep)
    app.after_request(add_headers)
    app.register_blueprint(static)
    app.register_blueprint(frames)
    handle_errors(app)


def _in_every_template() -> dict[str, Any]:
    context = get_context()
    blueprint = request.blueprint or ""
    section = {"quiz": "quiz", "booking": "termin"}.get(
        blueprint, _SECTIONS.get(request.endpoint or "", "")
    )
    site_url = context.settings.site.url
    # The one address of a page that is worth finding; None for what belongs to one visitor.
    is_worth_finding = blueprint == "pages" or request.endpoint == "booking.kinds"
    return {
        "consultant": context.settings.consultant,
        "tagline": context.settings.site.tagline,
        "framed": framing_sites() if is_framed() else "",
        "leaves": Markup(' target="_top"') if is_framed() else "",
        "services": context.catalogue.offers.services,
        "kinds": context.kinds,
        "has_articles": bool(context.catalogue.articles),
        "site_url": site_url,
        "section": section,
        "is_its_page": request.endpoint in _MENU,
        "canonical": f"{site_url}{request.path}" if is_worth_finding else None,
        "year": now().year,
    }


def _dial(number: str) -> str:
    return dial(number, get_context().settings.booking.country)


def _stretch(interval: Any) -> str:
    return stretch_in_words(interval.start, interval.end, get_context().rules.zone)


def _local_day(instant: datetime) -> date:
    return instant.astimezone(get_context().rules.zone).date()


def _moment(instant: datetime) -> str:
    return moment_in_words(instant, get_context().rules.zone)


def rendered_once() -> Callable[..., Markup]:
    """``once("web/foot.html", year=year)`` for the templates of one application.

    The template sees what it is given and nothing else of the page; never give it what a visitor
    wrote. It makes half of what a page would cost.
    """

    @lru_cache(maxsize=512)
    def render(_mounted_at: str, name: str, **values: Any) -> Markup:
        return Markup(current_app.jinja_env.get_template(name).render(values))  # noqa: S704

    return lambda name, **values: render(request.script_root, name, **values)


def macros_of(app: Flask) -> Callable[[str], TemplateModule]:
    """``{% set fields = macros("web/fields.html") %}``: an import, but done once.

    For ``{% import %}`` Jinja compares all global names on each page, which takes as long as to
    render the macros of most pages.
    """
    return cache(lambda name: app.jinja_env.get_template(name).module)


_log = structlog.get_logger(__name__)

_ASCII = "".join(map(chr, range(128)))


def _begin() -> None:
    """Note when the request came in, and read it in one way, whatever server is in front.

    Some take a body that broke off for a whole one, and say so: then Werkzeug does not count. It
    is to count, and answers 400; what comes in chunks, which it cannot count, is refused.

    Bytes that stand in the query as they are get percent-encoded: servers differ in whether they
    refuse them, and Werkzeug decodes them strictly, so that each would be an error of ours.
    """
    g.started = perf_counter()
    request.environ.pop("wsgi.input_terminated", None)
    if "HTTP_TRANSFER_ENCODING" in request.environ:
        abort(400)
    _tell_of_unbelieved_proxy()
    if not request.query_string.isascii():
        request.query_string = quote_from_bytes(request.query_string, safe=_ASCII).encode()


_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED", "HTTP_X_REAL_IP")

_TOLD_AT = "stadtfuehrer.unbelieved_proxy_told_at"


def _tell_of_unbelieved_proxy() -> None:
    """Log once an hour that a proxy seems to stand in front which the settings know nothing of.

    All guests then come from its address, and share the limits of one.
    """
    if get_context().settings.site.proxies or not any(
        name in request.environ for name in _FORWARDED
    ):
        return
    told_at = current_app.extensions.get(_TOLD_AT)
    # A clock that ran ahead and was put back must not make it silent for longer.
    if told_at is None or abs(now() - told_at) >= timedelta(hours=1):
        current_app.extensions[_TOLD_AT] = now()
        _log.warning(
            "a reverse proxy is not believed", setting="site.proxies", written=0, perhaps=1
        )


def _log_request(response: Response) -> Response:
    """Note what became of the request."""
    _log.info(
        "request",
        view=request.endpoint or "none",
        method=request.method,
        status=response.status_code,
        ms=round((perf_counter() - g.started) * 1000, 1),
    )
    return response

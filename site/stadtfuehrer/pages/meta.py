"""What machines ask a site for: search engines, browsers, whoever watches over it."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path

from flask import Response, current_app, render_template, url_for

from stadtfuehrer.calendar.service import calendar_fault, unwritten_since
from stadtfuehrer.database import DatabaseUnavailable
from stadtfuehrer.dialogue.shown import last_heard_on, questions_in_sitemap
from stadtfuehrer.mail.service import check_writable, examine
from stadtfuehrer.pages.structured_data import external
from stadtfuehrer.pages.views import pages
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.static import asset

_CONTACT_KNOWN_FOR = timedelta(days=365)

_PAPER, _BLUE = "#f4f6f1", "#0b4a9e"
"""As in css/site.css: the ground, and the colour of signs."""


@pages.get("/robots.txt")
def robots() -> Response:
    """What search engines may visit."""
    sitemap = external(url_for("pages.sitemap"))
    hidden = [f"Disallow: {path}" for path in ("/buchung/", "/frage/", "/wie-laeufts/")]
    return _plain("User-agent: *", *hidden, f"Sitemap: {sitemap}")


@pages.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page worth finding, with the day on which its content last changed."""
    site = external("")
    entries = [(site + path, changed) for path, changed in _worth_finding()]
    xml = render_template("pages/sitemap.xml", entries=entries)
    return Response(xml, mimetype="application/xml")


def _worth_finding() -> Iterator[tuple[str, date | None]]:
    catalogue = get_context().catalogue
    offers, articles = catalogue.offers, catalogue.articles
    newest = max((one.updated for one in articles), default=None)
    yield url_for("pages.home"), max(filter(None, (offers.updated, newest)), default=None)
    yield url_for("pages.offers"), offers.updated
    for service in offers.services:
        yield url_for("pages.offer", slug=service.slug), offers.updated
    yield url_for("pages.course"), catalogue.course.updated
    questions = questions_in_sitemap(get_context())
    asked = [changed for _, changed in questions]
    faq = url_for("pages.faq")
    yield faq, max(filter(None, (catalogue.faq.updated, *asked)), default=None)
    # By hand: for ten thousand of them url_for takes longer than all the rest.
    yield from ((f"{faq}/{voice_id}", changed) for voice_id, changed in questions)
    yield url_for("pages.heard"), last_heard_on(get_context())
    yield url_for("pages.about"), catalogue.get_page("ueber").updated
    if articles:
        yield url_for("pages.articles"), newest
    for article in articles:
        yield url_for("pages.article", slug=article.slug), article.updated
    # What can be booked stands in the settings, which have no date.
    yield url_for("booking.kinds"), None
    for slug in ("impressum", "datenschutz", "barrierefreiheit"):
        yield url_for(f"pages.{slug}"), catalogue.get_page(slug).updated


@pages.get("/site.webmanifest")
def manifest() -> Response:
    """How the site looks on a home screen (W3C Web Application Manifest)."""
    icons = (
        ("img/favicon.svg", "any", "image/svg+xml", "any"),
        ("img/icon-192.png", "192x192", "image/png", "any"),
        ("img/icon-512.png", "512x512", "image/png", "maskable"),
    )
    described = {
        "name": f"Stadtführer – {get_context().settings.consultant.name}",
        "short_name": "Stadtführer",
        "lang": "de",
        "dir": "ltr",
        "id": url_for("pages.home"),
        "start_url": url_for("pages.home"),
        "scope": url_for("pages.home"),
        "display": "browser",
        "background_color": _PAPER,
        "theme_color": _BLUE,
        "icons": [
            {"src": asset(name), "sizes": sizes, "type": kind, "purpose": purpose}
            for name, sizes, kind, purpose in icons
        ],
    }
    body = json.dumps(described, ensure_ascii=False)
    return Response(body, mimetype="application/manifest+json")


@pages.get("/favicon.ico")
def favicon() -> Response:
    """The icon under the address that programs guess which read no link."""
    file = Path(current_app.config["STATIC_FOLDER"], "img", "favicon.ico")
    return Response(file.read_bytes(), mimetype="image/vnd.microsoft.icon")


@pages.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Whom to tell of a weakness (RFC 9116)."""
    consultant = get_context().settings.consultant
    expires = (now() + _CONTACT_KNOWN_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    return _plain(
        f"Contact: mailto:{consultant.email}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: de, en",
        f"Canonical: {external(url_for('pages.security_txt'))}",
    )


@pages.get("/healthz")
def healthz() -> Response:
    """Whether this process serves and its database can be written."""
    try:
        check_writable(get_context(), now=now())
        health = examine(get_context(), now=now())
        unread = calendar_fault(get_context(), now=now())
        unwritten = unwritten_since(get_context(), now=now())
    except DatabaseUnavailable:
        return _plain("database cannot be written", status=HTTPStatus.SERVICE_UNAVAILABLE)
    # Letters that wait are no reason to take the site away: it still books, and loses none.
    lines = ["ok"]
    lines += [
        f"{what} since {since:%Y-%m-%dT%H:%M:%SZ}"
        for what, since in (
            ("worker does not answer", health.worker_silent_since),
            ("letters cannot leave", health.letters_wait_since),
            ("calendar not read", unread),
            ("calendar not written", unwritten),
        )
        if since is not None
    ]
    lines += [
        f"{what}: {number}"
        for what, number in (
            ("letters to the consultant failed", health.failed.to_consultant),
            ("letters could not be composed", health.failed.never_composed),
        )
        if number
    ]
    return _plain(*lines)


def _plain(*lines: str, status: int = HTTPStatus.OK) -> Response:
    text = "".join(f"{line}\n" for line in lines)
    return Response(text, status=status, mimetype="text/plain")

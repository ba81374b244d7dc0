"""The pages that are the same for everyone, and what machines ask a site for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from stadtfuehrer.services.health import examine
from stadtfuehrer.web.desk import now, the_office
from stadtfuehrer.web.frame.kept import keep

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("pages", __name__)

_CONTACT_KNOWN_FOR = timedelta(days=365)


@pages.after_request
def _keep(response: Response) -> Response:
    """Keep all of them but the one that looks at the database each time."""
    return response if request.endpoint == "pages.healthz" else keep(response)


@pages.get("/")
def home() -> str:
    """What this is, in one screen, and the two ways onward."""
    return render_template("pages/home.html")


@pages.get("/angebot")
def offers() -> str:
    """The services side by side."""
    return render_template("pages/offers.html")


@pages.get("/angebot/<slug>")
def offer(slug: str) -> str:
    """One service."""
    offers = the_office().catalogue.offers
    service = offers.get(slug)
    others = [one for one in offers.services if one.slug != slug]
    return render_template("pages/offer.html", service=service, others=others)


@pages.get("/ueber")
def about() -> str:
    """The guide."""
    return _text("ueber")


@pages.get("/impressum")
def impressum() -> str:
    """Who is responsible (§ 5 DDG)."""
    return _text("impressum")


@pages.get("/datenschutz")
def datenschutz() -> str:
    """What happens to data (Art. 13 DSGVO)."""
    return _text("datenschutz")


@pages.get("/barrierefreiheit")
def barrierefreiheit() -> str:
    """How accessible the site is, and where to report what is not."""
    return _text("barrierefreiheit")


def _text(slug: str) -> str:
    return render_template("pages/text.html", page=the_office().catalogue.get_page(slug))


@pages.get("/robots.txt")
def robots() -> Response:
    """What search engines may visit."""
    lines = (
        "User-agent: *",
        "Disallow: /buchung/",
        f"Sitemap: {_external(url_for('pages.sitemap'))}",
        "",
    )
    return Response("\n".join(lines), mimetype="text/plain")


@pages.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page worth finding."""
    endpoints = ("home", "offers", "about", "impressum", "datenschutz", "barrierefreiheit")
    addresses = [_external(url_for(f"pages.{endpoint}")) for endpoint in endpoints]
    addresses += [
        _external(url_for("pages.offer", slug=service.slug))
        for service in the_office().catalogue.offers.services
    ]
    addresses.append(_external(url_for("booking.kinds")))
    xml = render_template("pages/sitemap.xml", addresses=addresses)
    return Response(xml, mimetype="application/xml")


@pages.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Whom to tell of a weakness (RFC 9116)."""
    consultant = the_office().settings.consultant
    expires = (now() + _CONTACT_KNOWN_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: mailto:{consultant.email}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: de, en",
        f"Canonical: {_external(url_for('pages.security_txt'))}",
        "",
    )
    return Response("\n".join(lines), mimetype="text/plain")


@pages.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Whether this process serves and its database answers."""
    try:
        health = examine(the_office(), now=now())
    except SQLAlchemyError:
        return Response("database does not answer\n", status=503, mimetype="text/plain")
    # Letters that wait are no reason to take the site away: it still books, and loses none.
    lines = ["ok"]
    if health.letters_wait_since is not None:
        lines.append(f"letters cannot leave since {health.letters_wait_since:%Y-%m-%dT%H:%M:%SZ}")
    if health.failed_to_consultant:
        lines.append(f"letters to the consultant failed: {health.failed_to_consultant}")
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


def _external(path: str) -> str:
    return the_office().settings.site.url + path

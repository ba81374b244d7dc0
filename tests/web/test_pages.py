"""The pages that are the same for everyone, and what machines ask for."""

from __future__ import annotations

import json
import re
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest

from tests.web.page_rules import INDEXED, ORIGIN

if TYPE_CHECKING:
    from tests.web.conftest import OpenSite
    from tests.web.sites import Site

HEADINGS = {
    "/": "Mit deinem Marketing raus aus der Einbahnstraße",
    "/angebot": "Angebot",
    "/angebot/marketingberatung": "Marketingberatung",
    "/angebot/marketingkonzeption": "Marketingkonzeption",
    "/angebot/marketingumsetzung": "Marketingumsetzung",
    "/impressum": "Impressum",
    "/termin": "Worüber wollen wir sprechen?",
}


@pytest.mark.parametrize("path", sorted(HEADINGS))
def test_a_page_says_what_it_is(site: Site, path: str) -> None:
    assert site.guest.get(path).heading == HEADINGS[path]


@pytest.mark.parametrize("path", sorted(INDEXED))
def test_a_page_answers_head_like_get_without_a_body(site: Site, path: str) -> None:
    got, head = site.guest.ask("GET", path), site.guest.ask("HEAD", path)
    assert (head.status, head.headers, head.body) == (200, got.headers, b"")


@pytest.mark.parametrize("path", sorted(INDEXED))
def test_every_page_has_the_law_and_the_way_back_one_click_away(site: Site, path: str) -> None:
    addresses = {address for _, address in site.guest.get(path).links()}
    law = {"/impressum", "/datenschutz", "/barrierefreiheit"}
    assert addresses >= law | {"mailto:vera@stadtfuehrer.example", "tel:+498955501234"}


def test_home_leads_to_quiz_and_date_first(site: Site) -> None:
    home = site.guest.get("/")
    ways = [address for _, address in home.links() if address in {"/quiz", "/termin"}]
    assert home.link("Wo stehe ich?") == "/quiz"
    assert home.link("Termin aussuchen") == "/termin"
    assert len(ways) >= 4  # Menu and screen.


@pytest.mark.parametrize("slug", ["marketingberatung", "marketingkonzeption", "marketingumsetzung"])
def test_an_offer_is_taken_along_to_the_date(site: Site, slug: str) -> None:
    chosen = site.guest.get(f"/angebot/{slug}").link("Termin aussuchen")
    assert chosen == f"/termin?angebot={slug}"
    assert f"Es geht um {slug.capitalize()}." in site.guest.get(chosen).text


def test_an_unknown_service_is_not_found(site: Site) -> None:
    page = site.guest.get("/angebot/marketingzauber", status=404)
    assert page.heading == "Diese Leistung gibt es nicht"


def pattern(address: str) -> tuple[str, frozenset[str]]:
    """What addresses have in common that differ in a time or a day alone."""
    parts = urlsplit(address)
    path = re.sub(r"\d{8}T\d{6}Z", "·", parts.path)
    return path, frozenset(parse_qs(parts.query))


def test_no_way_through_the_site_ends_at_a_dead_link(site: Site) -> None:
    waiting, seen = deque(["/"]), {pattern("/")}
    while waiting:
        page = site.guest.get(waiting.popleft())
        for _, address in page.links():
            if address.startswith("/") and pattern(address) not in seen:
                seen.add(pattern(address))
                waiting.append(address)
    found = {path for path, _ in seen}
    assert found >= INDEXED | {"/quiz", "/termin/kennenlernen", "/termin/kennenlernen/·"}


def test_the_business_is_described_for_search_engines(site: Site) -> None:
    (script,) = (
        one for one in site.guest.get("/").all("script") if one.get("type") == "application/ld+json"
    )
    business = json.loads(script.text or "")
    assert (business["@type"], business["url"]) == ("ProfessionalService", ORIGIN)
    offers = [one["itemOffered"]["url"] for one in business["hasOfferCatalog"]["itemListElement"]]
    assert {urlsplit(address).path for address in offers} < INDEXED
    image = site.guest.ask("GET", urlsplit(business["image"]).path)
    assert (image.status, image.headers["content-type"]) == (200, "image/png")


def test_robots_may_see_everything_but_bookings(site: Site) -> None:
    lines = site.guest.get("/robots.txt").body.decode().splitlines()
    assert lines == ["User-agent: *", "Disallow: /buchung/", f"Sitemap: {ORIGIN}/sitemap.xml"]


def test_every_address_of_the_sitemap_is_a_page_worth_finding(site: Site) -> None:
    root = ET.fromstring(site.guest.get("/sitemap.xml").body)  # noqa: S314 - our own
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert root.tag == f"{space}urlset"
    addresses = [one.text or "" for one in root.iter(f"{space}loc")]
    assert sorted(addresses) == sorted(ORIGIN + path for path in INDEXED)
    for address in addresses:
        site.guest.get(urlsplit(address).path)


def test_security_txt_names_a_contact_and_is_not_expired(site: Site) -> None:
    text = site.guest.get("/.well-known/security.txt").body.decode()
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    expires = datetime.fromisoformat(fields.pop("Expires"))
    assert fields == {
        "Contact": "mailto:vera@stadtfuehrer.example",
        "Preferred-Languages": "de, en",
        "Canonical": f"{ORIGIN}/.well-known/security.txt",
    }
    # RFC 9116, 2.5.5: less than a year into the future is recommended.
    assert 300 < (expires - datetime(2026, 3, 2, 8, tzinfo=UTC)).days < 365


def test_health_is_200_while_the_database_answers(site: Site) -> None:
    assert site.guest.get("/healthz").body == b"ok\n"


def test_health_is_503_without_a_database(site: Site) -> None:
    site.lose_database()
    assert b"ok" not in site.guest.get("/healthz", status=503).body


def test_a_static_file_is_kept_a_year_under_its_present_address_only(site: Site) -> None:
    digest = site.app.config["STATIC_DIGEST"]
    now = site.guest.ask("GET", f"/static/{digest}/css/site.css")
    old = site.guest.ask("GET", "/static/000000000000/css/site.css")
    assert now.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert old.headers["cache-control"] == "no-cache"
    assert now.headers["content-type"] == "text/css; charset=utf-8"
    assert now.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["", "css", "../pyproject.toml", "..%2fpyproject.toml", "%00", "x"]
)
def test_what_is_no_static_file_is_not_found(site: Site, name: str) -> None:
    site.guest.get(f"/static/{site.app.config['STATIC_DIGEST']}/{name}", status=404)


def test_a_site_without_encryption_promises_none(open_site: OpenSite) -> None:
    site = open_site({"url": '"http://127.0.0.1:8000"'})
    assert "strict-transport-security" not in site.guest.ask("GET", "/").headers

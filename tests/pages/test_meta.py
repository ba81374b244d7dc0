"""What machines ask a site for."""

import json
import struct
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import update

from stadtfuehrer.mail.heartbeat import WORKER, beat
from stadtfuehrer.mail.tables import DbLetter
from tests.support.contexts import in_berlin
from tests.support.other_content import site_with
from tests.support.page_rules import INDEXED, ORIGIN
from tests.support.pages import Page
from tests.support.sites import Site

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def sitemap(site: Site) -> dict[str, str | None]:
    """Every address with the day of its last change."""
    root = ET.fromstring(site.guest.get("/sitemap.xml").body)  # noqa: S314 - our own
    assert root.tag == f"{SITEMAP}urlset"
    entries = [
        (one.findtext(f"{SITEMAP}loc", ""), one.findtext(f"{SITEMAP}lastmod")) for one in root
    ]
    assert len(dict(entries)) == len(entries)
    return dict(entries)


def png_size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels (PNG 3rd edition, 11.2.1)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def icon(site: Site, page: Page, rel: str, kind: str = "") -> bytes:
    """What a page's link to an icon leads to."""
    (found,) = (
        one for one in page.all("link") if one.get("rel") == rel and one.get("type", "") == kind
    )
    return site.guest.ask("GET", found.get("href", "")).body


def test_robots_may_see_everything_but_what_is_personal(site: Site) -> None:
    lines = site.guest.get("/robots.txt").body.decode().splitlines()
    assert lines == [
        "User-agent: *",
        *(f"Disallow: /{each}/" for each in ("buchung", "frage", "wie-laeufts")),
        f"Sitemap: {ORIGIN}/sitemap.xml",
    ]


def test_every_address_of_the_sitemap_is_a_page_worth_finding(site: Site) -> None:
    addresses = sitemap(site)
    assert set(addresses) == {ORIGIN + path for path in INDEXED}
    for address in addresses:
        site.guest.get(urlsplit(address).path)


def test_the_sitemap_tells_days_that_stand_in_the_content(site: Site) -> None:
    catalogue, days = site.context.catalogue, sitemap(site)
    assert days.pop(f"{ORIGIN}/termin") is None
    assert days.pop(f"{ORIGIN}/gehoert") is None  # Nothing was heard yet.
    assert days[f"{ORIGIN}/ablauf"] == str(catalogue.course.updated)
    assert days[f"{ORIGIN}/ueber"] == str(catalogue.get_page("ueber").updated)
    stated = {date.fromisoformat(day or "") for day in days.values()}
    assert max(stated) > site.clock().date()  # The clock of this test stands in an earlier spring.


def test_the_day_of_what_shows_several_is_that_of_the_newest(tmp_path: Path) -> None:
    article = '+++\ntitle = "T"\ndescription = "D"\ndate = 2027-01-02\nupdated = 2027-03-04\n+++\nA'
    with site_with(tmp_path, {"articles/neu.md": article}) as site:
        days = sitemap(site)
    for path in ("/", "/stadtgespraech", "/stadtgespraech/neu"):
        assert days[ORIGIN + path] == "2027-03-04"
    assert days[f"{ORIGIN}/angebot"] == "2026-11-27"


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


def test_the_manifest_names_icons_as_big_as_it_says(site: Site) -> None:
    (link,) = (one for one in site.guest.get("/").all("link") if one.get("rel") == "manifest")
    manifest = json.loads(site.guest.get(link.get("href", "")).body)
    assert (manifest["name"], manifest["short_name"]) == (
        "Stadtführer – Vera Beispiel",
        "Stadtführer",
    )
    assert (manifest["lang"], manifest["start_url"], manifest["scope"]) == ("de", "/", "/")
    found = set()
    for one in manifest["icons"]:
        file = site.guest.ask("GET", one["src"])
        assert (file.status, file.headers["content-type"].partition(";")[0]) == (200, one["type"])
        if one["type"] == "image/png":
            assert "{}x{}".format(*png_size(file.body)) == one["sizes"]
        found.add((one["sizes"], one["purpose"]))
    assert found == {("any", "any"), ("192x192", "any"), ("512x512", "maskable")}


def test_the_icons_of_a_page(site: Site) -> None:
    home = site.guest.get("/")
    svg = icon(site, home, "icon", "image/svg+xml").decode()
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own
    assert "@media (prefers-color-scheme: dark)" in svg
    # For home screens, and for programs that know no SVG.
    assert png_size(icon(site, home, "apple-touch-icon")) == (180, 180)
    ico = icon(site, home, "icon")
    assert ico == site.guest.get("/favicon.ico").body
    assert struct.unpack("<HHH", ico[:6]) == (0, 1, 1)
    length, offset = struct.unpack("<II", ico[14:22])
    assert (ico[6], ico[7], offset + length) == (32, 32, len(ico))
    assert png_size(ico[offset:]) == (32, 32)


def test_health_is_200_while_the_database_answers(site: Site) -> None:
    assert site.guest.get("/healthz").body == b"ok\n"
    site.lose_database()
    assert b"ok" not in site.guest.get("/healthz", status=503).body


def test_health_says_what_is_not_well_line_by_line(site: Site) -> None:
    site.book(in_berlin("2026-03-05 09:00"))
    with site.context.database.begin() as session:
        beat(session, WORKER, now=site.clock())
        session.execute(update(DbLetter).where(DbLetter.kind == "einladung").values(state="failed"))
    site.clock.turn(hours=1)
    assert site.guest.get("/healthz").body.decode().splitlines() == [
        "ok",
        "worker does not answer since 2026-03-02T08:00:00Z",
        "letters cannot leave since 2026-03-02T08:00:00Z",
        "letters to the consultant failed: 1",
        "letters could not be composed: 1",
    ]


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/site.webmanifest"])
def test_what_is_for_machines_is_not_read_as_a_page(site: Site, path: str) -> None:
    answer = site.guest.get(path)
    assert not answer.is_html
    assert answer.headers["x-content-type-options"] == "nosniff"

"""„Stadtgespräch“: the list, the articles, the feed."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.support.atom_rules import ATOM, faults
from tests.support.other_content import site_with
from tests.support.page_rules import ORIGIN
from tests.support.pages import Page, words
from tests.support.sites import Site

SHIPPED = ("marketing-als-gespraech", "marketing-und-kommunikation")
FEED = "/stadtgespraech/feed.xml"


def article(title: str, day: str, body: str = "Ein Satz.", more: str = "") -> str:
    head = f'title = "{title}"\ndescription = "Worum es geht."\ndate = {day}\n{more}'
    return f"+++\n{head}+++\n{body}\n"


def hidden(*slugs: str) -> dict[str, str]:
    """The shipped articles of these names as drafts."""
    return {
        f"articles/{slug}.md": article("Entwurf", "2026-11-21", more="draft = true\n")
        for slug in slugs
    }


def listed(site: Site) -> list[str]:
    return [words(one) for one in site.guest.get("/stadtgespraech").main.iter("h2")]


def feed_links(page: Page) -> list[str | None]:
    """What a feed reader finds on a page."""
    return [
        one.get("href") for one in page.all("link") if one.get("type") == "application/atom+xml"
    ]


def test_the_list_leads_to_every_article(site: Site) -> None:
    page = site.guest.get("/stadtgespraech")
    for slug in SHIPPED:
        one = site.context.catalogue.get_article(slug)
        there = site.guest.get(page.link(one.title))
        assert (there.route, there.heading) == (f"/stadtgespraech/{slug}", one.title)
        assert f"21. November 2026 · Vera Beispiel · {one.minutes} Minuten zu lesen" in there.text


@pytest.mark.parametrize("slug", SHIPPED)
def test_an_article_ends_with_a_way_back_and_is_shared_as_one(site: Site, slug: str) -> None:
    page = site.guest.get(f"/stadtgespraech/{slug}")
    assert page.link("vera@stadtfuehrer.example") == "mailto:vera@stadtfuehrer.example"
    assert page.link("Test starten") == "/quiz"
    (other,) = set(SHIPPED) - {slug}
    assert page.link(site.context.catalogue.get_article(other).title) == f"/stadtgespraech/{other}"
    shared = {one.get("property"): one.get("content") for one in page.all("meta")}
    assert shared["og:type"] == "article"
    assert (shared["og:title"], shared["og:description"]) == (page.heading, page.description)


@pytest.mark.parametrize("slug", ["gibt-es-nicht", "Marketing", "feed", "a%00b", "x" * 300])
def test_an_unknown_article_is_not_found(site: Site, slug: str) -> None:
    page = site.guest.get(f"/stadtgespraech/{slug}", status=404)
    assert page.heading == "Diesen Beitrag gibt es nicht"


def test_a_file_more_is_an_article_more_and_the_newest_is_first(tmp_path: Path) -> None:
    with site_with(
        tmp_path,
        {
            "articles/alt.md": article("Der alte", "2020-01-31"),
            "articles/neu.md": article("Der neue", "2027-02-28", "Vom {{ consultant_name }}."),
        },
    ) as site:
        titles = listed(site)
        home = site.guest.get("/")
        new = site.guest.get("/stadtgespraech/neu")
        assert (titles[0], titles[-1], len(titles)) == ("Der neue", "Der alte", 4)
        assert home.link("Der neue") == "/stadtgespraech/neu"
        assert "Der alte" not in home.text
        assert "Vom Vera Beispiel." in new.text
        assert "1 Minute zu lesen" in new.text
        assert list(faults(site.guest.get(FEED).body)) == []


def test_a_change_is_told(tmp_path: Path) -> None:
    text = article("Neu gefasst", "2026-12-30", more="updated = 2027-01-02\n")
    with site_with(tmp_path, {"articles/neu.md": text}) as site:
        page = site.guest.get("/stadtgespraech/neu")
    assert "30. Dezember 2026, geändert am 2. Januar 2027" in page.text
    days = [one.get("datetime") for one in page.main.iter("time")]
    assert days == ["2026-12-30", "2027-01-02"]


def test_a_draft_is_nowhere(tmp_path: Path) -> None:
    with site_with(tmp_path, hidden(SHIPPED[0])) as site:
        assert listed(site) == [site.context.catalogue.get_article(SHIPPED[1]).title]
        site.guest.get(f"/stadtgespraech/{SHIPPED[0]}", status=404)
        assert SHIPPED[0].encode() not in site.guest.get(FEED).body
        assert SHIPPED[0].encode() not in site.guest.get("/sitemap.xml").body


def test_without_any_article_nothing_leads_to_them_and_the_page_helps(tmp_path: Path) -> None:
    with site_with(tmp_path, hidden(*SHIPPED)) as site:
        home = site.guest.get("/")
        page = site.guest.get("/stadtgespraech")
        assert feed_links(home) == []
        assert not [address for _, address in home.links() if "stadtgespraech" in address]
        assert page.link("Termin aussuchen") == "/termin"
        assert b"stadtgespraech" not in site.guest.get("/sitemap.xml").body
        site.guest.get(FEED, status=404)


def test_every_page_leads_to_a_feed_that_keeps_to_the_rules(site: Site) -> None:
    for path in ("/", "/stadtgespraech", "/quiz"):
        assert feed_links(site.guest.get(path)) == [FEED]
    answer = site.guest.get(FEED)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert list(faults(answer.body)) == []


def test_the_feed_has_every_article_whole(site: Site) -> None:
    feed = ET.fromstring(site.guest.get(FEED).body)  # noqa: S314 - our own
    assert feed.findtext(f"{ATOM}updated") == "2026-11-21T12:00:00Z"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Vera Beispiel"
    (itself,) = (one for one in feed.findall(f"{ATOM}link") if one.get("rel") == "self")
    assert itself.get("href") == ORIGIN + FEED
    entries = feed.findall(f"{ATOM}entry")
    for entry, one in zip(entries, site.context.catalogue.articles, strict=True):
        assert entry.findtext(f"{ATOM}title") == one.title
        assert entry.findtext(f"{ATOM}id") == f"{ORIGIN}/stadtgespraech/{one.slug}"
        assert entry.findtext(f"{ATOM}content") == one.html


def test_what_looks_like_markup_arrives_as_it_was_written(tmp_path: Path) -> None:
    body = "Mit [Quiz](/quiz), [Mail](mailto:a@b.example), 1 < 2 & <b>."
    with site_with(tmp_path, {"articles/neu.md": article("A < B & C", "2027-01-01", body)}) as site:
        xml = site.guest.get(FEED).body
        assert "1 < 2 & <b>." in site.guest.get("/stadtgespraech/neu").text
    entry = ET.fromstring(xml).find(f"{ATOM}entry")  # noqa: S314 - our own
    assert entry is not None
    assert list(faults(xml)) == []
    assert entry.findtext(f"{ATOM}title") == "A < B & C"
    assert entry.findtext(f"{ATOM}content") == (
        f'<p>Mit <a href="{ORIGIN}/quiz">Quiz</a>, <a href="mailto:a@b.example">Mail</a>, '
        "1 &lt; 2 &amp; &lt;b&gt;.</p>\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<title>Stadtführer: Stadtgespräch</title>", "", "feed: title stands 0 times"),
        ("<subtitle>", "<x/><subtitle>", "feed: x does not belong here"),
        ("T12:00:00Z</updated>", "</updated>", "feed: updated is no date: 2026-11-21"),
        ("T12:00:00Z</updated>", "t12:00:00z</updated>", "feed: updated is no date"),
        ("2026-11-21T12:00:00Z</updated>", "2026-11-31T12:00:00Z</updated>", "is no date"),
        ('rel="self"', 'rel="related"', "feed: no link to itself"),
        ('rel="self" type="application/atom+xml"', 'type="text/html" hreflang="de"', "twice"),
        ("<email>vera@", "<email>vera.", "feed: author: no address"),
        (f"<id>{ORIGIN}/stadtgespraech</id>", "<id>/stadtgespraech</id>", "feed: id is no address"),
        (f"{ORIGIN}/stadtgespraech/{SHIPPED[0]}</id>",
         f"{ORIGIN}/stadtgespraech/{SHIPPED[1]}</id>", "stands 2 times"),
        ('<content type="html">', '<content type="html">&lt;a href="/quiz">x&lt;/a>', "leads to"),
        ('<content type="html">', '<content type="xhtml">', "content is of type xhtml"),
        ("<published>2026", "<published>2027", "entry 0: changed before it was published"),
        ("<updated>2026", "<updated>2025", "entry 0: changed after the feed"),
        ("<summary>", "<summary>x</summary><summary>", "entry 0: summary stands 2 times"),
    ],
)  # fmt: skip
def test_a_planted_fault_in_a_feed_is_found(site: Site, old: str, new: str, fault: str) -> None:
    xml = site.guest.get(FEED).body.decode()
    assert old in xml
    found = list(faults(xml.replace(old, new, 1).encode()))
    assert [one for one in found if fault in one], found

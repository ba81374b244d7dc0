"""The feed: articles, and what people asked and wrote."""

from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from stadtfuehrer.dialogue import store
from stadtfuehrer.dialogue.model import Kind
from stadtfuehrer.dialogue.shown import A_PAGE
from tests.support.atom_rules import ATOM, faults
from tests.support.contexts import in_berlin
from tests.support.other_content import site_with
from tests.support.page_rules import ORIGIN
from tests.support.sites import Site
from tests.support.voices import answered, published

FEED = "/stadtgespraech/feed.xml"
ARTICLE = "/stadtgespraech/marketing-als-gespraech"
LATER = in_berlin("2027-01-02 10:00")  # than the shipped articles


def read(site: Site) -> Element:
    """The feed, which keeps to the rules."""
    xml = site.guest.get(FEED).body
    assert list(faults(xml)) == []
    return ET.fromstring(xml)  # noqa: S314 - our own


def of(entry: Element, *names: str) -> list[str | None]:
    return [entry.findtext("/".join(f"{ATOM}{one}" for one in name.split("/"))) for name in names]


def test_a_question_is_an_entry_with_its_answer(site: Site) -> None:
    text = "Gilt <b>das</b>?\n& wie lange?"
    said = {"said_at": LATER, "answered_at": LATER, "published_at": LATER}
    voice = published(site, text=text, answer="Ja: [hier](/angebot).", **said)
    answered(site, text="Geheim")
    feed = read(site)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 3
    url, title = f"{ORIGIN}/fragen/{voice.id}", "Gefragt: Gilt <b>das</b>? & wie lange?"
    assert of(entries[0], "id", "title", "author/name") == [url, title, "Änne"]
    assert of(entries[0], "published", "updated") == ["2027-01-02T09:00:00Z"] * 2
    content = (entries[0].findtext(f"{ATOM}content") or "").split("\n")
    assert content[:3] == [
        "<blockquote><p>Gilt &lt;b&gt;das&lt;/b&gt;?<br>&amp; wie lange?</p></blockquote>",
        "<p><strong>Vera Beispiel antwortet:</strong></p>",
        f'<p>Ja: <a href="{ORIGIN}/angebot">hier</a>.</p>',
    ]
    assert of(feed, "updated") == ["2027-01-02T09:00:00Z"]


def test_a_readers_letter_is_an_entry_that_leads_under_its_article(site: Site) -> None:
    letter = published(site, kind=Kind.LETTER, about=ARTICLE, answer="", with_name=False)
    with site.context.database.begin() as session:
        store.change(session, letter.id, changed_at=LATER)
    *_, entry = read(site).findall(f"{ATOM}entry")
    title = site.context.catalogue.get_article(ARTICLE.rpartition("/")[2]).title
    assert of(entry, "id", "title", "author/name", "updated") == [
        *(f"{ORIGIN}{ARTICLE}#brief-{letter.id}", f"Leserbrief zu: {title}"),
        *("Jemand", "2027-01-02T09:00:00Z"),
    ]
    assert "antwortet" not in (entry.findtext(f"{ATOM}content") or "")


def test_what_no_xml_may_hold_is_left_out(site: Site) -> None:
    published(site, text="Fein\x01\ufffe?", answer="Ja\x0b.")
    entry = read(site).findall(f"{ATOM}entry")[-1]
    assert of(entry, "title") == ["Gefragt: Fein?"]


def test_the_newest_of_each_are_there_in_the_order_of_their_days(site: Site) -> None:
    for number in range(A_PAGE + 2):
        at = LATER - timedelta(days=number)
        published(site, text=f"Frage {number}?", said_at=at, published_at=at)
    published(site, kind=Kind.LETTER, about=ARTICLE, published_at=LATER)
    entries = read(site).findall(f"{ATOM}entry")
    days = [one.findtext(f"{ATOM}published") or "" for one in entries]
    assert days == sorted(days, reverse=True)
    assert len(entries) == A_PAGE + 1 + len(site.context.catalogue.articles)


def test_without_any_article_there_is_no_feed_whatever_was_asked(tmp_path: Path) -> None:
    draft = '+++\ntitle = "T"\ndescription = "D"\ndate = 2026-11-21\ndraft = true\n+++\nA'
    slugs = ("marketing-als-gespraech", "marketing-und-kommunikation")
    with site_with(tmp_path, {f"articles/{slug}.md": draft for slug in slugs}) as site:
        published(site)
        site.guest.get(FEED, status=404)

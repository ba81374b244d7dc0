"""The pages that are the same for everyone, and the files that they need."""

import re
from collections import deque
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from stadtfuehrer.web import init_context
from tests.support.page_rules import INDEXED
from tests.support.pages import words
from tests.support.sites import OpenSite, Site


def with_consultant(site: Site, **own: object) -> None:
    """Let the consultant be another; the bare address may have been rendered before."""
    settings = site.context.settings
    consultant = replace(settings.consultant, **own)  # type: ignore[arg-type]
    settings = replace(settings, consultant=consultant)
    init_context(site.app, replace(site.context, settings=settings), site.clock)


HEADINGS = {
    "/": "Mit deinem Marketing raus aus der Einbahnstraße",
    "/angebot": "Nimm nur, was dir gerade fehlt",
    "/angebot/marketingberatung": "Marketingberatung",
    "/angebot/marketingkonzeption": "Marketingkonzeption",
    "/angebot/marketingumsetzung": "Marketingumsetzung",
    "/ablauf": "So läuft es ab: Test, Gespräch, Vorschlag",
    "/fragen": "Was du vorher wissen willst",
    "/stadtgespraech": "Stadtgespräch",
    "/impressum": "Impressum",
    "/termin": "Wie wollen wir sprechen?",
}


@pytest.mark.parametrize("path", sorted(HEADINGS))
def test_a_page_says_what_it_is(site: Site, path: str) -> None:
    assert site.guest.get(path).heading == HEADINGS[path]


@pytest.mark.parametrize("path", sorted(INDEXED))
def test_what_holds_for_every_page(site: Site, path: str) -> None:
    got, head = site.guest.ask("GET", path), site.guest.ask("HEAD", path)
    assert (head.status, head.headers, head.body) == (200, got.headers, b"")
    # The law and the way back are one click away, and what the menu has no room for.
    page = site.guest.get(path)
    law = {"/impressum", "/datenschutz", "/barrierefreiheit"}
    addresses = {address for _, address in page.links()}
    assert addresses >= law | {"mailto:vera@stadtfuehrer.example", "tel:+498955501234"}
    (foot,) = page.all("footer")
    assert {a.get("href") for a in foot.iter("a")} >= {"/ablauf", "/fragen", "/stadtgespraech"}


@pytest.mark.parametrize("path", ["/quiz", "/termin/kennenlernen"])
def test_the_foot_of_pages_that_are_not_indexed(site: Site, path: str) -> None:
    (foot,) = site.guest.get(path).all("footer")
    assert {a.get("href") for a in foot.iter("a")} >= {"/ablauf", "/fragen", "/stadtgespraech"}


def test_home_leads_to_quiz_and_date_first(site: Site) -> None:
    home = site.guest.get("/")
    ways = [address for _, address in home.links() if address in {"/quiz", "/termin"}]
    assert home.link("Test starten: 10 Fragen, 3 Minuten") == "/quiz"
    assert home.link("Termin aussuchen") == "/termin"
    assert len(ways) >= 4  # Menu and screen.


def test_the_head_says_what_it_is_and_leads_everywhere(site: Site) -> None:
    (head,) = site.guest.get("/fragen").all("header")[:1]
    assert words(head).startswith("Stadtführer Marketing für kleine Betriebe, München")
    (menu,) = head.iter("details")
    ways = [a.get("href") for a in menu.iter("a")]
    assert ways == ["/angebot", "/ablauf", "/quiz", "/termin", "/fragen", "/ueber"]
    assert [a.get("href") for a in menu.iter("a") if a.get("aria-current")] == ["/fragen"]


def test_without_a_face_and_facts_there_is_no_place_for_them(site: Site) -> None:
    home = site.guest.get("/")
    assert [*home.all("img")] == []
    assert "portrait" not in home.body.decode()


@pytest.mark.parametrize("path", ["/?neu=1", "/ueber?neu=1"])
def test_face_and_facts_are_shown_where_there_are_any(site: Site, path: str) -> None:
    own = {"photo": "vera.jpg", "logo": "logo.svg", "facts": ("Seit 2012 dabei", "Aus Giesing")}
    with_consultant(site, **own)
    page = site.guest.get(path)
    shown = [(img.get("src"), img.get("alt")) for img in page.all("img")]
    assert shown == [("/eigenes/logo.svg", ""), ("/eigenes/vera.jpg", "Vera Beispiel")]
    assert [text for text in own["facts"] if text not in page.text] == []


def test_the_consultants_own_word(site: Site) -> None:
    assert (
        "Ich bin Vera Beispiel, Stadtführerin für kleine Betriebe" in site.guest.get("/?neu=1").text
    )
    with_consultant(site, name="Karl Muster", title="Stadtführer")
    assert "Ich bin Karl Muster, Stadtführer für kleine Betriebe" in site.guest.get("/?neu=1").text


def test_an_offer_is_taken_along_to_the_date(site: Site) -> None:
    for slug in ("marketingberatung", "marketingkonzeption", "marketingumsetzung"):
        chosen = site.guest.get(f"/angebot/{slug}").link("Termin aussuchen")
        assert chosen == f"/termin?angebot={slug}"
        assert f"Es geht um {slug.capitalize()}." in site.guest.get(chosen).text
    page = site.guest.get("/angebot/marketingzauber", status=404)
    assert page.heading == "Diese Leistung gibt es nicht"


@pytest.mark.parametrize(("of", "longest"), [("title", 60), ("description", 155)])
def test_search_engines_show_every_page_in_words_of_its_own(
    site: Site, of: str, longest: int
) -> None:
    said = {path: getattr(site.guest.get(path), of) for path in sorted(INDEXED)}
    assert {path: text for path, text in said.items() if not 15 < len(text) <= longest} == {}
    assert len(set(said.values())) == len(said)


@pytest.mark.parametrize("path", ["/", "/angebot", "/ablauf", "/fragen"])
def test_prices_are_stated_plainly(site: Site, path: str) -> None:
    text = site.guest.get(path).text
    prices = [str(one.price) for one in site.context.catalogue.offers.services]
    assert len(prices) == 3
    assert [price for price in prices if price not in text] == []


def test_every_stage_says_what_it_costs_and_how_to_turn_back(site: Site) -> None:
    page = site.guest.get("/ablauf")
    stages = [words(one) for one in page.main.iter("h2")][:4]
    assert stages == ["Test", "Gespräch", "Vorschlag", "Eine Leistung, wenn du willst"]
    asked = [words(one) for one in page.main.iter("h3")]
    assert asked == ["Was es kostet", "Wo du aufhören kannst"] * 4


def test_every_question_can_be_reached_from_the_top(site: Site) -> None:
    page = site.guest.get("/fragen")
    (index,) = (one for one in page.all("nav") if one.get("aria-label") == "Alle Fragen")
    questions = [(f"#{one.get('id')}", words(one)) for one in page.main.iter("h3")]
    assert len(questions) > 10
    assert [(a.get("href"), words(a)) for a in index.iter("a")] == questions


def test_answers_have_the_figures_of_the_settings(open_site: OpenSite) -> None:
    site = open_site({"change_hours": "17", "bookings_months": "11"})
    text = site.guest.get("/fragen").text
    assert "Das geht bis 17 Stunden vorher." in text
    assert "lösche es 11 Monate nach dem Gespräch" in text
    assert "Kennenlerngespräch: 30 Minuten" in text
    assert "Kennenlerngespräch: am Telefon" in text


def pattern(address: str) -> tuple[str, frozenset[str]]:
    """What addresses have in common that differ in a time or a day alone."""
    parts = urlsplit(address)
    path = re.sub(r"\d{8}T\d{6}Z", "·", parts.path)
    return path, frozenset(parse_qs(parts.query))


def test_no_way_through_the_site_ends_at_a_dead_link(site: Site) -> None:
    waiting, seen = deque(["/"]), {pattern("/")}
    while waiting:
        page = site.guest.get(waiting.popleft())
        for _, address in page.links() if page.is_html else ():
            if address.startswith("/") and pattern(address) not in seen:
                seen.add(pattern(address))
                waiting.append(address)
    found = {path for path, _ in seen}
    assert found >= INDEXED | {"/quiz", "/termin/kennenlernen", "/termin/kennenlernen/·"}


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

"""What search engines may know of a page."""

import json
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

import pytest

from stadtfuehrer.dialogue.model import Kind
from stadtfuehrer.dialogue.shown import LETTERS
from tests.support.contexts import in_berlin
from tests.support.page_rules import INDEXED, ORIGIN
from tests.support.pages import Page, words
from tests.support.schema_rules import faults
from tests.support.sites import OpenSite, Site
from tests.support.voices import QUESTION, published

OFFER = "/angebot/marketingumsetzung"
ARTICLE = "/stadtgespraech/marketing-als-gespraech"
OFFERS = {path for path in INDEXED if path.startswith("/angebot/")}
ARTICLES = {path for path in INDEXED if path.startswith("/stadtgespraech/")}

TRAIL = {
    "@context": "https://schema.org",
    "@type": "BreadcrumbList",
    "itemListElement": [
        {"@type": "ListItem", "position": 1, "name": "Start", "item": "https://a.example/"},
        {"@type": "ListItem", "position": 2, "name": "Hier", "item": "https://a.example/hier"},
    ],
}
PRICE = {
    "@context": "https://schema.org",
    "@type": "PriceSpecification",
    "minPrice": 1,
    "maxPrice": 2,
    "priceCurrency": "EUR",
}
NET = {"@type": "PriceSpecification", "priceCurrency": "EUR", "valueAddedTaxIncluded": False}
MONTHLY = {"@type": "UnitPriceSpecification", "unitCode": "MON"}


def described(page: Page) -> list[dict[str, Any]]:
    """Every JSON-LD document of a page."""
    scripts = [one for one in page.all("script") if one.get("type") == "application/ld+json"]
    found = [json.loads(one.text or "") for one in scripts]
    return [one for each in found for one in (each if isinstance(each, list) else [each])]


TYPES = {
    "/": ["ProfessionalService"],
    "/fragen": ["FAQPage"],
    **{path: ["Service", "BreadcrumbList"] for path in OFFERS},
    **{path: ["Article", "BreadcrumbList"] for path in ARTICLES},
}


def test_what_a_page_is_in_the_words_of_the_vocabulary(site: Site) -> None:
    found = {path: described(site.guest.get(path)) for path in INDEXED}
    types = {path: [one["@type"] for one in each] for path, each in found.items() if each}
    assert types == TYPES
    wrong = {path: list(faults(each)) for path, each in found.items()}
    assert {path: each for path, each in wrong.items() if each} == {}


def test_the_business_has_its_place_and_three_offers_with_prices(site: Site) -> None:
    (business,) = described(site.guest.get("/"))
    assert business["areaServed"] == {"@type": "Country", "name": "Deutschland"}
    assert business["address"]["streetAddress"] == site.context.settings.consultant.street
    catalog = business["hasOfferCatalog"]["itemListElement"]
    assert [
        (one["itemOffered"]["name"], {**one["priceSpecification"]}) for one in catalog
    ] == [
        ("Marketingberatung", {"minPrice": 600, "maxPrice": 1800} | NET),
        ("Marketingkonzeption", {"minPrice": 2400, "maxPrice": 6000} | NET),
        ("Marketingumsetzung", {"minPrice": 1200, "maxPrice": 3600} | NET | MONTHLY),
    ]  # fmt: skip
    for one in catalog:
        assert one["url"] == one["itemOffered"]["url"]
        assert urlsplit(one["url"]).path in INDEXED
    image = site.guest.ask("GET", urlsplit(business["image"]).path)
    assert (image.status, image.headers["content-type"]) == (200, "image/png")


def test_the_price_that_machines_read_is_the_one_that_people_read(site: Site) -> None:
    page = site.guest.get(OFFER)
    price = described(page)[0]["offers"]["priceSpecification"]
    assert (price["minPrice"], price["maxPrice"], price["unitCode"]) == (1200, 3600, "MON")
    assert "1.200 bis 3.600 Euro im Monat zuzüglich Umsatzsteuer" in page.text


@pytest.mark.parametrize(
    ("country", "named"), [("DE", "Deutschland"), ("AT", "Österreich"), ("CH", "Schweiz")]
)
def test_a_business_that_has_written_little_is_described_all_the_same(
    open_site: OpenSite, country: str, named: str
) -> None:
    blank = dict.fromkeys(("phone", "street", "postcode", "city", "consultant.country"), '""')
    at = {"booking.country": f'"{country}"', "subdivision": '""'}
    site = open_site({**blank, **at, "place": '"video"'})
    (business,) = described(site.guest.get("/"))
    assert list(faults(business)) == []
    assert not {"telephone", "address"} & business.keys()
    assert business["areaServed"]["name"] == named


def test_every_question_of_the_page_is_described_with_its_place(site: Site) -> None:
    page = site.guest.get("/fragen")
    (faq,) = described(page)
    read = " ".join(page.text.split("\n"))
    shown = [(one.get("id"), words(one)) for one in page.main.iter("h3")]
    assert [(urlsplit(one["url"]).fragment, one["name"]) for one in faq["mainEntity"]] == shown
    for one in faq["mainEntity"]:
        assert one["acceptedAnswer"]["text"] in read
    assert "Marketingberatung: 600 bis 1.800 Euro" in faq["mainEntity"][0]["acceptedAnswer"]["text"]


@pytest.mark.parametrize(
    ("path", "trail"),
    [(OFFER, ["/", "/angebot", OFFER]), (ARTICLE, ["/", "/stadtgespraech", ARTICLE])],
)
def test_the_way_to_a_page_is_shown_and_described(site: Site, path: str, trail: list[str]) -> None:
    page = site.guest.get(path)
    items = described(page)[1]["itemListElement"]
    assert [one["item"] for one in items] == [ORIGIN + step for step in trail]
    assert items[-1]["name"] == page.heading
    (shown,) = (one for one in page.all("nav") if one.get("aria-label") == "Du bist hier")
    assert [(a.get("href"), words(a)) for a in shown.iter("a")] == [
        (urlsplit(one["item"]).path, one["name"]) for one in items[:-1]
    ]


def test_a_question_is_described_with_its_answer(site: Site) -> None:
    at = in_berlin("2026-02-12 23:30")
    voice = published(site, text=f"{QUESTION}\n<Danke>", said_at=at)
    page = site.guest.get(f"/fragen/{voice.id}")
    qa, trail = described(page)
    assert [fault for one in (qa, trail) for fault in faults(one)] == []
    assert (qa["@type"], trail["itemListElement"][-1]["name"]) == ("QAPage", page.heading)
    consultant = {"@type": "Person", "name": "Vera Beispiel", "url": f"{ORIGIN}/ueber"}
    assert qa["mainEntity"] == {
        "@type": "Question",
        "name": f"{QUESTION} <Danke>",
        "text": f"{QUESTION}\n<Danke>",
        "dateCreated": "2026-02-12T23:30:00+01:00",
        "author": {"@type": "Person", "name": "Änne"},
        "answerCount": 1,
        "acceptedAnswer": {
            "@type": "Answer",
            "text": "Ja, wenn er etwas erzählt. Fang mit einem im Monat an.",
            "dateCreated": "2026-02-13T23:30:00+01:00",
            "author": consultant,
            "url": f"{ORIGIN}/fragen/{voice.id}#antwort",
        },
    }
    assert page.by_id("antwort").tag == "h2"


def test_readers_letters_are_comments_of_their_article(site: Site) -> None:
    letter = {"kind": Kind.LETTER, "about": ARTICLE, "with_name": False, "text": "Danke."}
    ids = [published(site, **letter).id for _ in range(LETTERS + 1)]
    page = site.guest.get(ARTICLE)
    article, _ = described(page)
    assert list(faults(article)) == []
    assert (article["commentCount"], len(article["comment"])) == (LETTERS + 1, LETTERS)
    newest = article["comment"][0]
    assert (newest["text"], newest["author"]["name"]) == ("Danke.", "Jemand")
    assert newest["url"] == f"{ORIGIN}{ARTICLE}#brief-{ids[-1]}"
    assert page.by_id(f"brief-{ids[-1]}").tag == "li"


def test_an_article_names_its_author_and_days(site: Site) -> None:
    article, _ = described(site.guest.get(ARTICLE))
    assert article["author"]["name"] == "Vera Beispiel"
    assert (article["datePublished"], article["dateModified"]) == ("2026-11-21", "2026-11-21")
    assert article["timeRequired"] == "PT3M"
    assert article["mainEntityOfPage"] == ORIGIN + ARTICLE


@pytest.mark.parametrize(
    ("good", "path", "value", "fault"),
    [
        (TRAIL, ("@context",), "http://schema.org", "$: no context"),
        (TRAIL, ("@type",), "Breadcrumb", "$: no type Breadcrumb"),
        (TRAIL, ("color",), "blue", "$.color is no property of BreadcrumbList"),
        (TRAIL, ("@id",), "hier", "$.@id is no address"),
        (TRAIL, ("itemListElement",), [], "$.itemListElement is no list"),
        (TRAIL, ("itemListElement", 0, "name"), "", "$.itemListElement[0].name is no Text: ''"),
        (TRAIL, ("itemListElement", 0, "item"), "/", "$.itemListElement[0].item is no URL: '/'"),
        (TRAIL, ("itemListElement", 1, "position"), 3, "$: the positions are [1, 3]"),
        (PRICE, ("price",), 3, "$: not one price and not two bounds"),
        (PRICE, ("maxPrice",), 0, "$: not one price and not two bounds"),
        (PRICE, ("minPrice",), "1", "$.minPrice is no Number: '1'"),
        (PRICE, ("priceCurrency",), "€", "$.priceCurrency is no Currency: '€'"),
    ],
)
def test_a_planted_fault_is_found(
    good: dict[str, Any], path: tuple[Any, ...], value: object, fault: str
) -> None:
    planted = deepcopy(good)
    assert list(faults(planted)) == []
    *way, last = path
    inner: Any = planted
    for step in way:
        inner = inner[step]
    inner[last] = value
    assert fault in list(faults(planted))


def test_what_is_missing_is_found() -> None:
    nameless = deepcopy(TRAIL)
    del nameless["itemListElement"][0]["name"]  # type: ignore[attr-defined]
    assert list(faults(nameless)) == ["$.itemListElement[0].name is missing"]

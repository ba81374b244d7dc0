"""What search engines may know of a page, as JSON-LD in the vocabulary of schema.org."""

from datetime import datetime
from typing import Any, TypeAlias

from flask import url_for

from stadtfuehrer.dialogue.model import Voice
from stadtfuehrer.dialogue.shown import Shown, path_of
from stadtfuehrer.pages.model import Article, Faq, Per, Service
from stadtfuehrer.text import words_of_html
from stadtfuehrer.text.markdown import answer_html
from stadtfuehrer.web import get_context
from stadtfuehrer.web.static import asset

Described: TypeAlias = dict[str, Any]

_CONTEXT = "https://schema.org"

_UNITS = {Per.MONTH: "MON", Per.DAY: "DAY", Per.HOUR: "HUR"}
"""UN/CEFACT common codes (Recommendation 20), as schema.org wants them."""


def external(path: str) -> str:
    """A path of the site as the world reaches it."""
    return get_context().settings.site.url + path


def with_host(html: str) -> str:
    """Our own HTML with links that also work where it is read elsewhere."""
    return html.replace('href="/', f'href="{external("/")}')


def business() -> Described:
    """The business with its place, and what it offers for how much."""
    context = get_context()
    consultant = context.settings.consultant
    written = {
        "streetAddress": consultant.street,
        "postalCode": consultant.postcode,
        "addressLocality": consultant.city,
        "addressCountry": consultant.country,
    }
    address = {name: value for name, value in written.items() if value}
    return {
        "@context": _CONTEXT,
        **_business_in_short(),
        "description": "Marketing für kleine Betriebe: Beratung, Konzeption und Umsetzung.",
        "image": external(asset("img/card.png")),
        "email": consultant.email,
        **({"telephone": consultant.phone} if consultant.phone else {}),
        **({"address": {"@type": "PostalAddress", **address}} if address else {}),
        "areaServed": _area(),
        "hasOfferCatalog": {
            "@type": "OfferCatalog",
            "name": "Angebot",
            "itemListElement": [
                {**_offer(service), "itemOffered": _service(service)}
                for service in context.catalogue.offers.services
            ],
        },
    }


def offer_page(service: Service) -> list[Described]:
    """One service with its price, and the way to its page."""
    path = url_for("pages.offer", slug=service.slug)
    return [
        {
            "@context": _CONTEXT,
            **_service(service),
            "provider": _business_in_short(),
            "areaServed": _area(),
            "offers": _offer(service),
        },
        _trail(("Angebot", url_for("pages.offers")), (service.title, path)),
    ]


def faq_page(faq: Faq) -> Described:
    """Every question with its answer, as words: machines do not follow links within."""
    return {
        "@context": _CONTEXT,
        "@type": "FAQPage",
        "inLanguage": "de",
        "mainEntity": [
            {
                "@type": "Question",
                "name": entry.question,
                "url": external(url_for("pages.faq", _anchor=entry.id)),
                "acceptedAnswer": {"@type": "Answer", "text": words_of_html(entry.answer)},
            }
            for group in faq.groups
            for entry in group.entries
        ],
    }


def question_page(voice: Voice) -> list[Described]:
    """A question that was asked here, its answer, and the way to its page."""
    path = url_for("pages.question", voice_id=voice.id)
    return [
        {
            "@context": _CONTEXT,
            "@type": "QAPage",
            "inLanguage": "de",
            "mainEntity": {
                "@type": "Question",
                "name": voice.headline,
                "text": voice.text,
                "dateCreated": _instant(voice.said_at),
                "author": _author(voice),
                "answerCount": 1,
                "acceptedAnswer": _answer(voice, external(path)),
            },
        },
        _trail(("Fragen und Antworten", url_for("pages.faq")), (voice.headline, path)),
    ]


def article_page(article: Article, letters: Shown) -> list[Described]:
    """An article with what its readers wrote, and the way to its page."""
    path = url_for("pages.article", slug=article.slug)
    return [
        {
            "@context": _CONTEXT,
            "@type": "Article",
            "headline": article.title,
            "description": article.description,
            "inLanguage": "de",
            "image": external(asset("img/card.png")),
            "datePublished": article.published.isoformat(),
            "dateModified": article.updated.isoformat(),
            "timeRequired": f"PT{article.minutes}M",
            "mainEntityOfPage": external(path),
            "author": _consultant(),
            "publisher": _business_in_short(),
            **_comments(letters),
        },
        _trail(("Stadtgespräch", url_for("pages.articles")), (article.title, path)),
    ]


def _comments(letters: Shown) -> Described:
    if not letters.voices:
        return {}
    comments = [
        {
            "@type": "Comment",
            "text": one.text,
            "dateCreated": _instant(one.said_at),
            "author": _author(one),
            "url": external(path_of(one)),
        }
        for one in letters.voices
    ]
    return {"commentCount": letters.number, "comment": comments}


def _answer(voice: Voice, url: str) -> Described:
    return {
        "@type": "Answer",
        "text": words_of_html(answer_html(voice.answer)),
        "dateCreated": _instant(voice.answered_at or voice.said_at),
        "author": _consultant(),
        "url": f"{url}#antwort",
    }


def _author(voice: Voice) -> Described:
    return {"@type": "Person", "name": voice.first_name or "Jemand"}


def _consultant() -> Described:
    name, url = get_context().settings.consultant.name, external(url_for("pages.about"))
    return {"@type": "Person", "name": name, "url": url}


def _instant(instant: datetime) -> str:
    return instant.astimezone(get_context().rules.zone).isoformat(timespec="seconds")


def _trail(*steps: tuple[str, str]) -> Described:
    """Title and path of each page on the way, from the home page on."""
    return {
        "@context": _CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": external(path)}
            for position, (name, path) in enumerate([("Start", url_for("pages.home")), *steps], 1)
        ],
    }


def _business_in_short() -> Described:
    return {
        "@type": "ProfessionalService",
        "@id": external("/#betrieb"),
        "name": f"Stadtführer – {get_context().settings.consultant.name}",
        "url": external(url_for("pages.home")),
    }


def _area() -> Described:
    settings = get_context().settings
    by_law = {"DE": "Deutschland", "AT": "Österreich", "CH": "Schweiz"}[settings.booking.country]
    return {"@type": "Country", "name": settings.consultant.country or by_law}


def _service(service: Service) -> Described:
    return {
        "@type": "Service",
        "name": service.title,
        "description": service.claim,
        "url": external(url_for("pages.offer", slug=service.slug)),
    }


def _offer(service: Service) -> Described:
    url, price = external(url_for("pages.offer", slug=service.slug)), service.price
    if price is None:
        return {"@type": "Offer", "url": url}
    unit = _UNITS.get(price.per)
    is_one = price.low == price.high
    specification = {
        "@type": "UnitPriceSpecification" if unit else "PriceSpecification",
        **({"price": price.low} if is_one else {"minPrice": price.low, "maxPrice": price.high}),
        "priceCurrency": "EUR",
        "valueAddedTaxIncluded": not price.net,
        **({"unitCode": unit} if unit else {}),
    }
    return {"@type": "Offer", "url": url, "priceSpecification": specification}

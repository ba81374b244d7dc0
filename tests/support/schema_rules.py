"""The part of schema.org's vocabulary that the site uses, as a validator without mercy."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_url(value: Any) -> bool:
    parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
    return parts.scheme == "https" and bool(parts.netloc) and " " not in value


def _is_date(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except (TypeError, ValueError):
        return False


def _is_instant(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).utcoffset() is not None
    except (TypeError, ValueError):
        return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


LITERALS: dict[str, Callable[[Any], bool]] = {
    "Text": _is_text,
    "URL": _is_url,
    "Date": _is_date,
    "DateTime": _is_instant,
    "Number": _is_number,
    "Boolean": lambda value: isinstance(value, bool),
    "Duration": lambda value: isinstance(value, str) and bool(re.fullmatch(r"PT[1-9]\d*M", value)),
    "Language": lambda value: value == "de",
    "Currency": lambda value: value == "EUR",
    "UnitCode": lambda value: value in {"MON", "DAY", "HUR"},
}

_PRICE = "price=Number minPrice=Number maxPrice=Number priceCurrency!=Currency"
_TABLE = {
    "ProfessionalService": "name!=Text url!=URL description=Text image=URL email=Text"
    " telephone=Text address=PostalAddress areaServed=Country hasOfferCatalog=OfferCatalog",
    "PostalAddress": "streetAddress=Text postalCode=Text addressLocality=Text addressCountry=Text",
    "Country": "name=Text",
    "OfferCatalog": "name!=Text itemListElement!=Offer",
    "Offer": "url=URL itemOffered=Service priceSpecification=PriceSpecification|"
    "UnitPriceSpecification",
    "Service": "name!=Text description=Text url!=URL areaServed=Country"
    " provider=ProfessionalService offers=Offer",
    "PriceSpecification": f"{_PRICE} valueAddedTaxIncluded=Boolean",
    "UnitPriceSpecification": f"{_PRICE} valueAddedTaxIncluded=Boolean unitCode!=UnitCode",
    "FAQPage": "mainEntity!=Question inLanguage=Language",
    "QAPage": "mainEntity!=Question inLanguage=Language",
    "Question": "name!=Text url=URL text=Text dateCreated=DateTime author=Person"
    " answerCount=Number acceptedAnswer!=Answer",
    "Answer": "text!=Text url=URL dateCreated=DateTime author=Person",
    "Comment": "text!=Text url=URL dateCreated!=DateTime author!=Person",
    "Article": "headline!=Text description=Text inLanguage=Language image!=URL datePublished!=Date"
    " dateModified!=Date timeRequired=Duration mainEntityOfPage=URL author!=Person"
    " publisher=ProfessionalService comment=Comment commentCount=Number",
    "Person": "name!=Text url=URL",
    "BreadcrumbList": "itemListElement!=ListItem",
    "ListItem": "position!=Number name!=Text item!=URL",
}
"""Each type with its properties (schema.org 29) and what may stand there.

„!“ is what search engines ask for, or what a type says nothing without.
"""
TYPES = {
    name: {key.rstrip("!"): kinds.split("|") for key, kinds in re.findall(r"(\S+?)=(\S+)", row)}
    for name, row in _TABLE.items()
}
REQUIRED = {name: set(re.findall(r"(\w+)!=", row)) for name, row in _TABLE.items()}

LISTS = {"itemListElement", "FAQPage.mainEntity", "comment"}
"""Properties, or those of one type, that have several values."""


def faults(described: Any, place: str = "$") -> Iterator[str]:
    """Everything in a JSON-LD document that the vocabulary does not know or misses."""
    if isinstance(described, list):
        for number, one in enumerate(described):
            yield from faults(one, f"{place}[{number}]")
        return
    rest = dict(described)
    if rest.pop("@context", None) != "https://schema.org":
        yield f"{place}: no context"
    yield from _node(rest, place)


def _node(node: dict[str, Any], place: str) -> Iterator[str]:
    rest = dict(node)
    name = rest.pop("@type", None)
    if name not in TYPES:
        yield f"{place}: no type {name}"
        return
    if "@id" in rest and not _is_url(rest.pop("@id")):
        yield f"{place}.@id is no address"
    yield from (f"{place}.{missing} is missing" for missing in REQUIRED[name] - rest.keys())
    for key, value in rest.items():
        if key not in TYPES[name]:
            yield f"{place}.{key} is no property of {name}"
            continue
        has_several = bool({key, f"{name}.{key}"} & LISTS)
        if isinstance(value, list) != has_several or value == []:
            yield f"{place}.{key} is {'no' if has_several else 'a'} list"
            continue
        for number, one in enumerate(value if has_several else [value]):
            where = f"{place}.{key}" + (f"[{number}]" if has_several else "")
            yield from _value(one, TYPES[name][key], where)
    yield from _sense(name, rest, place)


def _value(value: Any, expected: list[str], place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        literals = [LITERALS[one] for one in expected if one in LITERALS]
        if not any(fits(value) for fits in literals):
            yield f"{place} is no {' or '.join(expected)}: {value!r}"
    elif value.get("@type") not in expected:
        yield f"{place} is a {value.get('@type')}, not {' or '.join(expected)}"
    else:
        yield from _node(value, place)


def _sense(name: str, node: dict[str, Any], place: str) -> Iterator[str]:
    """What the types alone cannot say."""
    if name == "BreadcrumbList":
        positions = [one.get("position") for one in node.get("itemListElement", [])]
        if positions != list(range(1, len(positions) + 1)) or len(positions) < 2:
            yield f"{place}: the positions are {positions}"
    if name in {"PriceSpecification", "UnitPriceSpecification"}:
        bounds = [node[key] for key in ("minPrice", "maxPrice") if _is_number(node.get(key))]
        if ("price" in node) == bool(bounds) or bounds != sorted(bounds):
            yield f"{place}: not one price and not two bounds"
    if name == "QAPage" and {"text", "dateCreated", "author", "answerCount"} - set(
        node.get("mainEntity", {})
    ):
        yield f"{place}: the question says too little"  # for Google's Q&A page
    if name == "Article" and not node.get("datePublished", "") <= node.get("dateModified", ""):
        yield f"{place}: changed before it was published"

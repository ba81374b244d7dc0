"""What the pages are made of: services, prices, stages, questions, articles, running text."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stadtfuehrer.refusals import UnknownService
from stadtfuehrer.text import missing_text

SLUG = re.compile(r"[a-z][a-z0-9-]{0,39}")


class Sign(StrEnum):
    """The picture that stands for a service in the town of marketing."""

    STANDPOINT = "standort"
    ROUTE = "route"
    WAY = "weg"


class Per(StrEnum):
    """What a price is for."""

    WHOLE = "auftrag"
    MONTH = "monat"
    DAY = "tag"
    HOUR = "stunde"


_PER_IN_WORDS = {Per.WHOLE: "", Per.MONTH: " im Monat", Per.DAY: " am Tag", Per.HOUR: " je Stunde"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a service costs, from ``low`` to ``high`` whole euros; equal where the price is one."""

    low: int
    high: int
    per: Per = Per.WHOLE
    net: bool = True
    """Whether the tax on sales comes on top."""

    def __str__(self) -> str:
        return f"{self.in_euros}{' zuzüglich Umsatzsteuer' if self.net else ''}"

    @property
    def in_euros(self) -> str:
        """„600 bis 1.800 Euro“, „90 Euro je Stunde“, without a word about tax."""
        amounts = [self.low] if self.low == self.high else [self.low, self.high]
        grouped = (f"{euros:,}".replace(",", ".") for euros in amounts)
        return f"{' bis '.join(grouped)} Euro{_PER_IN_WORDS[self.per]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of how a service goes."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service, in the words its page shows."""

    slug: str
    title: str
    claim: str
    """One sentence."""
    lead: str
    """One paragraph."""
    for_whom: tuple[str, ...]
    """Each goes on from „Das passt, wenn …“."""
    gets: tuple[str, ...]
    """What the customer has in hand afterwards."""
    steps: tuple[Step, ...]
    effort: str
    """Duration and terms, and the price where ``price`` does not say it."""
    not_for: str
    """When it had better not be bought."""
    sign: Sign
    price: Price | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """All services, in the order in which they are shown."""

    services: tuple[Service, ...]
    updated: date | None = None
    """The day of the last change, for search engines."""

    def find(self, slug: str) -> Service | None:
        """The service with this slug, or None."""
        return next((one for one in self.services if one.slug == slug), None)

    def get(self, slug: str) -> Service:
        """The service with this slug. Raises UnknownService."""
        service = self.find(slug)
        if service is None:
            raise UnknownService
        return service


def broken_offer_laws(offers: Offers) -> list[tuple[str, str]]:
    """What keeps these offers from being shown: (place, reason in German) for each mistake."""
    found = [] if offers.services else [("services", "mindestens eine Leistung muss da sein")]
    for number, service in enumerate(offers.services):
        place = f"services[{number}]"
        found += [(blank, "hier fehlt der Text") for blank in missing_text(service, place)]
        if service.slug.strip() and not SLUG.fullmatch(service.slug):
            found.append((f"{place}.slug", "nur Kleinbuchstaben a–z, Ziffern und Bindestriche"))
        if any(service.slug == earlier.slug for earlier in offers.services[:number]):
            found.append((f"{place}.slug", f"„{service.slug}“ gibt es schon"))
        if service.price and not 0 <= service.price.low <= service.price.high:
            found.append((f"{place}.price", "low darf nicht unter 0 und nicht über high liegen"))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article; the template makes the h1 of ``title``, ``html`` has none."""

    slug: str
    title: str
    description: str
    published: date
    updated: date
    """The day of the last change; that of publication if there was none."""
    minutes: int
    """How long it takes to read."""
    html: str

    @property
    def reading_time(self) -> str:
        """The minutes in words, which stay on one line."""
        return f"{self.minutes}\u00a0{'Minute' if self.minutes == 1 else 'Minuten'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the way; from ``before`` on Markdown in the file, HTML once it is loaded."""

    title: str
    lead: str
    before: str
    during: str
    after: str
    cost: str
    """What is free; the prices of the services stand beside it."""
    back: str
    """How to turn back."""
    sign: Sign | None = None
    """Services with this picture belong to the stage, and are named with their prices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The page that tells how the guide works."""

    title: str
    description: str
    lead: str
    stages: tuple[Stage, ...]
    updated: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaqEntry:
    """A question and its answer: Markdown in the file, HTML once it is loaded."""

    id: str
    """Its place on the page, as in ``/fragen#kosten``."""
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaqGroup:
    """Questions that belong together."""

    title: str
    entries: tuple[FaqEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Faq:
    """The page of questions."""

    title: str
    description: str
    lead: str
    groups: tuple[FaqGroup, ...]
    updated: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of running text; the template makes the h1 of ``title``, ``html`` has none."""

    slug: str
    title: str
    description: str
    html: str
    updated: date | None
    """The day of the last change, for search engines."""

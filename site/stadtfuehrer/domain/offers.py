"""What the guide offers: the services, each with what it gives and when it is better not bought."""

# Without `from __future__ import annotations`: the catalogue validates content into these types,
# for which their annotations must be real.
import re
from dataclasses import dataclass, fields
from enum import StrEnum

from stadtfuehrer.domain.refusals import UnknownService

SLUG = re.compile(r"[a-z][a-z0-9-]{0,39}")


class Sign(StrEnum):
    """The picture that stands for a service in the town of marketing."""

    STANDPOINT = "standort"
    ROUTE = "route"
    WAY = "weg"


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
    """Duration and price range."""
    not_for: str
    """When it had better not be bought."""
    sign: Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """All services, in the order in which they are shown."""

    services: tuple[Service, ...]

    def find(self, slug: str) -> Service | None:
        """The service with this slug, or None."""
        return next((one for one in self.services if one.slug == slug), None)

    def get(self, slug: str) -> Service:
        """The service with this slug.

        Raises:
            UnknownService: there is none.

        """
        service = self.find(slug)
        if service is None:
            raise UnknownService
        return service


def broken_offer_laws(offers: Offers) -> list[tuple[str, str]]:
    """What keeps these offers from being shown: (place, reason in German) for each mistake."""
    found = [] if offers.services else [("services", "mindestens eine Leistung muss da sein")]
    for number, service in enumerate(offers.services):
        place = f"services[{number}]"
        found += [(f"{place}.{name}", "hier fehlt der Text") for name in _blank(service)]
        if service.slug.strip() and not SLUG.fullmatch(service.slug):
            found.append((f"{place}.slug", "nur Kleinbuchstaben a–z, Ziffern und Bindestriche"))
        if any(service.slug == earlier.slug for earlier in offers.services[:number]):
            found.append((f"{place}.slug", f"„{service.slug}“ gibt es schon"))
    return found


def _blank(service: Service) -> list[str]:
    """The places of texts that are missing, within the service."""
    blank = []
    for name in (one.name for one in fields(Service)):
        value = getattr(service, name)
        if isinstance(value, str):
            blank += [] if value.strip() else [name]
            continue
        blank += [] if value else [name]
        for number, item in enumerate(value):
            if isinstance(item, Step):
                blank += [] if item.title.strip() else [f"{name}[{number}].title"]
                blank += [] if item.text.strip() else [f"{name}[{number}].text"]
            elif not item.strip():
                blank.append(f"{name}[{number}]")
    return blank

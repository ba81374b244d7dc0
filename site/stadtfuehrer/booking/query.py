"""What travels along from the quiz and the offer to the booking, in addresses and hidden fields."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from operator import itemgetter
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

from markupsafe import escape

from stadtfuehrer.booking.visitor import Interest
from stadtfuehrer.pages.model import Service
from stadtfuehrer.quiz.blueprint import answers_field, in_query, read_answers
from stadtfuehrer.text.formatting import place_in_words
from stadtfuehrer.web import get_context

PLACEHOLDER = "PLACEHOLDER"
"""Stands for the word that ``BookingQuery.hrefs`` fills in; no zone, service or answer is so."""


@dataclass(frozen=True, kw_only=True)
class BookingQuery:
    """The service and the answers that the visitor comes with, and their zone if they chose one."""

    interest: Interest
    service: Service | None
    zone: ZoneInfo | None
    unknown_zone: str
    wanted_day: str
    """From which day on free times are wanted, as it stands in the address."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """As pairs for an address, without the zone."""
        return [*self.interest.answers.items(), *self._service]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """As hidden fields of a form that is posted."""
        return [*answers_field(self.interest.answers), *self._service, *self._zone]

    @property
    def _service(self) -> list[tuple[str, str]]:
        return [("angebot", self.interest.service)] if self.interest.service else []

    @property
    def _zone(self) -> list[tuple[str, str]]:
        return [("zone", self.zone.key)] if self.zone else []

    def href(self, path: str, **more: str) -> str:
        """An address that takes everything along."""
        query = "&".join([part for part in (self._query, urlencode(more)) if part])
        return f"{path}?{query}" if query else path

    @cached_property
    def _query(self) -> str:
        parts = (in_query(self.interest.answers), urlencode([*self._service, *self._zone]))
        return "&".join([part for part in parts if part])

    def hrefs(self, path: str, **more: str) -> Callable[[str], str]:
        """Addresses that differ in one word only, where ``path`` or ``more`` says ``PLACEHOLDER``.

        They are written as HTML wants them. A page of free times has a hundred of them; making
        and escaping each one anew was a third of its cost.
        """
        before, _, behind = str(escape(self.href(path, **more))).partition(PLACEHOLDER)
        return lambda word: f"{before}{word}{behind}"


def booking_query() -> BookingQuery:
    """What this request brings along; what nobody knows is left behind."""
    context = get_context()
    answers, own = read_answers(context.catalogue.quiz)
    zone = own.get("zone", "")
    service = context.catalogue.offers.find(own.get("angebot", ""))
    found = find_zone(zone)
    return BookingQuery(
        interest=Interest(service=service.slug if service else "", answers=answers),
        service=service,
        zone=found,
        unknown_zone=zone if found is None else "",
        wanted_day=own.get("ab", ""),
    )


# One for each offset that people who read German are likely to live at.
OFFERED = (
    *("Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/London", "Europe/Lisbon"),
    *("Europe/Madrid", "Europe/Rome", "Europe/Athens", "Europe/Helsinki", "Europe/Istanbul"),
    *("Atlantic/Canary", "Atlantic/Azores", "Africa/Johannesburg", "Africa/Windhoek"),
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    *("America/Mexico_City", "America/Bogota", "America/Sao_Paulo", "America/Buenos_Aires"),
    *("Asia/Dubai", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Bangkok", "Asia/Singapore"),
    *("Asia/Shanghai", "Asia/Tokyo", "Australia/Perth", "Australia/Sydney", "Pacific/Auckland"),
)

_known = cache(lambda: frozenset(available_timezones()))


@cache
def offered_zones(own: ZoneInfo | None) -> tuple[tuple[str, str], ...]:
    """The names to choose from with their places, by place; the visitor's own among them."""
    names = {*OFFERED, *([own.key] if own else [])}
    return tuple(sorted(((name, place_in_words(name)) for name in names), key=itemgetter(1)))


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of this IANA name, or None."""
    return ZoneInfo(name) if name in _known() else None

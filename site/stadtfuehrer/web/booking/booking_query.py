"""What travels along from the quiz and the offer to the booking, in addresses and hidden fields."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from stadtfuehrer.domain.booking import Interest
from stadtfuehrer.web.booking.zones import find_zone
from stadtfuehrer.web.desk import the_office
from stadtfuehrer.web.forms.answers import answers_field, read_answers

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from stadtfuehrer.domain.offers import Service


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
        query = "&".join(filter(None, [self._query, urlencode(more)]))
        return f"{path}?{query}" if query else path

    @cached_property
    def _query(self) -> str:
        return urlencode(self.pairs_with_zone)

    def hrefs(self, path: str, **more: str) -> Callable[[str], str]:
        """Addresses that differ in one word only, where ``path`` or ``more`` says ``PLACEHOLDER``.

        A page of free times has a hundred of them; making each one anew was a third of its cost.
        """
        before, _, behind = self.href(path, **more).partition(PLACEHOLDER)
        return lambda word: f"{before}{word}{behind}"


def booking_query() -> BookingQuery:
    """What this request brings along; what nobody knows is left behind."""
    office = the_office()
    answers, own = read_answers(office.catalogue.quiz)
    zone = own.get("zone", "")
    service = office.catalogue.offers.find(own.get("angebot", ""))
    found = find_zone(zone)
    return BookingQuery(
        interest=Interest(service=service.slug if service else "", answers=answers),
        service=service,
        zone=found,
        unknown_zone=zone if found is None else "",
        wanted_day=own.get("ab", ""),
    )

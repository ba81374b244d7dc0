"""What travels along from the quiz and the offer to the booking, in addresses and hidden fields."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import request

from stadtfuehrer.domain.booking import Interest
from stadtfuehrer.web.booking.zones import find_zone
from stadtfuehrer.web.desk import the_office

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from stadtfuehrer.domain.offers import Service


BLANK = "BLANK"
"""Stands for the word that ``Carried.hrefs`` fills in; no zone, service or answer is called so."""


@dataclass(frozen=True, kw_only=True)
class Carried:
    """The service and the answers that the visitor comes with, and their zone if they chose one."""

    interest: Interest
    service: Service | None
    zone: ZoneInfo | None
    unknown_zone: str

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """As pairs for a query or for hidden fields."""
        pairs = list(self.interest.answers.items())
        if self.interest.service:
            pairs.append(("angebot", self.interest.service))
        return pairs

    @property
    def pairs_with_zone(self) -> list[tuple[str, str]]:
        """The same with the zone."""
        return [*self.pairs, ("zone", self.zone.key)] if self.zone else self.pairs

    def href(self, path: str, **more: str) -> str:
        """An address that takes everything along."""
        query = "&".join(filter(None, [self._query, urlencode(more)]))
        return f"{path}?{query}" if query else path

    @cached_property
    def _query(self) -> str:
        return urlencode(self.pairs_with_zone)

    def hrefs(self, path: str, **more: str) -> Callable[[str], str]:
        """Addresses that differ in one word only, where ``path`` or ``more`` says ``BLANK``.

        A page of free times has a hundred of them; making each one anew was a third of its cost.
        """
        before, _, behind = self.href(path, **more).partition(BLANK)
        return lambda word: f"{before}{word}{behind}"


def carried_along() -> Carried:
    """What this request brings along; what nobody knows is left behind."""
    office = the_office()
    sent = request.form if request.method == "POST" else request.args
    zone = sent.get("zone", "")
    service = office.catalogue.offers.find(sent.get("angebot", ""))
    found = find_zone(zone)
    return Carried(
        interest=Interest(
            service=service.slug if service else "",
            answers=office.catalogue.quiz.read(sent.items(multi=True)).answers,
        ),
        service=service,
        zone=found,
        unknown_zone=zone if found is None else "",
    )

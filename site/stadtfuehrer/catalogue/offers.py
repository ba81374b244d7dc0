"""``offers.toml`` → the services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtfuehrer.catalogue.files import validate
from stadtfuehrer.domain.offers import Offers, broken_offer_laws
from stadtfuehrer.settings.toml import parse_toml, read_text, refuse

if TYPE_CHECKING:
    from pathlib import Path


def load_offers(path: Path) -> Offers:
    """The services in this file.

    Raises:
        MistakesFound: with every mistake in the file.

    """
    offers = validate(path, Offers, parse_toml(path, read_text(path)))
    if broken := broken_offer_laws(offers):
        refuse(path, broken)
    return offers

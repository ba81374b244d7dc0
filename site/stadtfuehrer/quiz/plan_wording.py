"""The city plan in words: the same as the drawing, complete, for whoever would rather read."""

from collections.abc import Mapping
from dataclasses import dataclass

from stadtfuehrer.quiz.plan import District, Plan, Standing, Street, Surface, Traffic
from stadtfuehrer.quiz.result import Certainty

SURFACES = {
    Surface.PAVED: "läuft gut",
    Surface.NARROW: "läuft meistens",
    Surface.GRAVEL: "holprig",
    Surface.SITE: "Baustelle",
    Surface.UNKNOWN: "unbekannt",
}
"""The one scale on which page, plan and letters say how it stands with a theme."""

TRAFFIC = {Traffic.BOTH: "in beide Richtungen", Traffic.ONE_WAY: "Einbahnstraße"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictWords:
    """A district: a sentence that ends with its streets, and a sentence for each of them."""

    sentence: str
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWords:
    """All that the drawing shows, in whole sentences."""

    standing: str
    districts: tuple[DistrictWords, ...]
    surfaces: Mapping[Surface, str]
    """The key of the map: what occurs on it, from good to bad."""
    traffic: Mapping[Traffic, str]


def in_words(plan: Plan) -> PlanWords:
    """The plan, read out."""
    streets = [street for district in plan.districts for street in district.streets]
    surfaces, traffic = [one.surface for one in streets], [one.traffic for one in streets]
    return PlanWords(
        standing=_standing(plan.standing)
        if plan.standing
        else "Du stehst mitten in der Stadt. Ein Weg ist nicht eingezeichnet.",
        districts=tuple(
            DistrictWords(sentence=_district(one), streets=tuple(map(_street, one.streets)))
            for one in plan.districts
        ),
        surfaces={one: SURFACES[one] for one in Surface if one in surfaces},
        traffic={one: TRAFFIC[one] for one in Traffic if one in traffic},
    )


def _standing(standing: Standing) -> str:
    near, towards = standing.near.title, standing.towards
    way = f"Der gelbe Weg führt ins Viertel {near}."
    if towards is None or standing.certainty is Certainty.CLEAR:
        return f"{way} Du stehst gleich daneben."
    if not standing.neighbours:
        return f"{way} Du stehst in der Nähe, ein Stück in Richtung {towards.title}."
    if standing.certainty is Certainty.RATHER:
        return f"{way} Du stehst zwischen {near} und {towards.title}, näher an {near}."
    return f"{way} Du stehst fast in der Mitte zwischen {near} und {towards.title}."


def _district(district: District) -> str:
    match len(district.streets):
        case 0:
            return f"Im Viertel {district.title} liegt keine: Keine Frage zählt dort am meisten."
        case 1:
            return f"Im Viertel {district.title} liegt eine Straße:"
        case many:
            return f"Im Viertel {district.title} liegen {many} Straßen:"


def _street(street: Street) -> str:
    return f"Nummer {street.number}, {street.theme}: {_state(street)}."


def _state(street: Street) -> str:
    traffic = f", {TRAFFIC[street.traffic]}" if street.traffic else ""
    return f"{SURFACES[street.surface]}{traffic}"


def change(before: Street, after: Street) -> str:
    """What has become of a street, from one plan to the next."""
    if before == after:
        return f"Straße {after.number} bleibt, wie sie war: {_state(after)}."
    return f"Straße {after.number}: vorher {_state(before)}; jetzt {_state(after)}."

"""The city plan in words: the same as the drawing, complete, for whoever would rather read."""

from collections.abc import Mapping
from dataclasses import dataclass

from stadtfuehrer.quiz.plan import District, Heading, Plan, Standing, Street, Surface, Traffic
from stadtfuehrer.quiz.result import Certainty

SURFACES = {
    Surface.PAVED: "gut ausgebaut",
    Surface.NARROW: "schmal",
    Surface.GRAVEL: "holprig",
    Surface.SITE: "Baustelle",
    Surface.UNKNOWN: "unbekannt",
}

TRAFFIC = {Traffic.BOTH: "in beide Richtungen", Traffic.ONE_WAY: "Einbahnstraße"}

_STATES = {
    Surface.PAVED: "ist gut ausgebaut",
    Surface.NARROW: "ist schmal",
    Surface.GRAVEL: "ist holprig",
    Surface.SITE: "ist eine Baustelle",
    Surface.UNKNOWN: "ist noch unbekannt",
}

_WAYS = {Traffic.BOTH: " und führt in beide Richtungen", Traffic.ONE_WAY: " und eine Einbahnstraße"}

_HEADINGS = {Heading.WEST: "nach Westen", Heading.EAST: "nach Osten"}

_OTHER_SIDE = {Heading.WEST: "östlich", Heading.EAST: "westlich"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictWords:
    """A district: a sentence that ends with its streets, and a sentence for each of them."""

    sentence: str
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWords:
    """All that the drawing shows, in whole sentences."""

    standing: str
    way: str
    districts: tuple[DistrictWords, ...]
    surfaces: Mapping[Surface, str]
    """The key of the map: what occurs on it, from good to bad."""
    traffic: Mapping[Traffic, str]


def in_words(plan: Plan) -> PlanWords:
    """The plan, read out."""
    standing = plan.standing
    streets = [street for district in plan.districts for street in district.streets]
    surfaces, traffic = [one.surface for one in streets], [one.traffic for one in streets]
    return PlanWords(
        standing=_standing(standing) if standing else "Du stehst mitten in der Stadt.",
        way=_way(standing)
        if standing
        else "Eine Route ist nicht eingezeichnet, denn du findest dich allein zurecht.",
        districts=tuple(
            DistrictWords(sentence=_district(one), streets=tuple(map(_street, one.streets)))
            for one in plan.districts
        ),
        surfaces={one: SURFACES[one] for one in Surface if one in surfaces},
        traffic={one: TRAFFIC[one] for one in Traffic if one in traffic},
    )


def _standing(standing: Standing) -> str:
    near, towards = standing.near.title, standing.towards
    side = f"{_OTHER_SIDE[standing.heading]} der Abzweigung ins Viertel {near}"
    if towards is None:
        return f"Du stehst auf der Uferstraße, {side}."
    if standing.certainty is Certainty.CLEAR:
        return f"Du stehst auf der Uferstraße, gleich {side}."
    if not standing.neighbours:
        return f"Du stehst auf der Uferstraße, {side}, ein Stück in Richtung {towards.title}."
    between = f"zwischen den Abzweigungen nach {near} und {towards.title}"
    if standing.certainty is Certainty.RATHER:
        return f"Du stehst auf der Uferstraße {between}, näher an {near}."
    return f"Du stehst auf der Uferstraße fast in der Mitte {between}, ein Stück näher an {near}."


def _way(standing: Standing) -> str:
    across = "über die Brücke nach Süden" if standing.near.beyond_river else "nach Norden"
    return (
        f"Der Weg führt {_HEADINGS[standing.heading]} die Uferstraße entlang und dann "
        f"{across} ins Viertel {standing.near.title}."
    )


def _district(district: District) -> str:
    bank = "Südlich" if district.beyond_river else "Nördlich"
    match len(district.streets):
        case 0:
            end = "Keine Frage zählt hier am meisten, darum hat es keine Straße auf dem Plan."
        case 1:
            end = "Dort liegt eine Straße:"
        case many:
            end = f"Dort liegen {many} Straßen:"
    need = f"Bedarf {round(district.need)} von 100"
    return f"{bank} vom Fluss: das Viertel {district.title}, {need}. {end}"


def _street(street: Street) -> str:
    way = _WAYS[street.traffic] if street.traffic else ""
    return f"Nummer {street.number}, {street.theme}, {_STATES[street.surface]}{way}."

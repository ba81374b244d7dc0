from dataclasses import replace

import pytest

from stadtfuehrer.domain.offers import Offers, Service, Sign, Step, broken_offer_laws
from stadtfuehrer.domain.refusals import UnknownService

SERVICE = Service(
    slug="beratung",
    title="Beratung",
    claim="Ein Satz.",
    lead="Ein Absatz.",
    for_whom=("du fremd bist.",),
    gets=("eine Karte",),
    steps=(Step(title="Zuhören", text="Du erzählst."),),
    effort="Ein Tag.",
    not_for="Wenn du dich auskennst.",
    sign=Sign.STANDPOINT,
)


def test_a_service_is_found_by_its_slug() -> None:
    other = replace(SERVICE, slug="konzeption")
    offers = Offers(services=(SERVICE, other))

    assert offers.get("konzeption") == other
    assert offers.find("beratung") == SERVICE


def test_an_unknown_slug() -> None:
    offers = Offers(services=(SERVICE,))

    assert offers.find("umsetzung") is None
    with pytest.raises(UnknownService):
        offers.get("umsetzung")


@pytest.mark.parametrize(
    ("services", "places"),
    [
        ((SERVICE,), []),
        ((), ["services"]),
        ((SERVICE, SERVICE), ["services[1].slug"]),
        ((replace(SERVICE, slug="Große Beratung"),), ["services[0].slug"]),
        ((replace(SERVICE, slug=""),), ["services[0].slug"]),
        ((replace(SERVICE, claim=" ", gets=()),), ["services[0].claim", "services[0].gets"]),
        ((replace(SERVICE, for_whom=("gut", "")),), ["services[0].for_whom[1]"]),
        (
            (replace(SERVICE, steps=(Step(title="", text=" "),)),),
            ["services[0].steps[0].title", "services[0].steps[0].text"],
        ),
    ],
)
def test_mistakes_have_their_place(services: tuple[Service, ...], places: list[str]) -> None:
    assert [place for place, _reason in broken_offer_laws(Offers(services=services))] == places

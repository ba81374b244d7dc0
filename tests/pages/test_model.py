from dataclasses import replace

import pytest

from stadtfuehrer.pages.model import Offers, Per, Price, Service, Sign, Step, broken_offer_laws
from stadtfuehrer.refusals import UnknownService

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
    assert offers.find("umsetzung") is None
    with pytest.raises(UnknownService):
        offers.get("umsetzung")


@pytest.mark.parametrize(
    ("price", "said"),
    [
        (Price(low=600, high=1800), "600 bis 1.800 Euro zuzüglich Umsatzsteuer"),
        (Price(low=999, high=1000), "999 bis 1.000 Euro zuzüglich Umsatzsteuer"),
        (Price(low=90, high=90, net=False), "90 Euro"),
        (Price(low=0, high=0, net=False), "0 Euro"),
        (Price(low=1_000_000, high=1_000_000, net=False), "1.000.000 Euro"),
        (Price(low=80, high=95, per=Per.HOUR), "80 bis 95 Euro je Stunde zuzüglich Umsatzsteuer"),
        (Price(low=700, high=700, per=Per.DAY), "700 Euro am Tag zuzüglich Umsatzsteuer"),
        (Price(low=1200, high=1200, per=Per.MONTH, net=False), "1.200 Euro im Monat"),
    ],
)
def test_a_price_in_words(price: Price, said: str) -> None:
    assert str(price) == said
    assert said.startswith(price.in_euros)
    assert "Umsatzsteuer" not in price.in_euros


@pytest.mark.parametrize(
    ("services", "places"),
    [
        ((SERVICE,), []),
        ((), ["services"]),
        ((SERVICE, SERVICE), ["services[1].slug"]),
        ((replace(SERVICE, slug="Große Beratung"),), ["services[0].slug"]),
        ((replace(SERVICE, slug=""),), ["services[0].slug"]),
        ((replace(SERVICE, price=Price(low=0, high=0)),), []),
        ((replace(SERVICE, price=Price(low=-1, high=0)),), ["services[0].price"]),
        ((replace(SERVICE, price=Price(low=2, high=1)),), ["services[0].price"]),
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

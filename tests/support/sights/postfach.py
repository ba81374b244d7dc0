"""The postfach of a demonstration."""

from tests.support.neighbour import Demonstration
from tests.support.pages import Page
from tests.support.sights.sight import Sight


def letters(site: Demonstration) -> Page:
    site.whole_life()
    return site.look()


def letter(kind: str, form: str = "") -> Sight:
    """A letter of this kind, opened."""

    def show(site: Demonstration) -> Page:
        site.whole_life()
        return site.look(f"/{site.letter_ids()[kind]}{form}")

    return show


SIGHTS: dict[str, Sight] = {
    "postfach empty": lambda site: site.look(),
    "postfach": letters,
    "letter with its invitation": letter("einladung"),
    "letter as text": letter("bestaetigung", "?form=text"),
    "letter without an invitation": letter("ergebnis"),
}

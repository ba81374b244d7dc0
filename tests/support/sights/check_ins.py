"""How things are: what a former guest sees who was asked."""

from stadtfuehrer.dialogue import check_ins
from stadtfuehrer.web.links import sign
from tests.support.neighbour import Demonstration
from tests.support.pages import Page
from tests.support.sights.sight import Sight
from tests.support.sites import Site

SEND, NO_MORE = "Antwort schicken", "Nicht mehr fragen"
WORDS = "Die Zettel an der Kasse liest inzwischen niemand mehr."


def asked(site: Site) -> str:
    """Ask a former guest who has agreed to it; the path that their letter leads to."""
    with site.context.database.begin() as session:
        check_ins.allow(session, "Änne Müller", "aenne@gast.example", now=site.clock())
    (guest,) = check_ins.guests(site.context)
    check_ins.ask_guest(site.context, guest.uid, who="", now=site.clock())
    return f"/wie-laeufts/{sign(site.context, 'check-in', guest.uid)}"


def check_in(path: str = "") -> Sight:
    return lambda site: site.guest.get(asked(site) + path)


def refused(site: Demonstration) -> Page:
    page = site.guest.get(asked(site))
    return site.guest.press(page, SEND, {"worte": WORDS}, status=422)


def answered(site: Demonstration) -> Page:
    page = site.guest.get(asked(site))
    fields = {"antwort": "hakt", "worte": WORDS}
    return site.guest.get(site.guest.press(page, SEND, fields).location)


def answered_twice(site: Demonstration) -> Page:
    page = site.guest.get(asked(site))
    site.guest.press(page, SEND, {"antwort": "hakt"})
    return site.guest.press(page, SEND, {"antwort": "hakt", "worte": WORDS}, status=409)


def ended(site: Demonstration) -> Page:
    question = site.guest.get(f"{asked(site)}/ende")
    return site.guest.get(site.guest.press(question, NO_MORE).location)


def over(site: Demonstration) -> Page:
    """What the letter's link leads to after that."""
    return site.guest.get(ended(site).path.removesuffix("/ende"), status=404)


SIGHTS: dict[str, Sight] = {
    "check-in": check_in("?antwort=teils"),
    "check-in refused": refused,
    "check-in answered": answered,
    "check-in answered twice": answered_twice,
    "check-in end": check_in("/ende"),
    "check-in ended": ended,
    "check-in over": over,
}

"""Asking, and the page of whoever asked."""

from datetime import timedelta

from stadtfuehrer.dialogue.asking import take_back, token_of
from stadtfuehrer.dialogue.model import Kind
from tests.support.neighbour import Demonstration
from tests.support.pages import Page
from tests.support.sights.sight import Sight, get, refused
from tests.support.voices import QUESTION, answered, own_page, published, said

ARTICLE = "/stadtgespraech/marketing-als-gespraech"
ASK, WRITE = "Frage abschicken", "Brief abschicken"
OFFER = "/angebot/marketingberatung"
LEADS_AWAY = "Gilt das auch für https://laden.example?"


def thanked(**typed: str) -> Sight:
    """What comes of a question; answers take five hours lately."""

    def show(site: Demonstration) -> Page:
        for days in range(1, 4):
            at = site.clock() - timedelta(days=days)
            answered(site, said_at=at, answered_at=at + timedelta(hours=5))
        form = site.guest.get(f"/frage?zu={OFFER}")
        return site.guest.get(site.guest.press(form, ASK, {"frage": QUESTION, **typed}).location)

    return show


def of_an_answer(query: str = "", **changes: object) -> Sight:
    return lambda site: site.guest.get(own_page(site, answered(site, **changes)) + query)


def of_published(kind: Kind, about: str) -> Sight:
    return lambda site: site.guest.get(own_page(site, published(site, kind=kind, about=about)))


def of_what_was_heard(site: Demonstration) -> Page:
    done = "Auf der Seite steht jetzt, was ein Newsletter kostet."
    voice = said(site, heard=done, heard_at=site.clock(), is_done=True)
    return site.guest.get(own_page(site, voice))


def gone(site: Demonstration) -> Page:
    voice = answered(site)
    take_back(site.context, token_of(site.context, voice))
    return site.guest.get(own_page(site, voice), status=410)


SIGHTS: dict[str, Sight] = {
    "ask": get("/frage"),
    "ask about an offer": get(f"/frage?zu={OFFER}&frage=Was+kostet+das%3F"),
    "ask as a letter": get(f"/frage?zu={ARTICLE}"),
    "ask refused": refused(f"/frage?zu={OFFER}", ASK, {"email": "aenne@"}),
    "letter refused": refused(f"/frage?zu={ARTICLE}", WRITE, {"name": "laden.example"}),
    "asked": thanked(),
    "asked with an address": thanked(email="aenne@gast.example", name="Änne", oeffentlich="y"),
    "asked, held": thanked(frage=LEADS_AWAY, email="aenne@gast.example"),
    "asked, answered": of_an_answer(about=OFFER),
    "asked, answered, from the letter": of_an_answer("?geholfen=ja"),
    "asked, answered, helped": of_an_answer(helped=True),
    "asked, answered, did not help": of_an_answer(helped=False, about=OFFER),
    "asked, heard": of_what_was_heard,
    "asked, published": of_published(Kind.QUESTION, OFFER),
    "letter, published": of_published(Kind.LETTER, ARTICLE),
    "asked, gone": gone,
}

"""From the kinds of consultation to the form, and what can be in the way."""

from dataclasses import replace
from urllib.parse import urlencode

from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.web import init_context
from tests.support.contexts import in_berlin
from tests.support.lines import BUTTON as WAIT
from tests.support.lines import LINE, NINE, PATH, SCARCE
from tests.support.neighbour import Demonstration
from tests.support.pages import Page
from tests.support.sights.sight import (
    BOOK,
    FORM,
    START,
    Sight,
    answered,
    get,
    refused,
    with_answers,
)
from tests.support.sites import TYPED

WRONG = {"name": "", "email": "aenne@", "telefon": "ruf an", "firma": "x" * 121}
QUESTIONS = """
[[booking.kinds.questions]]
id = "team"
text = "Wie viele seid ihr?"
choices = ["nur ich", "2 bis 5", "mehr als 5"]
required = true
why = "Daran sehe ich, wer bei euch Zeit für Marketing hat."
[[booking.kinds.questions]]
id = "ziel"
text = "Was soll in einem Jahr anders sein?"
"""
"""For the kind with few times, which stands last in the file."""
ASKING = f"{PATH}/{in_address(NINE)}"
ALONG = {"angebot": "marketingkonzeption", "zone": "Asia/Tokyo"}


def form_with_all(site: Demonstration) -> Page:
    return site.guest.get(f"{FORM}?{urlencode(answered(site, '3' * 10) | ALONG)}")


def used(site: Demonstration) -> Page:
    shown = form_with_all(site)
    site.guest.press(shown, BOOK, TYPED)
    return site.guest.press(shown, BOOK, TYPED | {"name": "Änne Maier"}, status=422)


def changed(site: Demonstration) -> Page:
    """The form of a kind that was longer when it was opened."""
    return site.guest.post(FORM, TYPED | {"zusage": "60-vor-ort"}, status=422)


def just_gone(site: Demonstration) -> Page:
    shown = form_with_all(site)
    site.book(START)
    return site.guest.press(shown, BOOK, TYPED, status=409)


def too_many_bookings(site: Demonstration) -> Page:
    site.book(site.free()[-1])
    return _limited(site, "bookings_per_address", status=409)


def too_many_forms(site: Demonstration) -> Page:
    return _limited(site, "posts_per_hour", status=429)


def _limited(site: Demonstration, limit: str, *, status: int) -> Page:
    """The form sent where one is the limit, and one was sent before."""
    settings = site.context.settings
    limits = replace(settings.limits, **{limit: 1})
    context = replace(site.context, settings=replace(settings, limits=limits))
    init_context(site.app, context, site.clock)
    try:
        shown = site.guest.get(FORM)
        site.guest.press(shown, BOOK, TYPED | {"email": "aenne"}, status=422)
        return site.guest.press(shown, BOOK, TYPED, status=status)
    finally:
        init_context(site.app, site.context, site.clock)


def full(path: str) -> Sight:
    """The page at this address where the one time there is has been taken."""

    def taken(site: Demonstration) -> Page:
        site.book(NINE, SCARCE)
        return site.guest.get(path)

    return taken


def wait_refused(site: Demonstration) -> Page:
    return site.guest.press(full(LINE)(site), WAIT, {"email": "aenne"}, status=422)


def closed(site: Demonstration) -> Page:
    """A calendar that was never read."""
    settings = site.context.settings
    calendar = replace(settings.calendar, feeds=("https://kalender.example/vera.ics",))
    context = replace(site.context, settings=replace(settings, calendar=calendar))
    init_context(site.app, context, site.clock)
    try:
        return site.guest.get("/termin/kennenlernen")
    finally:
        init_context(site.app, site.context, site.clock)


def noted(site: Demonstration) -> Page:
    asked = full(LINE)(site)
    return site.guest.get(site.guest.press(asked, WAIT, {"email": TYPED["email"]}).location)


def booked_with_answers(site: Demonstration) -> Page:
    answers = {"frage-team": "2 bis 5", "frage-ziel": "Mehr Anrufe,\nweniger Preisfragen."}
    return site.guest.get(site.guest.press(site.guest.get(ASKING), BOOK, TYPED | answers).location)


def on_holiday(site: Demonstration) -> Page:
    """The only Thursday of the week to come is Ascension Day."""
    site.clock.now = in_berlin("2026-05-08 09:00")
    return site.guest.get(PATH)


SIGHTS: dict[str, Sight] = {
    "kinds with answers": with_answers("/termin", "3" * 10, **ALONG),
    "times": get("/termin/kennenlernen"),
    "times elsewhere": get("/termin/kennenlernen?zone=Australia/Lord_Howe"),
    "times misread": get("/termin/kennenlernen?ab=morgen&zone=Mond"),
    "times later": get("/termin/kennenlernen?ab=2026-04-20"),
    "times full": full(PATH),
    "times closed": closed,
    "times on holiday": on_holiday,
    "waiting": full(LINE),
    "waiting needless": get(LINE),
    "waiting refused": wait_refused,
    "waiting noted": noted,
    "form": get(FORM),
    "form with all": form_with_all,
    "form refused": refused(FORM, BOOK, WRONG),
    "form with questions": get(ASKING),
    "form with questions refused": refused(ASKING, BOOK, WRONG | {"telefon": ""}),
    "booked with answers": booked_with_answers,
    "form trapped": refused(FORM, BOOK, TYPED | {"website": "http://x.example"}),
    "form used": used,
    "form changed": changed,
    "form just gone": just_gone,
    "form too many bookings": too_many_bookings,
    "form too many forms": too_many_forms,
}

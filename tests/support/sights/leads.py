"""The leads: none, some, one of them, and two people at once."""

from urllib.parse import urlencode

from stadtfuehrer.booking.waiting_store import join_line
from tests.support.contexts import full_answers
from tests.support.neighbour import LATER, Demonstration
from tests.support.office import signed_in
from tests.support.pages import Page
from tests.support.sights.office import inside
from tests.support.sights.sight import BOOK, FORM, OTHER, Sight, booked
from tests.support.sites import TYPED

LEAD = f"/buero/lead?adresse={TYPED['email']}"
NOTE = "Will im Mai anfangen.\nBudget klären."


def some(path: str) -> Sight:
    """Three who booked, one who waits; of one something is noted."""

    def show(site: Demonstration) -> Page:
        site.whole_life()
        answers = urlencode(full_answers(site.context) | {"angebot": "marketingberatung"})
        form = site.guest.get(f"{FORM}?{answers}")
        site.guest.press(form, BOOK, TYPED | {"anliegen": "Ich möchte endlich anfangen."})
        for start, name in ((OTHER, "Max Ott"), (LATER, "Ida Unterberger-Schmalfuß")):
            site.clock.turn(hours=1)
            typed = TYPED | {"name": name, "email": f"{name[:3]}@gast.example", "firma": ""}
            site.guest.post(site.form_path(start), typed)
        with site.context.database.begin() as session:
            join_line(session, "kennenlernen", "wartet@gast.example", now=site.clock())
        guest = signed_in(site)
        guest.press(guest.get(LEAD), "Speichern", {"stand": "kunde", "notiz": NOTE})
        return guest.get(path)

    return show


def changed(site: Demonstration) -> Page:
    booked(site)
    one, other = signed_in(site), signed_in(site)
    page = other.get(LEAD)
    one.press(one.get(LEAD), "Speichern", {"stand": "im-gespraech", "notiz": NOTE})
    typed = {"stand": "kein-interesse", "notiz": "Ruft nicht zurück."}
    return other.press(page, "Speichern", typed, status=409)


SIGHTS: dict[str, Sight] = {
    "office leads none": inside("/buero/leads"),
    "office leads": some("/buero/leads"),
    "office leads found": some("/buero/leads?suche=müller&stand=kunde"),
    "office leads not found": some("/buero/leads?suche=nirgends"),
    "office lead": some(LEAD),
    "office lead who waits": some("/buero/lead?adresse=wartet@gast.example"),
    "office lead changed meanwhile": changed,
}

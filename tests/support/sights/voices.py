"""The room of voices: nobody, everything at once, one in each state, and two people at once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from stadtfuehrer.dialogue import check_in_store, store
from stadtfuehrer.dialogue.check_ins import allow
from stadtfuehrer.dialogue.model import Kind, consent_to_publish
from tests.support.contexts import NOW
from tests.support.neighbour import Demonstration
from tests.support.office import signed_in
from tests.support.pages import Page
from tests.support.sights.office import inside
from tests.support.sights.sight import Sight
from tests.support.sites import Site
from tests.support.voices import ANSWER, answered, published, said

LONG = "Wir sind zu dritt in einer Schreinerei und fragen uns seit Jahren dasselbe. " * 30
CONSENT = consent_to_publish(Kind.QUESTION, now=NOW)
HEARD = "Der Preis der Marketingberatung steht jetzt auch auf der Startseite."


def guest_who_agreed(site: Site, name: str, asked_at: datetime | None = None) -> None:
    with site.context.database.begin() as session:
        email = f"{name.split(maxsplit=1)[0].lower()}@gast.example"
        allow(session, name, email, now=site.clock() - timedelta(days=100))
        guest = check_in_store.find_by_mailbox(session, email)
        assert guest
        if asked_at:
            check_in_store.note_asked(session, guest.uid, now=asked_at)


def everything(site: Demonstration) -> Page:
    """What waits, is held, is settled, each more than once; and guests."""
    now = site.clock()
    said(site, about="/angebot/marketingberatung")
    said(site, text=LONG, name="", email="", said_at=now - timedelta(hours=1))
    said(
        site,
        kind=Kind.FEEDBACK,
        choice="sehr",
        text="Danke, das hat gutgetan.",
        name="Max Ott",
        about="",
    )
    said(site, kind=Kind.CHECK_IN, choice="hakt", text="", name="Jo")
    for at in range(2):
        said(site, text=f"Best casino https://casino{at}.example", is_held=True, name="Bonus")
    answered(site, helped=True)
    published(site)
    for at in range(26):
        answered(site, name=f"Gast {at}", said_at=now - timedelta(days=9, hours=at))
    guest_who_agreed(site, "Ida Unterberger-Schmalfuß")
    guest_who_agreed(site, "Max Ott", now - timedelta(days=3))
    return signed_in(site).get("/buero/stimmen")


def elsewhere(path: str) -> Sight:
    """Another room that has something of it."""

    def show(site: Demonstration) -> Page:
        everything(site)
        return signed_in(site).get(path)

    return show


def one(**changes: Any) -> Sight:
    """Something that was said."""
    return lambda site: signed_in(site).get(path_to_it(said(site, **changes).id))


def path_to_it(voice_id: int) -> str:
    return f"/buero/stimmen/{voice_id}"


def shown(site: Demonstration) -> Page:
    voice = published(site, heard=HEARD, heard_at=site.clock(), helped=True, about="/ablauf")
    return signed_in(site).get(path_to_it(voice.id))


def erased(site: Demonstration) -> Page:
    voice = published(site, heard=HEARD, heard_at=site.clock())
    with site.context.database.begin() as session:
        store.erase(session, voice.id)
    return signed_in(site).get(path_to_it(voice.id))


def pressed(button: str, typed: dict[str, str], *, status: int, **changes: Any) -> Sight:
    """The answer to a form of the page of a question."""

    def show(site: Demonstration) -> Page:
        guest, voice = signed_in(site), said(site, **{"consent": CONSENT} | changes)
        return guest.press(guest.get(path_to_it(voice.id)), button, typed, status=status)

    return show


def changed(site: Demonstration) -> Page:
    """Somebody else has answered meanwhile."""
    voice = said(site, consent=CONSENT)
    mine, other = signed_in(site), signed_in(site)
    page = mine.get(path_to_it(voice.id))
    form = other.get(path_to_it(voice.id))
    preview = other.press(form, "Vorschau", {"antwort": ANSWER}, status=200)
    other.press(preview, "Senden")
    return mine.press(page, "Vorschau", {"antwort": "Nein."}, status=409)


def heard_changed(site: Demonstration) -> Page:
    voice = said(site)
    mine, other = signed_in(site), signed_in(site)
    page = mine.get(path_to_it(voice.id))
    other.press(other.get(path_to_it(voice.id)), "Speichern", {"satz": HEARD})
    return mine.press(page, "Speichern", {"satz": "Nein.", "wie": "begruendet"}, status=409)


SIGHTS: dict[str, Sight] = {
    "office voices none": inside("/buero/stimmen"),
    "office voices": everything,
    "office day with voices": elsewhere("/buero"),
    "office leads who asked": elsewhere("/buero/leads"),
    "office lead who asked": elsewhere("/buero/lead?adresse=aenne@gast.example"),
    "office figures of voices": elsewhere("/buero/zahlen"),
    "office voice": one(about="/angebot/marketingberatung", consent=CONSENT, with_name=True),
    "office voice long": one(text=LONG, name="", email=""),
    "office voice held": one(text="https://casino.example", is_held=True),
    "office voice feedback": one(
        kind=Kind.FEEDBACK, choice="eher", consent=replace(CONSENT, wording="Das darf hier stehen.")
    ),
    "office voice shown": shown,
    "office voice erased": erased,
    "office voice preview": pressed("Vorschau", {"antwort": ANSWER}, status=200),
    "office voice preview to publish": pressed(
        "Vorschau", {"antwort": f"{ANSWER}\n\n{LONG}", "zeigen": "y"}, status=200
    ),
    "office voice preview without a letter": pressed(
        "Vorschau", {"antwort": ANSWER, "per_mail": "y"}, status=200
    ),
    "office voice refused": pressed("Vorschau", {"antwort": ""}, status=422),
    "office voice heard refused": pressed(
        "Speichern", {"satz": HEARD, "wie": "vielleicht"}, status=422
    ),
    "office voice changed meanwhile": changed,
    "office voice heard meanwhile": heard_changed,
}

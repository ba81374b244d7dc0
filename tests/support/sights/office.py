"""The office's pages, before and after signing in."""

import re
from pathlib import Path

from sqlalchemy import update

from stadtfuehrer.dialogue.check_ins import allow
from stadtfuehrer.dialogue.model import Kind
from stadtfuehrer.mail.tables import DbLetter, State
from stadtfuehrer.office.content_colour import save_accent
from stadtfuehrer.office.content_pictures import make_small, save_pictures
from stadtfuehrer.office.sign_in import print_link
from stadtfuehrer.web.static import PORTRAIT
from tests.support.neighbour import LATER, Demonstration
from tests.support.office import OfficeGuest, signed_in
from tests.support.pages import Page
from tests.support.sights.booked import NO
from tests.support.sights.sight import OTHER, START, Sight, booked
from tests.support.sites import TYPED
from tests.support.voices import published, said

ASK = "Link schicken"


def stranger(path: str, *, status: int = 200) -> Sight:
    """The page at this address for whoever is not signed in."""
    return lambda site: OfficeGuest(app=site.app).get(path, status=status)


def inside(path: str, *, status: int = 200) -> Sight:
    """The page at this address for the consultant."""
    return lambda site: signed_in(site).get(path, status=status)


def refused(site: Demonstration) -> Page:
    guest = OfficeGuest(app=site.app)
    return guest.press(guest.get("/buero"), ASK, {"email": "vera@"}, status=422)


def link(site: Demonstration) -> Page:
    path = print_link(site.context, site.context.settings.consultant.email, now=site.clock())
    return OfficeGuest(app=site.app).get(path)


def again(site: Demonstration) -> Page:
    typed = {"satz": "Mein Kind ist krank.\nEs tut mir leid."}
    return OfficeGuest(app=site.app).post("/buero/geraete/1/abmelden", typed, status=403)


def devices(site: Demonstration) -> Page:
    signed_in(site)
    return signed_in(site).get("/buero/geraete")


_FATES: dict[int, dict[str, object]] = {
    1: {"state": State.FAILED, "error": "Der Brief kam als unzustellbar zurück (5.1.1)."},
    3: {"state": State.FAILED, "error": NO},
    4: {"state": State.SKIPPED},
    5: {"error": "Der Mailserver mail.example:587 antwortet nicht in der gesetzten Zeit."},
}


def letters(site: Demonstration) -> Page:
    """Bounced, sent, refused, of no use any more, waiting."""
    booked(site)
    site.deliver()
    for start in (OTHER, LATER):
        site.book(start)
    with site.context.database.begin() as session:
        for number, change in _FATES.items():
            session.execute(update(DbLetter).where(DbLetter.id == number).values(change))
    return signed_in(site).get("/buero/briefe")


def closed(*, booked: bool) -> Sight:
    def show(site: Demonstration) -> Page:
        guest, day = signed_in(site), START.astimezone(site.context.rules.zone).date()
        if booked:
            site.guest.post(site.form_path(START), TYPED)
        form = guest.get("/buero/zu")
        typed = {"vom": f"{day}", "bis": "2026-03-13", "ab_uhr": "", "bis_uhr": ""}
        return guest.get(guest.press(form, "Schließen", typed).location)

    return show


def hours(site: Demonstration) -> Page:
    closed(booked=False)(site)
    guest = signed_in(site)
    typed = {"tag": "2026-03-14", "oeffnet": "10:00", "schliesst": "12:30"}
    return guest.get(guest.press(guest.get("/buero/zu"), "Öffnen", typed).location)


def hours_refused(site: Demonstration) -> Page:
    guest = signed_in(site)
    typed = {"vom": "2026-03-10", "bis": "2026-03-09", "ab_uhr": "09:02"}
    return guest.press(guest.get("/buero/zu"), "Schließen", typed, status=422)


def spoke(site: Demonstration) -> None:
    """Somebody booked, asked, said how it was, and may be asked how things are."""
    site.whole_life()
    published(site, heard="Die Preise stehen jetzt beim Angebot.", heard_at=site.clock())
    said(site, kind=Kind.FEEDBACK, text="", choice="sehr")
    with site.context.database.begin() as session:
        allow(session, "Änne Müller", TYPED["email"], now=site.clock())


def person(site: Demonstration) -> Page:
    spoke(site)
    return signed_in(site).get(f"/buero/menschen?adresse={TYPED['email']}")


def person_erased(site: Demonstration) -> Page:
    spoke(site)
    guest = signed_in(site)
    page = guest.get(f"/buero/menschen?adresse={TYPED['email']}")
    return guest.press(page, "Löschen", {"sicher": "y"}, status=200)


def many(*, typed: str, status: int = 200) -> Sight:
    def show(site: Demonstration) -> Page:
        booked(site)
        guest = signed_in(site)
        return guest.press(guest.get("/buero/viele"), "Zeigen", {"adresse": typed}, status=status)

    return show


def texts_of_ones_own(site: Demonstration) -> Page:
    """A text that was changed twice, a picture, a colour."""
    guest, path = signed_in(site), "/buero/texte/datei/ablauf.toml"
    for title in ("So geht es", "So geht das"):
        page = guest.get(path)
        changed = re.sub('(?m)^title = ".*"$', f'title = "{title}"', page.value("text"))
        guest.press(page, "Speichern", {"text": changed})
        site.clock.turn(hours=1)
    save_accent(site.context, "#ffa94d", who="vera", now=site.clock())
    with Path(site.app.config["STATIC_FOLDER"], "img", "icon-512.png").open("rb") as icon:
        pictures = {PORTRAIT: make_small(icon, PORTRAIT)}
    save_pictures(site.context, pictures, who="vera", now=site.clock())
    return guest.get("/buero/texte")


def text_of_ones_own(site: Demonstration) -> Page:
    texts_of_ones_own(site)
    guest = signed_in(site)
    page = guest.get("/buero/texte/datei/ablauf.toml")
    return guest.get(next(href for words, href in page.links() if words.startswith("bis ")))


def text_refused(site: Demonstration) -> Page:
    guest = signed_in(site)
    page = guest.get("/buero/texte/datei/pages/ueber.md")
    broken = page.value("text").replace("{{ consultant_name }}", "{{ name }}")
    return guest.press(page, "Speichern", {"text": broken}, status=422)


def text_changed(site: Demonstration) -> Page:
    guest = signed_in(site)
    page = guest.get("/buero/texte/datei/fragen.toml")
    return guest.press(page, "Speichern", {"stand": "anders"}, status=409)


def colour_refused(site: Demonstration) -> Page:
    guest = signed_in(site)
    page = guest.get("/buero/texte")
    return guest.press(page, "Farbe speichern", {"farbe": "#0b4a9e"}, status=422)


SIGHTS: dict[str, Sight] = {
    "office texts": inside("/buero/texte"),
    "office texts of one's own": texts_of_ones_own,
    "office text of one's own": text_of_ones_own,
    "office text": inside("/buero/texte/datei/offers.toml"),
    "office text of a new article": inside("/buero/texte/datei/articles/ein-rueckruf.md"),
    "office text refused": text_refused,
    "office text changed": text_changed,
    "office colour refused": colour_refused,
    "office people": inside("/buero/menschen"),
    "office people unknown": inside("/buero/menschen?adresse=niemand@gast.example"),
    "office person": person,
    "office person erased": person_erased,
    "office many": many(typed="@gast.example"),
    "office many refused": many(typed="", status=422),
    "office many of nobody": many(typed="@robot.example"),
    "office hours as in the settings": inside("/buero/zu"),
    "office hours": hours,
    "office hours refused": hours_refused,
    "office closed": closed(booked=False),
    "office closed with guests": closed(booked=True),
    "office sign in": stranger("/buero"),
    "office sign in first": stranger("/buero/protokoll", status=403),
    "office sign in refused": refused,
    "office letter asked for": stranger("/buero/anmelden"),
    "office link": link,
    "office link over": stranger(f"/buero/anmelden/{'x' * 43}", status=410),
    "office form of nobody": again,
    "office error 404": inside("/buero/gibt-es-nicht", status=404),
    "office today": inside("/buero"),
    "office devices": devices,
    "office letters": letters,
    "office no letters": inside("/buero/briefe"),
    "office audit log": inside("/buero/protokoll"),
}

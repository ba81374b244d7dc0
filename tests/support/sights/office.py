"""The office's pages, before and after signing in."""

from sqlalchemy import update

from stadtfuehrer.mail.tables import DbLetter, State
from stadtfuehrer.office.sign_in import print_link
from tests.support.neighbour import LATER, Demonstration
from tests.support.office import OfficeGuest, signed_in
from tests.support.pages import Page
from tests.support.sights.booked import NO
from tests.support.sights.sight import OTHER, Sight, booked

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


SIGHTS: dict[str, Sight] = {
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

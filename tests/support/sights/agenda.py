"""The office's rooms about bookings: the day, a booking, and what is done to it."""

from collections.abc import Callable

from sqlalchemy import update

from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.text.formatting import in_address
from tests.support.agenda import ON_SITE, VIDEO, booked_at
from tests.support.contexts import in_berlin
from tests.support.neighbour import Demonstration
from tests.support.office import OfficeGuest, signed_in
from tests.support.pages import Page
from tests.support.sights.booked import came_back
from tests.support.sights.office import inside
from tests.support.sights.sight import Sight

SENTENCE = "Mein Kind ist krank, deshalb geht es am Dienstag nicht.\nEs tut mir leid!"
WEDNESDAY = in_address(in_berlin("2026-03-04 10:00"))


def a_day(site: Demonstration, *, asks: bool = False) -> OfficeGuest:
    """Tuesday, 09:00: four come, one of them with no result, and others in the days after.

    The first of those may still be asking.
    """
    booked_at(site, "2026-03-03 09:00", at=-2)
    booked_at(site, "2026-03-03 10:00", at=1, kind=VIDEO, name="Kofi O’Hara", firma="")
    booked_at(site, "2026-03-03 13:30", kind=ON_SITE, name="Jo", firma="", telefon="", anliegen="")
    booked_at(site, "2026-03-03 16:00", at=-3, name="Dr. Änne-Sophie Müller-Öztürk")
    booked_at(site, "2026-03-05 09:00", name="Mehmet Kaya", asks=asks)
    booked_at(site, "2026-03-05 11:00", name="Lena Lang", kind=VIDEO)
    booked_at(site, "2026-03-10 15:00", name="Ben")
    site.clock.now = in_berlin("2026-03-03 09:00")
    return signed_in(site)


def waiting(site: Demonstration) -> OfficeGuest:
    """The same with a request and two whose addresses nobody has confirmed."""
    guest = a_day(site, asks=True)
    statuses = {6: Status.HELD, 7: Status.UNCONFIRMED}
    with site.context.database.begin() as session:
        for row_id, status in statuses.items():
            change = update(DbBooking).where(DbBooking.id == row_id)
            session.execute(change.values(status=status, booked_at=site.clock()))
    return guest


def of_the_day(path: str, *, status: int = 200) -> Sight:
    return lambda site: a_day(site).get(path, status=status)


def of_waiting(path: str) -> Sight:
    return lambda site: waiting(site).get(path)


def what_came_back(site: Demonstration) -> Page:
    came_back(to_consultant=True)(site)
    return signed_in(site).get("/buero")


def step(path: str, button: str, **typed: str) -> Sight:
    """The page that comes of the form at this address of the first booking on Wednesday."""

    def show(site: Demonstration) -> Page:
        row_id = booked_at(site, "2026-03-04 09:00", at=-2)
        guest = signed_in(site)
        return guest.press(guest.get(f"/buero/buchung/{row_id}/{path}"), button, typed, status=200)

    return show


def taken(site: Demonstration) -> Page:
    row_id = booked_at(site, "2026-03-04 09:00")
    booked_at(site, "2026-03-04 10:00", name="Kofi O’Hara")
    guest = signed_in(site)
    own = {"start": "eigene", "tag": "2026-03-04", "uhrzeit": "10:15"}
    return guest.press(guest.get(f"/buero/buchung/{row_id}/verschieben"), "Weiter", own, status=409)


def changed(site: Demonstration) -> Page:
    row_id = booked_at(site, "2026-03-04 09:00")
    guest = signed_in(site)
    shown = guest.get(f"/buero/buchung/{row_id}/absagen")
    preview = guest.press(
        guest.get(f"/buero/buchung/{row_id}/verschieben"),
        "Weiter",
        {"start": WEDNESDAY},
        status=200,
    )
    guest.press(preview, "Verschieben und senden")
    return guest.press(shown, "Weiter", {"satz": SENTENCE}, status=409)


def missed(then: Callable[[OfficeGuest, str], Page]) -> Sight:
    """What comes of a consultation that has just begun, without the guest."""

    def show(site: Demonstration) -> Page:
        row_id = booked_at(site, "2026-03-04 09:00", at=-2)
        site.clock.now = in_berlin("2026-03-04 09:10")
        return then(signed_in(site), f"/buero/buchung/{row_id}")

    return show


def noted(guest: OfficeGuest, path: str) -> Page:
    form = guest.get(f"{path}/nicht-gekommen")
    preview = guest.press(form, "Weiter", {"angebot": "y", "satz": "Ich war da."}, status=200)
    return guest.get(guest.press(preview, "Notieren und senden").location)


BY_HAND = {
    "start": "eigene",
    "tag": "2026-03-02",
    "uhrzeit": "20:00",
    "name": "Ruth am Telefon",
    "telefon": "030 5550 77",
}


def entered(site: Demonstration) -> Page:
    guest = signed_in(site)
    return guest.get(guest.press(guest.get("/buero/buchung/neu"), "Eintragen", BY_HAND).location)


def not_entered(site: Demonstration) -> Page:
    guest = signed_in(site)
    return guest.press(guest.get("/buero/buchung/neu"), "Eintragen", status=422)


def history(site: Demonstration) -> Page:
    row_id = booked_at(site, "2026-03-04 09:00", at=-2)
    site.deliver()
    guest = signed_in(site)
    form = guest.get(f"/buero/buchung/{row_id}/verschieben")
    preview = guest.press(form, "Weiter", {"start": WEDNESDAY, "satz": SENTENCE}, status=200)
    guest.press(preview, "Verschieben und senden")
    site.deliver()
    form = guest.get(f"/buero/buchung/{row_id}/absagen")
    preview = guest.press(form, "Weiter", {"satz": SENTENCE}, status=200)
    return guest.get(guest.press(preview, "Absagen und senden").location)


SIGHTS: dict[str, Sight] = {
    "office day": of_the_day("/buero"),
    "office day to come": of_the_day("/buero?tag=2026-03-05"),
    "office day, waiting": of_waiting("/buero"),
    "office day, came back": what_came_back,
    "office booking": of_the_day("/buero/buchung/1"),
    "office booking on site": of_the_day("/buero/buchung/3"),
    "office booking to come": of_the_day("/buero/buchung/5"),
    "office booking requested": of_waiting("/buero/buchung/5"),
    "office booking held": of_waiting("/buero/buchung/6"),
    "office booking, its history": history,
    "office booking by hand": entered,
    "office new booking": inside("/buero/buchung/neu"),
    "office new booking refused": not_entered,
    "office move": of_the_day("/buero/buchung/5/verschieben"),
    "office move read": step("verschieben", "Weiter", start=WEDNESDAY, satz=SENTENCE),
    "office move taken": taken,
    "office cancel": of_the_day("/buero/buchung/5/absagen"),
    "office cancel read": step("absagen", "Weiter", satz=SENTENCE),
    "office cancel changed meanwhile": changed,
    "office missed": missed(lambda guest, path: guest.get(f"{path}/nicht-gekommen")),
    "office missed noted": missed(noted),
    "office missed too early": of_the_day("/buero/buchung/5/nicht-gekommen", status=409),
}

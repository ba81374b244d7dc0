"""A booking's own pages, for the guest and for the consultant."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import update

from stadtfuehrer.booking.answers import take
from stadtfuehrer.mail.tables import DbLetter, State
from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.tokens import consultant_token
from stadtfuehrer.web import init_context
from tests.support.calendars import with_calendar
from tests.support.came_back import a_reply
from tests.support.contexts import NOW
from tests.support.entered import changed_event
from tests.support.neighbour import Demonstration
from tests.support.pages import Page
from tests.support.sights.sight import OTHER, START, Sight, booked
from tests.support.sites import Site

NO = "Der Mailserver mail.example:587 nimmt für diesen Empfänger nichts an (550 5.1.1 unknown)."
OVER = START + timedelta(hours=2)
SEND = "Antwort schicken"


def of_consultant(site: Site) -> str:
    (booking,) = site.bookings()
    return f"/buchung/{consultant_token(site.context.secret, booking.uid)}"


def at_booking(path: str = "", *, status: int = 200, **turned: float) -> Sight:
    """A page of a booking so much later."""

    def show(site: Demonstration) -> Page:
        address = booked(site, rueckfrage="y")
        site.clock.turn(**turned)
        return site.guest.get(f"{address}{path}", status=status)

    return show


def of_the_consultants(**turned: float) -> Sight:
    def show(site: Demonstration) -> Page:
        booked(site)
        site.clock.turn(**turned)
        return site.guest.get(of_consultant(site))

    return show


def moved(site: Demonstration) -> Page:
    address = booked(site)
    return site.guest.get(
        site.guest.post(f"{address}/verschieben", {"start": in_address(OTHER)}).location
    )


def move_just_gone(site: Demonstration) -> Page:
    shown = site.guest.get(f"{booked(site)}{TO_OTHER}")
    site.book(OTHER)
    return site.guest.press(shown, "Verschieben", status=409)


def move_gone_before(site: Demonstration) -> Page:
    address = booked(site)
    site.book(OTHER)
    return site.guest.get(f"{address}{TO_OTHER}", status=409)


def cancel_refused(site: Demonstration) -> Page:
    question = site.guest.get(f"{booked(site)}/absagen")
    return site.guest.press(question, "Absagen", {"grund": "x" * 3001}, status=422)


def cancelled(*, by_consultant: bool) -> Sight:
    def show(site: Demonstration) -> Page:
        address = booked(site)
        question = site.guest.get(f"{address}/absagen")
        after = site.guest.press(question, "Absagen", {"grund": "Die Messe geht vor."}).location
        return site.guest.get(of_consultant(site) if by_consultant else after)

    return show


def refused(site: Demonstration) -> str:
    """The address of a booking whose letters were refused."""
    address = booked(site)
    with site.context.database.begin() as session:
        what = {"state": State.FAILED, "message": b"x", "error": NO}
        session.execute(update(DbLetter).values(**what))
    return address


def address_refused(site: Demonstration) -> Page:
    form = site.guest.get(f"{refused(site)}/adresse")
    return site.guest.press(form, "Dorthin schicken", {"email": "aenne@gast"}, status=422)


def came_back(*, to_consultant: bool) -> Sight:
    """The invitation is declined by both, and the last letter to the guest was refused."""

    def show(site: Demonstration) -> Page:
        address = refused(site)
        (booking,) = site.bookings()
        for one in (booking.visitor.email, site.context.settings.consultant.email):
            take(site.context, a_reply(booking.uid, one), now=site.clock())
        return site.guest.get(of_consultant(site) if to_consultant else address)

    return show


def in_calendar(moved_to: datetime | None, *, asks: bool = True) -> Sight:
    """The consultant has moved or deleted the event in their calendar, or (None) has not."""

    def show(site: Demonstration) -> Page:
        address = booked(site)
        writing = with_calendar(site.context, url="http://127.0.0.1:1/", write="Termine")
        init_context(site.app, writing, site.clock)
        changed_event(writing, address.rpartition("/")[2], moved_to, now=site.clock())
        return site.guest.get(of_consultant(site) + ("/kalender" if asks else ""))

    return show


def agrees_with_calendar(site: Demonstration) -> Page:
    booked(site)
    return site.guest.get(f"{of_consultant(site)}/kalender")


def feedback(then: Callable[[Demonstration, Page], Page]) -> Sight:
    """What comes of the page that asks how it was."""

    def show(site: Demonstration) -> Page:
        address = booked(site)
        site.clock.now = OVER
        return then(site, site.guest.get(f"{address}/rueckmeldung"))

    return show


def answered_feedback(**ticked: str) -> Sight:
    fields = {"zufrieden": "sehr", "worte": "Kurz und klar.", **ticked}
    return feedback(
        lambda site, page: site.guest.get(site.guest.press(page, SEND, fields).location)
    )


def answered_twice(site: Demonstration, page: Page) -> Page:
    site.guest.press(page, SEND, {"zufrieden": "sehr"})
    again = {"zufrieden": "nicht", "worte": "Noch etwas."}
    return site.guest.press(page, SEND, again, status=409)


TO_OTHER = f"/verschieben?start={in_address(OTHER)}"
SIGHTS: dict[str, Sight] = {
    "booked": at_booking(),
    "booked within the last hours": at_booking(days=2, hours=20),
    "booked past": at_booking(days=4),
    "booked for the consultant": of_the_consultants(),
    "booked with an address that takes no letters": came_back(to_consultant=False),
    "booked, declined and undeliverable, for the consultant": came_back(to_consultant=True),
    "address": lambda site: site.guest.get(f"{refused(site)}/adresse"),
    "address refused": address_refused,
    "booked past for the consultant": of_the_consultants(days=4),
    "booked, deleted from the calendar": in_calendar(None, asks=False),
    "calendar moved": in_calendar(OTHER),
    "calendar moved to the past": in_calendar(NOW - timedelta(days=1)),
    "calendar deleted": in_calendar(None),
    "calendar agrees": agrees_with_calendar,
    "move": at_booking("/verschieben"),
    "move misread": at_booking("/verschieben?start=morgen"),
    "move confirm": at_booking(TO_OTHER),
    "move just gone": move_just_gone,
    "move gone before": move_gone_before,
    "move too late": at_booking("/verschieben", status=409, days=2, hours=20),
    "moved": moved,
    "cancel": at_booking("/absagen"),
    "cancel refused": cancel_refused,
    "cancelled": cancelled(by_consultant=False),
    "cancelled for the consultant": cancelled(by_consultant=True),
    "feedback": feedback(lambda _, page: page),
    "feedback refused": feedback(
        lambda site, page: site.guest.press(
            page, SEND, {"worte": "Fast gut.", "oeffentlich": "y"}, status=422
        )
    ),
    "feedback given": answered_feedback(),
    "feedback given to be shown": answered_feedback(oeffentlich="y", vorname="y", nachfrage="y"),
    "feedback given twice": feedback(answered_twice),
    "feedback too early": at_booking("/rueckmeldung", status=409),
}

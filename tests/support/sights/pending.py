"""Bookings that do not stand yet: held and to be confirmed, requested and to be answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from stadtfuehrer.booking.model import HOLD
from stadtfuehrer.booking.pending import let_lapse
from stadtfuehrer.tokens import confirmation_token
from stadtfuehrer.web import init_context
from tests.support.pages import Page
from tests.support.sights.booked import of_consultant
from tests.support.sights.sight import START, Sight, booked
from tests.support.sites import Site

CONFIRM = "Ja, das ist meine Adresse"


@contextmanager
def asking(site: Site, *, approve: bool) -> Iterator[None]:
    """The site where addresses are confirmed, or where the consultant accepts each request."""
    own = site.context
    booking = replace(own.settings.booking, confirm="never" if approve else "always")
    kinds = tuple(replace(kind, approve=approve) for kind in own.kinds)
    settings = replace(own.settings, booking=booking)
    site.context = replace(own, settings=settings, kinds=kinds)
    init_context(site.app, site.context, site.clock)
    try:
        yield
    finally:
        site.context = own
        init_context(site.app, own, site.clock)


def shown(then: Callable[[Site, str], Page], *, approve: bool = False) -> Sight:
    """What comes of a booking of such a site, given its address."""

    def show(site: Site) -> Page:
        with asking(site, approve=approve):
            return then(site, booked(site))

    return show


def confirm_path(site: Site) -> str:
    """The address that only the letter carries."""
    (booking,) = site.bookings()
    return f"/termin/bestaetigen/{confirmation_token(site.context.secret, booking.uid)}"


def released(site: Site, address: str) -> Page:
    let_lapse(site.context, now=site.clock() + HOLD)
    return site.guest.get(address)


def given_away(site: Site, _address: str) -> Page:
    path = confirm_path(site)
    page = site.guest.get(path)
    let_lapse(site.context, now=site.clock() + HOLD)
    site.book(START)
    return site.guest.press(page, CONFIRM, status=409)


def confirmed(site: Site, _address: str) -> Page:
    return site.guest.get(site.guest.press(site.guest.get(confirm_path(site)), CONFIRM).location)


SIGHTS: dict[str, Sight] = {
    "held": shown(lambda site, address: site.guest.get(address)),
    "held no longer": shown(released),
    "held, to be called off": shown(lambda site, address: site.guest.get(f"{address}/absagen")),
    "held, not to be moved": shown(
        lambda site, address: site.guest.get(f"{address}/verschieben", status=409)
    ),
    "confirm": shown(lambda site, _: site.guest.get(confirm_path(site))),
    "confirm, given away": shown(given_away),
    "confirmed": shown(confirmed),
    "requested": shown(lambda site, address: site.guest.get(address), approve=True),
    "requested, for the consultant": shown(
        lambda site, _: site.guest.get(of_consultant(site)), approve=True
    ),
    "requested, to be declined": shown(
        lambda site, _: site.guest.get(f"{of_consultant(site)}/absagen"), approve=True
    ),
    "requested, over": shown(
        lambda site, _: _later(site, of_consultant(site), days=7), approve=True
    ),
}


def _later(site: Site, address: str, **turned: float) -> Page:
    site.clock.turn(**turned)
    return site.guest.get(address)

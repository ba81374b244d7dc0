"""What came back, on the pages of a booking: for the guest, for the consultant, for neither."""

from stadtfuehrer.booking.answers import take
from stadtfuehrer.booking.composing import compose
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.tokens import consultant_token
from tests.support.came_back import a_reply
from tests.support.contexts import in_berlin
from tests.support.envelopes import plain
from tests.support.mail_server import Handler, answer, serving
from tests.support.sites import Site

START = in_berlin("2026-03-05 09:00")
GOES, WENT_NOT = "Die Einladung geht an aenne@gast.example", "an aenne@gast.example kam nicht an."


def pages(site: Site, token: str) -> tuple[str, str]:
    """The guest's and the consultant's page."""
    (booking,) = site.bookings()
    own = consultant_token(site.context.secret, booking.uid)
    return site.guest.get(f"/buchung/{token}").text, site.guest.get(f"/buchung/{own}").text


def test_an_address_that_takes_no_letters_is_said_to_both(site: Site) -> None:
    token = site.book(START)
    visitors, consultants = pages(site, token)
    assert GOES in visitors
    assert "unzustellbar" not in consultants
    with serving(Handler(at={"RCPT": [answer("550 5.1.1 no such user")]})) as port:
        deliver_due(site.context, plain(port), compose=compose, clock=site.clock)
    visitors, consultants = pages(site, token)
    assert GOES not in visitors
    assert WENT_NOT in visitors
    assert "Dein Termin steht trotzdem" in visitors
    assert "vera@stadtfuehrer.example oder ruf an: +49 89 5550 1234" in visitors
    assert "Adresse unzustellbar." in consultants
    assert "550 5.1.1 no such user" in consultants
    assert "Ruf am besten an." in consultants


def test_a_decline_is_shown_to_the_consultant_alone(site: Site) -> None:
    token = site.book(START)
    (booking,) = site.bookings()
    take(site.context, a_reply(booking.uid), now=site.clock())
    visitors, consultants = pages(site, token)
    assert "Abgelehnt. Änne Müller hat die Einladung" in consultants
    assert "bgelehnt" not in visitors
    take(site.context, a_reply(booking.uid, "vera@stadtfuehrer.example"), now=site.clock())
    visitors, consultants = pages(site, token)
    assert "Von dir abgelehnt." in consultants
    assert "bgelehnt" not in visitors

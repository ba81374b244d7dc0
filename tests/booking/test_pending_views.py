"""The pages of bookings that do not stand yet."""

from collections.abc import Iterator

import pytest

from stadtfuehrer.booking.model import Status
from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import in_berlin
from tests.support.sights.pending import CONFIRM, asking, confirm_path, given_away
from tests.support.sights.sight import START, booked
from tests.support.sites import Site

OTHER = in_berlin("2026-03-06 11:00")


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """A held booking's page."""
    with asking(site, approve=False):
        yield booked(site)


def status(site: Site) -> Status:
    (booking,) = site.bookings()
    return booking.status


def test_opening_the_link_confirms_nothing_and_pressing_does(site: Site, address: str) -> None:
    path = confirm_path(site)
    pages = [site.guest.get(path) for _ in range(3)]
    assert status(site) is Status.HELD
    after = site.guest.press(pages[0], CONFIRM)
    assert (after.location, status(site)) == (address, Status.CONFIRMED)
    # Whoever presses or opens it once more comes to the booking.
    assert site.guest.press(pages[1], CONFIRM).location == address
    assert site.guest.get(path, status=303).location == address


def test_the_page_of_a_held_booking_says_what_is_missing(site: Site, address: str) -> None:
    page = site.guest.get(address)
    assert page.heading == "Bitte bestätige deine Adresse"
    assert "Bis 09:30 Uhr halte ich die Zeit für dich frei." in page.text
    # Neither the calendar nor the link that only the letter may carry.
    assert "In den Kalender" not in page.text
    assert confirm_path(site) not in page.body.decode()


def test_who_comes_too_late_chooses_another_time_with_everything_typed_kept(
    site: Site, address: str
) -> None:
    page = given_away(site, address)
    assert "Deine Angaben sind noch da." in page.text
    chosen = site.guest.post(page.path, {"start": in_address(OTHER)})
    assert chosen.location == address
    first, second = sorted(site.bookings(), key=lambda one: one.start)
    assert (first.start, second.start) == (START, OTHER)
    assert second.status is Status.CONFIRMED
    assert second.visitor.anliegen


def test_a_request_is_accepted_by_one_button_of_the_consultants(site: Site) -> None:
    with asking(site, approve=True):
        mine = booked(site)
        (booking,) = site.bookings()
        own = f"/buchung/{consultant_token(site.context.secret, booking.uid)}"
        assert "Zusagen" not in site.guest.get(mine).text
        # The guest cannot answer their own question.
        site.guest.post(f"{mine}/annehmen", {}, status=409)
        assert status(site) is Status.REQUESTED
        assert site.guest.press(site.guest.get(own), "Zusagen").location == own
        assert status(site) is Status.CONFIRMED
        site.guest.post(f"{own}/annehmen", {}, status=409)

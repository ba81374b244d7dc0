"""The page on which the consultant answers for what they changed in their calendar."""

from datetime import datetime, timedelta

import pytest

from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.tokens import consultant_token
from stadtfuehrer.web import init_context
from tests.support.calendars import with_calendar
from tests.support.contexts import in_berlin
from tests.support.entered import changed_event
from tests.support.sites import Site
from tests.support.stored import letters

START = in_berlin("2026-03-05 09:00")
SUNDAY = in_berlin("2026-03-08 22:15")
OTHER = in_berlin("2026-03-09 10:00")


class Written:
    """A site that writes to a calendar, and a booking there."""

    def __init__(self, site: Site) -> None:
        self.site, self.token = site, site.book(START)
        (booking,) = site.bookings()
        self.own = f"/buchung/{consultant_token(site.context.secret, booking.uid)}"
        self.context = with_calendar(site.context, url="https://dav.example/", write="Termine")
        init_context(site.app, self.context, site.clock)

    def state(self) -> tuple[object, int]:
        (booking,) = self.site.bookings()
        return (booking.start, booking.status.value), len(letters(self.context))


@pytest.fixture
def written(site: Site) -> Written:
    return Written(site)


def test_only_the_buttons_do_anything(written: Written, site: Site) -> None:
    changed_event(written.context, written.token, SUNDAY, now=site.clock())
    before = written.state()
    page = site.guest.get(f"{written.own}/kalender")
    assert "Sonntag, 8. März 2026\n22:15" in page.text
    assert "Donnerstag, 5. März 2026" in page.text
    own, guests = (site.guest.get(one) for one in (written.own, f"/buchung/{written.token}"))
    assert "In deinem Kalender verschoben" in own.text
    assert "In deinem Kalender" not in guests.text
    # What the site enters is not to be entered by hand as well.
    assert "In den Kalender" not in own.text
    assert "In den Kalender" in guests.text
    assert written.state() == before
    shown = site.guest.press(page, "Für meinen Gast verschieben")
    assert shown.location == written.own
    assert written.state() == ((SUNDAY, "confirmed"), before[1] + 2)
    assert "In deinem Kalender verschoben" not in site.guest.get(written.own).text
    assert "nichts zu klären" in site.guest.get(f"{written.own}/kalender").text


def test_a_deleted_event_is_called_off_or_entered_again(written: Written, site: Site) -> None:
    changed_event(written.context, written.token, None, now=site.clock())
    page = site.guest.get(f"{written.own}/kalender")
    before = written.state()
    site.guest.press(page, "Wieder in den Kalender eintragen")
    assert written.state() == before
    # An answer to a page that is no longer true shows what is.
    again = site.guest.press(page, "Meinem Gast absagen")
    assert again.location == f"{written.own}/kalender"
    assert written.state() == before
    changed_event(written.context, written.token, None, now=site.clock())
    site.guest.press(site.guest.get(f"{written.own}/kalender"), "Meinem Gast absagen")
    assert written.state() == ((START, "cancelled"), before[1] + 2)
    site.guest.get(f"{written.own}/kalender", status=409)


def test_what_was_dragged_on_meanwhile_is_shown_again(written: Written, site: Site) -> None:
    changed_event(written.context, written.token, SUNDAY, now=site.clock())
    page = site.guest.get(f"{written.own}/kalender")
    changed_event(written.context, written.token, OTHER, now=site.clock())
    before = written.state()
    answer = site.guest.press(page, "Für meinen Gast verschieben")
    assert "Montag, 9. März 2026" in site.guest.get(answer.location).text
    assert written.state() == before


@pytest.mark.parametrize(
    ("moved_to", "why"),
    [
        (OTHER, "schon ein anderes Gespräch"),
        (in_berlin("2026-03-01 10:00"), "schon vorbei"),
        (OTHER + timedelta(minutes=2), "zu vollen fünf Minuten"),
    ],
)
def test_where_it_cannot_be_moved_no_button_moves_it(
    written: Written, site: Site, moved_to: datetime, why: str
) -> None:
    site.book(OTHER)
    changed_event(written.context, written.token, moved_to, now=site.clock())
    page = site.guest.get(f"{written.own}/kalender")
    assert why in page.text
    assert [button for form in page.forms() for button in form.buttons] == [
        "Im Kalender zurücksetzen"
    ]
    # Sent all the same.
    stand = f"moved {in_address(moved_to)}"
    fields = {"stand": stand, "antwort": "sagen"}
    site.guest.post(f"{written.own}/kalender", fields, status=409)
    assert START in [one.start for one in site.bookings()]


def test_it_is_the_consultants_page(written: Written, site: Site) -> None:
    changed_event(written.context, written.token, SUNDAY, now=site.clock())
    guests = f"/buchung/{written.token}/kalender"
    site.guest.get(guests, status=404)
    stand = {"stand": f"moved {in_address(SUNDAY)}", "antwort": "sagen"}
    site.guest.post(guests, stand, status=404)
    site.guest.post(f"{written.own}/kalender", {**stand, "antwort": "weiß nicht"}, status=422)
    assert written.state()[0] == (START, "confirmed")

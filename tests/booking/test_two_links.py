"""The two links of a booking: each party's pages speak to that party, and do what is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from icalendar import Calendar

from stadtfuehrer.booking.model import CONSENT_WORDING
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import full_answers, in_berlin
from tests.support.mailbag import read
from tests.support.pages import words as read_out
from tests.support.sites import TYPED
from tests.support.stored import letters

if TYPE_CHECKING:
    from tests.support.pages import Page
    from tests.support.sites import Site

START, OTHER = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-06 11:00")
OVER = in_berlin("2026-03-05 11:00")
ADDRESS = "/buchung/<token>"
TO_OTHER = f"/verschieben?start={in_address(OTHER)}"
OF_BOTH = {
    f"GET {ADDRESS}",
    f"GET {ADDRESS}/termin.ics",
    f"GET {ADDRESS}/verschieben",
    f"POST {ADDRESS}/verschieben",
    f"GET {ADDRESS}/absagen",
    f"POST {ADDRESS}/absagen",
}
OF_THE_VISITOR = {
    f"GET {ADDRESS}/rueckmeldung",
    f"POST {ADDRESS}/rueckmeldung",
    f"POST {ADDRESS}/einwilligung",
}
TO_THE_VISITOR = (
    "bei dir",
    "ch rufe dich an",
    "Du rufst mich",
    "zu mir",
    "meinem Videoraum",
    "schreib mir",
    "Schreib mir",
    "mehr musst du nicht tun",
    "Danke, ",
    "hilft mir",
    "du sie beim Buchen",
    "du bekommst",
    "hast du zugestimmt",
)


@pytest.fixture
def booked(site: Site) -> str:
    """Book from New York, with all answers and the consent; the address of the booking's page."""
    query = urlencode(full_answers(site.context) | {"zone": "America/New_York"})
    form = site.guest.get(f"{site.form_path(START)}?{query}")
    return site.guest.press(form, "Termin buchen", TYPED | {"rueckfrage": "y"}).location


@pytest.fixture
def own(site: Site, booked: str) -> str:
    """The address that the consultant's letters carry."""
    assert booked
    (booking,) = site.bookings()
    return f"/buchung/{consultant_token(site.context.secret, booking.uid)}"


def event(site: Site, address: str) -> Any:
    (found,) = Calendar.from_ical(site.guest.get(f"{address}/termin.ics").body).walk("VEVENT")
    return found


def test_every_address_of_a_booking_says_whose_it_is(site: Site) -> None:
    rules = [rule for rule in site.app.url_map.iter_rules() if rule.rule.startswith(ADDRESS)]
    found = {
        f"{way} {one.rule}" for one in rules for way in (one.methods or set()) & {"GET", "POST"}
    }
    assert found == OF_BOTH | OF_THE_VISITOR


@pytest.mark.parametrize("fields", [{"zufrieden": "sehr"}, {}])
@pytest.mark.parametrize("address", sorted(OF_THE_VISITOR))
def test_the_consultants_link_does_not_speak_for_the_visitor(
    site: Site, own: str, address: str, fields: dict[str, str]
) -> None:
    site.clock.now = OVER
    method, path = address.replace(ADDRESS, own).split()
    owed = len(letters(site.context))
    if method == "GET":
        page = site.guest.get(path, status=403)
    else:
        page = site.guest.post(path, fields, status=403)
    assert page.heading == "Das sagt dein Gast selbst"
    assert page.link("Zur Buchung") == own
    assert "vera@stadtfuehrer.example" not in read_out(page.main)
    assert len(letters(site.context)) == owed
    (booking,) = site.bookings()
    assert booking.consent is not None
    assert booking.consent.wording == CONSENT_WORDING


def test_the_consultants_link_does_not_tell_whether_the_visitor_answered(
    site: Site, booked: str, own: str
) -> None:
    site.clock.now = OVER
    site.guest.post(f"{booked}/rueckmeldung", {"zufrieden": "sehr"})
    site.guest.get(f"{own}/rueckmeldung", status=403)
    site.guest.post(f"{own}/rueckmeldung", {"zufrieden": "nicht", "worte": "!"}, status=403)


def consultants_pages(site: Site, own: str) -> list[Page]:
    """What the consultant can come to see, from the booking to its end."""
    shown = [site.guest.get(f"{own}{path}") for path in ("", "/verschieben", TO_OTHER, "/absagen")]
    site.book(OTHER)
    shown.append(site.guest.get(f"{own}{TO_OTHER}", status=409))
    now = site.clock()
    site.clock.now = OVER
    shown += [site.guest.get(own), site.guest.get(f"{own}/absagen", status=409)]
    site.clock.now = now
    site.guest.post(f"{own}/absagen", {"grund": "Ich liege im Bett."})
    shown += [site.guest.get(own), site.guest.get(f"{own}/absagen", status=409)]
    return shown


def test_the_consultants_pages_speak_to_the_consultant(site: Site, booked: str, own: str) -> None:
    for page in consultants_pages(site, own):
        for words in TO_THE_VISITOR:
            assert words not in read_out(page.main), page.path
        for _, href in page.links():
            assert booked not in href
            assert not any(f"{own}{path}" in href for path in ("/rueckmeldung", "/einwilligung"))


def test_the_consultants_page_names_both_clocks_and_who_calls(site: Site, own: str) -> None:
    page = site.guest.get(own)
    assert "09:00–09:30 Uhr" in page.text
    assert "03:00–03:30 Uhr bei deinem Gast" in page.text
    assert "Du rufst an, unter +49 30 5550 77." in page.text
    assert page.link("aenne@gast.example") == "mailto:aenne@gast.example"
    assert page.link("+49 30 5550 77") == "tel:+4930555077"
    assert page.link("In den Kalender") == f"{own}/termin.ics"
    assert page.link("Absagen") == f"{own}/absagen"


@pytest.mark.parametrize("calendar", ["Google Kalender", "Outlook"])
def test_the_consultants_web_calendars_speak_to_the_consultant(
    site: Site, own: str, calendar: str
) -> None:
    said = parse_qs(urlsplit(site.guest.get(own).link(calendar)).query)
    (words,) = said.get("details") or said["body"]
    assert words == "Du rufst an, unter +49 30 5550 77."


def test_each_link_has_its_own_calendar_file(site: Site, booked: str, own: str) -> None:
    """The one that the invitation to the same reader brought, so that neither loses anything."""
    parsed_invitation = {one.kind: read(one).event for one in letters(site.context)}
    for address, kind in ((booked, LetterKind.CONFIRMATION), (own, LetterKind.INVITATION)):
        found = event(site, address)
        for name in ("UID", "SUMMARY", "DESCRIPTION", "LOCATION", "URL"):
            assert found[name] == parsed_invitation[kind][name], (kind, name)
        assert found["URL"].endswith(address)
    assert TYPED["anliegen"].split("\n")[0] in event(site, own)["DESCRIPTION"]
    assert "Womit du anfangen könntest" not in event(site, booked)["DESCRIPTION"]
    assert booked not in str(event(site, own)["DESCRIPTION"])

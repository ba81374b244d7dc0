"""The two links of a booking: each speaks to its party, does what is theirs, and gives no key away.

A booking's pages are compressed, so nothing that others choose may stand beside its token: the
length of a compressed page tells whether a guess repeats what else is on it (BREACH).
"""

import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from icalendar import Calendar

from stadtfuehrer.booking.visitor import CONSENT_WORDING
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import full_answers, in_berlin
from tests.support.mailbag import read
from tests.support.pages import Page
from tests.support.pages import words as read_out
from tests.support.sites import TYPED, Site
from tests.support.stored import letters

START, OTHER = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-06 11:00")
OVER = in_berlin("2026-03-05 11:00")
ADDRESS = "/buchung/<token>"
TO_OTHER = f"/verschieben?start={in_address(OTHER)}"
OF_BOTH = {
    *(f"GET {ADDRESS}{path}" for path in ("", "/termin.ics", "/verschieben", "/absagen")),
    *(f"POST {ADDRESS}{path}" for path in ("/verschieben", "/absagen")),
    *(f"{way} {ADDRESS}/adresse" for way in ("GET", "POST")),
}
OF_THE_CONSULTANT = {
    f"POST {ADDRESS}/annehmen",
    *(f"{way} {ADDRESS}/kalender" for way in ("GET", "POST")),
}
OF_THE_VISITOR = {
    *(f"{way} {ADDRESS}/{path}" for way in ("GET", "POST") for path in ("rueckmeldung", "neu")),
    f"POST {ADDRESS}/einwilligung",
}
TO_THE_VISITOR = (
    *("bei dir", "ch rufe dich an", "Du rufst mich", "zu mir", "meinem Videoraum"),
    *("schreib mir", "Schreib mir", "mehr musst du nicht tun", "Danke, ", "hilft mir"),
    *("du sie beim Buchen", "du bekommst", "hast du zugestimmt"),
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
    assert found == OF_BOTH | OF_THE_VISITOR | OF_THE_CONSULTANT


@pytest.mark.parametrize("answered", [False, True])
def test_the_consultants_link_does_not_speak_for_the_visitor(
    site: Site, booked: str, own: str, *, answered: bool
) -> None:
    """Nor does it tell whether they answered."""
    site.clock.now = OVER
    if answered:
        site.guest.post(f"{booked}/rueckmeldung", {"zufrieden": "sehr"})
    owed = len(letters(site.context))
    pages = [
        site.guest.get(f"{own}/rueckmeldung", status=403),
        *(
            site.guest.post(f"{own}{path}", fields, status=403)
            for path in ("/rueckmeldung", "/einwilligung")
            for fields in ({"zufrieden": "nicht", "worte": "!"}, {})
        ),
    ]
    for page in pages:
        assert page.heading == "Das sagt dein Gast selbst"
        assert page.link("Zur Buchung") == own
        assert "vera@stadtfuehrer.example" not in read_out(page.main)
    assert len(letters(site.context)) == owed
    (booking,) = site.bookings()
    assert booking.consent is not None
    assert booking.consent.wording == CONSENT_WORDING


def consultants_pages(site: Site, own: str) -> list[Page]:
    """What the consultant can come to see, from the booking to its end."""
    shown = [site.guest.get(f"{own}{path}") for path in ("", "/verschieben", TO_OTHER, "/absagen")]
    site.book(OTHER)
    shown.append(site.guest.get(f"{own}{TO_OTHER}", status=409))
    now, site.clock.now = site.clock.now, OVER
    shown += [site.guest.get(own), site.guest.get(f"{own}/absagen", status=409)]
    site.clock.now = now
    site.guest.post(f"{own}/absagen", {"grund": "Ich liege im Bett."})
    return [*shown, site.guest.get(own), site.guest.get(f"{own}/absagen", status=409)]


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
    calls = "Du rufst an, unter +49 30 5550 77."
    assert calls in page.text
    assert page.link("aenne@gast.example") == "mailto:aenne@gast.example"
    assert page.link("+49 30 5550 77") == "tel:+4930555077"
    assert page.link("In den Kalender") == f"{own}/termin.ics"
    assert page.link("Absagen") == f"{own}/absagen"
    for calendar in ("Google Kalender", "Outlook"):
        said = parse_qs(urlsplit(page.link(calendar)).query)
        assert (said.get("details") or said["body"]) == [calls]


def test_each_link_has_its_own_calendar_file(site: Site, booked: str, own: str) -> None:
    """The one that the invitation to the same reader brought, so that neither loses anything."""
    invitations = {one.kind: read(one).event for one in letters(site.context)}
    for address, kind in ((booked, LetterKind.CONFIRMATION), (own, LetterKind.INVITATION)):
        found = event(site, address)
        for name in ("UID", "SUMMARY", "DESCRIPTION", "LOCATION", "URL"):
            assert found[name] == invitations[kind][name], (kind, name)
        assert found["URL"].endswith(address)
    assert TYPED["anliegen"].split("\n")[0] in event(site, own)["DESCRIPTION"]
    assert "Womit du anfangen könntest" not in event(site, booked)["DESCRIPTION"]
    assert booked not in str(event(site, own)["DESCRIPTION"])


@pytest.mark.parametrize("page", ["", "/verschieben", "/absagen"])
def test_a_bookings_pages_are_compressed(site: Site, page: str) -> None:
    path = f"/buchung/{site.book(START)}{page}"
    plain = ask(site, path)
    for coding in ("br", "gzip"):
        packed = ask(site, path, coding)
        assert (plain.status, packed.headers["content-encoding"]) == (200, coding)
        assert len(packed.body) < len(plain.body) / 2


def ask(site: Site, path: str, accepted: str = "") -> Page:
    return site.guest.ask("GET", path, headers={"Accept-Encoding": accepted})


NAMES = ("start", "ab", "zone", "angebot", "zufrieden", "frage", "brief", "tasten", "x", "token")


@pytest.mark.parametrize(
    "page", ["", "/termin.ics", "/verschieben", "/absagen", "/rueckmeldung", "/nichts"]
)
@pytest.mark.parametrize("over", [False, True])
def test_nothing_of_a_query_comes_back(site: Site, page: str, *, over: bool) -> None:
    path = f"/buchung/{site.book(START)}{page}"
    if over:
        site.clock.turn(days=4)
    questions = [question.id for question in site.context.catalogue.quiz.questions]
    plain = ask(site, path).body
    for name in (*NAMES, *questions[:2]):
        for value in (secrets.token_hex(4), secrets.token_hex(40), path, f"{path}&{name}=a"):
            asked = ask(site, f"{path}?{urlencode({name: value, value: name})}")
            assert asked.body.count(value.encode()) == plain.count(value.encode()), name


def test_where_a_booking_may_be_moved_to_no_choice_travels_along(site: Site) -> None:
    """Elsewhere these are known and travel along, so an attacker could choose among them."""
    path = f"/buchung/{site.book(START)}/verschieben"
    chosen = full_answers(site.context) | {"angebot": "marketingberatung"}
    assert ask(site, f"{path}?{urlencode(chosen)}").body == ask(site, path).body
    # A date comes back only as one of those that are shown; on that Sunday nothing is free.
    for day in ("2099-01-01", "1999-12-31", "2026-03-08"):
        assert day not in ask(site, f"{path}?ab={day}").body.decode()


@pytest.mark.parametrize("page", ["/verschieben", "/absagen", "/rueckmeldung"])
def test_a_form_of_another_site_is_refused_before_it_is_read(site: Site, page: str) -> None:
    path, guess = f"/buchung/{site.book(START)}{page}", secrets.token_hex(40)
    fields = dict.fromkeys(("start", "grund", "worte", "zufrieden"), guess)
    answer = site.guest.post(path, fields, status=403, headers={"Sec-Fetch-Site": "cross-site"})
    assert guess.encode() not in answer.body

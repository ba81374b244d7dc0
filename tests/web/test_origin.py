"""Forms are taken from this site alone; the browser says where they come from."""

from urllib.parse import urlencode

import pytest

from tests.support.contexts import full_answers, in_berlin
from tests.support.page_rules import ORIGIN
from tests.support.pages import Page
from tests.support.sites import TYPED, OpenSite, Site

START = in_berlin("2026-03-05 09:00")
FORM = "application/x-www-form-urlencoded"
REFUSED = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
    {"Sec-Fetch-Site": "anything"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "https://anderswo.example"},
    {"Origin": f"{ORIGIN}.anderswo.example"},
    {"Origin": ORIGIN.replace("https", "http")},
    {"Origin": f"{ORIGIN}:8443"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "\xff"},
]
TAKEN = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Origin": ORIGIN},
    {},
]


def status_of(site: Site, path: str, headers: dict[str, str]) -> int:
    """The status of an empty form that carries these headers and no other ones."""
    page = site.guest.ask("POST", path, body=b"", headers=headers)
    site.guest.check(page)
    return page.status


@pytest.mark.parametrize("headers", REFUSED)
def test_a_form_from_elsewhere_is_refused(site: Site, headers: dict[str, str]) -> None:
    assert status_of(site, site.form_path(START), headers) == 403


@pytest.mark.parametrize("headers", TAKEN)
def test_a_form_from_here_is_read(site: Site, headers: dict[str, str]) -> None:
    assert status_of(site, site.form_path(START), headers) == 422


def test_nothing_can_be_done_from_elsewhere(site: Site) -> None:
    token = site.book(START)
    free = site.form_path(site.free()[0])
    result = {**full_answers(site.context), "email": "a@gast.example"}
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://anderswo.example"}
    for path, fields in [
        (free, TYPED),
        (f"/buchung/{token}/absagen", {}),
        (f"/buchung/{token}/verschieben", {"start": "20260306T080000Z"}),
        ("/quiz/ergebnis", result),
    ]:
        page = site.guest.post(path, fields, status=403, headers=headers)
        assert page.heading == "Dieses Formular kam von einer anderen Seite"
    (booking,) = site.bookings()
    assert (booking.start, booking.sequence) == (START, 0)


def test_links_from_elsewhere_are_followed(site: Site) -> None:
    site.guest.get("/termin", headers={"Sec-Fetch-Site": "cross-site", "Origin": "null"})


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://127.0.0.1:8000", 422), ("null", 422), ("http://127.0.0.1:9000", 403)],
)
def test_without_encryption_the_origin_decides(
    open_site: OpenSite, origin: str, status: int
) -> None:
    site = open_site({"url": '"http://127.0.0.1:8000"'})
    page = site.guest.ask("POST", site.form_path(START), body=b"", headers={"Origin": origin})
    assert page.status == status


def origin_sent_by(page: Page) -> str:
    """What a form on this page is posted here with (Fetch, „append a request Origin header“)."""
    return "null" if page.headers["referrer-policy"] == "no-referrer" else ORIGIN


def test_a_browser_without_fetch_metadata_can_do_all_that_others_can(site: Site) -> None:
    """Safari before 16.4, over https: by its Origin alone."""

    def press(page: Page, button: str, typed: dict[str, str], status: int = 303) -> Page:
        (form,) = (form for form in page.forms() if button in form.buttons)
        action, pairs = form.filled(button, typed)
        headers = {"Origin": origin_sent_by(page), "Content-Type": FORM}
        answer = site.guest.ask("POST", action, body=urlencode(pairs).encode(), headers=headers)
        assert answer.status == status, (action, answer.status)
        return answer

    def ask(path: str) -> Page:
        return site.guest.ask("GET", path)

    answers = urlencode(full_answers(site.context))
    press(ask(f"/quiz/ergebnis?{answers}"), "Ergebnis schicken", {"email": "a@gast.example"})
    refused = press(ask(site.form_path(START)), "Termin buchen", {"name": "Änne"}, 422)
    booked = press(refused, "Termin buchen", TYPED).location
    assert press(ask(f"{booked}/absagen"), "Absagen", {"grund": ""}).location == booked


@pytest.mark.parametrize("path", ["/quiz", "/termin", "/buchung/nichts", "/quiz/ergebnis"])
def test_no_other_site_learns_where_a_visitor_was(site: Site, path: str) -> None:
    page = site.guest.ask("GET", path)
    assert page.headers["referrer-policy"] in {"no-referrer", "same-origin"}

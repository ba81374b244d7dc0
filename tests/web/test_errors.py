"""Errors are pages of the site: in German, with a reason and a way onward."""

import pytest

from stadtfuehrer.pages import meta as machines
from tests.support.contexts import in_berlin
from tests.support.pages import Page
from tests.support.sites import Site

START = in_berlin("2026-03-05 09:00")


def leads_on(page: Page) -> bool:
    """Whether a page has ways home, to a date and to a person, and says its number."""
    main = {a.get("href") for a in page.main.iter("a")}
    return main >= {"/", "/termin", "mailto:vera@stadtfuehrer.example"} and (
        f"Fehler {page.status}." in page.text
    )


@pytest.mark.parametrize(
    "path", ["/nix", "/angebot/", "/quiz/frage", "/buchung", "/buchung/x/y", "/.git/config", "/%00"]
)
def test_404(site: Site, path: str) -> None:
    page = site.guest.get(path, status=404)
    assert page.heading == "Diese Seite gibt es nicht"
    assert leads_on(page)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/", "GET, HEAD, OPTIONS"),
        ("POST", "/termin", "GET, HEAD, OPTIONS"),
        ("PUT", "/quiz/ergebnis", "GET, HEAD, OPTIONS, POST"),
        ("DELETE", "/buchung/x", "GET, HEAD, OPTIONS"),
        ("PATCH", "/buchung/x/absagen", "GET, HEAD, OPTIONS, POST"),
        ("TRACE", "/", "GET, HEAD, OPTIONS"),
        ("QUATSCH", "/", "GET, HEAD, OPTIONS"),
    ],
)
def test_405_names_what_is_allowed(site: Site, method: str, path: str, allowed: str) -> None:
    page = site.guest.ask(method, path, headers={"Sec-Fetch-Site": "same-origin"})
    site.guest.check(page)
    assert (page.status, page.headers["allow"]) == (405, allowed)
    assert page.heading == "So lässt sich diese Adresse nicht aufrufen"
    assert leads_on(page)


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain"])
@pytest.mark.parametrize("size", [64 * 1024 + 1, 10_000_000])
def test_413(site: Site, size: int, content_type: str) -> None:
    body = b"anliegen=" + b"x" * (size - 9)
    page = site.guest.post_body(site.form_path(START), body, status=413, content_type=content_type)
    assert page.heading == "Das ist zu viel auf einmal"
    assert leads_on(page)


def test_413_for_a_form_of_many_parts(site: Site) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="n"\r\n\r\n1\r\n'
    body = part * 201 + b"--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    site.guest.post_body(site.form_path(START), body, status=413, content_type=kind)


def test_the_longest_form_that_can_be_filled_in_is_taken(site: Site) -> None:
    fields = {
        "name": "👩" * 120,
        "firma": "👩" * 120,
        "telefon": "1" * 40,
        "email": "aenne@gast.example",
        "anliegen": "👩" * 3000,
    }
    site.guest.post(site.form_path(START), fields)


def test_500_stands_in_the_sites_face_and_tells_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_context: object, **_now: object) -> None:
        raise ZeroDivisionError("geheim")

    monkeypatch.setattr(machines, "examine", broken)
    page = site.guest.ask("GET", "/healthz")
    assert page.status == 500
    assert page.heading == "Hier ist etwas schiefgegangen"
    assert leads_on(page)
    assert b"geheim" not in page.body
    assert b"Traceback" not in page.body


def test_503_without_a_database_has_a_face_and_says_when_again(site: Site) -> None:
    site.lose_database()
    page = site.guest.get("/termin/kennenlernen", status=503)
    assert page.heading == "Gerade kann ich nichts aufschreiben"
    assert page.headers["retry-after"] == "60"
    assert leads_on(page)
    site.guest.get("/", status=200)
    site.guest.get("/quiz", status=200)


def test_options_names_what_is_allowed(site: Site) -> None:
    page = site.guest.ask("OPTIONS", "/quiz/ergebnis")
    assert (page.status, page.body) == (200, b"")
    assert set(page.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}

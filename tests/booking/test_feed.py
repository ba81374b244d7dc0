"""The consultant's feed: what it says, to whom, and what it costs to ask again."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from stadtfuehrer.booking.feed import find_feed, renew_feed, revoke_feed
from stadtfuehrer.booking.service import book, cancel, move
from stadtfuehrer.booking.tables import DbFeed
from stadtfuehrer.context import AppContext
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import NOW, a_visitor, a_wish, in_berlin
from tests.support.page_rules import ORIGIN
from tests.support.pages import Page
from tests.support.readers import libical
from tests.support.sites import Site
from tests.support.statements import statements

START, OTHER = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-06 11:00")


def path_of(site: Site) -> str:
    return renew_feed(site.context, now=site.clock()).removeprefix(ORIGIN)


def asked(site: Site, path: str, **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.guest.ask("GET", path, headers=named)


def test_the_feed_has_live_bookings_from_thirty_days_back(context: AppContext) -> None:
    def booked(days: int, name: str) -> str:
        wanted = a_wish(
            context, START + timedelta(days=days), visitor=a_visitor(name=name), kind="hausbesuch"
        )
        return book(context, wanted, now=NOW + timedelta(days=days - 3))

    secret = renew_feed(context, now=NOW).rpartition("/")[2].removesuffix(".ics")
    for days, name in ((0, "Alt"), (1, "Dreißig"), (5, "Vorbei"), (39, "Kommt")):
        booked(days, name)
    cancel(context, booked(40, "Abgesagt"), "", now=NOW)
    found = find_feed(context, secret, now=START + timedelta(days=31))
    assert found is not None
    assert libical.complaints(found) == []
    names = [str(one["SUMMARY"]) for one in Calendar.from_ical(found).walk("VEVENT")]
    assert names == [f"Besuch im Büro: {name} und Vera Beispiel" for name in NAMES]


NAMES = ("Dreißig", "Vorbei", "Kommt")


def test_an_entry_says_what_is_needed_and_no_more(site: Site) -> None:
    site.book(START, "stadtrundgang")
    page = asked(site, path_of(site))
    calendar = Calendar.from_ical(page.body)
    (event,) = calendar.walk("VEVENT")
    (booking,) = site.bookings()
    link = f"{ORIGIN}/buchung/{consultant_token(site.context.secret, booking.uid)}"
    room = "https://video.stadtfuehrer.example/vera"
    assert (str(event["SUMMARY"]), str(event["UID"]), str(event["URL"])) == (
        *("Stadtrundgang: Änne Müller und Vera Beispiel", booking.uid),
        link,
    )
    assert str(event["DESCRIPTION"]) == (
        f"Ihr trefft euch in deinem Videoraum: {room}\n\nTelefon: +49 30 5550 77\n\n"
        f"Alles zum Termin: {link}"
    )
    for line in (f"DTSTART:{booking.start:%Y%m%dT%H%M%SZ}", f"DTEND:{booking.end:%Y%m%dT%H%M%SZ}"):
        assert f"\r\n{line}\r\n".encode() in page.body
    for private in (b"ATTENDEE", b"findet", b"aenne@", b"chter GbR"):
        assert private not in page.body.replace(b"\r\n ", b"")
    assert b"\r\nMETHOD:PUBLISH\r\n" in page.body
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n" in page.body
    assert b"\r\nX-PUBLISHED-TTL:PT15M\r\n" in page.body


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_asking_again_costs_nothing_until_something_changes(site: Site, coding: str) -> None:
    path, tokens = path_of(site), [site.book(START + timedelta(days=day)) for day in (0, 4, 5)]
    first = asked(site, path, Accept_Encoding=coding)
    assert first.headers["cache-control"].split(", ")[0] == "private"
    etag = first.headers["etag"]
    again = asked(site, path, Accept_Encoding=coding, If_None_Match=etag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert "content-encoding" not in again.headers
    move(site.context, tokens[0], OTHER, now=site.clock())
    third = asked(site, path, Accept_Encoding=coding, If_None_Match=etag)
    assert third.status == 200
    assert third.headers["etag"] != etag


def test_an_unknown_an_old_and_a_revoked_secret_are_pages_that_do_not_exist(site: Site) -> None:
    old = path_of(site)
    new = path_of(site)
    assert len(new.rpartition("/")[2].removesuffix(".ics")) == 43  # 256 bits
    for path in ("/nix", old, "/kalender/x.ics"):
        assert "Diese Seite gibt es nicht" in site.guest.get(path, status=404).text
    assert asked(site, new).status == 200
    with site.context.database.read() as session:
        (kept,) = session.scalars(select(DbFeed.secret_hash))
    assert new.encode() not in kept
    revoke_feed(site.context)
    assert asked(site, new).status == 404


def test_a_feed_of_many_takes_as_many_statements_as_one_of_few(site: Site) -> None:
    path = path_of(site)
    assert Calendar.from_ical(asked(site, path).body).walk("VEVENT") == []
    for number in range(3):
        with statements(site) as sent:
            asked(site, path)
        assert len(sent) == 2
        site.book(START + timedelta(days=(0, 4, 5)[number]))

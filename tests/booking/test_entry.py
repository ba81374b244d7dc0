"""Links to web calendars: the right instants, all the words, and not the key to the booking."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest

from stadtfuehrer.booking.entry import web_calendars
from stadtfuehrer.booking.model import Party
from stadtfuehrer.booking.service import book, look_up, move
from stadtfuehrer.context import AppContext
from tests.support.contexts import NOW, a_visitor, a_wish, in_berlin

START = in_berlin("2026-03-24 09:30")


def links(context: AppContext, token: str) -> dict[str, str]:
    return dict(web_calendars(context, look_up(context, token).booking, Party.VISITOR))


def query(address: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


def instants(context: AppContext, token: str) -> list[tuple[datetime, datetime]]:
    """Start and end as each of the two calendars reads them."""
    google, outlook = (query(address) for address in links(context, token).values())
    begin, end = google["dates"].split("/")
    return [
        (_read(begin, "%Y%m%dT%H%M%SZ"), _read(end, "%Y%m%dT%H%M%SZ")),
        (_read(outlook["startdt"], "%Y-%m-%dT%H:%M:%SZ"),
         _read(outlook["enddt"], "%Y-%m-%dT%H:%M:%SZ")),
    ]  # fmt: skip


def _read(text: str, form: str) -> datetime:
    return datetime.strptime(text, form).replace(tzinfo=UTC)


def booked(context: AppContext, kind: str = "stadtrundgang", **typed: str) -> str:
    return book(context, a_wish(context, START, kind=kind, visitor=a_visitor(**typed)), now=NOW)


def test_the_instants_are_right_before_and_after_the_clocks_change(context: AppContext) -> None:
    token = booked(context, zone="America/New_York")
    assert instants(context, token) == [(START, START + timedelta(hours=1))] * 2
    assert START.hour == 8
    summer = in_berlin("2026-04-14 09:30")
    move(context, token, summer, now=NOW)
    assert instants(context, token) == [(summer, summer + timedelta(hours=1))] * 2
    assert summer.hour == 7


@pytest.mark.parametrize("kind", ["kennenlernen", "stadtrundgang", "hausbesuch"])
def test_no_address_holds_the_key_to_the_booking(sqlite_context: AppContext, kind: str) -> None:
    token = booked(sqlite_context, kind)
    for address in links(sqlite_context, token).values():
        assert token not in unquote_plus(address)
        assert "/buchung" not in unquote_plus(address)


def test_the_addresses_are_those_of_the_calendars(sqlite_context: AppContext) -> None:
    found = links(sqlite_context, booked(sqlite_context))
    places = {name: urlsplit(address)[:3] for name, address in found.items()}
    assert places == {
        "Google Kalender": ("https", "calendar.google.com", "/calendar/render"),
        "Outlook": ("https", "outlook.live.com", "/calendar/0/action/compose"),
    }


@pytest.mark.parametrize(
    ("kind", "details", "location"),
    [
        ("kennenlernen", "Ich rufe dich an, unter +49 30 5550 77.", "Telefon: +49 30 5550 77"),
        ("stadtrundgang",
         "Wir treffen uns in meinem Videoraum: https://video.stadtfuehrer.example/vera",
         "https://video.stadtfuehrer.example/vera"),
        ("hausbesuch", "Du kommst zu mir: Musterweg 7, 80331 München.",
         "Musterweg 7, 80331 München"),
    ],
)  # fmt: skip
def test_both_say_who_where_and_how(
    sqlite_context: AppContext, kind: str, details: str, location: str
) -> None:
    name = "Änne & Söhne + Co = 100 % #1?"
    token = booked(sqlite_context, kind, name=name)
    google, outlook = map(query, links(sqlite_context, token).values())
    title = sqlite_context.get_kind(kind).title
    assert google["text"] == outlook["subject"] == f"{title}: {name} und Vera Beispiel"
    assert google["details"] == outlook["body"] == details
    assert google["location"] == outlook["location"] == location

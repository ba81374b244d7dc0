"""A calendar's entry: where to be, and links to web calendars without the key to the booking."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest

from stadtfuehrer.booking.entry import MeetingPoint, meeting_point, web_calendars
from stadtfuehrer.booking.model import Party
from stadtfuehrer.booking.service import book, look_up, move
from stadtfuehrer.context import AppContext
from tests.support.contexts import NOW, a_visitor, a_wish, in_berlin

START = in_berlin("2026-03-24 09:30")
ROOM = "https://video.stadtfuehrer.example/vera"


def booked(context: AppContext, kind: str = "stadtrundgang", **typed: str) -> str:
    return book(context, a_wish(context, START, kind=kind, visitor=a_visitor(**typed)), now=NOW)


def links(context: AppContext, token: str) -> dict[str, str]:
    return dict(web_calendars(context, look_up(context, token).booking, Party.VISITOR))


def query(address: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


def instants(context: AppContext, token: str) -> list[datetime]:
    """Starts and ends as the two calendars read them."""
    google, outlook = map(query, links(context, token).values())
    dates = (*google["dates"].split("/"), outlook["startdt"], outlook["enddt"])
    digits = (text.translate({ord(sign): None for sign in "-:"}) for text in dates)
    return [datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for text in digits]


def test_the_instants_are_right_before_and_after_the_clocks_change(
    sqlite_context: AppContext,
) -> None:
    token = booked(sqlite_context, zone="America/New_York")
    assert instants(sqlite_context, token) == [START, START + timedelta(hours=1)] * 2
    summer = in_berlin("2026-04-14 09:30")
    move(sqlite_context, token, summer, now=NOW)
    assert instants(sqlite_context, token) == [summer, summer + timedelta(hours=1)] * 2
    assert (START.hour, summer.hour) == (8, 7)


@pytest.mark.parametrize(
    ("kind", "details", "location"),
    [
        ("kennenlernen", "Ich rufe dich an, unter +49 30 5550 77.", "Telefon: +49 30 5550 77"),
        ("stadtrundgang", f"Wir treffen uns in meinem Videoraum: {ROOM}", ROOM),
        ("hausbesuch", "Du kommst zu mir: Musterweg 7, 80331 München.",
         "Musterweg 7, 80331 München"),
    ],
)  # fmt: skip
def test_both_say_who_where_and_how_but_not_the_key(
    sqlite_context: AppContext, kind: str, details: str, location: str
) -> None:
    name = "Änne & Söhne + Co = 100 % #1?"
    token = booked(sqlite_context, kind, name=name)
    found = links(sqlite_context, token)
    assert {name: urlsplit(address)[:3] for name, address in found.items()} == {
        "Google Kalender": ("https", "calendar.google.com", "/calendar/render"),
        "Outlook": ("https", "outlook.live.com", "/calendar/0/action/compose"),
    }
    google, outlook = map(query, found.values())
    title = sqlite_context.get_kind(kind).title
    assert google["text"] == outlook["subject"] == f"{title}: {name} und Vera Beispiel"
    assert google["details"] == outlook["body"] == details
    assert google["location"] == outlook["location"] == location
    for address in map(unquote_plus, found.values()):
        assert token not in address
        assert "/buchung" not in address


def met(context: AppContext, kind: str, telefon: str = "") -> MeetingPoint:
    token = booked(context, kind, telefon=telefon)
    return meeting_point(context, look_up(context, token).booking)


def test_by_phone_the_consultant_calls_the_number_that_was_given(
    sqlite_context: AppContext,
) -> None:
    assert met(sqlite_context, "kennenlernen", "030 555077") == MeetingPoint(
        label="am Telefon",
        for_visitor="Ich rufe dich an, unter 030 555077.",
        for_consultant="Du rufst an, unter 030 555077.",
        location="Telefon: 030 555077",
    )


@pytest.mark.parametrize(
    ("phone", "visitors", "consultants", "location"),
    [
        ("+49 89 5550 1234", "Du rufst mich an, unter +49 89 5550 1234.",
         "Dein Gast ruft dich an", "Telefon: +49 89 5550 1234"),
        ("", "deine Nummer", "keine Nummer", "Telefon"),
    ],
)  # fmt: skip
def test_by_phone_without_a_number_the_visitor_calls_or_both_agree(
    sqlite_context: AppContext, phone: str, visitors: str, consultants: str, location: str
) -> None:
    settings = sqlite_context.settings
    consultant = replace(settings.consultant, phone=phone)
    point = met(
        replace(sqlite_context, settings=replace(settings, consultant=consultant)), "kennenlernen"
    )
    assert visitors in point.for_visitor
    assert consultants in point.for_consultant
    assert point.location == location

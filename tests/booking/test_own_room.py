"""A video room of its own: made once for each booking, and the same wherever it is named."""

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from stadtfuehrer.booking.entry import meeting_point
from stadtfuehrer.booking.model import Party
from stadtfuehrer.booking.service import book, look_up, move
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.context import AppContext
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import NOW, OpenContext, a_visitor, a_wish, in_berlin
from tests.support.mailbag import read
from tests.support.sites import OpenSite
from tests.support.stored import letters

START, OTHER = in_berlin("2026-03-24 09:30"), in_berlin("2026-04-14 15:00")
TEMPLATE = '"https://v.example/{name}-{date}-{random}"'
ROOM = re.compile(r"https://v\.example/aenne-mueller-2026-03-24-[A-Za-z0-9_-]{22}")


def room(context: AppContext, token: str) -> str:
    return meeting_point(context, look_up(context, token).booking).conference


def booked(context: AppContext, kind: str = "stadtrundgang", **typed: str) -> str:
    return book(context, a_wish(context, START, kind=kind, visitor=a_visitor(**typed)), now=NOW)


def test_each_booking_has_a_room_of_its_own_and_keeps_it(open_context: OpenContext) -> None:
    with open_context(video_url=TEMPLATE) as context:
        first = booked(context)
        was = room(context, first)
        assert ROOM.fullmatch(was)
        move(context, first, OTHER, now=NOW)
        assert room(context, first) == was
        assert room(context, booked(context)) != was
    with open_context(video_url='"https://anders.example/{random}"') as context:
        assert room(context, first) == was


def test_the_room_stands_in_letters_invitations_and_on_both_pages(open_site: OpenSite) -> None:
    site = open_site({"video_url": TEMPLATE})
    token = site.book(START, "stadtrundgang")
    own = room(site.context, token)
    for letter in map(read, letters(site.context)):
        assert own in letter.text
        assert own in letter.links
        assert (str(letter.event["CONFERENCE"]), str(letter.event["LOCATION"])) == (own, own)
    consultants = consultant_token(site.context.secret, site.bookings()[0].uid)
    for address in (token, consultants):
        assert own in site.guest.get(f"/buchung/{address}").text


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Kofi O’Hara", "kofi-ohara"),
        ("Æneas  Łuk-Strauß / GbR", "aeneas-luk-strauss-gbr"),
        ("Änne", "aenne"),
        ("Ольга 🌻", "gast"),
        ("x" * 80, "x" * 40),
    ],
)
def test_a_name_becomes_a_part_of_an_address(
    open_sqlite_context: OpenContext, name: str, part: str
) -> None:
    with open_sqlite_context(video_url='"https://v.example/{name}"') as context:
        assert room(context, booked(context, name=name)) == f"https://v.example/{part}"


def test_other_kinds_have_no_room(open_sqlite_context: OpenContext) -> None:
    with open_sqlite_context(video_url=TEMPLATE) as context:
        token = booked(context, "kennenlernen")
        assert look_up(context, token).booking.room == room(context, token) == ""


def test_a_booking_without_a_room_follows_the_settings(
    open_sqlite_context: OpenContext, tmp_path: Path
) -> None:
    """One made before there were rooms, or where the settings name the same room for all."""
    with open_sqlite_context(video_url='"https://v.example/alle"') as context:
        token = booked(context)
        assert look_up(context, token).booking.room == ""
        assert room(context, token) == "https://v.example/alle"
    with open_sqlite_context(video_url=TEMPLATE) as context:
        with context.database.begin() as session:
            session.execute(update(DbBooking).values(room=""))
        own = room(context, token)
        assert ROOM.fullmatch(own)
        assert own == room(context, token)
        booking = look_up(context, token).booking
        assert own in meeting_point(context, booking).said_to(Party.CONSULTANT)

"""Where to be: said to the visitor, to the consultant and to a calendar."""

from dataclasses import replace

import pytest

from stadtfuehrer.booking.entry import MeetingPoint, meeting_point
from stadtfuehrer.booking.model import Interest, new_booking
from stadtfuehrer.context import AppContext
from tests.support.contexts import NOW, a_visitor, a_wish, in_berlin

START = in_berlin("2026-03-05 10:00")


def met(context: AppContext, kind: str, telefon: str = "") -> MeetingPoint:
    wanted = a_wish(context, START, kind=kind)
    booking = new_booking(
        uid="u",
        kind=wanted.kind,
        start=START,
        visitor=a_visitor(telefon=telefon),
        interest=Interest(),
        now=NOW,
    )
    return meeting_point(context, booking)


def without_phone(context: AppContext) -> AppContext:
    consultant = replace(context.settings.consultant, phone="")
    return replace(context, settings=replace(context.settings, consultant=consultant))


def test_by_phone_the_consultant_calls_the_number_that_was_given(
    sqlite_context: AppContext,
) -> None:
    point = met(sqlite_context, "kennenlernen", "030 555077")
    assert point == MeetingPoint(
        label="am Telefon",
        for_visitor="Ich rufe dich an, unter 030 555077.",
        for_consultant="Du rufst an, unter 030 555077.",
        location="Telefon: 030 555077",
    )


def test_by_phone_without_a_number_the_visitor_calls(sqlite_context: AppContext) -> None:
    point = met(sqlite_context, "kennenlernen")
    assert "Du rufst mich an, unter +49 89 5550 1234." in point.for_visitor
    assert "Dein Gast ruft dich an" in point.for_consultant
    assert point.location == "Telefon: +49 89 5550 1234"


def test_by_phone_without_any_number_both_are_told_to_agree(sqlite_context: AppContext) -> None:
    point = met(without_phone(sqlite_context), "kennenlernen")
    assert "deine Nummer" in point.for_visitor
    assert "keine Nummer" in point.for_consultant
    assert point.location == "Telefon"


def test_by_video_the_room_is_a_conference(sqlite_context: AppContext) -> None:
    room = "https://video.stadtfuehrer.example/vera"
    point = met(sqlite_context, "stadtrundgang")
    assert (point.location, point.conference) == (room, room)
    assert room in point.for_visitor
    assert room in point.for_consultant


def test_on_site_the_address_is_the_place(sqlite_context: AppContext) -> None:
    point = met(sqlite_context, "hausbesuch", "030 555077")
    assert point.location == "Musterweg 7, 80331 München"
    assert point.conference == ""
    assert point.for_visitor == "Du kommst zu mir: Musterweg 7, 80331 München."
    assert point.for_consultant == "Dein Gast kommt zu dir: Musterweg 7, 80331 München."


@pytest.mark.parametrize("kind", ["kennenlernen", "stadtrundgang", "hausbesuch"])
def test_the_place_is_the_one_of_the_booking_though_the_kind_changed(
    sqlite_context: AppContext, kind: str
) -> None:
    assert met(replace(sqlite_context), kind).label == sqlite_context.get_kind(kind).place_label

"""Where to be: said to the visitor, to the consultant and to a calendar."""

from dataclasses import replace

import pytest

from stadtfuehrer.domain.booking import Interest, new_booking
from stadtfuehrer.services.meeting import MeetingPoint, meeting_point
from stadtfuehrer.services.office import Office
from tests.support.offices import NOW, a_visitor, a_wish, in_berlin

START = in_berlin("2026-03-05 10:00")


def met(office: Office, kind: str, telefon: str = "") -> MeetingPoint:
    wish = a_wish(office, START, kind=kind)
    booking = new_booking(
        uid="u",
        kind=wish.kind,
        start=START,
        visitor=a_visitor(telefon=telefon),
        interest=Interest(),
        now=NOW,
    )
    return meeting_point(office, booking)


def without_phone(office: Office) -> Office:
    consultant = replace(office.settings.consultant, phone="")
    return replace(office, settings=replace(office.settings, consultant=consultant))


def test_by_phone_the_consultant_calls_the_number_that_was_given(sqlite_office: Office) -> None:
    point = met(sqlite_office, "kennenlernen", "030 555077")
    assert point == MeetingPoint(
        label="am Telefon",
        for_visitor="Ich rufe dich an, unter 030 555077.",
        for_consultant="Du rufst an, unter 030 555077.",
        location="Telefon: 030 555077",
    )


def test_by_phone_without_a_number_the_visitor_calls(sqlite_office: Office) -> None:
    point = met(sqlite_office, "kennenlernen")
    assert "Du rufst mich an, unter +49 89 5550 1234." in point.for_visitor
    assert "Dein Gast ruft dich an" in point.for_consultant
    assert point.location == "Telefon: +49 89 5550 1234"


def test_by_phone_without_any_number_both_are_told_to_agree(sqlite_office: Office) -> None:
    point = met(without_phone(sqlite_office), "kennenlernen")
    assert "deine Nummer" in point.for_visitor
    assert "keine Nummer" in point.for_consultant
    assert point.location == "Telefon"


def test_by_video_the_room_is_a_conference(sqlite_office: Office) -> None:
    room = "https://video.stadtfuehrer.example/vera"
    point = met(sqlite_office, "stadtrundgang")
    assert (point.location, point.conference) == (room, room)
    assert room in point.for_visitor
    assert room in point.for_consultant


def test_on_site_the_address_is_the_place(sqlite_office: Office) -> None:
    point = met(sqlite_office, "hausbesuch", "030 555077")
    assert point.location == "Musterweg 7, 80331 München"
    assert point.conference == ""
    assert point.for_visitor == "Du kommst zu mir: Musterweg 7, 80331 München."
    assert point.for_consultant == "Dein Gast kommt zu dir: Musterweg 7, 80331 München."


@pytest.mark.parametrize("kind", ["kennenlernen", "stadtrundgang", "hausbesuch"])
def test_the_place_is_the_one_of_the_booking_though_the_kind_changed(
    sqlite_office: Office, kind: str
) -> None:
    assert met(replace(sqlite_office), kind).label == sqlite_office.get_kind(kind).place_label

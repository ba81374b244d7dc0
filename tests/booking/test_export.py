"""Guests as cards of an address book, read by another library."""

from datetime import timedelta
from typing import Any

import vobject
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.booking.export import as_cards
from stadtfuehrer.booking.model import Booking, Status, new_booking
from stadtfuehrer.booking.slots import Kind, Place
from stadtfuehrer.booking.visitor import Interest
from tests.support.contexts import BERLIN, NOW, a_visitor, in_berlin

KIND = Kind(id="kennenlernen", title="Kennenlerngespräch", minutes=30, step=30, place=Place.PHONE)


def a_booking(
    start: str, *, age: int = 0, status: Status = Status.CONFIRMED, **typed: str
) -> Booking:
    return new_booking(
        uid=start,
        kind=KIND,
        start=in_berlin(start),
        visitor=a_visitor(**typed),
        interest=Interest(),
        status=status,
        now=NOW - timedelta(days=age),
    )


def cards(*bookings: Booking) -> list[Any]:
    return list(vobject.readComponents(as_cards(bookings, BERLIN).decode()))


def test_a_guest_with_all_that_is_known() -> None:
    (card,) = cards(a_booking("2026-03-05 09:00"))
    assert card.version.value == "3.0"
    assert card.fn.value == "Änne Müller"
    assert (card.n.value.given, card.n.value.family) == ("Änne", "Müller")
    assert (card.email.value, card.email.type_param) == ("aenne@gast.example", "INTERNET")
    assert card.tel.value == "+49 30 5550 77"
    assert card.org.value == ["Müller & Töchter GbR"]
    assert card.note.value == (
        "Donnerstag, 5. März 2026, 09:00 Uhr: Kennenlerngespräch\n"
        "Uns findet niemand.\nWoran liegt das?"
    )


def test_a_guest_has_one_card_and_the_same_each_time() -> None:
    first = a_booking("2026-03-05 09:00", age=9, name="Änne M.", status=Status.CANCELLED)
    again = a_booking(
        "2026-04-01 09:00", email="Aenne+2@gast.example", telefon="", firma="", anliegen=""
    )
    other = a_booking(
        "2026-03-09 09:00", name="Jo", email="jo@gast.example", status=Status.REQUESTED
    )
    (old,) = cards(first)
    hers, jos = cards(first, other, again)
    assert hers.uid.value == old.uid.value != jos.uid.value
    assert (hers.fn.value, hers.tel.value) == ("Änne Müller", "+49 30 5550 77")
    assert hers.note.value.splitlines()[::4] == [
        "Donnerstag, 5. März 2026, 09:00 Uhr: Kennenlerngespräch (abgesagt)",
        "Mittwoch, 1. April 2026, 09:00 Uhr: Kennenlerngespräch",
    ]
    assert (jos.n.value.family, jos.n.value.given) == ("Jo", "")
    assert "Uhr: Kennenlerngespräch (angefragt)" in jos.note.value


def test_nobody_has_a_card_for_an_address_that_may_be_anothers() -> None:
    held = (Status.HELD, Status.UNCONFIRMED)
    assert cards(*(a_booking("2026-03-05 09:00", status=status) for status in held)) == []


def test_two_without_an_address_are_two_people() -> None:
    anna, jo = cards(
        a_booking("2026-03-05 09:00", name="Anna", email=""),
        a_booking("2026-03-09 09:00", name="Jo", email=""),
    )
    assert (anna.fn.value, jo.fn.value) == ("Anna", "Jo")
    assert "email" not in anna.contents


NAMES = st.text("aÄ;,:\\\"' 🌻\u0301", min_size=1, max_size=200).map(str.strip).filter(bool)


@given(NAMES, NAMES)
def test_whatever_is_typed_comes_back_whole(name: str, firm: str) -> None:
    octets = as_cards([a_booking("2026-03-05 09:00", name=name, firma=firm)], BERLIN)
    assert max(map(len, octets.split(b"\r\n"))) <= 75
    (card,) = vobject.readComponents(octets.decode())
    assert (card.fn.value, card.org.value) == (name, [firm])

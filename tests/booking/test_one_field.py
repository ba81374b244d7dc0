"""A field of the booking form is one field: whatever it asks for arrives wherever it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stadtfuehrer.booking.model import LABELS
from stadtfuehrer.booking.service import all_bookings
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import in_berlin
from tests.support.mailbag import read
from tests.support.pages import words
from tests.support.sites import TYPED
from tests.support.stored import letters
from tests.support.written import in_both

if TYPE_CHECKING:
    from tests.support.sites import Site

START = in_berlin("2026-03-05 09:00")
TYPES = {name: TYPED.get(name, f"Angabe-{name}") for name in LABELS}
TYPES["anliegen"] = "Uns findet niemand."
GREETING_AND_CONTACT = {"name", "email", "firma", "telefon"}


def test_the_form_asks_for_every_field_of_the_visitor(site: Site) -> None:
    assert site.guest.get(site.form_path(START)).form("name").names >= LABELS.keys()


@pytest.mark.parametrize("name", list(LABELS))
def test_what_a_field_asks_for_arrives_everywhere(site: Site, name: str) -> None:
    form, value = site.guest.get(site.form_path(START)), TYPES[name]
    booked = site.guest.press(form, "Termin buchen", TYPES).location
    (booking,) = site.bookings()
    assert booking.visitor.asked == TYPES
    own = f"/buchung/{consultant_token(site.context.secret, booking.uid)}"
    for address in (booked, own):
        shown = words(site.guest.get(address).main)
        assert f"{LABELS[name]}\n{value}" in shown
    (row,) = all_bookings(site.context)
    assert row[name] == value
    sent = {one.kind: read(one) for one in letters(site.context)}
    in_both(sent[LetterKind.INVITATION], value)
    assert value in sent[LetterKind.INVITATION].event["DESCRIPTION"]
    if name not in GREETING_AND_CONTACT:
        in_both(sent[LetterKind.CONFIRMATION], value)

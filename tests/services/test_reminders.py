"""Reminder and thanks: once each, to whom they are due, and never in vain."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from stadtfuehrer.domain.consent import WORDING
from stadtfuehrer.domain.letter import LetterKind
from stadtfuehrer.services.booking import book, cancel, look_up, move
from stadtfuehrer.services.feedback import take_back_consent
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.reminders import remind, thank
from stadtfuehrer.services.retention import forget
from tests.support.mail_server import answer
from tests.support.mailbag import Read, read
from tests.support.offices import NOW, Clock, OpenOffice, a_visitor, a_wish, in_berlin
from tests.support.posting import deliver
from tests.support.stored import letters

START = in_berlin("2026-03-10 09:00")
EVE = in_berlin("2026-03-09 10:00")
AFTER = START + timedelta(hours=1, minutes=30)
SECOND = timedelta(seconds=1)


def booked(office: Office, start: datetime = START, *, may_be_asked: bool = False) -> str:
    wish = replace(a_wish(office, start), may_be_asked=may_be_asked)
    return book(office, wish, now=NOW)


def of_kind(office: Office, kind: LetterKind) -> list[Read]:
    return [read(letter) for letter in letters(office) if letter.kind == kind]


def test_a_reminder_goes_out_once(office: Office) -> None:
    token = booked(office)
    assert remind(office, now=EVE - SECOND) == 0
    assert [remind(office, now=EVE), remind(office, now=EVE + SECOND)] == [1, 0]
    (letter,) = of_kind(office, LetterKind.REMINDER)
    assert letter.to == ["aenne@gast.example"]
    assert letter.reply_to == ["vera@stadtfuehrer.example"]
    assert letter.invitation is None
    for said in ("Kennenlerngespräch", "Dienstag, 10. März 2026", "09:00–09:30 Uhr", token):
        assert said in letter.text


def test_a_moved_booking_is_reminded_of_its_new_time_only(office: Office) -> None:
    token = booked(office)
    remind(office, now=EVE)
    move(office, token, START + timedelta(days=2), now=EVE + SECOND)
    assert remind(office, now=EVE + 2 * SECOND) == 0
    assert remind(office, now=EVE + timedelta(days=2)) == 1
    deliver(office, Clock(now=EVE + timedelta(days=2)))
    to_visitor = of_kind(office, LetterKind.REMINDER)
    assert ["10. März" in one.text for one in to_visitor] == [True, False]
    states = {(one.kind, one.sequence): one.state for one in letters(office)}
    assert states[LetterKind.REMINDER, 0] == "skipped"
    assert states[LetterKind.REMINDER, 1] == "sent"


def test_a_cancelled_booking_is_neither_reminded_of_nor_thanked_for(office: Office) -> None:
    cancel(office, booked(office), "", now=NOW)
    assert (remind(office, now=EVE), thank(office, now=AFTER)) == (0, 0)


def test_a_reminder_that_could_not_leave_in_time_is_skipped(office: Office) -> None:
    booked(office)
    clock = Clock(now=NOW)
    deliver(office, clock)
    remind(office, now=EVE)
    clock.now = EVE
    deliver(office, clock, RCPT=[answer("451 later")])
    clock.now = START
    result, handler = deliver(office, clock)
    assert (result.sent, handler.accepted) == (0, [])
    assert [one.state for one in letters(office) if one.kind == LetterKind.REMINDER] == ["skipped"]


def test_thanks_without_consent_ask_nothing(office: Office) -> None:
    booked(office)
    assert thank(office, now=AFTER - SECOND) == 0
    assert [thank(office, now=AFTER), thank(office, now=AFTER)] == [1, 0]
    (letter,) = of_kind(office, LetterKind.THANKS)
    assert letter.to == ["aenne@gast.example"]
    assert not [link for link in letter.links if "rueckmeldung" in link]
    assert "zufrieden" not in letter.everything


def test_thanks_with_consent_ask_with_a_link_for_each_answer(office: Office) -> None:
    token = booked(office, may_be_asked=True)
    consent = look_up(office, token).booking.consent
    assert consent is not None
    assert (consent.wording, consent.given_at) == (WORDING, NOW)
    thank(office, now=AFTER)
    (letter,) = of_kind(office, LetterKind.THANKS)
    page = f"{office.settings.site.url}/buchung/{token}/rueckmeldung?zufrieden="
    assert {f"{page}{value}" for value in ("sehr", "eher", "teils", "nicht")} <= letter.links
    assert "2. März" in letter.text


def test_a_consent_taken_back_is_as_if_it_had_not_been_given(office: Office) -> None:
    token = booked(office, may_be_asked=True)
    was = look_up(office, token).booking
    take_back_consent(office, token)
    assert look_up(office, token).booking == replace(was, consent=None)
    thank(office, now=AFTER)
    (letter,) = of_kind(office, LetterKind.THANKS)
    assert "zufrieden" not in letter.everything


def test_settings_can_turn_both_off(open_office: OpenOffice) -> None:
    with open_office(reminder="false", thanks="false") as office:
        booked(office)
        assert (remind(office, now=EVE), thank(office, now=AFTER)) == (0, 0)


@pytest.mark.parametrize("late", [timedelta(days=3), timedelta(days=30)])
def test_after_a_long_rest_nobody_is_thanked(office: Office, late: timedelta) -> None:
    booked(office)
    assert thank(office, now=START + timedelta(minutes=30) + late) == 0


def test_many_are_reminded_at_once_and_their_letters_are_forgotten_with_them(
    office: Office,
) -> None:
    for number in range(3):
        visitor = a_visitor(email=f"gast{number}@gast.example")
        start = START + timedelta(hours=number)
        book(office, a_wish(office, start, visitor=visitor), now=NOW)
    assert remind(office, now=EVE) == 3
    assert thank(office, now=AFTER + timedelta(hours=2)) == 3
    forget(office, now=START + timedelta(days=400))
    assert letters(office) == []

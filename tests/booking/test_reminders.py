"""Reminder and thanks: once each, to whom they are due, and never in vain."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from stadtfuehrer.booking.model import CONSENT_WORDING
from stadtfuehrer.booking.reminders import remind, take_back_consent, thank
from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.purge import forget
from tests.support.contexts import NOW, Clock, OpenContext, a_visitor, a_wish, in_berlin
from tests.support.mail_server import answer
from tests.support.mailbag import Read, read
from tests.support.posting import deliver
from tests.support.stored import letters

START = in_berlin("2026-03-10 09:00")
EVE = in_berlin("2026-03-09 10:00")
AFTER = START + timedelta(hours=1, minutes=30)
SECOND = timedelta(seconds=1)


def booked(context: AppContext, start: datetime = START, *, may_be_asked: bool = False) -> str:
    wanted = replace(a_wish(context, start), may_be_asked=may_be_asked)
    return book(context, wanted, now=NOW)


def of_kind(context: AppContext, kind: LetterKind) -> list[Read]:
    return [read(letter) for letter in letters(context) if letter.kind == kind]


def test_a_reminder_goes_out_once(context: AppContext) -> None:
    token = booked(context)
    assert remind(context, now=EVE - SECOND) == 0
    assert [remind(context, now=EVE), remind(context, now=EVE + SECOND)] == [1, 0]
    (letter,) = of_kind(context, LetterKind.REMINDER)
    assert letter.to == ["aenne@gast.example"]
    assert letter.reply_to == ["vera@stadtfuehrer.example"]
    assert letter.invitation is None
    for said in ("Kennenlerngespräch", "Dienstag, 10. März 2026", "09:00–09:30 Uhr", token):
        assert said in letter.text


def test_a_moved_booking_is_reminded_of_its_new_time_only(context: AppContext) -> None:
    token = booked(context)
    remind(context, now=EVE)
    move(context, token, START + timedelta(days=2), now=EVE + SECOND)
    assert remind(context, now=EVE + 2 * SECOND) == 0
    assert remind(context, now=EVE + timedelta(days=2)) == 1
    deliver(context, Clock(now=EVE + timedelta(days=2)))
    to_visitor = of_kind(context, LetterKind.REMINDER)
    assert ["10. März" in one.text for one in to_visitor] == [True, False]
    states = {(one.kind, one.sequence): one.state for one in letters(context)}
    assert states[LetterKind.REMINDER, 0] == "skipped"
    assert states[LetterKind.REMINDER, 1] == "sent"


def test_a_cancelled_booking_is_neither_reminded_of_nor_thanked_for(context: AppContext) -> None:
    cancel(context, booked(context), "", now=NOW)
    assert (remind(context, now=EVE), thank(context, now=AFTER)) == (0, 0)


def test_a_reminder_that_could_not_leave_in_time_is_skipped(context: AppContext) -> None:
    booked(context)
    clock = Clock(now=NOW)
    deliver(context, clock)
    remind(context, now=EVE)
    clock.now = EVE
    deliver(context, clock, RCPT=[answer("451 later")])
    clock.now = START
    result, handler = deliver(context, clock)
    assert (result.sent, handler.accepted) == (0, [])
    assert [one.state for one in letters(context) if one.kind == LetterKind.REMINDER] == ["skipped"]


def test_thanks_without_consent_ask_nothing(context: AppContext) -> None:
    booked(context)
    assert thank(context, now=AFTER - SECOND) == 0
    assert [thank(context, now=AFTER), thank(context, now=AFTER)] == [1, 0]
    (letter,) = of_kind(context, LetterKind.THANKS)
    assert letter.to == ["aenne@gast.example"]
    assert not [link for link in letter.links if "rueckmeldung" in link]
    assert "zufrieden" not in letter.everything


def test_thanks_with_consent_ask_with_a_link_for_each_answer(context: AppContext) -> None:
    token = booked(context, may_be_asked=True)
    consent = look_up(context, token).booking.consent
    assert consent is not None
    assert (consent.wording, consent.given_at) == (CONSENT_WORDING, NOW)
    thank(context, now=AFTER)
    (letter,) = of_kind(context, LetterKind.THANKS)
    page = f"{context.settings.site.url}/buchung/{token}/rueckmeldung?zufrieden="
    assert {f"{page}{value}" for value in ("sehr", "eher", "teils", "nicht")} <= letter.links
    assert "2. März" in letter.text


def test_a_consent_taken_back_is_as_if_it_had_not_been_given(context: AppContext) -> None:
    token = booked(context, may_be_asked=True)
    was = look_up(context, token).booking
    take_back_consent(context, token)
    assert look_up(context, token).booking == replace(was, consent=None)
    thank(context, now=AFTER)
    (letter,) = of_kind(context, LetterKind.THANKS)
    assert "zufrieden" not in letter.everything


def test_settings_can_turn_both_off(open_context: OpenContext) -> None:
    with open_context(reminder="false", thanks="false") as context:
        booked(context)
        assert (remind(context, now=EVE), thank(context, now=AFTER)) == (0, 0)


@pytest.mark.parametrize("late", [timedelta(days=3), timedelta(days=30)])
def test_after_a_long_rest_nobody_is_thanked(context: AppContext, late: timedelta) -> None:
    booked(context)
    assert thank(context, now=START + timedelta(minutes=30) + late) == 0


def test_many_are_reminded_at_once_and_their_letters_are_forgotten_with_them(
    context: AppContext,
) -> None:
    for number in range(3):
        visitor = a_visitor(email=f"gast{number}@gast.example")
        start = START + timedelta(hours=number)
        book(context, a_wish(context, start, visitor=visitor), now=NOW)
    assert remind(context, now=EVE) == 3
    assert thank(context, now=AFTER + timedelta(hours=2)) == 3
    forget(context, now=START + timedelta(days=400))
    assert letters(context) == []

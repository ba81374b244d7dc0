"""Reminder and thanks: once each, to whom they are due, never in vain; and what they say."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from stadtfuehrer.booking.reminders import remind, take_back_consent, thank
from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.booking.visitor import CONSENT_WORDING
from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue.model import Satisfaction
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.service import all_letters, examine
from stadtfuehrer.mail.tables import Failed
from stadtfuehrer.purge import forget
from tests.support.contexts import NOW, Clock, OpenContext, a_visitor, a_wish, in_berlin
from tests.support.mail_server import answer
from tests.support.mailbag import Read, read
from tests.support.posting import deliver
from tests.support.stored import letters
from tests.support.written import in_both

START, EVE = in_berlin("2026-03-12 09:00"), in_berlin("2026-03-11 10:00")
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
AFTER = START + timedelta(hours=1, minutes=30)
SITE = "http://127.0.0.1:8000"


def booked(context: AppContext, *, may_be_asked: bool = False) -> str:
    return book(context, replace(a_wish(context, START), may_be_asked=may_be_asked), now=NOW)


def of_kind(context: AppContext, kind: LetterKind) -> list[Read]:
    return [read(letter) for letter in letters(context) if letter.kind == kind]


def reminded(context: AppContext, *, now: datetime = EVE) -> Read:
    assert remind(context, now=now) == 1
    (letter,) = of_kind(context, LetterKind.REMINDER)
    return letter


def thanked(context: AppContext) -> Read:
    assert thank(context, now=AFTER) == 1
    (letter,) = of_kind(context, LetterKind.THANKS)
    return letter


def test_both_go_out_once(context: AppContext) -> None:
    booked(context)
    moments = (EVE - SECOND, EVE, EVE + SECOND)
    assert [remind(context, now=now) for now in moments] == [0, 1, 0]
    moments = (AFTER - SECOND, AFTER, AFTER)
    assert [thank(context, now=now) for now in moments] == [0, 1, 0]


def test_a_moved_booking_is_reminded_of_its_new_time_only(context: AppContext) -> None:
    token = booked(context)
    remind(context, now=EVE)
    move(context, token, START + 5 * DAY, now=EVE + SECOND)
    assert remind(context, now=EVE + 2 * SECOND) == 0
    assert remind(context, now=EVE + 5 * DAY) == 1
    deliver(context, Clock(now=EVE + 5 * DAY))
    first, second = of_kind(context, LetterKind.REMINDER)
    assert ("12. März" in first.text, "12. März" in second.text) == (True, False)
    states = {(one.kind, one.sequence): one.state for one in letters(context)}
    assert states[LetterKind.REMINDER, 0] == "skipped"
    assert states[LetterKind.REMINDER, 1] == "sent"


def test_a_cancelled_booking_is_neither_reminded_of_nor_thanked_for(context: AppContext) -> None:
    cancel(context, booked(context), "", now=NOW)
    assert (remind(context, now=EVE), thank(context, now=AFTER)) == (0, 0)


def test_a_reminder_that_could_not_leave_in_time_is_skipped(sqlite_context: AppContext) -> None:
    booked(sqlite_context)
    clock = Clock(now=NOW)
    deliver(sqlite_context, clock)
    remind(sqlite_context, now=EVE)
    clock.now = EVE
    deliver(sqlite_context, clock, RCPT=[answer("451 later")])
    clock.now = START
    result, handler = deliver(sqlite_context, clock)
    assert (result.sent, handler.accepted) == (0, [])
    assert letters(sqlite_context)[-1].kind == LetterKind.REMINDER
    assert letters(sqlite_context)[-1].state == "skipped"


def test_settings_and_a_long_rest_turn_them_off(open_sqlite_context: OpenContext) -> None:
    with open_sqlite_context(reminder="false", thanks="false") as context:
        booked(context)
        assert (remind(context, now=EVE), thank(context, now=AFTER)) == (0, 0)
    with open_sqlite_context() as context:
        for late in (3 * DAY, 30 * DAY):
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
    forget(context, now=START + 400 * DAY)
    assert letters(context) == []


def test_a_booking_that_cannot_be_read_keeps_nobody_elses_letter_back(context: AppContext) -> None:
    """Its own is seen as failed, once; a broken row must not cost those behind it theirs."""
    for number in range(3):
        visitor = a_visitor(email=f"gast{number}@gast.example")
        start = START + timedelta(hours=number)
        book(context, a_wish(context, start, visitor=visitor), now=NOW)
    with context.database.begin() as session:
        session.execute(update(DbBooking).where(DbBooking.id == 1).values(place="mond"))
    after = AFTER + timedelta(hours=2)
    assert [remind(context, now=EVE), remind(context, now=EVE + SECOND)] == [2, 0]
    assert [thank(context, now=after), thank(context, now=after + SECOND)] == [2, 0]

    failed = [one for one in all_letters(context) if one["state"] == "failed"]
    kinds = [(one["kind"], one["recipient"]) for one in failed]
    assert kinds == [("erinnerung", "gast0@gast.example"), ("danke", "gast0@gast.example")]
    for one in failed:
        assert one["error"] == "Der Brief zur Buchung 1 ließ sich nicht schreiben (ValueError)."
    assert examine(context, now=after).failed == Failed(2, 0, 2)


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc", "Europe", "\x00", "Europe/Berlin "])
def test_a_zone_that_nobody_knows_is_none(sqlite_context: AppContext, zone: str) -> None:
    booked(sqlite_context)
    with sqlite_context.database.begin() as session:
        session.execute(update(DbBooking).values(zone=zone))
    deliver(sqlite_context, Clock(now=NOW))
    assert remind(sqlite_context, now=EVE) == 1
    deliver(sqlite_context, Clock(now=EVE))
    assert [one.state for one in letters(sqlite_context)] == ["sent"] * 3
    assert "bei dir" not in of_kind(sqlite_context, LetterKind.REMINDER)[0].text


def test_the_reminder_says_when_where_and_how_to_change(sqlite_context: AppContext) -> None:
    token = booked(sqlite_context)
    letter = reminded(sqlite_context)
    in_both(
        letter,
        "Hallo Änne Müller",
        "am Donnerstag sprechen wir miteinander",
        "Kennenlerngespräch am Telefon",
        "Donnerstag, 12. März 2026",
        "09:00–09:30 Uhr (Zeit in Berlin, UTC+1)",
        "Ich rufe dich an, unter +49 30 5550 77.",
        "bis 12 Stunden vorher",
    )
    when = "Donnerstag, 12. März 2026, 09:00–09:30 Uhr"
    assert letter.subject == f"Erinnerung: {when} – Kennenlerngespräch"
    for path in ("", "/verschieben", "/absagen"):
        assert f"{SITE}/buchung/{token}{path}" in letter.links
    assert letter.invitation is None
    assert (letter.to, letter.reply_to) == (["aenne@gast.example"], ["vera@stadtfuehrer.example"])


@pytest.mark.parametrize(
    ("now", "by_link"), [("2026-03-11 20:59", True), ("2026-03-11 21:01", False)]
)
def test_a_late_reminder_offers_the_telephone_in_place_of_links(
    sqlite_context: AppContext, now: str, *, by_link: bool
) -> None:
    token = booked(sqlite_context)
    letter = reminded(sqlite_context, now=in_berlin(now))
    assert (f"{SITE}/buchung/{token}/absagen" in letter.links) is by_link
    for form in (letter.text, letter.shown):
        assert ("ist es jetzt zu knapp" in form) is not by_link
    assert f"{SITE}/buchung/{token}" in letter.links


@pytest.mark.parametrize("phone", ["+49 89 5550 1234", ""])
def test_a_late_reminder_names_a_way_that_exists(sqlite_context: AppContext, phone: str) -> None:
    settings = sqlite_context.settings
    consultant = replace(settings.consultant, phone=phone)
    context = replace(sqlite_context, settings=replace(settings, consultant=consultant))
    booked(context)
    letter = reminded(context, now=START - timedelta(hours=2))
    way = f"am Telefon: {phone}." if phone else "Antworte am besten gleich auf diese Mail."
    in_both(letter, way)
    assert ("tel:+498955501234" in letter.links) is bool(phone)


@pytest.mark.parametrize("taken_back", [False, True])
def test_thanks_without_consent_ask_nothing(
    sqlite_context: AppContext, *, taken_back: bool
) -> None:
    """A consent that was taken back is as if it had not been given."""
    token = booked(sqlite_context, may_be_asked=taken_back)
    if taken_back:
        was = look_up(sqlite_context, token).booking
        take_back_consent(sqlite_context, token)
        assert look_up(sqlite_context, token).booking == replace(was, consent=None)
    letter = thanked(sqlite_context)
    in_both(letter, "danke für das Gespräch am Donnerstag", "Ist etwas dazwischengekommen?")
    assert not any(token in link for link in letter.links)
    for trace in ("zufrieden", "Frage habe ich", "zugestimmt", "rueckmeldung"):
        assert trace not in letter.everything + letter.preview
    assert letter.subject == "Danke für das Gespräch am Donnerstag, 12. März 2026"
    assert letter.to == ["aenne@gast.example"]


def test_thanks_with_consent_ask_and_say_why(sqlite_context: AppContext) -> None:
    token = booked(sqlite_context, may_be_asked=True)
    consent = look_up(sqlite_context, token).booking.consent
    assert consent is not None
    assert (consent.wording, consent.given_at) == (CONSENT_WORDING, NOW)
    letter = thanked(sqlite_context)
    in_both(
        letter,
        "Wie zufrieden bist du mit dem Gespräch?",
        "mit einem weiteren Klick",
        "weil du beim Buchen am Montag, 2. März 2026, zugestimmt hast",
        "die Zustimmung zurücknehmen",
        *(one.label for one in Satisfaction),
    )
    page = f"{SITE}/buchung/{token}"
    asked = {f"{page}/rueckmeldung?zufrieden={one}" for one in ("sehr", "eher", "teils", "nicht")}
    assert asked | {page} <= letter.links


@pytest.mark.parametrize("may_be_asked", [False, True])
def test_thanks_sell_nothing(sqlite_context: AppContext, *, may_be_asked: bool) -> None:
    booked(sqlite_context, may_be_asked=may_be_asked)
    letter = thanked(sqlite_context)
    offers = sqlite_context.catalogue.offers.services
    for word in ("Angebot", "Newsletter", "empfiehl", *(one.title for one in offers)):
        assert word not in letter.everything
    assert not any("/angebot" in link or "/quiz" in link for link in letter.links)

"""What the reminder, the thanks and the answer to the question say, to whom, and what not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from stadtfuehrer.booking.model import Satisfaction
from stadtfuehrer.booking.reminders import answer, remind, thank
from stadtfuehrer.booking.service import book
from stadtfuehrer.mail.message import LetterKind
from tests.support.contexts import NOW, a_visitor, a_wish, in_berlin
from tests.support.mailbag import Read, read
from tests.support.stored import letters
from tests.support.written import in_both

if TYPE_CHECKING:
    from datetime import datetime

    from stadtfuehrer.context import AppContext

START = in_berlin("2026-03-12 09:00")
END = START + timedelta(minutes=30)
THE_DAY_BEFORE = in_berlin("2026-03-11 10:00")
SITE = "http://127.0.0.1:8000"


def booked(context: AppContext, *, may_be_asked: bool = False, **visitor: str) -> str:
    wanted = a_wish(context, START, visitor=a_visitor(**visitor))
    return book(context, replace(wanted, may_be_asked=may_be_asked), now=NOW)


def of_kind(context: AppContext, kind: LetterKind) -> Read:
    (letter,) = (one for one in letters(context) if one.kind == kind)
    return read(letter)


def reminded(context: AppContext, *, now: datetime = THE_DAY_BEFORE) -> Read:
    assert remind(context, now=now) == 1
    return of_kind(context, LetterKind.REMINDER)


def thanked(context: AppContext) -> Read:
    assert thank(context, now=END + timedelta(hours=1)) == 1
    return of_kind(context, LetterKind.THANKS)


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
    assert letter.subject == (
        "Erinnerung: Donnerstag, 12. März 2026, 09:00–09:30 Uhr – Kennenlerngespräch"
    )
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


def test_thanks_without_consent_ask_nothing(sqlite_context: AppContext) -> None:
    token = booked(sqlite_context)
    letter = thanked(sqlite_context)
    in_both(letter, "danke für das Gespräch am Donnerstag", "Haben wir gar nicht gesprochen?")
    assert not any(token in link for link in letter.links)
    for trace in ("zufrieden", "Frage habe ich", "zugestimmt"):
        assert trace not in letter.everything + letter.preview
    assert letter.subject == "Danke für das Gespräch am Donnerstag, 12. März 2026"


def test_thanks_with_consent_ask_and_say_why(sqlite_context: AppContext) -> None:
    token = booked(sqlite_context, may_be_asked=True)
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
    assert {f"{page}/rueckmeldung?zufrieden={one}" for one in Satisfaction} <= letter.links
    assert page in letter.links


@pytest.mark.parametrize("may_be_asked", [False, True])
def test_thanks_sell_nothing(sqlite_context: AppContext, *, may_be_asked: bool) -> None:
    booked(sqlite_context, may_be_asked=may_be_asked)
    letter = thanked(sqlite_context)
    offers = sqlite_context.catalogue.offers.services
    for word in ("Angebot", "Newsletter", "empfiehl", *(one.title for one in offers)):
        assert word not in letter.everything
    assert not any("/angebot" in link or "/quiz" in link for link in letter.links)


@pytest.mark.parametrize("words", ["Gut war’s.\nDer Plan fehlt noch <b>ganz</b>.", ""])
def test_the_consultant_reads_the_answer_and_whom_to_thank(
    sqlite_context: AppContext, words: str
) -> None:
    token = booked(sqlite_context)
    answer(sqlite_context, token, Satisfaction.RATHER, words, now=END)
    letter = of_kind(sqlite_context, LetterKind.FEEDBACK)
    in_both(
        letter,
        "Eher zufrieden",
        "Änne Müller",
        "Kennenlerngespräch am Telefon",
        "Donnerstag, 12. März 2026",
        "+49 30 5550 77",
        words or "Mehr hat Änne Müller nicht dazu geschrieben.",
    )
    assert letter.subject.startswith("Rückmeldung: Eher zufrieden – Änne Müller")
    assert (letter.to, letter.reply_to) == (["vera@stadtfuehrer.example"], ["aenne@gast.example"])
    assert {"mailto:aenne@gast.example", "tel:+4930555077"} <= letter.links
    assert not any(token in link for link in letter.links)

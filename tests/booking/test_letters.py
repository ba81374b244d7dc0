"""What the letters say: to both forms' readers the same, and to each only what is theirs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from stadtfuehrer.booking.service import look_up
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.quiz.findings import findings, quotes
from stadtfuehrer.text.formatting import when_in_words
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import full_answers
from tests.support.mailbag import straightened
from tests.support.steps import FIRST, REASON, SECOND, Life, whole_life
from tests.support.written import CONSULTANTS, OF_A_BOOKING, VISITORS, in_both

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

PLACES = ["kennenlernen", "stadtrundgang", "hausbesuch"]


def test_each_step_sends_its_letters(life: Life) -> None:
    assert set(life.letters) == {*VISITORS, *CONSULTANTS}


@pytest.mark.parametrize("kind", list(LetterKind))
def test_each_kind_of_letter_has_its_templates(lived_context: AppContext, kind: LetterKind) -> None:
    templates = set(lived_context.letter_paper.list_templates())
    assert {
        f"{'quiz' if kind == 'ergebnis' else 'booking'}/letters/{kind}/{part}"
        for part in ("subject.txt", "body.txt", "body.html")
    } <= (templates)


@pytest.mark.parametrize("kind", OF_A_BOOKING)
def test_both_forms_say_who_what_and_when(
    lived_context: AppContext, life: Life, kind: LetterKind
) -> None:
    start = FIRST if kind in {LetterKind.CONFIRMATION, LetterKind.INVITATION} else SECOND
    when = when_in_words(
        start,
        start + timedelta(hours=1),
        lived_context.rules.zone,
        visitor_zone=ZoneInfo("America/New_York"),
        at_visitor="bei dir" if kind in VISITORS else "bei deinem Gast",
    )
    assert when.yours is not None
    in_both(
        life.letters[kind],
        "Änne Müller",
        "Stadtrundgang per Video",
        when.date,
        when.clock,
        f"({when.zone})",
        f"das ist {when.yours}",
    )
    assert re.search(r"(Diens|Mitt)", when.date)
    assert when.clock.endswith(" Uhr")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (LetterKind.CONFIRMATION, "24. März 2026 09:30–10:30 Uhr (Zeit in Berlin, UTC+1)"),
        (LetterKind.MOVED_VISITOR, "14. April 2026 15:00–16:00 Uhr (Zeit in Berlin, UTC+2)"),
        (LetterKind.CONFIRMATION, "das ist 04:30–05:30 Uhr bei dir (Zeit in New York, UTC−4)"),
        (LetterKind.MOVED_VISITOR, "das ist 09:00–10:00 Uhr bei dir (Zeit in New York, UTC−4)"),
    ],
)
def test_the_time_is_said_in_these_very_words(life: Life, kind: LetterKind, words: str) -> None:
    assert words in life.letters[kind].shown
    assert words in straightened(life.letters[kind].text).replace("2026, ", "2026 ")


def test_a_visitor_in_the_same_zone_is_told_one_time(sqlite_context: AppContext) -> None:
    letters = whole_life(sqlite_context, zone="Europe/Vienna").letters
    for kind in OF_A_BOOKING:
        assert "das ist" not in letters[kind].text
        assert "das ist" not in letters[kind].shown


@pytest.mark.parametrize("kind", [LetterKind.MOVED_VISITOR, LetterKind.MOVED_CONSULTANT])
def test_a_moved_letter_says_the_old_time_too(life: Life, kind: LetterKind) -> None:
    in_both(life.letters[kind], "Dienstag, 24. März 2026, 09:30–10:30 Uhr (Zeit in Berlin, UTC+1)")


@pytest.mark.parametrize("kind", [LetterKind.CONFIRMATION, LetterKind.MOVED_VISITOR])
def test_the_visitor_can_change_the_booking_from_both_forms(life: Life, kind: LetterKind) -> None:
    letter, page = life.letters[kind], f"http://127.0.0.1:8000/buchung/{life.token}"
    for link in (page, f"{page}/verschieben", f"{page}/absagen"):
        assert link in letter.links
        assert f"{link}\n" in f"{letter.text}\n"
    in_both(letter, "12 Stunden")


@pytest.mark.parametrize("kind", [LetterKind.INVITATION, LetterKind.MOVED_CONSULTANT])
def test_the_consultant_can_change_the_booking_from_both_forms(
    lived_context: AppContext, life: Life, kind: LetterKind
) -> None:
    letter = life.letters[kind]
    uid = look_up(lived_context, life.token).booking.uid
    page = f"http://127.0.0.1:8000/buchung/{consultant_token(lived_context.secret, uid)}"
    for link in (page, f"{page}/verschieben", f"{page}/absagen"):
        assert link in letter.links
        assert f"{link}\n" in letter.text
    assert life.token not in letter.everything


def test_a_cancelled_visitor_finds_an_open_door(life: Life) -> None:
    letter = life.letters[LetterKind.CANCELLED_VISITOR]
    assert "http://127.0.0.1:8000/termin" in letter.links
    assert "http://127.0.0.1:8000/termin\n" in letter.text


@pytest.mark.parametrize("kind", CONSULTANTS)
def test_the_consultant_learns_all_that_the_visitor_said(
    lived_context: AppContext, life: Life, kind: LetterKind
) -> None:
    answers = full_answers(lived_context)
    found = findings(lived_context.catalogue, answers)
    in_both(
        life.letters[kind],
        "Müller & Töchter GbR",
        "aenne@gast.example",
        "+49 30 5550 77",
        "Uns findet niemand.",
        "Woran liegt das?",
        lived_context.catalogue.offers.services[1].title,
        f"Ergebnis im Quiz: „{found.outcome.headline}“",
        found.certainty_text,
        *(f"„{reason.answer_text}“" for reason in found.reasons),
        *(quote.question_text for quote in quotes(lived_context.catalogue.quiz, answers)),
        *(f"„{quote.answer_text}“" for quote in quotes(lived_context.catalogue.quiz, answers)),
    )
    assert "mailto:aenne@gast.example" in life.letters[kind].links


@pytest.mark.parametrize("kind", [LetterKind.CANCELLED_VISITOR, LetterKind.CANCELLED_CONSULTANT])
def test_both_read_the_reason_of_a_cancellation(life: Life, kind: LetterKind) -> None:
    in_both(life.letters[kind], *REASON.splitlines())


def test_the_consultant_learns_that_no_reason_was_given(sqlite_context: AppContext) -> None:
    letters = whole_life(sqlite_context, reason="").letters
    in_both(letters[LetterKind.CANCELLED_CONSULTANT], "Ein Grund ist nicht genannt.")


def test_the_result_says_what_the_page_says(lived_context: AppContext, life: Life) -> None:
    answers = full_answers(lived_context)
    found, letter = findings(lived_context.catalogue, answers), life.letters[LetterKind.RESULT]
    assert found.change is not None
    in_both(
        letter,
        "Änne Müller",
        found.outcome.headline,
        found.outcome.text,
        found.outcome.next_step,
        found.certainty_text,
        found.change,
        *(reason.meaning for reason in found.reasons),
        *(tip.text for tip in found.tips),
        *(f"„{quote.answer_text}“" for quote in quotes(lived_context.catalogue.quiz, answers)),
    )
    (back,) = (link for link in letter.links if "/quiz?" in link)
    assert back in letter.text


@pytest.mark.parametrize("kind", VISITORS[:3])
def test_what_is_for_the_consultant_never_reaches_the_visitor(
    lived_context: AppContext, life: Life, kind: LetterKind
) -> None:
    answers, letter = full_answers(lived_context), life.letters[kind]
    found = findings(lived_context.catalogue, answers)
    folded = letter.everything.replace("\r\n ", "")
    for secret in (
        found.outcome.headline,
        found.certainty_text,
        "Ergebnis im Quiz",
        "Dein Gast",
        "Ihr trefft euch",
        "Womit du anfangen könntest",
        *(quote.answer_text for quote in quotes(lived_context.catalogue.quiz, answers)),
    ):
        assert secret not in folded


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("telefon", ["+49 30 5550 77", ""])
def test_both_forms_say_where_unless_it_is_called_off(
    sqlite_context: AppContext, kind: str, telefon: str
) -> None:
    letters = whole_life(sqlite_context, kind=kind, telefon=telefon, with_answers=False).letters
    here = {
        ("kennenlernen", "+49 30 5550 77"): ("Ich rufe dich an", "Du rufst an"),
        ("kennenlernen", ""): ("Du rufst mich an", "Dein Gast ruft dich an"),
    }.get((kind, telefon)) or {
        "stadtrundgang": ("in meinem Videoraum", "in deinem Videoraum"),
        "hausbesuch": ("Du kommst zu mir: Musterweg 7", "Dein Gast kommt zu dir: Musterweg 7"),
    }[kind]
    in_both(letters[LetterKind.CONFIRMATION], here[0])
    in_both(letters[LetterKind.MOVED_VISITOR], here[0])
    in_both(letters[LetterKind.INVITATION], here[1])
    in_both(letters[LetterKind.MOVED_CONSULTANT], here[1])
    for called_off, words in zip(
        (LetterKind.CANCELLED_VISITOR, LetterKind.CANCELLED_CONSULTANT), here, strict=True
    ):
        assert words not in letters[called_off].text
        assert words not in letters[called_off].shown

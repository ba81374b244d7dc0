"""The one letter to somebody who waits: what it says, in both forms, and what it leads to."""

import re
from datetime import UTC, datetime

import pytest

from stadtfuehrer.booking.opening import Hours
from stadtfuehrer.booking.waiting import tell_waiting
from stadtfuehrer.context import AppContext
from tests.support.contexts import NOW, in_berlin
from tests.support.lines import SCARCE, join, with_scarce_times
from tests.support.mailbag import Read, read
from tests.support.stored import letters
from tests.support.written import in_both

SITE = "http://127.0.0.1:8000"
NOON = [Hours(720, 750)]


def written(context: AppContext, *, now: datetime = NOW) -> Read:
    """Write to somebody who waits."""
    open_context = with_scarce_times(context, NOON)
    join(open_context, "gast", now=now)
    tell_waiting(open_context, now=now)
    (letter,) = letters(open_context)
    return read(letter)


@pytest.fixture
def letter(sqlite_context: AppContext) -> Read:
    return written(sqlite_context)


def test_both_forms_say_what_is_free_and_when(letter: Read) -> None:
    date, clock = "Donnerstag, 5. März 2026", "12:00–12:30 Uhr"
    in_both(letter, "Sprechstunde am Telefon", date, clock, "(Zeit in Berlin, UTC+1)")
    assert letter.subject == f"Frei geworden: Sprechstunde am {date}, {clock}"


def test_both_forms_lead_to_that_time_and_to_the_others(letter: Read) -> None:
    others = f"{SITE}/termin/{SCARCE}"
    this = f"{others}/20260305T110000Z"
    assert {this, others} <= letter.links
    for link in (this, others):
        assert f"{link}\n" in letter.text


def test_both_forms_promise_that_the_address_is_gone(letter: Read) -> None:
    in_both(letter, "Deine Adresse ist dort jetzt gelöscht, mehr Mails kommen nicht.")


def test_it_has_no_invitation_and_an_answer_reaches_the_consultant(letter: Read) -> None:
    assert letter.invitation is None
    assert (letter.to, letter.reply_to) == (["gast@gast.example"], ["vera@stadtfuehrer.example"])


def test_it_is_written_in_good_german(letter: Read) -> None:
    said = f"{letter.subject}\n{letter.text}\n{letter.shown}"
    assert not re.search(r"\b(Sie|Ihnen|Ihre[mnrs]?)\b|[\"!]|\.\.\.| - ", said)
    assert not re.search(r"\{[{%]|None|Undefined|\n{4}|[ \t]\n", letter.text)
    assert letter.text.count("„") == letter.text.count("“")
    assert all(link.startswith((SITE, "mailto:", "tel:")) for link in letter.links)


@pytest.mark.parametrize(
    ("now", "said", "address"),
    [
        (datetime(2026, 3, 26, 23, tzinfo=UTC), "2. April 2026", "20260402T100000Z"),
        (datetime(2026, 10, 23, tzinfo=UTC), "29. Oktober 2026", "20261029T110000Z"),
    ],
)
def test_noon_is_noon_after_the_clocks_have_changed(
    sqlite_context: AppContext, now: datetime, said: str, address: str
) -> None:
    letter = written(sqlite_context, now=now)
    in_both(letter, f"Donnerstag, {said}", "12:00–12:30 Uhr")
    assert f"{SITE}/termin/{SCARCE}/{address}" in letter.links


def test_each_letter_has_an_id_of_its_own(sqlite_context: AppContext) -> None:
    """Also the second one to the same address: it asked again."""
    open_context = with_scarce_times(sqlite_context, [Hours(720, 780)])
    for _ in range(2):
        join(open_context, "gast", now=NOW)
        tell_waiting(open_context, now=NOW)
    first, second = letters(open_context)
    assert first.message_id != second.message_id
    assert in_berlin("2026-03-05 12:30").strftime("%Y%m%dT%H%M%SZ") in read(second).text

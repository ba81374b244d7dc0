"""How the letters are made: in good German, light, with nothing fetched and nothing broken."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import html5lib
import pytest

from stadtfuehrer.booking import letters as owed
from stadtfuehrer.booking.model import Party
from stadtfuehrer.booking.opening import Hours
from stadtfuehrer.booking.service import book, look_up
from stadtfuehrer.booking.waiting import tell_waiting
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.store import enqueue
from stadtfuehrer.web.fields import LONGEST_LINE, LONGEST_TEXT
from tests.support.contexts import NOW, a_visitor, a_wish, in_berlin
from tests.support.lines import SCARCE, join, with_scarce_times
from tests.support.mailbag import Read, read
from tests.support.steps import Life, whole_life
from tests.support.stored import letters
from tests.support.written import CONSULTANTS, VISITORS, in_both

SITE = "http://127.0.0.1:8000"


@pytest.mark.parametrize("kind", [*VISITORS, *CONSULTANTS])
def test_each_letter_is_well_made_and_comes_back_to_a_person(life: Life, kind: LetterKind) -> None:
    letter = life.letters[kind]
    check_form(letter)
    guest, vera, site = (
        "aenne@gast.example",
        "vera@stadtfuehrer.example",
        "termine@stadtfuehrer.example",
    )
    to, reply_to = (guest, vera) if kind in VISITORS else (vera, site)
    assert (letter.to, letter.reply_to) == ([to], [reply_to])


def check_form(letter: Read) -> None:
    """It says du, in good typography, and shows nothing of what its templates are made of."""
    said = f"{letter.subject}\n{letter.text}\n{letter.shown}"
    assert not re.search(r"\b(Sie|Ihnen|Ihre[mnrs]?)\b", said)
    assert '"' not in said
    assert " - " not in said.replace("\n- ", "\n")
    for form in (letter.text, letter.shown):
        assert form.count("„") == form.count("“")
    ours = said.replace("Es tut mir leid!", "")
    assert "!" not in ours
    assert "..." not in ours
    made = f"{letter.subject}\n{letter.text}\n{letter.html}"
    for trace in ("{{", "{%", "None", "Undefined", "&amp;amp;", "&lt;br", "\n\n\n\n"):
        assert trace not in made
    assert not re.search(r"[ \t]$", letter.text, re.MULTILINE)


def test_no_html_form_weighs_30_kb_even_when_all_is_said_at_length(
    sqlite_context: AppContext,
) -> None:
    """As long as the forms allow, in German; only letters full of & and < could weigh more."""
    long = ("Zeile mit Umlauten, äöüß, und manchem „Zitat“\n" * 70)[:LONGEST_TEXT]
    visitor: dict[str, Any] = {"name": "Ä" * LONGEST_LINE, "firma": "ß" * LONGEST_LINE}
    visitor |= {"anliegen": long, "zone": "America/Argentina/ComodRivadavia"}
    for letter in whole_life(sqlite_context, reason=long, **visitor).letters.values():
        assert len(letter.html.encode()) < 30_000


@pytest.mark.parametrize(
    "hostile",
    [
        "<b>Fett</b> {{ 7 * 7 }}",
        "</td></table><script>x</script>",
        "&amp; < „Ä“ 'O\"H -->",
        "<gast@gast.example>",
        "W" * LONGEST_LINE,
    ],
)
def test_what_visitors_write_is_shown_as_written(sqlite_context: AppContext, hostile: str) -> None:
    visitor: dict[str, Any] = dict.fromkeys(("name", "firma", "anliegen"), hostile)
    strict = html5lib.HTMLParser(strict=True)
    for letter in whole_life(sqlite_context, reason=hostile, **visitor).letters.values():
        in_both(letter, hostile)
        strict.parse(letter.html)
        assert not re.search(r"<(b|script|gast)\b", letter.html)


@pytest.mark.parametrize(
    ("telefon", "link"),
    [
        ("+49 (0)30 5550-77", "tel:+4930555077"),
        ("0151/5550 12", "tel:0151555012"),
        ("bitte nur schreiben", None),
        ("110?", None),
    ],
)
def test_a_number_can_be_tapped_if_it_is_one_and_an_odd_address_written_to(
    sqlite_context: AppContext, telefon: str, link: str | None
) -> None:
    odd = "a?b&c+d%e@gast.example"
    found = whole_life(sqlite_context, telefon=telefon, email=odd).letters
    letter = found[LetterKind.INVITATION]
    in_both(letter, telefon, odd)
    assert [one for one in letter.links if one.startswith("tel:")] == ([link] if link else [])
    assert "mailto:a%3Fb%26c%2Bd%25e@gast.example" in letter.links


def test_facts_about_the_consultant_stand_under_the_letters_to_visitors(
    sqlite_context: AppContext,
) -> None:
    settings = sqlite_context.settings
    facts = ("Seit 2012 für kleine Betriebe", "Aus Giesing")
    own = replace(settings.consultant, facts=facts, photo="vera.jpg", logo="logo.svg")
    context = replace(sqlite_context, settings=replace(settings, consultant=own))
    for kind, letter in whole_life(context).letters.items():
        if kind in VISITORS:
            in_both(letter, *facts)
            check_form(letter)
        assert "<img" not in letter.html


def test_each_letter_has_a_message_id_of_its_own(lived_context: AppContext, life: Life) -> None:
    ids = [one.message_id for one in letters(lived_context)]
    assert len(ids) == len(set(ids)) >= len(life.letters)
    assert all(one.endswith("@stadtfuehrer.example>") for one in ids)


def test_who_waited_reads_what_is_free_and_when(sqlite_context: AppContext) -> None:
    open_context = with_scarce_times(sqlite_context, [Hours(720, 750), Hours(780, 810)])
    for _ in range(2):
        # Also the second letter to the same address has an id of its own: it asked again.
        join(open_context, "gast", now=NOW)
        tell_waiting(open_context, now=NOW)
    first, second = letters(open_context)
    assert first.message_id != second.message_id
    letter = read(first)
    date, clock = "Donnerstag, 5. März 2026", "12:00–12:30 Uhr"
    in_both(letter, "Sprechstunde am Telefon", date, clock, "(Zeit in Berlin, UTC+1)")
    in_both(letter, "Deine Adresse ist dort jetzt gelöscht, mehr Mails kommen nicht.")
    assert letter.subject == f"Frei geworden: Sprechstunde am {date}, {clock}"
    others = f"{SITE}/termin/{SCARCE}"
    for link in (others, f"{others}/20260305T110000Z"):
        assert link in letter.links
        assert f"{link}\n" in letter.text
    assert f"{others}/20260305T120000Z" in read(second).links
    assert letter.invitation is None
    assert (letter.to, letter.reply_to) == (["gast@gast.example"], ["vera@stadtfuehrer.example"])
    assert all(link.startswith((SITE, "mailto:", "tel:")) for link in letter.links)
    check_form(letter)


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
    open_context = with_scarce_times(sqlite_context, [Hours(720, 750)])
    join(open_context, "gast", now=now)
    tell_waiting(open_context, now=now)
    letter = read(letters(open_context)[0])
    in_both(letter, f"Donnerstag, {said}", "12:00–12:30 Uhr")
    assert f"{SITE}/termin/{SCARCE}/{address}" in letter.links


def test_a_name_is_nowhere_markup_also_where_both_forms_share_a_sentence(
    context: AppContext,
) -> None:
    name = "Änne <b>Müller</b>"
    wish = a_wish(context, in_berlin("2026-03-12 09:00"), visitor=a_visitor(name=name))
    found = look_up(context, book(context, wish, now=NOW))
    readdressed = owed.when_readdressed(context, found.booking, Party.VISITOR, now=NOW)
    asked = owed.about_event(
        context, found.row_id, found.booking, found="gone", start=None, hindrance="", now=NOW
    )
    with context.database.begin() as session:
        enqueue(session, [readdressed[1]], booking_id=found.row_id, now=NOW)
        enqueue(session, [asked], booking_id=None, now=NOW)
    made = [read(one) for one in letters(context)]
    assert {one.kind for one in made} >= {LetterKind.NEW_ADDRESS, LetterKind.CALENDAR_EVENT}
    for letter in made:
        assert "<b>" not in letter.html
        assert name in letter.shown

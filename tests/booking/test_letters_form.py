"""How the letters are made: in good German, light, with nothing fetched and nothing broken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import html5lib
import pytest

from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.web.fields import LONGEST_LINE, LONGEST_TEXT
from tests.support.steps import Life, whole_life
from tests.support.stored import letters as kept_letters
from tests.support.written import CONSULTANTS, VISITORS, in_both

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext
    from tests.support.mailbag import Read


@pytest.fixture(params=[*VISITORS, *CONSULTANTS])
def letter(request: pytest.FixtureRequest, life: Life) -> Read:
    return life.letters[request.param]


def test_each_letter_goes_to_one_reader_and_comes_back_to_a_person(letter: Read) -> None:
    visitor, consultant = ["aenne@gast.example"], ["vera@stadtfuehrer.example"]
    if letter.kind in VISITORS:
        assert (letter.to, letter.reply_to) == (visitor, consultant)
    else:
        assert (letter.to, letter.reply_to) == (consultant, visitor)


def test_each_letter_says_du_in_good_typography(letter: Read) -> None:
    said = f"{letter.subject}\n{letter.text}\n{letter.shown}"
    assert not re.search(r"\b(Sie|Ihnen|Ihre[mnrs]?)\b", said)
    assert '"' not in said
    assert " - " not in said.replace("\n- ", "\n")
    for form in (letter.text, letter.shown):
        assert form.count("„") == form.count("“")
    ours = said.replace("Es tut mir leid!", "")
    assert "!" not in ours
    assert "..." not in ours


def test_no_letter_shows_what_its_templates_are_made_of(letter: Read) -> None:
    said = f"{letter.subject}\n{letter.text}\n{letter.html}"
    for trace in ("{{", "{%", "None", "Undefined", "&amp;amp;", "&lt;br", "\n\n\n\n"):
        assert trace not in said
    assert not re.search(r"[ \t]$", letter.text, re.MULTILINE)


def test_no_html_form_weighs_30_kb_even_when_all_is_said_at_length(
    sqlite_context: AppContext,
) -> None:
    """As long as the forms allow, in German; only letters full of & and < could weigh more."""
    long = ("Zeile mit Umlauten, äöüß, und manchem „Zitat“\n" * 70)[:LONGEST_TEXT]
    letters = whole_life(
        sqlite_context,
        name="Ä" * LONGEST_LINE,
        firma="ß" * LONGEST_LINE,
        anliegen=long,
        reason=long,
        zone="America/Argentina/ComodRivadavia",
    ).letters
    for letter in letters.values():
        assert len(letter.html.encode()) < 30_000


@pytest.mark.parametrize(
    "hostile",
    [
        "<b>Fett</b>",
        "{{ 7 * 7 }}",
        "</td></table><script>x</script>",
        "&amp; <",
        "„Ä“ 'O\"H",
        "-->",
        "<gast@gast.example>",
        "W" * LONGEST_LINE,
    ],
)
def test_what_visitors_write_is_shown_as_written(sqlite_context: AppContext, hostile: str) -> None:
    letters = whole_life(
        sqlite_context, name=hostile, firma=hostile, anliegen=hostile, reason=hostile
    ).letters
    strict = html5lib.HTMLParser(strict=True)
    for letter in letters.values():
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
def test_a_number_can_be_tapped_if_it_is_one(
    sqlite_context: AppContext, telefon: str, link: str | None
) -> None:
    letter = whole_life(sqlite_context, telefon=telefon).letters[LetterKind.INVITATION]
    in_both(letter, telefon)
    assert [one for one in letter.links if one.startswith("tel:")] == ([link] if link else [])


def test_an_odd_address_can_be_written_to(sqlite_context: AppContext) -> None:
    letters = whole_life(sqlite_context, email="a?b&c+d%e@gast.example").letters
    in_both(letters[LetterKind.INVITATION], "a?b&c+d%e@gast.example")
    assert "mailto:a%3Fb%26c%2Bd%25e@gast.example" in letters[LetterKind.INVITATION].links


def test_each_letter_has_a_message_id_of_its_own(lived_context: AppContext, life: Life) -> None:
    ids = [one.message_id for one in kept_letters(lived_context)]
    assert len(ids) >= len(life.letters)
    assert len(ids) == len(set(ids))
    assert all(one.endswith("@stadtfuehrer.example>") for one in ids)

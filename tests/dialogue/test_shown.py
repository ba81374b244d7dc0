"""What pages show of the dialogue."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue import shown, store
from stadtfuehrer.dialogue.model import Kind, Voice
from stadtfuehrer.dialogue.shown import A_PAGE, LETTERS, ON_A_PAGE, VOICES, Shown
from stadtfuehrer.refusals import UnknownVoice
from tests.support.contexts import NOW, OpenContext
from tests.support.voices import answered, published, said

ARTICLE = "/stadtgespraech/marketing-als-gespraech"
OTHER = "/stadtgespraech/marketing-und-kommunikation"
OFFER = "/angebot/marketingberatung"


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def many(context: AppContext, number: int, **changes: Any) -> list[int]:
    """So many that are shown, the newest first; their numbers."""
    return [
        published(context, said_at=days_ago(days), **changes).id for days in range(2, 2 + number)
    ]


def ids(voices: list[Voice]) -> list[int]:
    return [one.id for one in voices]


PAGES: dict[Kind, tuple[int, Callable[[AppContext, int], Shown]]] = {
    Kind.QUESTION: (A_PAGE, lambda context, page: shown.questions(context, page=page)),
    Kind.LETTER: (LETTERS, lambda context, page: shown.letters_about(context, ARTICLE, page=page)),
    Kind.CHECK_IN: (A_PAGE, lambda context, page: shown.heard(context, page=page)),
}
"""How many stand on a page, and what reads it; something was heard of each."""


@pytest.mark.parametrize("kind", PAGES)
def test_a_list_is_shown_page_by_page_the_newest_first(context: AppContext, kind: Kind) -> None:
    most, read = PAGES[kind]
    assert read(context, 1) == shown.NOTHING
    keep = said if kind is Kind.CHECK_IN else published
    for days in range(2, 2 + most):
        keep(context, kind=kind, about=ARTICLE, said_at=days_ago(days), heard_at=days_ago(days))
    full = read(context, 1)
    assert (len(full.voices), full.number, full.goes_on) == (most, most, False)
    assert full.voices == sorted(full.voices, key=lambda one: one.said_at, reverse=True)
    newer = keep(context, kind=kind, about=ARTICLE, said_at=days_ago(1), heard_at=NOW)
    first, second = read(context, 1), read(context, 2)
    assert (ids(first.voices)[0], first.number, first.goes_on) == (newer.id, most + 1, True)
    assert (ids(second.voices), second.page, second.goes_on) == ([full.voices[-1].id], 2, False)
    with pytest.raises(UnknownVoice):
        read(context, 3)


def test_letters_stand_under_their_article_and_questions_under_their_page(
    context: AppContext,
) -> None:
    letter = published(context, kind=Kind.LETTER, about=ARTICLE)
    question = published(context, about=OFFER)
    answered(context, about=OFFER)
    assert ids(shown.letters_about(context, ARTICLE).voices) == [letter.id]
    assert shown.letters_about(context, OTHER) == shown.NOTHING
    assert ids(shown.questions(context).voices) == [question.id]
    assert ids(shown.questions_about(context, OFFER)) == [question.id]
    assert shown.questions_about(context, ARTICLE) == []
    assert [one.kind for one in shown.newest(context)] == [Kind.QUESTION, Kind.LETTER]


def test_a_page_has_the_newest_of_its_questions(context: AppContext) -> None:
    asked = many(context, ON_A_PAGE + 1, about="/")
    assert ids(shown.questions_about(context, "/")) == asked[:ON_A_PAGE]


@pytest.mark.parametrize("keep", [said, answered, lambda one: published(one, kind=Kind.LETTER)])
def test_only_a_published_question_has_a_page(
    context: AppContext, keep: Callable[[AppContext], Voice]
) -> None:
    hidden, there = keep(context), published(context)
    assert shown.get_question(context, there.id) == there
    for number in (hidden.id, there.id + 1, 0):
        with pytest.raises(UnknownVoice):
            shown.get_question(context, number)


@pytest.mark.parametrize(
    ("counts", "numbers"),
    [
        ({"sehr": 4}, (0, 0)),
        ({"sehr": 4, "nicht": 1}, (5, 4)),
        ({"sehr": 1, "eher": 2, "teils": 3}, (6, 3)),
        ({"teils": 2, "nicht": 3}, (5, 0)),
    ],
)
def test_numbers_of_satisfied_guests_are_given_from_five_up(
    context: AppContext, counts: dict[str, int], numbers: tuple[int, int]
) -> None:
    with context.database.begin() as session:
        for choice, times in counts.items():
            for number in range(times):
                store.add_satisfied(session, choice, day=NOW.date() - timedelta(days=number))
    found = shown.guests(context)
    assert (found.answered, found.satisfied) == numbers


def test_guests_words_are_the_newest_that_are_published_whatever_they_say(
    context: AppContext,
) -> None:
    words = many(context, VOICES + 1, kind=Kind.FEEDBACK, choice="nicht")
    answered(context, kind=Kind.FEEDBACK, choice="sehr")
    assert ids(shown.guests(context).voices) == words[:VOICES]


def test_days_are_those_of_the_consultants_clock(context: AppContext) -> None:
    late = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)  # In Berlin it is the first of March.
    assert shown.last_heard_on(context) is None
    voice = published(context, published_at=late, heard="Getan.", heard_at=late)
    assert shown.last_heard_on(context) == date(2026, 3, 1)
    assert shown.questions_in_sitemap(context) == [(voice.id, date(2026, 3, 1))]
    with context.database.begin() as session:
        store.change(session, voice.id, changed_at=late + timedelta(days=1))
    assert shown.questions_in_sitemap(context) == [(voice.id, date(2026, 3, 2))]


@pytest.mark.parametrize(
    ("hours", "wait"), [([], None), ([1, 2], None), ([1, 2, 30], 2), ([1, 2, 4, 30], 3)]
)
def test_how_long_an_answer_takes_is_the_median(
    context: AppContext, hours: list[int], wait: int | None
) -> None:
    for one in hours:
        answered(context, said_at=days_ago(4), answered_at=days_ago(4) + timedelta(hours=one))
    # An answer of long ago, and one to a rating, say nothing about how long a question waits.
    answered(context, said_at=days_ago(300), answered_at=days_ago(90))
    answered(context, kind=Kind.FEEDBACK)
    found = shown.find_usual_wait(context, now=NOW)
    assert found == (None if wait is None else timedelta(hours=wait))


def test_a_page_that_is_gone_has_no_title(open_context: OpenContext) -> None:
    with open_context() as context:
        assert shown.title_of(context, OFFER) == "Marketingberatung"
        assert shown.title_of(context, ARTICLE) == context.catalogue.articles[0].title
        assert shown.title_of(context, "/angebot/gibt-es-nicht") == ""


LONG = "Wir backen seit vierzig Jahren und " * 3


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("Lohnt\n sich  das?", "Lohnt sich das?"),
        ("x" * 110, "x" * 110),
        ("x" * 111, f"{'x' * 110} …"),
        (f"{'x' * 110} y", f"{'x' * 110} …"),
        (f"{'x' * 99}, – {LONG}", f"{'x' * 99}, – Wir …"),
        (f"{'x' * 104}, – {LONG}", f"{'x' * 104} …"),
        (f"{LONG}fragen: Lohnt sich das?", f"{LONG.rstrip()} …"),
        (
            f"{LONG}mehr. Lohnt sich z. B. ein Newsletter? Danke.",
            "Lohnt sich z. B. ein Newsletter?",
        ),
        (f"Warum? {LONG}fragen.", f"Warum? {LONG.removesuffix(' und ')} …"),
    ],
)
def test_a_headline_is_the_text_a_whole_question_or_how_it_begins(text: str, headline: str) -> None:
    assert Voice(uid="1", kind=Kind.QUESTION, text=text, said_at=NOW).headline == headline

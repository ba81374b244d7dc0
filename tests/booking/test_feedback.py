"""How it was: once, to the consultant, and nowhere else."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from stadtfuehrer.booking.reminders import answer, check_answerable, take_back_consent
from stadtfuehrer.booking.service import book, cancel, look_up
from stadtfuehrer.booking.visitor import find_satisfaction
from stadtfuehrer.context import AppContext
from stadtfuehrer.database.base import Base
from stadtfuehrer.dialogue.model import Satisfaction
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.quiz.statistics import CounterKey, Metric
from stadtfuehrer.quiz.store import by_day
from stadtfuehrer.refusals import (
    AlreadyAnswered,
    DidNotTakePlace,
    NotYetOver,
    Refusal,
    UnknownBooking,
)
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import NOW, a_wish, in_berlin
from tests.support.mailbag import read
from tests.support.stored import letters
from tests.support.written import in_both

START = in_berlin("2026-03-12 09:00")
END = START + timedelta(minutes=30)


@pytest.fixture
def token(context: AppContext) -> str:
    return book(context, a_wish(context, START), now=NOW)


def refused(context: AppContext, token: str, refusal: type[Refusal], now: datetime = END) -> None:
    """By the page's question and by the answer alike."""
    with pytest.raises(refusal):
        check_answerable(context, token, now=now)
    with pytest.raises(refusal):
        answer(context, token, Satisfaction.VERY, "", now=now)


@pytest.mark.parametrize("words", ["Sehr <b>gut</b> & 'klar'.\nSonnenblumenkern", ""])
def test_the_answer_reaches_the_consultant_once(
    context: AppContext, token: str, words: str
) -> None:
    check_answerable(context, token, now=END)
    answer(context, token, Satisfaction.RATHER, words, now=END)
    (letter,) = (read(one) for one in letters(context) if one.kind == LetterKind.FEEDBACK)
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
    assert (letter.to, letter.reply_to) == (
        ["vera@stadtfuehrer.example"],
        ["termine@stadtfuehrer.example"],
    )
    assert {"mailto:aenne@gast.example", "tel:+4930555077"} <= letter.links
    assert token not in letter.everything
    assert consultant_token(context.secret, look_up(context, token).booking.uid) != token
    refused(context, token, AlreadyAnswered)
    # It is counted once, in a sum for the day.
    with context.database.read() as session:
        counted = by_day(session, since=END.date())
    key = CounterKey("", Metric.SATISFIED, option="eher")
    assert counted == {(END.astimezone(context.rules.zone).date(), key): 1}
    # The words stand in the letter only.
    with context.database.read() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.connection().execute(select(table)).mappings():
                beside = [row[name] for name in row if name not in {"message", "facts"}]
                assert "Sonnenblumenkern" not in str(beside)


def test_of_what_has_not_been_there_is_nothing_to_say(context: AppContext, token: str) -> None:
    refused(context, token, NotYetOver, END - timedelta(seconds=1))
    cancel(context, token, "", now=NOW)
    refused(context, token, DidNotTakePlace)


@pytest.mark.parametrize("token", ["", "falsch", "\udcff"])
def test_an_unknown_token_is_refused(context: AppContext, token: str) -> None:
    refused(context, token, UnknownBooking)
    with pytest.raises(UnknownBooking):
        take_back_consent(context, token)


def test_each_choice_is_found_by_its_very_value_and_has_words_of_its_own() -> None:
    assert [find_satisfaction(one.value) for one in Satisfaction] == list(Satisfaction)
    assert len({one.label for one in Satisfaction}) == len(Satisfaction)
    for value in ("", "Sehr", "sehr ", "sehr\n", "SEHR", "0", "VERY"):
        assert find_satisfaction(value) is None

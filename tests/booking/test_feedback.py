"""How it was: once, to the consultant, and nowhere else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from stadtfuehrer.booking.model import Satisfaction
from stadtfuehrer.booking.reminders import answer, check_answerable, take_back_consent
from stadtfuehrer.booking.service import book, cancel
from stadtfuehrer.context import AppContext
from stadtfuehrer.database.base import Base
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.refusals import AlreadyAnswered, DidNotTakePlace, NotYetOver, UnknownBooking
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import NOW, a_wish, in_berlin
from tests.support.mailbag import read, straightened
from tests.support.stored import letters

START = in_berlin("2026-03-10 09:00")
END = START + timedelta(minutes=30)
WORDS = "Sehr klar, danke.\nNur die Karte war <krumm> & 'schief'."


def test_the_answer_reaches_the_consultant_once(context: AppContext) -> None:
    token = book(context, a_wish(context, START), now=NOW)
    check_answerable(context, token, now=END)
    answer(context, token, Satisfaction.RATHER, WORDS, now=END)
    (letter,) = (read(one) for one in letters(context) if one.kind == LetterKind.FEEDBACK)
    assert letter.to == ["vera@stadtfuehrer.example"]
    assert letter.reply_to == ["aenne@gast.example"]
    assert "Änne Müller" in letter.text
    assert Satisfaction.RATHER.label in letter.text
    assert Satisfaction.RATHER.label in letter.shown
    assert straightened(WORDS) in straightened(letter.text)
    assert "<krumm> & 'schief'" in letter.shown
    with pytest.raises(AlreadyAnswered):
        answer(context, token, Satisfaction.NOT, "", now=END)
    with pytest.raises(AlreadyAnswered):
        check_answerable(context, token, now=END)


def test_the_words_stand_in_the_letter_only(sqlite_context: AppContext) -> None:
    context = sqlite_context
    token = book(context, a_wish(context, START), now=NOW)
    answer(context, token, Satisfaction.VERY, "Sonnenblumenkern", now=END)
    with context.database.read() as session:
        connection = session.connection()
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                shown = {
                    name: value for name, value in row.items() if name not in {"message", "facts"}
                }
                assert "Sonnenblumenkern" not in str(shown)


def test_the_consultants_own_link_stands_in_the_letter(context: AppContext) -> None:
    token = book(context, a_wish(context, START), now=NOW)
    answer(context, token, Satisfaction.PARTLY, "", now=END)
    (letter,) = (read(one) for one in letters(context) if one.kind == LetterKind.FEEDBACK)
    assert token not in letter.everything


def test_before_its_end_nobody_can_say_how_it_was(context: AppContext) -> None:
    token = book(context, a_wish(context, START), now=NOW)
    before = END - timedelta(seconds=1)
    with pytest.raises(NotYetOver):
        check_answerable(context, token, now=before)
    with pytest.raises(NotYetOver):
        answer(context, token, Satisfaction.VERY, "", now=before)


def test_of_a_cancelled_one_there_is_nothing_to_say(context: AppContext) -> None:
    token = book(context, a_wish(context, START), now=NOW)
    cancel(context, token, "", now=NOW)
    with pytest.raises(DidNotTakePlace):
        answer(context, token, Satisfaction.VERY, "", now=END)


@pytest.mark.parametrize("token", ["", "falsch", "\udcff"])
def test_an_unknown_token_is_refused(context: AppContext, token: str) -> None:
    with pytest.raises(UnknownBooking):
        check_answerable(context, token, now=END)
    with pytest.raises(UnknownBooking):
        answer(context, token, Satisfaction.VERY, "", now=END)
    with pytest.raises(UnknownBooking):
        take_back_consent(context, token)


def test_the_two_links_of_a_booking_differ(context: AppContext) -> None:
    token = book(context, a_wish(context, START), now=NOW)
    uid = letters(context)[0].message_id.split("@")[0].rpartition(".")[2]
    assert consultant_token(context.secret, uid) != token

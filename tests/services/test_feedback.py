"""How it was: once, to the consultant, and nowhere else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from stadtfuehrer.domain.feedback import Satisfaction
from stadtfuehrer.domain.letter import LetterKind
from stadtfuehrer.domain.refusals import (
    AlreadyAnswered,
    DidNotTakePlace,
    NotYetOver,
    UnknownBooking,
)
from stadtfuehrer.services.booking import book, cancel
from stadtfuehrer.services.feedback import answer, check_answerable, take_back_consent
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.seal import consultant_token
from stadtfuehrer.storage.tables import Base
from tests.support.mailbag import read, straightened
from tests.support.offices import NOW, a_wish, in_berlin
from tests.support.stored import letters

START = in_berlin("2026-03-10 09:00")
END = START + timedelta(minutes=30)
WORDS = "Sehr klar, danke.\nNur die Karte war <krumm> & 'schief'."


def test_the_answer_reaches_the_consultant_once(office: Office) -> None:
    token = book(office, a_wish(office, START), now=NOW)
    check_answerable(office, token, now=END)
    answer(office, token, Satisfaction.RATHER, WORDS, now=END)
    (letter,) = (read(one) for one in letters(office) if one.kind == LetterKind.FEEDBACK)
    assert letter.to == ["vera@stadtfuehrer.example"]
    assert letter.reply_to == ["aenne@gast.example"]
    assert "Änne Müller" in letter.text
    assert Satisfaction.RATHER.label in letter.text
    assert Satisfaction.RATHER.label in letter.shown
    assert straightened(WORDS) in straightened(letter.text)
    assert "<krumm> & 'schief'" in letter.shown
    with pytest.raises(AlreadyAnswered):
        answer(office, token, Satisfaction.NOT, "", now=END)
    with pytest.raises(AlreadyAnswered):
        check_answerable(office, token, now=END)


def test_the_words_stand_in_the_letter_only(sqlite_office: Office) -> None:
    office = sqlite_office
    token = book(office, a_wish(office, START), now=NOW)
    answer(office, token, Satisfaction.VERY, "Sonnenblumenkern", now=END)
    with office.database.read() as session:
        connection = session.connection()
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                shown = {
                    name: value for name, value in row.items() if name not in {"message", "facts"}
                }
                assert "Sonnenblumenkern" not in str(shown)


def test_the_consultants_own_link_stands_in_the_letter(office: Office) -> None:
    token = book(office, a_wish(office, START), now=NOW)
    answer(office, token, Satisfaction.PARTLY, "", now=END)
    (letter,) = (read(one) for one in letters(office) if one.kind == LetterKind.FEEDBACK)
    assert token not in letter.everything


def test_before_its_end_nobody_can_say_how_it_was(office: Office) -> None:
    token = book(office, a_wish(office, START), now=NOW)
    before = END - timedelta(seconds=1)
    with pytest.raises(NotYetOver):
        check_answerable(office, token, now=before)
    with pytest.raises(NotYetOver):
        answer(office, token, Satisfaction.VERY, "", now=before)


def test_of_a_cancelled_one_there_is_nothing_to_say(office: Office) -> None:
    token = book(office, a_wish(office, START), now=NOW)
    cancel(office, token, "", now=NOW)
    with pytest.raises(DidNotTakePlace):
        answer(office, token, Satisfaction.VERY, "", now=END)


@pytest.mark.parametrize("token", ["", "falsch", "\udcff"])
def test_an_unknown_token_is_refused(office: Office, token: str) -> None:
    with pytest.raises(UnknownBooking):
        check_answerable(office, token, now=END)
    with pytest.raises(UnknownBooking):
        answer(office, token, Satisfaction.VERY, "", now=END)
    with pytest.raises(UnknownBooking):
        take_back_consent(office, token)


def test_the_two_links_of_a_booking_differ(office: Office) -> None:
    token = book(office, a_wish(office, START), now=NOW)
    uid = letters(office)[0].message_id.split("@")[0].rpartition(".")[2]
    assert consultant_token(office.secret, uid) != token

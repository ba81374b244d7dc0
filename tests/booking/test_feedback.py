"""How it was: once, to the consultant, and to others only with consent."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from stadtfuehrer.booking.feedback import answer, check_answerable, find_feedback, take_back_consent
from stadtfuehrer.booking.service import book, cancel, look_up
from stadtfuehrer.booking.visitor import find_satisfaction
from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue import check_in_store
from stadtfuehrer.dialogue.asking import take_back, token_of
from stadtfuehrer.dialogue.model import CHECKING_IN, PUBLISHING, Kind, Satisfaction, Voice
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.tables import DbLetter, State
from stadtfuehrer.refusals import (
    AlreadyAnswered,
    DidNotTakePlace,
    NotYetOver,
    Refusal,
    UnknownBooking,
)
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import NOW, a_visitor, a_wish, in_berlin
from tests.support.mailbag import Read, read
from tests.support.racing import lost, race
from tests.support.stored import everything, letters
from tests.support.voices import satisfied_rows
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
    assert counted(context) == [(END.astimezone(context.rules.zone).date(), "eher", 1)]


def counted(context: AppContext) -> list[tuple[date, str, int]]:
    with context.database.read() as session:
        return satisfied_rows(session)


def said(context: AppContext, token: str) -> Voice:
    voice = find_feedback(context, look_up(context, token).booking)
    assert voice is not None
    return voice


def to_consultant(context: AppContext) -> Read:
    (letter,) = (read(one) for one in letters(context) if one.kind == LetterKind.FEEDBACK)
    return letter


def test_it_is_kept_as_what_somebody_said(context: AppContext, token: str) -> None:
    answer(context, token, Satisfaction.NOT, "Zu schnell.", now=END)
    voice = said(context, token)
    assert voice == Voice(
        id=voice.id,
        uid=voice.uid,
        kind=Kind.FEEDBACK,
        text="Zu schnell.",
        name="Änne Müller",
        email="aenne@gast.example",
        choice="nicht",
        said_at=END,
    )
    office = f"https://stadtfuehrer.example/buero/stimmen/{voice.id}"
    assert office.removeprefix("https://stadtfuehrer.example") in to_consultant(context).text


@pytest.mark.parametrize(
    ("ticked", "words", "name", "told"),
    [
        ({}, "Gut.", None, "Veröffentlicht wird davon nichts."),
        # Without the consent the name says nothing, and without words the consent.
        ({"with_name": True}, "Gut.", None, "Veröffentlicht wird davon nichts."),
        ({"may_be_published": True}, "", None, "Veröffentlicht wird davon nichts."),
        ({"may_be_published": True}, "Gut.", "", "auf deinen Seiten steht, aber ohne Namen."),
        (
            {"may_be_published": True, "with_name": True},
            "Gut.",
            "Änne",
            "auf deinen Seiten steht, mit Vornamen.",
        ),
    ],
)
def test_it_may_be_published_only_with_consent_and_words(
    context: AppContext,
    token: str,
    ticked: dict[str, bool],
    words: str,
    name: str | None,
    told: str,
) -> None:
    answer(context, token, Satisfaction.VERY, words, **ticked, now=END)
    voice = said(context, token)
    given = voice.consent and (voice.consent.version, voice.consent.wording, voice.consent.given_at)
    assert given == (None if name is None else (*PUBLISHING[Kind.FEEDBACK], END))
    assert voice.first_name == (name or "")
    in_both(to_consultant(context), told)


@pytest.mark.parametrize(
    ("ticked", "email"), [(True, "aenne@gast.example"), (False, ""), (True, "")]
)
def test_only_who_agrees_and_has_an_address_may_be_asked_later(
    context: AppContext, email: str, *, ticked: bool
) -> None:
    booked = book(context, a_wish(context, START, visitor=a_visitor(email=email)), now=NOW)
    answer(context, booked, Satisfaction.VERY, "", may_be_asked=ticked, now=END)
    with context.database.read() as session:
        guests = check_in_store.all_guests(session)
    asked = [(one.email, one.consent.wording, one.consent.given_at) for one in guests]
    assert asked == ([(email, CHECKING_IN, END)] if ticked and email else [])


def test_sent_twice_at_once_it_is_kept_counted_and_told_once(
    context: AppContext, token: str
) -> None:
    def send() -> None:
        answer(context, token, Satisfaction.VERY, "Gut.", may_be_asked=True, now=END)

    assert lost(race([send] * 4)) == ["AlreadyAnswered"] * 3
    assert [number for _, _, number in counted(context)] == [1]
    assert "Gut." in to_consultant(context).text


def test_a_letter_that_waited_through_the_upgrade_still_leaves(
    context: AppContext, token: str
) -> None:
    answer(context, token, Satisfaction.VERY, "Gut.", may_be_published=True, now=END)
    with context.database.begin() as session:
        letter = session.scalars(select(DbLetter).where(DbLetter.kind == LetterKind.FEEDBACK)).one()
        new = {"voice", "may_be_shown", "with_name"}
        letter.facts = {
            name: fact for name, fact in (letter.facts or {}).items() if name not in new
        }
    in_both(to_consultant(context), "Gut.", "Veröffentlicht wird davon nichts.")
    assert "/buero/stimmen" not in to_consultant(context).everything


@pytest.mark.parametrize("state", [State.WAITING, State.FAILED, State.SENT])
def test_taken_back_its_words_are_gone_and_it_is_not_asked_for_again(
    context: AppContext, token: str, state: State
) -> None:
    words = "Sonnenblumenkern"
    answer(context, token, Satisfaction.VERY, words, may_be_published=True, now=END)
    letter = DbLetter.kind == LetterKind.FEEDBACK
    with context.database.begin() as session:
        session.execute(update(DbLetter).where(letter).values(state=state, message=words.encode()))
    assert words in everything(context)
    take_back(context, token_of(context, said(context, token)))
    assert words not in everything(context)
    with context.database.read() as session:
        left = session.scalars(select(DbLetter.state).where(letter)).one()
    assert left == (State.SENT if state is State.SENT else State.SKIPPED)
    assert len(counted(context)) == 1
    refused(context, token, AlreadyAnswered)


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

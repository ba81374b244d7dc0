"""Asking: kept once, told of once, held where it may be a robot's; and taken back for good."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue import answering, store
from stadtfuehrer.dialogue.answering import Answer
from stadtfuehrer.dialogue.asking import (
    CROWD,
    Asked,
    ask,
    find_by_token,
    get_by_token,
    note_helped,
    take_back,
    token_of,
)
from stadtfuehrer.dialogue.model import PUBLISHING, WITH_NAME, Kind, Voice
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.tables import DbLetter
from stadtfuehrer.refusals import TooManyLetters, UnknownVoice
from stadtfuehrer.web.links import sign
from stadtfuehrer.web.renewal import pages_stamp
from tests.support.contexts import NOW, OpenContext
from tests.support.voices import all_voices, answered, said

QUESTION = Asked(kind=Kind.QUESTION, text="Was kostet das?")
WITH_ADDRESS = replace(QUESTION, name="Änne Müller", email="aenne@gast.example")
VERA = "vera@stadtfuehrer.example"


def owed(context: AppContext) -> list[tuple[str, str]]:
    """Kind and receiver of each letter in the outbox."""
    query = select(DbLetter.kind, DbLetter.recipient).order_by(DbLetter.id)
    with context.database.read() as session:
        return [(kind, recipient) for kind, recipient in session.execute(query)]


def test_a_question_is_kept_and_told_of(context: AppContext) -> None:
    asked = replace(QUESTION, about="/angebot")
    token = ask(context, asked, key="k", now=NOW)
    (voice,) = all_voices(context)
    assert get_by_token(context, token) == voice
    assert token == token_of(context, voice)
    assert voice == Voice(
        id=voice.id,
        uid=voice.uid,
        kind=Kind.QUESTION,
        about="/angebot",
        text="Was kostet das?",
        said_at=NOW,
    )
    assert owed(context) == [(LetterKind.VOICE, VERA)]


def test_whoever_leaves_an_address_is_thanked_by_letter(context: AppContext) -> None:
    ask(context, WITH_ADDRESS, key="k", now=NOW)
    thanks = (LetterKind.ASKED, "aenne@gast.example")
    assert owed(context) == [(LetterKind.VOICE, VERA), thanks]


@pytest.mark.parametrize("kind", [Kind.QUESTION, Kind.LETTER])
def test_consent_is_kept_with_its_wording_and_instant(context: AppContext, kind: Kind) -> None:
    for published in (True, False):
        asked = replace(QUESTION, kind=kind, may_be_published=published, with_name=True)
        ask(context, asked, key=f"{published}", now=NOW)
    consenting, other = all_voices(context)
    assert consenting.consent is not None
    given = consenting.consent
    assert ((given.version, given.wording), given.given_at) == (PUBLISHING[kind], NOW)
    assert consenting.with_name
    # A name is for what is shown; without the one consent the other says nothing.
    assert (other.consent, other.with_name) == (None, False)
    assert WITH_NAME not in given.wording


def test_the_same_form_asks_once_and_another_one_again(context: AppContext) -> None:
    tokens = [ask(context, WITH_ADDRESS, key="k", now=NOW) for _ in range(2)]
    assert tokens[0] == tokens[1]
    changed = replace(WITH_ADDRESS, text="Und was kostet das andere?")
    other = {ask(context, changed, key="k", now=NOW), ask(context, WITH_ADDRESS, key="l", now=NOW)}
    assert len({*tokens, *other}) == 3
    assert len(all_voices(context)) == 3
    assert len(owed(context)) == 6


def test_the_same_form_sent_twice_at_once_asks_once(context: AppContext) -> None:
    together = Barrier(4)

    def send(_number: int) -> str:
        together.wait()
        return ask(context, WITH_ADDRESS, key="k", now=NOW)

    with ThreadPoolExecutor(4) as threads:
        tokens = set(threads.map(send, range(4)))
    assert len(tokens) == len(all_voices(context)) == 1
    assert len(owed(context)) == 2


def test_what_leads_away_is_held_and_nobody_is_written_to(context: AppContext) -> None:
    asked = replace(WITH_ADDRESS, text="Kennst du https://laden.example?")
    token = ask(context, asked, key="k", now=NOW)
    assert get_by_token(context, token).is_held
    assert owed(context) == []


def test_a_crowd_is_held_until_the_hour_is_over(sqlite_context: AppContext) -> None:
    context = sqlite_context
    for number in range(CROWD):
        said(context, said_at=NOW - timedelta(minutes=number))
    held = ask(context, WITH_ADDRESS, key="k", now=NOW)
    # What is held counts no more: whoever floods the office does not keep it closed.
    still = ask(context, QUESTION, key="l", now=NOW)
    assert [get_by_token(context, one).is_held for one in (held, still)] == [True, True]
    assert owed(context) == []
    later = NOW - timedelta(minutes=CROWD - 1) + timedelta(hours=1)
    free = ask(context, QUESTION, key="m", now=later)
    assert not get_by_token(context, free).is_held
    assert owed(context) == [(LetterKind.VOICE, VERA)]


def test_limits_refuse_and_keep_nothing(open_context: OpenContext) -> None:
    with open_context(letters_per_address="2", letters_per_network="3") as context:
        for key in "ab":
            ask(context, WITH_ADDRESS, key=key, client="192.0.2.7", now=NOW)
        with pytest.raises(TooManyLetters) as refused:
            ask(context, WITH_ADDRESS, key="c", client="192.0.2.7", now=NOW)
        assert refused.value.again_at == NOW + timedelta(days=1)
        # The network has one left, with an address or without.
        ask(context, QUESTION, key="d", client="192.0.2.7", now=NOW)
        with pytest.raises(TooManyLetters):
            ask(context, QUESTION, key="e", client="192.0.2.7", now=NOW)
        assert len(all_voices(context)) == 3
        # What was taken is not refused when it comes again, by a second press of the button.
        assert find_by_token(context, ask(context, WITH_ADDRESS, key="b", client="", now=NOW))
        ask(context, WITH_ADDRESS, key="b", client="192.0.2.7", now=NOW)
        assert len(all_voices(context)) == 3


def test_the_last_word_on_whether_it_helped_counts(context: AppContext) -> None:
    voice = answered(context)
    for helped in (True, False):
        note_helped(context, token_of(context, voice), helped=helped)
        assert get_by_token(context, token_of(context, voice)).helped is helped


def test_of_what_has_no_answer_nobody_says_whether_it_helped(context: AppContext) -> None:
    voice = said(context)
    with pytest.raises(UnknownVoice):
        note_helped(context, token_of(context, voice), helped=True)
    assert get_by_token(context, token_of(context, voice)).helped is None


def test_what_is_taken_back_leaves_nothing_behind(sqlite_context: AppContext) -> None:
    context = sqlite_context
    asked = replace(WITH_ADDRESS, text="Sonnenblumenkern?", may_be_published=True)
    token = ask(context, asked, key="k", now=NOW)
    other = ask(context, QUESTION, key="l", now=NOW)
    voice = get_by_token(context, token)
    given = Answer(text="Schwertlilie.", publish=True)
    answering.answer(context, voice.id, given, version=voice.version, who=VERA, now=NOW)
    file = context.database.file
    assert file is not None
    stamp = pages_stamp(context.instance)

    for _ in range(2):  # Whoever presses twice has it once.
        take_back(context, token)
    assert find_by_token(context, token) is None
    assert [token_of(context, one) for one in all_voices(context)] == [other]
    assert owed(context) == [(LetterKind.VOICE, VERA)]
    assert pages_stamp(context.instance) > stamp
    stored = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    for word in ("Sonnenblumenkern", "Schwertlilie", "aenne@gast.example", voice.uid):
        assert word.encode() not in stored


def test_what_was_done_about_it_stays_without_them(context: AppContext) -> None:
    voice = answered(context, heard="Der Preis steht jetzt da.", heard_at=NOW)
    token = token_of(context, voice)
    take_back(context, token)
    assert find_by_token(context, token) is None
    with context.database.read() as session:
        (left,) = store.heard(session, most=9)
    assert (left.heard, left.text, left.name, left.email, left.answer) == (voice.heard, *[""] * 4)
    for step in (get_by_token, lambda *one: note_helped(*one, helped=True)):
        with pytest.raises(UnknownVoice):
            step(context, token)


def test_links_of_others_open_nothing(context: AppContext) -> None:
    voice = answered(context)
    foreign = replace(context, secret=b"foreign")
    for token in (
        "",
        "x",
        voice.uid,
        sign(context, "check-in", voice.uid),
        token_of(foreign, voice),
    ):
        for step in (find_by_token, get_by_token, take_back):
            with pytest.raises(UnknownVoice):
                step(context, token)
    # A link outlives its secret.
    changed = replace(context, secret=b"new", old_secrets=(context.secret,))
    assert get_by_token(changed, token_of(context, voice)) == voice

"""What the consultant does with what was said: each step, what it owes, and two at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from stadtfuehrer.audit_log import newest_lines
from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue.answering import (
    A_PAGE,
    Answer,
    Step,
    answer,
    answered,
    erase,
    get_voice,
    hear,
    in_numbers,
    inbox,
    take_step,
)
from stadtfuehrer.dialogue.count_store import count_since
from stadtfuehrer.dialogue.model import Kind, Voice, consent_to_publish
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.tables import DbLetter
from stadtfuehrer.refusals import NoConsent, NotAnswered, UnknownVoice, VoiceChanged
from stadtfuehrer.web.renewal import pages_stamp
from tests.support import voices
from tests.support.contexts import NOW
from tests.support.racing import lost, race, won

WHO = "vera@stadtfuehrer.example"
GIVEN = Answer(text=voices.ANSWER)
PUBLISHED = replace(GIVEN, publish=True)
BY_MAIL = replace(GIVEN, by_mail=True)
LATER = NOW + timedelta(hours=1)


def said(context: AppContext, kind: Kind = Kind.QUESTION, **changes: Any) -> Voice:
    """Something that may be shown, unless it is said otherwise."""
    consent = None if kind is Kind.CHECK_IN else consent_to_publish(kind, now=NOW)
    return voices.said(context, **{"kind": kind, "consent": consent} | changes)


def give(context: AppContext, voice: Voice, given: Answer = GIVEN, *, now: Any = NOW) -> Voice:
    answer(context, voice.id, given, version=voice.version, who=WHO, now=now)
    return get_voice(context, voice.id)


def step(context: AppContext, voice: Voice, which: Step, *, now: Any = NOW) -> Voice:
    take_step(context, voice.id, which, version=voice.version, who=WHO, now=now)
    return get_voice(context, voice.id)


def say(
    context: AppContext, voice: Voice, sentence: str, *, is_done: bool = True, now: Any = NOW
) -> Voice:
    version = voice.version
    hear(context, voice.id, sentence, is_done=is_done, version=version, who=WHO, now=now)
    return get_voice(context, voice.id)


def owed(context: AppContext) -> list[tuple[str, str]]:
    with context.database.read() as session:
        rows = session.execute(select(DbLetter.kind, DbLetter.recipient).order_by(DbLetter.id))
        return [(kind, recipient) for kind, recipient in rows]


def audit(context: AppContext) -> list[tuple[str, str, str]]:
    """The oldest first."""
    lines = newest_lines(context, most=99)
    return [(one.who, one.what, one.about) for one in reversed(lines)]


ANSWERED = (LetterKind.ANSWER, "aenne@gast.example")
SHOWN = (LetterKind.PUBLISHED, "aenne@gast.example")


@pytest.mark.parametrize(
    ("given", "letters", "shown"),
    [(GIVEN, [ANSWERED], False), (PUBLISHED, [ANSWERED], True), (BY_MAIL, [], False)],
    ids=["answered", "published at once", "by mail"],
)
def test_an_answer_owes_one_letter_at_most(
    context: AppContext, given: Answer, letters: list[tuple[str, str]], *, shown: bool
) -> None:
    voice = give(context, said(context, is_held=True), given)
    assert (voice.answer, voice.answered_at, voice.changed_at) == (given.text, NOW, NOW)
    assert (voice.is_open, voice.is_held, bool(voice.published_at)) == (False, False, shown)
    assert owed(context) == letters
    assert audit(context) == [(WHO, "voice-answered", str(voice.id))]


def test_what_was_given_by_mail_and_is_shown_is_told(context: AppContext) -> None:
    give(context, said(context), replace(BY_MAIL, publish=True))
    assert owed(context) == [SHOWN]


def test_a_changed_answer_goes_out_no_more(context: AppContext) -> None:
    voice = give(context, said(context))
    changed = give(context, voice, replace(GIVEN, text="Doch nicht."), now=LATER)
    assert (changed.answer, changed.answered_at, changed.changed_at) == ("Doch nicht.", NOW, LATER)
    assert owed(context) == [ANSWERED]


def test_shown_later_it_is_told_each_time_and_hidden_never(context: AppContext) -> None:
    voice = give(context, said(context))
    for hours in (1, 3):
        voice = step(context, voice, Step.PUBLISH, now=NOW + timedelta(hours=hours))
        assert voice.published_at == NOW + timedelta(hours=hours)
        voice = step(context, voice, Step.HIDE, now=NOW + timedelta(hours=hours + 1))
        assert (voice.published_at, voice.is_open) == (None, False)
    assert owed(context) == [ANSWERED, SHOWN, SHOWN]
    shown_and_hidden = ["voice-published", "voice-hidden"] * 2
    assert [what for _, what, _ in audit(context)] == ["voice-answered", *shown_and_hidden]


def test_who_left_no_address_gets_no_letter(context: AppContext) -> None:
    voice = give(context, said(context, email=""))
    step(context, voice, Step.PUBLISH, now=LATER)
    assert owed(context) == []


def test_shown_again_it_stays_shown_since_then(context: AppContext) -> None:
    voice = give(context, said(context), PUBLISHED)
    assert give(context, voice, PUBLISHED, now=LATER).published_at == NOW
    assert owed(context) == [ANSWERED]


@pytest.mark.parametrize("kind", [Kind.LETTER, Kind.FEEDBACK])
def test_what_was_no_question_is_shown_without_an_answer(context: AppContext, kind: Kind) -> None:
    voice = step(context, said(context, kind), Step.PUBLISH)
    assert (voice.published_at, voice.closed_at, voice.is_open) == (NOW, NOW, False)
    assert owed(context) == [SHOWN]
    answered_later = give(context, voice, now=LATER)
    assert (answered_later.published_at, owed(context)) == (NOW, [SHOWN, ANSWERED])


def test_a_question_is_shown_with_its_answer_only(context: AppContext) -> None:
    voice = said(context)
    with pytest.raises(NotAnswered):
        step(context, voice, Step.PUBLISH)
    assert get_voice(context, voice.id) == voice


@pytest.mark.parametrize("kind", [*Kind])
def test_without_consent_nothing_is_shown(context: AppContext, kind: Kind) -> None:
    voice = said(context, kind, consent=None)
    with pytest.raises(NoConsent):
        answered(voice, PUBLISHED, now=NOW)
    with pytest.raises(NoConsent):
        give(context, voice, PUBLISHED)
    with pytest.raises(NoConsent):
        step(context, voice, Step.PUBLISH)
    assert (get_voice(context, voice.id), owed(context), audit(context)) == (voice, [], [])


def test_released_it_is_thanked_for_once_and_put_away_never(context: AppContext) -> None:
    voice = said(context, is_held=True)
    assert in_numbers(context) == (0, None, 1)
    voice = step(context, voice, Step.RELEASE)
    assert (voice.is_open, in_numbers(context)) == (True, (1, voice.said_at, 0))
    assert owed(context) == [(LetterKind.ASKED, "aenne@gast.example")]
    voice = step(context, voice, Step.RELEASE, now=NOW + timedelta(minutes=1))
    voice = step(context, voice, Step.CLOSE, now=LATER)
    assert (voice.closed_at, voice.is_open, in_numbers(context)) == (LATER, False, (0, None, 0))
    assert [what for _, what, _ in audit(context)] == [*["voice-released"] * 2, "voice-closed"]
    assert len(owed(context)) == 1


def test_heard_said_otherwise_and_taken_back(context: AppContext) -> None:
    voice = say(context, said(context, is_held=True), "Steht jetzt auf der Startseite.")
    assert (voice.heard_at, voice.is_done, voice.is_held, voice.is_open) == (
        *(NOW, True, False),
        False,
    )
    voice = say(context, voice, "Zu teuer für alle.", is_done=False, now=LATER)
    assert (voice.heard, voice.heard_at, voice.is_done) == ("Zu teuer für alle.", NOW, False)
    voice = say(context, voice, "", now=LATER + timedelta(hours=1))
    assert (voice.heard, voice.heard_at, voice.is_open) == ("", None, True)
    assert [what for _, what, _ in audit(context)] == ["voice-heard"] * 3


def test_erased_only_what_was_done_remains_until_that_goes_too(context: AppContext) -> None:
    voice = say(context, give(context, said(context), PUBLISHED), "Steht da.", now=LATER)
    erase(context, voice.id, who=WHO, now=LATER)
    left = get_voice(context, voice.id)
    assert (left.is_erased, left.heard, left.published_at) == (True, "Steht da.", None)
    assert owed(context) == []
    with pytest.raises(UnknownVoice):
        give(context, left, now=LATER)
    with pytest.raises(UnknownVoice):
        step(context, left, Step.HIDE, now=LATER)
    hear(context, left.id, "", is_done=True, version=left.version, who=WHO, now=LATER)
    with pytest.raises(UnknownVoice):
        get_voice(context, voice.id)


def test_without_a_word_about_it_all_is_gone(context: AppContext) -> None:
    voice = said(context)
    erase(context, voice.id, who=WHO, now=NOW)
    assert audit(context) == [(WHO, "voice-erased", str(voice.id))]
    with pytest.raises(UnknownVoice):
        erase(context, voice.id, who=WHO, now=NOW)


CHANGES: dict[str, Callable[[AppContext, Voice], Voice]] = {
    "answer": give,
    "publish": lambda context, voice: give(context, voice, PUBLISHED),
    "hear": lambda context, voice: say(context, voice, "Getan."),
    "close": lambda context, voice: step(context, voice, Step.CLOSE),
    "release": lambda context, voice: step(context, voice, Step.RELEASE),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_somebody_else_has_changed_is_not_changed(
    context: AppContext, change: Callable[[AppContext, Voice], Voice]
) -> None:
    shown = said(context)
    now = step(context, shown, Step.CLOSE)
    with pytest.raises(VoiceChanged):
        change(context, shown)
    assert get_voice(context, shown.id) == now
    assert (len(audit(context)), owed(context)) == (1, [])


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_pages_are_rendered_anew_once_it_is_committed(
    context: AppContext, change: Callable[[AppContext, Voice], Voice]
) -> None:
    voice, before = said(context), pages_stamp(context.instance)
    change(context, voice)
    assert pages_stamp(context.instance) > before


def test_eight_at_once_answer_it_once(context: AppContext) -> None:
    voice = said(context)
    outcomes = race([lambda: give(context, voice, PUBLISHED)] * 8)
    assert (len(won(outcomes)), lost(outcomes)) == (1, ["VoiceChanged"] * 7)
    assert (owed(context), len(audit(context))) == ([ANSWERED], 1)


def test_the_inbox_has_what_waits_first_and_the_rest_by_pages(context: AppContext) -> None:
    older = said(context, said_at=NOW - timedelta(days=3))
    newer = said(context)
    robot = said(context, is_held=True)
    done = [voices.answered(context, said_at=NOW - timedelta(days=day)) for day in range(9, 35)]
    first, second = inbox(context), inbox(context, page=2)
    assert ([one.id for one in first.waiting], [one.id for one in first.held]) == (
        [older.id, newer.id],
        [robot.id],
    )
    assert [one.id for one in first.settled] == [one.id for one in done[:A_PAGE]]
    assert ([one.id for one in second.settled], first.goes_on, second.goes_on) == (
        [done[-1].id],
        True,
        False,
    )


def test_what_came_of_it_in_numbers(context: AppContext) -> None:
    said(context, said_at=NOW)
    said(context, said_at=NOW, is_held=True)
    said(context, Kind.FEEDBACK, said_at=NOW)
    for helped, heard_at in ((True, NOW), (False, None), (None, None)):
        voices.answered(context, said_at=NOW, helped=helped, heard="Ja.", heard_at=heard_at)
    voices.published(context, said_at=NOW)
    voices.published(context, said_at=NOW - timedelta(seconds=1))
    with context.database.read() as session:
        assert count_since(session, NOW) == (5, 4, 1, 1, 1, 1)
        assert count_since(session, NOW + timedelta(seconds=1)) == (0,) * 6

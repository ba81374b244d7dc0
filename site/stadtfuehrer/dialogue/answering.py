"""What the consultant does with what was said: answer, publish, say what came of it, put away."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from stadtfuehrer.audit_log import Action, note
from stadtfuehrer.database import Session
from stadtfuehrer.dialogue import letters, store
from stadtfuehrer.dialogue.asking import erase_voices
from stadtfuehrer.dialogue.count_store import Waiting, count_waiting
from stadtfuehrer.dialogue.model import Kind, Voice
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.outbox import NewMessage
from stadtfuehrer.refusals import NoConsent, NotAnswered, UnknownVoice
from stadtfuehrer.web.renewal import renew_pages

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

A_PAGE = 25

MOST_AT_ONCE = 100
"""So many that wait or are held are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What was said: what waits (the oldest first), what is held, what is settled (a page)."""

    waiting: list[Voice]
    held: list[Voice]
    settled: list[Voice]
    goes_on: bool


def inbox(context: "AppContext", *, page: int = 1) -> Inbox:
    """What waits for the consultant, and what does no longer."""
    with context.database.read() as session:
        settled = store.settled(session, most=A_PAGE + 1, after=(page - 1) * A_PAGE)
        return Inbox(
            waiting=store.waiting(session, most=MOST_AT_ONCE),
            held=store.held(session, most=MOST_AT_ONCE),
            settled=settled[:A_PAGE],
            goes_on=len(settled) > A_PAGE,
        )


def in_numbers(context: "AppContext") -> Waiting:
    """What waits for the consultant, and what is held, in numbers."""
    with context.database.read() as session:
        return count_waiting(session)


def get_voice(context: "AppContext", voice_id: int) -> Voice:
    """One of them. Raises UnknownVoice."""
    with context.database.read() as session:
        return store.get_voice(session, voice_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer in Markdown; ``by_mail`` was given by mail already, so that no letter goes out."""

    text: str
    by_mail: bool = False
    publish: bool = False


def answer(
    context: "AppContext", voice_id: int, given: Answer, *, version: str, who: str, now: datetime
) -> None:
    """Answer, by letter where there is an address; an answer that is changed goes out no more.

    Raises UnknownVoice, VoiceChanged, NoConsent.
    """
    with _changing(context, voice_id, version, who, Action.VOICE_ANSWERED, now=now) as (
        session,
        voice,
    ):
        after = answered(voice, given, now=now)
        _keep(session, after)
        match letter_after(voice, given):
            case LetterKind.ANSWER:
                _owe(session, letters.with_answer(context, after, now=now), now=now)
            case LetterKind.PUBLISHED:
                _owe(session, letters.when_published(context, after, now=now), now=now)


def letter_after(voice: Voice, given: Answer) -> LetterKind | None:
    """Which letter an answer brings whoever asked; None where none goes out."""
    if not voice.email:
        return None
    if not voice.answered_at and not given.by_mail:
        return LetterKind.ANSWER
    return LetterKind.PUBLISHED if given.publish and not voice.published_at else None


def answered(voice: Voice, given: Answer, *, now: datetime) -> Voice:
    """What was said with its answer, also for a preview. Raises NoConsent."""
    answered_at = voice.answered_at or now
    voice = replace(voice, answer=given.text, answered_at=answered_at, is_held=False)
    return _published(voice, now=now) if given.publish else voice


class Step(StrEnum):
    """What else can be done with it, in one press; the value stands in addresses."""

    PUBLISH = "zeigen"
    HIDE = "verbergen"
    CLOSE = "ablegen"
    """It was read and needs no answer."""
    RELEASE = "freigeben"
    """It is no robot's."""


_NOTED_AS = {
    Step.PUBLISH: Action.VOICE_PUBLISHED,
    Step.HIDE: Action.VOICE_HIDDEN,
    Step.CLOSE: Action.VOICE_CLOSED,
    Step.RELEASE: Action.VOICE_RELEASED,
}


def take_step(
    context: "AppContext", voice_id: int, step: Step, *, version: str, who: str, now: datetime
) -> None:
    """Take a step; who said it hears by letter that it is shown now, or is thanked at last.

    Raises UnknownVoice, VoiceChanged, NoConsent, NotAnswered.
    """
    with _changing(context, voice_id, version, who, _NOTED_AS[step], now=now) as (session, voice):
        stepped = _stepped(voice, step, now=now)
        _keep(session, stepped)
        if stepped.published_at and not voice.published_at:
            _owe(session, letters.when_published(context, stepped, now=now), now=now)
        if step is Step.RELEASE and voice.is_held:
            _owe(session, letters.thanks(context, stepped, now=now), now=now)


def hear(
    context: "AppContext",
    voice_id: int,
    sentence: str,
    *,
    is_done: bool,
    version: str,
    who: str,
    now: datetime,
) -> None:
    """Say what was done about it, or why not; an empty sentence takes that back.

    Raises UnknownVoice, VoiceChanged.
    """
    with _changing(context, voice_id, version, who, Action.VOICE_HEARD, now=now) as (
        session,
        voice,
    ):
        heard_at = (voice.heard_at or now) if sentence else None
        _keep(
            session,
            replace(voice, heard=sentence, is_done=is_done, heard_at=heard_at, is_held=False),
        )
        if voice.is_erased and not sentence:
            store.erase(session, voice_id)


def erase(context: "AppContext", voice_id: int, *, who: str, now: datetime) -> None:
    """Erase it. Raises UnknownVoice."""
    erase_voices(context, [get_voice(context, voice_id)])
    with context.database.begin() as session:
        note(session, who, Action.VOICE_ERASED, voice_id, now=now)


@contextmanager
def _changing(
    context: "AppContext", voice_id: int, version: str, who: str, action: Action, *, now: datetime
) -> Iterator[tuple[Session, Voice]]:
    """A step of the office: only on what its form has shown, noted, and seen on the pages."""
    with context.database.begin() as session:
        voice = store.get_voice(session, voice_id, for_change=True)
        if voice.is_erased and action is not Action.VOICE_HEARD:
            raise UnknownVoice
        voice.check_seen(version)
        yield session, replace(voice, changed_at=now)
        note(session, who, action, voice_id, now=now)
    renew_pages(context.instance)


def _stepped(voice: Voice, step: Step, *, now: datetime) -> Voice:
    match step:
        case Step.PUBLISH:
            return replace(_published(voice, now=now), closed_at=voice.closed_at or now)
        case Step.HIDE:
            return replace(voice, published_at=None)
        case Step.CLOSE:
            return replace(voice, closed_at=now)
        case Step.RELEASE:
            return replace(voice, is_held=False)


def _published(voice: Voice, *, now: datetime) -> Voice:
    if voice.consent is None:
        raise NoConsent
    if voice.kind is Kind.QUESTION and not voice.answer:
        raise NotAnswered
    return replace(voice, published_at=voice.published_at or now, is_held=False)


def _keep(session: Session, voice: Voice) -> None:
    store.change(
        session, voice.id, **{name: getattr(voice, name) for name in _CHANGED_BY_THE_OFFICE}
    )


_CHANGED_BY_THE_OFFICE = (
    *("answer", "answered_at", "published_at", "heard", "is_done", "heard_at"),
    *("closed_at", "is_held", "changed_at"),
)


def _owe(session: Session, owed: list[NewMessage], *, now: datetime) -> None:
    if owed:
        outbox.enqueue(session, owed, booking_id=None, now=now)

"""Asking and saying something here, and what whoever did so can do with it afterwards."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.database import AlreadyStored, Session
from stadtfuehrer.dialogue import letters, store
from stadtfuehrer.dialogue.model import Kind, Voice, consent_to_publish, leads_away
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.folder import POSTFACH, erase_saved
from stadtfuehrer.mail.person_store import erase_letters_about
from stadtfuehrer.mail.service import check_network, check_typed
from stadtfuehrer.refusals import UnknownVoice
from stadtfuehrer.web.links import find_signed, sign
from stadtfuehrer.web.renewal import renew_pages

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

CROWD = 20
"""More than so many an hour are held: then it is hardly people who ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A form: what is said, by whom, under which page, and whether it may be published."""

    kind: Kind
    about: str = ""
    text: str
    name: str = ""
    email: str = ""
    may_be_published: bool = False
    with_name: bool = False


def ask(context: "AppContext", asked: Asked, *, key: str, client: str = "", now: datetime) -> str:
    """Keep what somebody asks or writes, thank them by letter, and tell the consultant.

    The same form sends it once; ``key`` is its idempotency key, ``client`` the IP address that it
    came from. Gives the token of its page. Raises TooManyLetters.
    """
    # Whoever changes their mind about what may be published says something else.
    said = json.dumps([key, asdict(asked)])
    voice = Voice(
        uid=hashlib.sha256(said.encode()).hexdigest()[:32],
        kind=asked.kind,
        about=asked.about,
        text=asked.text,
        name=asked.name,
        email=asked.email,
        said_at=now,
        is_held=leads_away(asked.text),
        consent=consent_to_publish(asked.kind, now=now) if asked.may_be_published else None,
        with_name=asked.may_be_published and asked.with_name,
    )
    try:
        with context.database.begin() as session:
            if store.count_said(session, since=now - timedelta(hours=1)) >= CROWD:
                voice = replace(voice, is_held=True)
            # Before the limits: what was taken once must not be refused when it comes again.
            store.add(session, voice)
            if voice.email:
                check_typed(context, session, voice.email, client, now=now)
            else:
                check_network(context, session, client, now=now)
            if not voice.is_held:
                owed = letters.after_asking(context, voice, now=now)
                outbox.enqueue(session, owed, booking_id=None, now=now)
    except AlreadyStored:
        pass  # Its random id is made of the form.
    return token_of(context, voice)


def token_of(context: "AppContext", voice: Voice) -> str:
    """The token of the page on which whoever said something sees what became of it."""
    return sign(context, "voice", voice.uid)


def find_by_token(context: "AppContext", token: str) -> Voice | None:
    """What was said by whoever has this link; None if it is erased.

    Raises UnknownVoice: the link is none of ours.
    """
    uid = find_signed(context, "voice", token)
    if uid is None:
        raise UnknownVoice
    with context.database.read() as session:
        return store.find_voice(session, uid)


def get_by_token(context: "AppContext", token: str) -> Voice:
    """The same. Raises UnknownVoice, also if it is erased."""
    voice = find_by_token(context, token)
    if voice is None:
        raise UnknownVoice
    return voice


def note_helped(context: "AppContext", token: str, *, helped: bool) -> None:
    """Note whether the answer helped; the last word counts. Raises UnknownVoice."""
    voice = get_by_token(context, token)
    if voice.answered_at is None:
        raise UnknownVoice
    with context.database.begin() as session:
        store.change(session, voice.id, helped=helped)


def take_back(context: "AppContext", token: str) -> None:
    """Erase what somebody said, from pages, feed and database. Raises UnknownVoice.

    Whoever says so twice has it once.
    """
    voice = find_by_token(context, token)
    if voice is not None:
        erase_voices(context, [voice])


def erase_voices(context: "AppContext", voices: list[Voice]) -> None:
    """Erase these from pages, feed, database, SQLite's log and postfach."""
    with context.database.begin() as session:
        forget_voices(session, voices)
    context.database.empty_log()
    erase_saved(context.instance / POSTFACH, uids=[one.uid for one in voices])
    renew_pages(context.instance)


def forget_voices(session: Session, voices: list[Voice]) -> int:
    """Erase these in the unit of work of whoever forgets more; how many letters went with them.

    Afterwards the caller tidies up SQLite's log and the postfach, and renews the pages.
    """
    store.erase(session, *(one.id for one in voices))
    return erase_letters_about(session, *(one.uid for one in voices))

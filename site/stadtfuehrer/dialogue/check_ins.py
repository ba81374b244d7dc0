"""Asking former guests how things are: who has agreed to it, once a quarter of a year at most."""

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from stadtfuehrer.audit_log import Action, note
from stadtfuehrer.consent import Consent
from stadtfuehrer.database import Session
from stadtfuehrer.dialogue import check_in_store as store
from stadtfuehrer.dialogue import letters
from stadtfuehrer.dialogue import store as voices
from stadtfuehrer.dialogue.model import (
    CHECKING_IN,
    CHECKING_IN_VERSION,
    CheckIn,
    CheckInChoice,
    Kind,
    Voice,
)
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.folder import POSTFACH, erase_saved
from stadtfuehrer.mail.person_store import erase_letters_about
from stadtfuehrer.refusals import AlreadyAnswered, AskedLately, UnknownVoice
from stadtfuehrer.web.links import find_signed

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def allow(session: Session, name: str, email: str, *, now: datetime) -> None:
    """Note that a guest may be asked, in the unit of work of whoever heard it."""
    consent = Consent(version=CHECKING_IN_VERSION, wording=CHECKING_IN, given_at=now)
    store.keep(session, CheckIn(uid=secrets.token_hex(16), name=name, email=email, consent=consent))


def guests(context: "AppContext") -> list[CheckIn]:
    """Everybody who may be asked."""
    with context.database.read() as session:
        return store.all_guests(session)


def ask_guest(context: "AppContext", uid: str, *, who: str, now: datetime) -> None:
    """Ask one of them by letter. Raises UnknownVoice, AskedLately."""
    with context.database.begin() as session:
        guest = store.find(session, uid, for_change=True)
        if guest is None:
            raise UnknownVoice
        if now < guest.may_be_asked_from():
            raise AskedLately
        store.note_asked(session, uid, now=now)
        outbox.enqueue(
            session, [letters.check_in(context, guest, now=now)], booking_id=None, now=now
        )
        note(session, who, Action.GUEST_ASKED, guest.id, now=now)


def get_by_token(context: "AppContext", token: str) -> CheckIn:
    """Who has this link. Raises UnknownVoice: the consent was taken back."""
    guest = find_by_token(context, token)
    if guest is None or guest.asked_at is None:
        raise UnknownVoice
    return guest


def find_by_token(context: "AppContext", token: str) -> CheckIn | None:
    """Who has this link; None if it is over. Raises UnknownVoice: the link is none of ours."""
    uid = _uid(context, token)
    with context.database.read() as session:
        return store.find(session, uid)


def find_answer(context: "AppContext", guest: CheckIn) -> Voice | None:
    """What a guest answered to what they were asked last; None if it is erased."""
    with context.database.read() as session:
        return voices.find_voice(session, _voice_of(guest))


def answer(
    context: "AppContext", token: str, choice: CheckInChoice, text: str, *, now: datetime
) -> None:
    """Keep how things are, once for each time they were asked, and tell the consultant.

    Raises UnknownVoice, AlreadyAnswered.
    """
    uid = get_by_token(context, token).uid
    with context.database.begin() as session:
        guest = store.find(session, uid, for_change=True)
        if guest is None:
            raise UnknownVoice
        if guest.answered_at:
            raise AlreadyAnswered
        voice = Voice(
            uid=_voice_of(guest),
            kind=Kind.CHECK_IN,
            text=text,
            name=guest.name,
            email=guest.email,
            choice=choice.value,
            said_at=now,
        )
        voices.add(session, voice)
        store.note_answered(session, uid, now=now)
        outbox.enqueue(
            session, [letters.to_consultant(context, voice, now=now)], booking_id=None, now=now
        )


def end(context: "AppContext", token: str) -> None:
    """Ask no more; the consent and its address are erased. Raises UnknownVoice: no link of ours."""
    uid = _uid(context, token)
    with context.database.begin() as session:
        store.erase(session, uid)
        erase_letters_about(session, uid)
    context.database.empty_log()
    erase_saved(context.instance / POSTFACH, uids=[uid])


def _uid(context: "AppContext", token: str) -> str:
    uid = find_signed(context, "check-in", token)
    if uid is None:
        raise UnknownVoice
    return uid


def _voice_of(guest: CheckIn) -> str:
    """The id of their answer: one for each time they were asked."""
    return hashlib.sha256(f"{guest.uid} {guest.asked_at}".encode()).hexdigest()[:32]

"""The letters of the dialogue: which are owed when, and what they say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode

from stadtfuehrer.dialogue import check_in_store, store
from stadtfuehrer.dialogue.model import CheckIn, CheckInChoice, Kind, Voice
from stadtfuehrer.dialogue.shown import path_of, title_of, usual_wait_in_words
from stadtfuehrer.mail.message import Letter, LetterKind
from stadtfuehrer.mail.outbox import NewMessage
from stadtfuehrer.mail.service import consultant_mailbox, new_letter, site_mailbox
from stadtfuehrer.mail.writing import written
from stadtfuehrer.refusals import UnknownVoice
from stadtfuehrer.text import Mailbox
from stadtfuehrer.text.formatting import day_of_year_in_words
from stadtfuehrer.web.links import sign

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_Facts: TypeAlias = Mapping[str, Any]


def to_consultant(context: "AppContext", voice: Voice, *, now: datetime) -> NewMessage:
    """What somebody said."""
    return _about(context, LetterKind.VOICE, voice, consultant_mailbox(context).address, now=now)


def after_asking(context: "AppContext", voice: Voice, *, now: datetime) -> list[NewMessage]:
    """Thanks to whoever asked, where there is an address, and the question to the consultant."""
    return [to_consultant(context, voice, now=now), *thanks(context, voice, now=now)]


def thanks(context: "AppContext", voice: Voice, *, now: datetime) -> list[NewMessage]:
    """Thanks to whoever asked, with the way to their own page."""
    # Anybody may have typed the address.
    return _to_them(context, LetterKind.ASKED, voice, typed=True, now=now)


def with_answer(context: "AppContext", voice: Voice, *, now: datetime) -> list[NewMessage]:
    """The answer to whoever asked; it says as well where both are shown."""
    return _to_them(context, LetterKind.ANSWER, voice, now=now)


def when_published(context: "AppContext", voice: Voice, *, now: datetime) -> list[NewMessage]:
    """That it is shown now, and how to take that back."""
    return _to_them(context, LetterKind.PUBLISHED, voice, now=now)


def check_in(context: "AppContext", guest: CheckIn, *, now: datetime) -> NewMessage:
    """How things are, to a former guest."""
    mark = f"{now:%Y%m%d%H%M%S}.{guest.uid}"
    facts = {"guest": guest.uid}
    return new_letter(context, LetterKind.CHECK_IN, guest.email, mark=mark, now=now, facts=facts)


def _to_them(
    context: "AppContext", kind: LetterKind, voice: Voice, *, now: datetime, typed: bool = False
) -> list[NewMessage]:
    """A letter to whoever said it; none where there is no address."""
    return [_about(context, kind, voice, voice.email, typed=typed, now=now)] if voice.email else []


def _about(
    context: "AppContext",
    kind: LetterKind,
    voice: Voice,
    recipient: str,
    *,
    now: datetime,
    typed: bool = False,
) -> NewMessage:
    # What is shown, hidden and shown again is told again.
    again = f"{now:%Y%m%d%H%M%S}." if kind is LetterKind.PUBLISHED else ""
    mark, facts = f"{again}{voice.uid}", {"voice": voice.uid}
    return new_letter(context, kind, recipient, mark=mark, now=now, facts=facts, typed=typed)


def compose(context: "AppContext", kind: LetterKind, facts: _Facts, address: str) -> Letter:
    """Write one of them. Raises UnknownVoice: what it tells of is erased."""
    if kind is LetterKind.CHECK_IN:
        with context.database.read() as session:
            guest = check_in_store.find(session, facts["guest"])
        if guest is None:
            raise UnknownVoice
        return _how_things_are(context, guest)
    with context.database.read() as session:
        voice = store.find_voice(session, facts["voice"])
    if voice is None:
        raise UnknownVoice
    return about_voice(context, kind, voice, address, now=datetime.fromisoformat(facts["at"]))


def about_voice(
    context: "AppContext", kind: LetterKind, voice: Voice, address: str, *, now: datetime
) -> Letter:
    """A letter about what somebody said; ``address`` is theirs, but for the consultant's own.

    The consultant's is answered to whoever asked. Where its sender and its reader have one domain,
    filters take another one in Reply-To for a forgery (rspamd, SPOOF_REPLYTO); then it is answered
    by a link.
    """
    url, zone = context.settings.site.url, context.rules.zone
    own = f"{url}/frage/{sign(context, 'voice', voice.uid)}"

    def day(instant: datetime) -> str:
        return day_of_year_in_words(instant.astimezone(zone).date())

    about, shown_at = title_of(context, voice.about), voice.published_at or now
    words = {
        "voice": voice,
        "choice": voice.choice_label,
        "about": about,
        "said_on": day(voice.said_at),
        "agreed_on": day(voice.consent.given_at) if voice.consent else "",
        "shown_on": day(shown_at),
        "wait": usual_wait_in_words(context, now=now),
        "asks_if_helped": voice.kind is not Kind.FEEDBACK,
        "links": {
            "own": own,
            "helped": f"{own}?{urlencode({'geholfen': 'ja'})}",
            "not_helped": f"{own}?{urlencode({'geholfen': 'nein'})}",
            "about": f"{url}{voice.about}" if about else "",
            # Hidden again meanwhile, it was there all the same.
            "shown": f"{url}{path_of(replace(voice, published_at=shown_at))}",
            "office": f"{url}/buero/stimmen/{voice.id}",
        },
    }
    consultant, site = consultant_mailbox(context), site_mailbox(context)
    if kind is not LetterKind.VOICE:
        # What anybody may have typed does not go to an address that anybody may have typed.
        reader = Mailbox(name="" if kind is LetterKind.ASKED else voice.name, address=address)
        return written(context, kind, words, reader, consultant, topic="dialogue")
    domain = consultant.address.rpartition("@")[2]
    is_one_domain = domain.casefold() == site.address.rpartition("@")[2].casefold()
    reaches_asker = bool(voice.email) and not is_one_domain
    asker = Mailbox(name=voice.name, address=voice.email) if reaches_asker else site
    words["reaches_asker"] = reaches_asker
    return written(context, kind, words, consultant, asker, topic="dialogue")


def _how_things_are(context: "AppContext", guest: CheckIn) -> Letter:
    page = f"{context.settings.site.url}/wie-laeufts/{sign(context, 'check-in', guest.uid)}"
    given = guest.consent.given_at.astimezone(context.rules.zone)
    words = {
        "name": guest.name,
        "choices": [
            (one.label, f"{page}?{urlencode({'antwort': one.value})}") for one in CheckInChoice
        ],
        "consent": guest.consent,
        "agreed_on": day_of_year_in_words(given.date()),
        "links": {"end": f"{page}/ende"},
    }
    reader = Mailbox(name=guest.name, address=guest.email)
    consultant = consultant_mailbox(context)
    return written(context, LetterKind.CHECK_IN, words, reader, consultant, topic="dialogue")


COMPOSED_HERE = frozenset(
    {
        *(LetterKind.ASKED, LetterKind.VOICE, LetterKind.ANSWER, LetterKind.PUBLISHED),
        LetterKind.CHECK_IN,
    }
)

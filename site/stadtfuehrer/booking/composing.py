"""From what a letter of the outbox says to its finished bytes, by the settings of that moment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode

from stadtfuehrer.booking import invitation, other_letters
from stadtfuehrer.booking.calendar_entry import calendar_entry
from stadtfuehrer.booking.entry import booked_time, held_until
from stadtfuehrer.booking.letter_words import letter_words
from stadtfuehrer.booking.letters import visitor_mailbox
from stadtfuehrer.booking.model import ANSWER_BEFORE, Booking, Party, Status
from stadtfuehrer.booking.rebooking import offers
from stadtfuehrer.booking.store import get_booking, settle_organizer
from stadtfuehrer.dialogue import letters as dialogue_letters
from stadtfuehrer.dialogue.model import Satisfaction
from stadtfuehrer.mail.message import Letter, LetterKind, as_message
from stadtfuehrer.mail.outbox import Composed, LeasedMessage
from stadtfuehrer.mail.service import (
    booking_link,
    consultant_mailbox,
    office_link,
    settings_digest,
    site_mailbox,
    times_link,
)
from stadtfuehrer.mail.writing import written
from stadtfuehrer.text import Mailbox
from stadtfuehrer.text.formatting import date_in_words, hours_in_words
from stadtfuehrer.tokens import booking_token, confirmation_token

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_Facts: TypeAlias = Mapping[str, Any]


def compose(context: "AppContext", letter: LeasedMessage) -> Composed:
    """Write a letter; the same facts and settings give the same bytes.

    Whatever is wrong with it is raised, as what it is: an unknown kind, a broken template.
    """
    kind, facts = LetterKind(letter.kind), letter.facts or {}
    if kind in dialogue_letters.COMPOSED_HERE:
        composed = dialogue_letters.compose(context, kind, facts, letter.recipient)
    elif write := other_letters.COMPOSED_HERE.get(kind):
        composed = write(context, facts, letter.recipient)
    elif kind is LetterKind.CALENDAR_EVENT:
        composed = _changed_event(context, facts)
    elif letter.booking_id is not None:
        row_id = letter.booking_id
        today = _get_today(context, row_id, invites=bool(letter.method))
        booking = _as_it_was(today, letter.sequence, facts)
        composed = about_booking(context, kind, row_id, booking, facts, letter.method)
    else:
        raise ValueError(f"{kind} is about a booking")
    sender = site_mailbox(context)
    if kind.is_for_consultant or kind is LetterKind.SIGN_IN:
        # A letter from oneself would look odd in the consultant's inbox.
        sender = Mailbox(name="Stadtführer", address=sender.address)
    at = datetime.fromisoformat(facts["at"])
    return Composed(
        sender=sender.address,
        recipient=composed.recipient.address,
        message=as_message(composed, sender=sender, message_id=letter.message_id, date=at),
        composed_with=settings_digest(context),
    )


def _changed_event(context: "AppContext", facts: _Facts) -> Letter:
    with context.database.read() as session:
        booking = get_booking(session, facts["booking"])
    start = facts["moved_to"] and datetime.fromisoformat(facts["moved_to"])
    words = letter_words(context, booking, Party.CONSULTANT, {})
    words |= {
        "found": facts["found"],
        "moved_to": start and booked_time(context, booking, Party.CONSULTANT, start),
        "hindrance": facts["hindrance"],
    }
    words["links"]["office"] = office_link(context, facts["booking"])
    words["links"]["calendar"] = f"{words['links']['booking']}/kalender"
    reader, reply_to = consultant_mailbox(context), site_mailbox(context)
    return written(context, LetterKind.CALENDAR_EVENT, words, reader, reply_to)


def _get_today(context: "AppContext", row_id: int, *, invites: bool) -> Booking:
    """The booking as it is now; from its first invitation on it has an ORGANIZER."""
    address = site_mailbox(context).address
    with context.database.read() as session:
        booking = get_booking(session, row_id)
    if invites and booking.organizer != address:
        with context.database.begin() as session:
            settle_organizer(session, row_id, address)
            booking = get_booking(session, row_id)
    return booking


def _as_it_was(today: Booking, sequence: int, facts: _Facts) -> Booking:
    """The booking as the step left it that the letter tells of."""
    return replace(
        today,
        start=datetime.fromisoformat(facts["start"]),
        end=datetime.fromisoformat(facts["end"]),
        status=Status(facts["status"]),
        sequence=sequence,
        cancel_reason=facts["reason"],
        changed_at=datetime.fromisoformat(facts["changed_at"]),
    )


def about_booking(
    context: "AppContext",
    kind: LetterKind,
    row_id: int,
    booking: Booking,
    facts: _Facts,
    method: str,
    **layout: int,
) -> Letter:
    """A letter about a booking, with the invitation where its step has one.

    ``line=…`` is the longest line of its text, where it is not read as mail.

    The consultant's is answered to the site's own mailbox: an answer quotes the consultant's link,
    which is nobody else's. From there the guest is one click on their address away.
    """
    visitor, consultant = visitor_mailbox(booking), consultant_mailbox(context)
    if kind.is_for_consultant:
        reader, answered_to, party = consultant, site_mailbox(context), Party.CONSULTANT
    elif visitor is not None:
        reader, answered_to, party = visitor, consultant, Party.VISITOR
    else:
        raise ValueError("nobody reads it")
    at = datetime.fromisoformat(facts["at"])
    named = context.settings.calendar
    entered = bool(named.write) and party is Party.CONSULTANT
    if entered and not named.invitations:
        # The site enters the event itself; an invitation to it would stand there a second time.
        method = ""
    words = letter_words(context, booking, party, facts) | {"entered": entered, **layout}
    words["links"]["office"] = office_link(context, row_id)
    match kind:
        case LetterKind.REMINDER | LetterKind.DECLINED_VISITOR:
            window = context.rules_of(booking.kind).change
            words["can_change"] = booking.is_changeable(party, now=at, window=window)
        case LetterKind.FEEDBACK:
            words |= {"answer": Satisfaction(facts["answer"]).label, "words": facts["words"]}
        case LetterKind.DECLINED_CONSULTANT | LetterKind.UNDELIVERABLE:
            words["fault"] = facts["fault"]
        case LetterKind.THANKS:
            words |= _question(context, booking)
        case LetterKind.MISSED:
            words["sentence"] = facts["sentence"]
        case _:
            words |= _of_step(context, booking, facts, at) | {"invited": bool(method)}
            confirmation = confirmation_token(context.secret, booking.uid)
            words["links"]["confirm"] = f"{times_link(context)}/bestaetigen/{confirmation}"
    letter = written(context, kind, words, reader, answered_to)
    if not method:
        return letter
    entry = calendar_entry(context, booking, party, words)
    attendees = [one for one in (visitor, consultant) if one is not None]
    event = invitation.render(booking, entry, attendees=attendees, stamp=at)
    cancelled = booking.status is Status.CANCELLED
    return replace(letter, invitation=event, method="CANCEL" if cancelled else "REQUEST")


def _of_step(
    context: "AppContext", booking: Booking, facts: _Facts, at: datetime
) -> dict[str, Any]:
    """What letters about a step say: who took it, and what can be done next."""
    by_consultant = facts["by"] == Party.CONSULTANT
    is_off = by_consultant and booking.status is Status.CANCELLED
    return {
        "by_consultant": by_consultant,
        "sentence": facts.get("sentence", ""),
        "offers": offers(context, booking, now=at) if is_off else [],
        "held_until": held_until(context, booking),
        "answer_hours": hours_in_words(ANSWER_BEFORE // timedelta(hours=1)),
    }


def _question(context: "AppContext", booking: Booking) -> dict[str, Any]:
    """How it was, as a link for each answer; nothing without the consent to be asked."""
    if booking.consent is None:
        return {"choices": [], "consent_day": ""}
    own = booking_link(context, booking_token(context.secret, booking.uid))
    given = booking.consent.given_at.astimezone(context.rules.zone)
    return {
        "choices": [
            (one.label, f"{own}/rueckmeldung?{urlencode({'zufrieden': one.value})}")
            for one in Satisfaction
        ],
        "consent_day": date_in_words(given.date()),
    }

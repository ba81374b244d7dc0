"""Which letters each step owes to whom, ready for the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from stadtfuehrer.domain import invitation
from stadtfuehrer.domain.booking import Party, Status
from stadtfuehrer.domain.feedback import Satisfaction
from stadtfuehrer.domain.instants import in_address
from stadtfuehrer.domain.letter import LetterKind, Mailbox
from stadtfuehrer.domain.reminding import THANK_WITHIN
from stadtfuehrer.domain.wording import date_in_words, when_in_words
from stadtfuehrer.services.calendar_entry import calendar_entry
from stadtfuehrer.services.findings import findings, quotes
from stadtfuehrer.services.letter_writing import (
    enclosed,
    own_link,
    words_everywhere,
    words_for,
    words_of_booking,
    words_to,
    written,
)
from stadtfuehrer.services.links import times_link
from stadtfuehrer.services.mailboxes import consultant_mailbox, visitor_mailbox
from stadtfuehrer.services.seal import booking_token

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stadtfuehrer.domain.booking import Booking
    from stadtfuehrer.domain.letter import Method
    from stadtfuehrer.domain.slots import Kind
    from stadtfuehrer.services.office import Office
    from stadtfuehrer.storage.outbox import Enclosed


class Choice(NamedTuple):
    """An answer that a letter offers as a link."""

    label: str
    href: str


def when_booked(office: Office, booking: Booking, *, now: datetime) -> list[Enclosed]:
    """Thanks and invitation to the visitor; invitation with everything they said to the consultant.

    ``now`` becomes DTSTAMP and Date, here as in the other steps.
    """
    kinds = (LetterKind.CONFIRMATION, LetterKind.INVITATION)
    return _to_both(office, booking, kinds, now=now)


def when_moved(
    office: Office, was: Booking, booking: Booking, by: Party, *, now: datetime
) -> list[Enclosed]:
    """The new time, next to the old one, to both."""
    kinds = (LetterKind.MOVED_VISITOR, LetterKind.MOVED_CONSULTANT)
    return _to_both(office, booking, kinds, now=now, by=by, was=was)


def when_cancelled(office: Office, booking: Booking, by: Party, *, now: datetime) -> list[Enclosed]:
    """Confirmation to the visitor, with an open door; the reason to both."""
    kinds = (LetterKind.CANCELLED_VISITOR, LetterKind.CANCELLED_CONSULTANT)
    return _to_both(office, booking, kinds, now=now, by=by)


def the_day_before(office: Office, booking: Booking, *, now: datetime) -> Enclosed:
    """The reminder to the visitor; pointless once the consultation has begun."""
    window = office.rules_of(booking.kind).change
    words = {
        **words_for(Party.VISITOR, office, booking),
        "can_change": booking.is_changeable(Party.VISITOR, now=now, window=window),
    }
    return _to_visitor(
        office, booking, LetterKind.REMINDER, words, now=now, use_until=booking.start
    )


def afterwards(office: Office, booking: Booking, *, now: datetime) -> Enclosed:
    """Thanks to the visitor; the question how it was only with consent (see domain.consent)."""
    consent = booking.consent
    answer = f"{own_link(office, booking, Party.VISITOR)}/rueckmeldung"
    words = {
        **words_for(Party.VISITOR, office, booking),
        "choices": [
            Choice(label=one.label, href=f"{answer}?{urlencode({'zufrieden': one.value})}")
            for one in Satisfaction
            if consent
        ],
        "consent_day": date_in_words(consent.given_at.astimezone(office.rules.zone).date())
        if consent
        else "",
    }
    until = booking.end + THANK_WITHIN
    return _to_visitor(office, booking, LetterKind.THANKS, words, now=now, use_until=until)


def with_feedback(
    office: Office, booking: Booking, answer: Satisfaction, text: str, *, now: datetime
) -> Enclosed:
    """How it was, to the consultant."""
    words = {
        **words_for(Party.CONSULTANT, office, booking),
        "answer": answer.label,
        "words": text,
    }
    letter = written(
        office,
        LetterKind.FEEDBACK,
        words,
        recipient=consultant_mailbox(office),
        reply_to=visitor_mailbox(booking),
    )
    sequence = booking.sequence
    return enclosed(
        office, letter, mark=booking.uid, sequence=sequence, now=now, to_consultant=True
    )


def with_result(
    office: Office, answers: Mapping[str, str], recipient: Mailbox, *, key: str, now: datetime
) -> Enclosed:
    """The quiz's result to whoever asked for it; ``key`` tells one asking from another.

    Raises:
        IncompleteAnswers.

    """
    words = {
        **words_everywhere(office),
        "name": recipient.name,
        "found": findings(office.catalogue, answers),
        "quotes": quotes(office.catalogue.quiz, answers),
        "links": {"quiz": f"{office.settings.site.url}/quiz?{urlencode(answers)}"},
    }
    letter = written(
        office,
        LetterKind.RESULT,
        words,
        recipient=recipient,
        reply_to=consultant_mailbox(office),
    )
    return enclosed(office, letter, mark=key, sequence=0, now=now)


def when_free(
    office: Office, kind: Kind, start: datetime, address: str, *, mark: str, now: datetime
) -> Enclosed:
    """The one letter to somebody who waits: a time has become free."""
    times = f"{times_link(office)}/{kind.id}"
    words = {
        **words_everywhere(office),
        "kind": kind,
        "when": when_in_words(start, start + timedelta(minutes=kind.minutes), office.rules.zone),
        "links": {"book": f"{times}/{in_address(start)}", "times": times},
    }
    letter = written(
        office,
        LetterKind.FREE_AGAIN,
        words,
        recipient=Mailbox(name="", address=address),
        reply_to=consultant_mailbox(office),
    )
    return enclosed(office, letter, mark=mark, sequence=0, now=now, use_until=start)


def _to_visitor(
    office: Office,
    booking: Booking,
    kind: LetterKind,
    words: Mapping[str, object],
    *,
    now: datetime,
    use_until: datetime,
) -> Enclosed:
    letter = written(
        office,
        kind,
        words,
        recipient=visitor_mailbox(booking),
        reply_to=consultant_mailbox(office),
    )
    sequence = booking.sequence
    return enclosed(
        office, letter, mark=booking.uid, sequence=sequence, now=now, use_until=use_until
    )


def _to_both(
    office: Office,
    booking: Booking,
    kinds: tuple[LetterKind, LetterKind],
    *,
    now: datetime,
    by: Party = Party.VISITOR,
    was: Booking | None = None,
) -> list[Enclosed]:
    visitor, consultant = visitor_mailbox(booking), consultant_mailbox(office)
    method: Method = "REQUEST"
    send = invitation.request
    if booking.status is Status.CANCELLED:
        method, send = "CANCEL", invitation.cancel
    attendees = (visitor, consultant)
    # Reckoning the quiz's result is the costly part, so it is done once for both.
    both = words_of_booking(office, booking) | {"by_consultant": by is Party.CONSULTANT}

    words = both | words_to(Party.VISITOR, office, booking, was)
    entry = calendar_entry(office, booking, booking_token(office.secret, booking.uid))
    to_visitor = replace(
        written(office, kinds[0], words, recipient=visitor, reply_to=consultant),
        invitation=send(booking, entry, attendees=attendees, stamp=now),
        method=method,
    )
    words = both | words_to(Party.CONSULTANT, office, booking, was)
    # What the visitor said goes into the consultant's calendar only, never back to them.
    notes = office.letter_paper.get_template("letters/notes.txt").render(words)
    entry = replace(entry, description=notes, url=own_link(office, booking, Party.CONSULTANT))
    to_consultant = replace(
        written(office, kinds[1], words, recipient=consultant, reply_to=visitor),
        invitation=send(booking, entry, attendees=attendees, stamp=now),
        method=method,
    )
    mark, sequence = booking.uid, booking.sequence
    return [
        enclosed(office, to_visitor, mark=mark, sequence=sequence, now=now),
        enclosed(office, to_consultant, mark=mark, sequence=sequence, now=now, to_consultant=True),
    ]

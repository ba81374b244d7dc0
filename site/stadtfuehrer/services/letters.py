"""Which letters each step owes to whom, and their text, ready for the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from stadtfuehrer.domain import invitation
from stadtfuehrer.domain.booking import Status
from stadtfuehrer.domain.instants import in_address
from stadtfuehrer.domain.letter import Letter, LetterKind, Mailbox
from stadtfuehrer.domain.mime import as_message
from stadtfuehrer.domain.wording import When, hours_before_in_words, when_in_words
from stadtfuehrer.services.calendar_entry import calendar_entry
from stadtfuehrer.services.findings import findings, quotes
from stadtfuehrer.services.links import booking_link, times_link
from stadtfuehrer.services.mailboxes import consultant_mailbox, site_mailbox, visitor_mailbox
from stadtfuehrer.services.meeting import meeting_point
from stadtfuehrer.storage.outbox import Enclosed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stadtfuehrer.domain.booking import Booking
    from stadtfuehrer.domain.letter import Method
    from stadtfuehrer.domain.slots import Kind
    from stadtfuehrer.services.office import Office


def when_booked(office: Office, booking: Booking, token: str, *, now: datetime) -> list[Enclosed]:
    """Thanks and invitation to the visitor; invitation with everything they said to the consultant.

    ``now`` becomes DTSTAMP and Date, here as in the other steps.
    """
    kinds = (LetterKind.CONFIRMATION, LetterKind.INVITATION)
    return _to_both(office, booking, token, kinds, now=now)


def when_moved(
    office: Office, was: Booking, booking: Booking, token: str, *, now: datetime
) -> list[Enclosed]:
    """The new time, next to the old one, to both."""
    kinds = (LetterKind.MOVED_VISITOR, LetterKind.MOVED_CONSULTANT)
    return _to_both(office, booking, token, kinds, now=now, was=was)


def when_cancelled(
    office: Office, booking: Booking, token: str, *, now: datetime
) -> list[Enclosed]:
    """Confirmation to the visitor, with an open door; the reason to the consultant."""
    kinds = (LetterKind.CANCELLED_VISITOR, LetterKind.CANCELLED_CONSULTANT)
    return _to_both(office, booking, token, kinds, now=now)


def with_result(
    office: Office, answers: Mapping[str, str], recipient: Mailbox, *, key: str, now: datetime
) -> Enclosed:
    """The quiz's result to whoever asked for it; ``key`` tells one asking from another.

    Raises:
        IncompleteAnswers.

    """
    words = {
        **_everywhere(office),
        "name": recipient.name,
        "found": findings(office.catalogue, answers),
        "quotes": quotes(office.catalogue.quiz, answers),
        "links": {"quiz": f"{office.settings.site.url}/quiz?{urlencode(answers)}"},
    }
    letter = _letter(
        office,
        LetterKind.RESULT,
        words,
        recipient=recipient,
        reply_to=consultant_mailbox(office),
    )
    return _enclosed(letter, sender=site_mailbox(office), mark=key, sequence=0, now=now)


def when_free(
    office: Office, kind: Kind, start: datetime, address: str, *, mark: str, now: datetime
) -> Enclosed:
    """The one letter to somebody who waits: a time has become free."""
    times = f"{times_link(office)}/{kind.id}"
    words = {
        **_everywhere(office),
        "kind": kind,
        "when": when_in_words(start, start + timedelta(minutes=kind.minutes), office.rules.zone),
        "links": {"book": f"{times}/{in_address(start)}", "times": times},
    }
    letter = _letter(
        office,
        LetterKind.FREE_AGAIN,
        words,
        recipient=Mailbox(name="", address=address),
        reply_to=consultant_mailbox(office),
    )
    return _enclosed(letter, sender=site_mailbox(office), mark=mark, sequence=0, now=now)


def _to_both(
    office: Office,
    booking: Booking,
    token: str,
    kinds: tuple[LetterKind, LetterKind],
    *,
    now: datetime,
    was: Booking | None = None,
) -> list[Enclosed]:
    visitor, consultant = visitor_mailbox(booking), consultant_mailbox(office)
    words = _words(office, booking, token, was)
    method: Method = "REQUEST"
    send = invitation.request
    if booking.status is Status.CANCELLED:
        method, send = "CANCEL", invitation.cancel
    notes = office.letter_paper.get_template("letters/notes.txt").render(words)
    entry = calendar_entry(office, booking, token)
    attendees = (visitor, consultant)
    to_visitor = replace(
        _letter(office, kinds[0], words, recipient=visitor, reply_to=consultant),
        invitation=send(booking, entry, attendees=attendees, stamp=now),
        method=method,
    )
    words |= _times(office, booking, was, at_visitor="bei deinem Gast")
    # What the visitor said goes into the consultant's calendar only, never back to them.
    entry = replace(entry, description=notes, url="")
    to_consultant = replace(
        _letter(office, kinds[1], words, recipient=consultant, reply_to=visitor),
        invitation=send(booking, entry, attendees=attendees, stamp=now),
        method=method,
    )
    return [
        _enclosed(letter, sender=sender, mark=booking.uid, sequence=booking.sequence, now=now)
        for letter, sender in (
            (to_visitor, site_mailbox(office)),
            # A letter from oneself would look odd in the consultant's inbox.
            (to_consultant, Mailbox(name="Stadtführer", address=site_mailbox(office).address)),
        )
    ]


def _words(office: Office, booking: Booking, token: str, was: Booking | None) -> dict[str, Any]:
    """What the templates of a booking's letters may say."""
    link = booking_link(office, token)
    quiz, answers = office.catalogue.quiz, booking.interest.answers
    complete = bool(answers) and quiz.first_open(answers) is None
    return {
        **_everywhere(office),
        "booking": booking,
        "changeable": hours_before_in_words(
            round(office.rules_of(booking.kind).change / timedelta(hours=1))
        ),
        "visitor": booking.visitor,
        **_times(office, booking, was, at_visitor="bei dir"),
        "point": meeting_point(office, booking),
        "service": office.catalogue.offers.find(booking.interest.service),
        "found": findings(office.catalogue, answers) if complete else None,
        "quotes": quotes(quiz, answers),
        "links": {
            "booking": link,
            "move": f"{link}/verschieben",
            "cancel": f"{link}/absagen",
            "times": times_link(office),
        },
    }


def _everywhere(office: Office) -> dict[str, Any]:
    return {
        "consultant": office.settings.consultant,
        "site_url": office.settings.site.url,
    }


def _times(
    office: Office, booking: Booking, was: Booking | None, *, at_visitor: str
) -> dict[str, When | None]:
    """When it is and, if it was moved, when it was."""
    when, before = (
        None
        if one is None
        else when_in_words(
            one.start,
            one.end,
            office.rules.zone,
            visitor_zone=booking.visitor.own_zone,
            at_visitor=at_visitor,
        )
        for one in (booking, was)
    )
    return {"when": when, "was": before}


def _letter(
    office: Office,
    kind: LetterKind,
    words: Mapping[str, Any],
    *,
    recipient: Mailbox,
    reply_to: Mailbox,
) -> Letter:
    def render(part: str) -> str:
        return office.letter_paper.get_template(f"letters/{kind}/{part}").render(words)

    return Letter(
        kind=kind,
        recipient=recipient,
        reply_to=reply_to,
        subject=" ".join(render("subject.txt").split()),
        text=render("body.txt"),
        html=render("body.html"),
    )


def _enclosed(
    letter: Letter, *, sender: Mailbox, mark: str, sequence: int, now: datetime
) -> Enclosed:
    """The letter as bytes; its Message-ID is made of what it tells of, so there is one of each."""
    message_id = f"<{letter.kind}.{sequence}.{mark}@{sender.address.rpartition('@')[2]}>"
    return Enclosed(
        kind=letter.kind,
        sequence=sequence,
        method=letter.method or "",
        sender=sender.address,
        recipient=letter.recipient.address,
        message_id=message_id,
        message=as_message(letter, sender=sender, message_id=message_id, date=now),
    )

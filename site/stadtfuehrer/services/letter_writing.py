"""From what a letter of the outbox says to its finished bytes, by the settings of that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import urlencode

from stadtfuehrer.domain import invitation
from stadtfuehrer.domain.booking import Party, Status
from stadtfuehrer.domain.feedback import Satisfaction
from stadtfuehrer.domain.instants import in_address
from stadtfuehrer.domain.letter import Letter, LetterKind, Mailbox
from stadtfuehrer.domain.mime import as_message
from stadtfuehrer.domain.wording import When, date_in_words, hours_before_in_words, when_in_words
from stadtfuehrer.services.booked_result import findings_of
from stadtfuehrer.services.calendar_entry import calendar_entry
from stadtfuehrer.services.findings import findings, quotes
from stadtfuehrer.services.links import booking_link, times_link
from stadtfuehrer.services.mailboxes import consultant_mailbox, site_mailbox, visitor_mailbox
from stadtfuehrer.services.meeting import AT_VISITOR, meeting_point
from stadtfuehrer.services.seal import booking_token, consultant_token
from stadtfuehrer.storage.bookings import get_booking
from stadtfuehrer.storage.outbox import Composed

if TYPE_CHECKING:
    from stadtfuehrer.domain.booking import Booking
    from stadtfuehrer.domain.letter import Method
    from stadtfuehrer.services.office import Office
    from stadtfuehrer.storage.outbox import LeasedMessage

_Facts: TypeAlias = Mapping[str, Any]


class Choice(NamedTuple):
    """An answer that a letter offers as a link."""

    label: str
    href: str


def compose(office: Office, letter: LeasedMessage) -> Composed:
    """Write a letter; the same facts and settings give the same bytes.

    Whatever is wrong with it is raised, as what it is: an unknown kind, a broken template.
    """
    kind, facts = LetterKind(letter.kind), letter.facts or {}
    at = datetime.fromisoformat(facts["at"])
    if letter.booking_id is None:
        recipient = Mailbox(name=facts.get("name", ""), address=letter.recipient)
        written = _written_to(office, kind, recipient, facts)
    else:
        with office.database.read() as session:
            today = get_booking(session, letter.booking_id)
        written = _written_about(office, kind, _as_it_was(today, letter.sequence, facts), facts, at)
    sender = site_mailbox(office)
    if kind.is_for_consultant:
        # A letter from oneself would look odd in the consultant's inbox.
        sender = Mailbox(name="Stadtführer", address=sender.address)
    return Composed(
        sender=sender.address,
        recipient=written.recipient.address,
        message=as_message(written, sender=sender, message_id=letter.message_id, date=at),
    )


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


def _written_to(office: Office, kind: LetterKind, recipient: Mailbox, facts: _Facts) -> Letter:
    """A letter that belongs to no booking."""
    words = {"consultant": office.settings.consultant, "site_url": office.settings.site.url}
    words |= _result(office, facts) if kind is LetterKind.RESULT else _free_again(office, facts)
    words["name"] = recipient.name
    return _written(office, kind, words, recipient=recipient, reply_to=consultant_mailbox(office))


def _result(office: Office, facts: _Facts) -> dict[str, Any]:
    answers = facts["answers"]
    return {
        "found": findings(office.catalogue, answers),
        "quotes": quotes(office.catalogue.quiz, answers),
        "links": {"quiz": f"{office.settings.site.url}/quiz?{urlencode(answers)}"},
    }


def _free_again(office: Office, facts: _Facts) -> dict[str, Any]:
    kind, start = office.get_kind(facts["kind"]), datetime.fromisoformat(facts["start"])
    times = f"{times_link(office)}/{kind.id}"
    return {
        "kind": kind,
        "when": when_in_words(start, start + timedelta(minutes=kind.minutes), office.rules.zone),
        "links": {"book": f"{times}/{in_address(start)}", "times": times},
    }


def _written_about(
    office: Office, kind: LetterKind, booking: Booking, facts: _Facts, at: datetime
) -> Letter:
    """A letter about a booking, with the invitation where a step has one."""
    visitor, consultant = visitor_mailbox(booking), consultant_mailbox(office)
    reader, other, party = visitor, consultant, Party.VISITOR
    if kind.is_for_consultant:
        reader, other, party = consultant, visitor, Party.CONSULTANT
    words = _words(office, booking, party, facts) | _more_words(office, kind, booking, facts, at, party)
    letter = _written(office, kind, words, recipient=reader, reply_to=other)
    if "by" not in facts:
        return letter
    entry = _entry(office, booking, party, words)
    method: Method = "REQUEST"
    invite = invitation.request
    if booking.status is Status.CANCELLED:
        method, invite = "CANCEL", invitation.cancel
    event = invite(booking, entry, attendees=(visitor, consultant), stamp=at)
    return replace(letter, invitation=event, method=method)


def calendar_file(office: Office, booking: Booking, reader: Party) -> bytes:
    """The booking as a file to put into any calendar (METHOD:PUBLISH).

    It says what the reader's invitation says: whoever takes it into the calendar loses nothing.
    """
    entry = _entry(office, booking, reader, _words(office, booking, reader, {}))
    return invitation.published(booking, entry, stamp=booking.changed_at)


def _entry(office: Office, booking: Booking, reader: Party, words: _Facts) -> invitation.Entry:
    """What the reader's calendar shows."""
    entry = calendar_entry(office, booking, booking_token(office.secret, booking.uid))
    if reader is Party.VISITOR:
        return entry
    # What the visitor said goes into the consultant's calendar only, never back to them.
    notes = office.letter_paper.get_template("letters/notes.txt").render(words)
    return replace(entry, description=notes, url=_own_link(office, booking, reader))


def _more_words(
    office: Office, kind: LetterKind, booking: Booking, facts: _Facts, at: datetime, party: Party
) -> dict[str, Any]:
    """What letters of this kind say, and no others."""
    match kind:
        case LetterKind.REMINDER:
            window = office.rules_of(booking.kind).change
            return {"can_change": booking.is_changeable(party, now=at, window=window)}
        case LetterKind.FEEDBACK:
            return {"answer": Satisfaction(facts["answer"]).label, "words": facts["words"]}
        case LetterKind.THANKS:
            return _question(office, booking)
        case _:
            return {"by_consultant": facts["by"] == Party.CONSULTANT}


def _question(office: Office, booking: Booking) -> dict[str, Any]:
    consent = booking.consent
    if consent is None:
        return {"choices": [], "consent_day": ""}
    answer = f"{_own_link(office, booking, Party.VISITOR)}/rueckmeldung"
    return {
        "choices": [
            Choice(label=one.label, href=f"{answer}?{urlencode({'zufrieden': one.value})}")
            for one in Satisfaction
        ],
        "consent_day": date_in_words(consent.given_at.astimezone(office.rules.zone).date()),
    }


def _words(office: Office, booking: Booking, reader: Party, facts: _Facts) -> dict[str, Any]:
    """What any letter about a booking may say to its reader: on their clocks, with their links."""
    was, link = facts.get("was"), _own_link(office, booking, reader)
    return {
        "consultant": office.settings.consultant,
        "site_url": office.settings.site.url,
        "booking": booking,
        "changeable": hours_before_in_words(
            round(office.rules_of(booking.kind).change / timedelta(hours=1))
        ),
        "visitor": booking.visitor,
        "point": meeting_point(office, booking),
        "service": office.catalogue.offers.find(booking.interest.service),
        "found": findings_of(office.catalogue, booking.interest),
        "quotes": quotes(office.catalogue.quiz, booking.interest.answers),
        "when": _when(office, booking, booking.start, reader),
        "was": was and _when(office, booking, datetime.fromisoformat(was), reader),
        "links": {
            "booking": link,
            "move": f"{link}/verschieben",
            "cancel": f"{link}/absagen",
            "times": times_link(office),
        },
    }


def _own_link(office: Office, booking: Booking, party: Party) -> str:
    """The address of a booking that this party's letters carry."""
    token = booking_token if party is Party.VISITOR else consultant_token
    return booking_link(office, token(office.secret, booking.uid))


def _written(
    office: Office,
    kind: LetterKind,
    words: Mapping[str, Any],
    *,
    recipient: Mailbox,
    reply_to: Mailbox,
) -> Letter:
    """A letter from its templates."""

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


def _when(office: Office, booking: Booking, start: datetime, reader: Party) -> When:
    return when_in_words(
        start,
        start + (booking.end - booking.start),
        office.rules.zone,
        visitor_zone=booking.visitor.own_zone,
        at_visitor=AT_VISITOR[reader],
    )

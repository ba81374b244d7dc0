"""From what a letter of the outbox says to its finished bytes, by the settings of that moment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import urlencode

from stadtfuehrer.booking import invitation
from stadtfuehrer.booking.consent import Satisfaction
from stadtfuehrer.booking.entry import AT_VISITOR, calendar_entry, meeting_point, visitor_mailbox
from stadtfuehrer.booking.model import Booking, Interest, Party, Status
from stadtfuehrer.booking.store import get_booking
from stadtfuehrer.mail.message import Letter, LetterKind, Method, as_message
from stadtfuehrer.mail.service import booking_link, consultant_mailbox, site_mailbox, times_link
from stadtfuehrer.mail.store import Composed, LeasedMessage
from stadtfuehrer.quiz.findings import Findings, findings, quotes
from stadtfuehrer.text.address import Mailbox
from stadtfuehrer.text.formatting import (
    When,
    date_in_words,
    hours_before_in_words,
    in_address,
    when_in_words,
)
from stadtfuehrer.tokens import booking_token, consultant_token

if TYPE_CHECKING:
    from stadtfuehrer.content.catalogue import Catalogue
    from stadtfuehrer.context import AppContext

_Facts: TypeAlias = Mapping[str, Any]


class Choice(NamedTuple):
    """An answer that a letter offers as a link."""

    label: str
    href: str


def compose(context: "AppContext", letter: LeasedMessage) -> Composed:
    """Write a letter; the same facts and settings give the same bytes.

    Whatever is wrong with it is raised, as what it is: an unknown kind, a broken template.
    """
    kind, facts = LetterKind(letter.kind), letter.facts or {}
    at = datetime.fromisoformat(facts["at"])
    if letter.booking_id is None:
        recipient = Mailbox(name=facts.get("name", ""), address=letter.recipient)
        written = _written_to(context, kind, recipient, facts)
    else:
        with context.database.read() as session:
            today = get_booking(session, letter.booking_id)
        written = _written_about(
            context, kind, _as_it_was(today, letter.sequence, facts), facts, at
        )
    sender = site_mailbox(context)
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


def _written_to(
    context: "AppContext", kind: LetterKind, recipient: Mailbox, facts: _Facts
) -> Letter:
    """A letter that belongs to no booking."""
    words = {"consultant": context.settings.consultant, "site_url": context.settings.site.url}
    words |= _result(context, facts) if kind is LetterKind.RESULT else _free_again(context, facts)
    words["name"] = recipient.name
    return _written(context, kind, words, recipient=recipient, reply_to=consultant_mailbox(context))


def _result(context: "AppContext", facts: _Facts) -> dict[str, Any]:
    answers = facts["answers"]
    return {
        "found": findings(context.catalogue, answers),
        "quotes": quotes(context.catalogue.quiz, answers),
        "links": {"quiz": f"{context.settings.site.url}/quiz?{urlencode(answers)}"},
    }


def _free_again(context: "AppContext", facts: _Facts) -> dict[str, Any]:
    kind, start = context.get_kind(facts["kind"]), datetime.fromisoformat(facts["start"])
    times = f"{times_link(context)}/{kind.id}"
    return {
        "kind": kind,
        "when": when_in_words(start, start + timedelta(minutes=kind.minutes), context.rules.zone),
        "links": {"book": f"{times}/{in_address(start)}", "times": times},
    }


def _written_about(
    context: "AppContext", kind: LetterKind, booking: Booking, facts: _Facts, at: datetime
) -> Letter:
    """A letter about a booking, with the invitation where a step has one."""
    visitor, consultant = visitor_mailbox(booking), consultant_mailbox(context)
    reader, other, party = visitor, consultant, Party.VISITOR
    if kind.is_for_consultant:
        reader, other, party = consultant, visitor, Party.CONSULTANT
    words = _words(context, booking, party, facts) | _more_words(
        context, kind, booking, facts, at, party
    )
    letter = _written(context, kind, words, recipient=reader, reply_to=other)
    if "by" not in facts:
        return letter
    entry = _entry(context, booking, party, words)
    method: Method = "REQUEST"
    invite = invitation.request
    if booking.status is Status.CANCELLED:
        method, invite = "CANCEL", invitation.cancel
    event = invite(booking, entry, attendees=(visitor, consultant), stamp=at)
    return replace(letter, invitation=event, method=method)


def calendar_file(context: "AppContext", booking: Booking, reader: Party) -> bytes:
    """The booking as a file to put into any calendar (METHOD:PUBLISH).

    It says what the reader's invitation says: whoever takes it into the calendar loses nothing.
    """
    entry = _entry(context, booking, reader, _words(context, booking, reader, {}))
    return invitation.published(booking, entry, stamp=booking.changed_at)


def _entry(
    context: "AppContext", booking: Booking, reader: Party, words: _Facts
) -> invitation.Entry:
    """What the reader's calendar shows."""
    entry = calendar_entry(context, booking, booking_token(context.secret, booking.uid))
    if reader is Party.VISITOR:
        return entry
    # What the visitor said goes into the consultant's calendar only, never back to them.
    notes = context.letter_paper.get_template("booking/letters/notes.txt").render(words)
    return replace(entry, description=notes, url=_own_link(context, booking, reader))


def _more_words(
    context: "AppContext",
    kind: LetterKind,
    booking: Booking,
    facts: _Facts,
    at: datetime,
    party: Party,
) -> dict[str, Any]:
    """What letters of this kind say, and no others."""
    match kind:
        case LetterKind.REMINDER:
            window = context.rules_of(booking.kind).change
            return {"can_change": booking.is_changeable(party, now=at, window=window)}
        case LetterKind.FEEDBACK:
            return {"answer": Satisfaction(facts["answer"]).label, "words": facts["words"]}
        case LetterKind.THANKS:
            return _question(context, booking)
        case _:
            return {"by_consultant": facts["by"] == Party.CONSULTANT}


def _question(context: "AppContext", booking: Booking) -> dict[str, Any]:
    consent = booking.consent
    if consent is None:
        return {"choices": [], "consent_day": ""}
    answer = f"{_own_link(context, booking, Party.VISITOR)}/rueckmeldung"
    return {
        "choices": [
            Choice(label=one.label, href=f"{answer}?{urlencode({'zufrieden': one.value})}")
            for one in Satisfaction
        ],
        "consent_day": date_in_words(consent.given_at.astimezone(context.rules.zone).date()),
    }


def _words(context: "AppContext", booking: Booking, reader: Party, facts: _Facts) -> dict[str, Any]:
    """What any letter about a booking may say to its reader: on their clocks, with their links."""
    was, link = facts.get("was"), _own_link(context, booking, reader)
    return {
        "consultant": context.settings.consultant,
        "site_url": context.settings.site.url,
        "booking": booking,
        "changeable": hours_before_in_words(
            round(context.rules_of(booking.kind).change / timedelta(hours=1))
        ),
        "visitor": booking.visitor,
        "point": meeting_point(context, booking),
        "service": context.catalogue.offers.find(booking.interest.service),
        "found": booked_result(context.catalogue, booking.interest),
        "quotes": quotes(context.catalogue.quiz, booking.interest.answers),
        "when": _when(context, booking, booking.start, reader),
        "was": was and _when(context, booking, datetime.fromisoformat(was), reader),
        "links": {
            "booking": link,
            "move": f"{link}/verschieben",
            "cancel": f"{link}/absagen",
            "times": times_link(context),
        },
    }


def _own_link(context: "AppContext", booking: Booking, party: Party) -> str:
    """The address of a booking that this party's letters carry."""
    token = booking_token if party is Party.VISITOR else consultant_token
    return booking_link(context, token(context.secret, booking.uid))


def _written(
    context: "AppContext",
    kind: LetterKind,
    words: Mapping[str, Any],
    *,
    recipient: Mailbox,
    reply_to: Mailbox,
) -> Letter:
    """A letter from its templates."""
    topic = "quiz" if kind is LetterKind.RESULT else "booking"

    def render(part: str) -> str:
        return context.letter_paper.get_template(f"{topic}/letters/{kind}/{part}").render(words)

    return Letter(
        kind=kind,
        recipient=recipient,
        reply_to=reply_to,
        subject=" ".join(render("subject.txt").split()),
        text=render("body.txt"),
        html=render("body.html"),
    )


def _when(context: "AppContext", booking: Booking, start: datetime, reader: Party) -> When:
    return when_in_words(
        start,
        start + (booking.end - booking.start),
        context.rules.zone,
        visitor_zone=booking.visitor.own_zone,
        at_visitor=AT_VISITOR[reader],
    )


def booked_result(catalogue: "Catalogue", interest: Interest) -> Findings | None:
    """The result that was booked with.

    None where an answer was missing, or where the quiz has been changed in what decides about
    results since: today's would be another than the one the visitor saw.
    """
    quiz, answers = catalogue.quiz, interest.answers
    if interest.quiz_version != quiz.version or quiz.first_open(answers) is not None:
        return None
    return findings(catalogue, answers)

"""From words to a letter ready for the outbox: what any letter may say, and its finished bytes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from stadtfuehrer.domain.booking import Party
from stadtfuehrer.domain.letter import Letter, LetterKind, Mailbox
from stadtfuehrer.domain.mime import as_message
from stadtfuehrer.domain.wording import When, hours_before_in_words, when_in_words
from stadtfuehrer.services.brought import findings_of
from stadtfuehrer.services.findings import quotes
from stadtfuehrer.services.links import booking_link, times_link
from stadtfuehrer.services.mailboxes import site_mailbox
from stadtfuehrer.services.meeting import AT_VISITOR, meeting_point
from stadtfuehrer.services.seal import booking_token, consultant_token
from stadtfuehrer.storage.outbox import Enclosed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stadtfuehrer.domain.booking import Booking
    from stadtfuehrer.services.office import Office


def words_everywhere(office: Office) -> dict[str, Any]:
    """What every letter may say."""
    return {
        "consultant": office.settings.consultant,
        "site_url": office.settings.site.url,
    }


def words_of_booking(office: Office, booking: Booking) -> dict[str, Any]:
    """What the letters of a booking may say to either reader."""
    return {
        **words_everywhere(office),
        "booking": booking,
        "changeable": hours_before_in_words(
            round(office.rules_of(booking.kind).change / timedelta(hours=1))
        ),
        "visitor": booking.visitor,
        "point": meeting_point(office, booking),
        "service": office.catalogue.offers.find(booking.interest.service),
        "found": findings_of(office.catalogue, booking.interest),
        "quotes": quotes(office.catalogue.quiz, booking.interest.answers),
    }


def words_for(reader: Party, office: Office, booking: Booking) -> dict[str, Any]:
    """What a letter may say that goes to this reader alone."""
    return words_of_booking(office, booking) | words_to(reader, office, booking)


def words_to(
    reader: Party, office: Office, booking: Booking, was: Booking | None = None
) -> dict[str, Any]:
    """What they say to this reader only: times on their clocks, and their own links."""
    link = own_link(office, booking, reader)
    return {
        "when": _when(office, booking, reader),
        "was": None if was is None else _when(office, was, reader),
        "links": {
            "booking": link,
            "move": f"{link}/verschieben",
            "cancel": f"{link}/absagen",
            "times": times_link(office),
        },
    }


def own_link(office: Office, booking: Booking, party: Party) -> str:
    """The address of a booking that this party's letters carry."""
    token = booking_token if party is Party.VISITOR else consultant_token
    return booking_link(office, token(office.secret, booking.uid))


def written(
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


def enclosed(
    office: Office,
    letter: Letter,
    *,
    mark: str,
    sequence: int,
    now: datetime,
    to_consultant: bool = False,
    use_until: datetime | None = None,
) -> Enclosed:
    """The letter as bytes; its Message-ID is made of what it tells of, so there is one of each."""
    sender = site_mailbox(office)
    if to_consultant:
        # A letter from oneself would look odd in the consultant's inbox.
        sender = Mailbox(name="Stadtführer", address=sender.address)
    message_id = f"<{letter.kind}.{sequence}.{mark}@{sender.address.rpartition('@')[2]}>"
    return Enclosed(
        kind=letter.kind,
        sequence=sequence,
        method=letter.method or "",
        sender=sender.address,
        recipient=letter.recipient.address,
        message_id=message_id,
        message=as_message(letter, sender=sender, message_id=message_id, date=now),
        use_until=use_until,
    )


def _when(office: Office, booking: Booking, reader: Party) -> When:
    return when_in_words(
        booking.start,
        booking.end,
        office.rules.zone,
        visitor_zone=booking.visitor.own_zone,
        at_visitor=AT_VISITOR[reader],
    )

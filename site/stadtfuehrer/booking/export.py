"""What other programs are told of bookings: a row of JSON or CSV, a card of an address book."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Component, vText
from icalendar.prop import vN, vOrg

from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.mail.address import mailbox_of
from stadtfuehrer.text.formatting import clock_in_words, date_in_words


def as_row(row_id: int, booking: Booking) -> dict[str, Any]:
    """A booking as programs read it; instants in ISO 8601, UTC."""
    return {
        "id": row_id,
        "kind": booking.kind,
        "start": booking.start.isoformat(),
        "end": booking.end.isoformat(),
        "status": booking.status.value,
        "sequence": booking.sequence,
        **booking.visitor.asked,
        "angebot": booking.interest.service,
        "fragen": booking.interest.own_text,
        "uid": booking.uid,
        "booked_at": booking.booked_at.isoformat(),
    }


def as_cards(bookings: Iterable[Booking], zone: ZoneInfo) -> bytes:
    """A vCard for each guest, in the order of their first consultation, on the zone's clocks.

    vCard 3.0 (RFC 2426), which every address book imports; escaped and folded as iCalendar is. Of
    an address that is yet to be confirmed nobody knows whose it is, so it has none.
    """
    guests: dict[str, list[Booking]] = {}
    for booking in bookings:
        if not booking.status.awaits_address:
            # Of those without an address nobody knows which of them are one and the same.
            mailbox = mailbox_of(booking.visitor.email) or booking.uid
            guests.setdefault(mailbox, []).append(booking)
    return b"".join(_card(mailbox, theirs, zone) for mailbox, theirs in guests.items())


class _VCard(Component):
    name = "VCARD"


def _card(mailbox: str, theirs: Sequence[Booking], zone: ZoneInfo) -> bytes:
    """A guest as they last called themself; the same UID each time, so that nobody is doubled."""
    by_age = sorted(theirs, key=lambda one: one.booked_at, reverse=True)
    newest = by_age[0].visitor
    firm = next((one.visitor.firma for one in by_age if one.visitor.firma), "")
    phone = next((one.visitor.telefon for one in by_age if one.visitor.telefon), "")
    given, _, family = newest.name.rpartition(" ")
    card = _VCard()
    card.add("VERSION", vText("3.0"))
    card.add("UID", vText(f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'mailto:{mailbox}')}"))
    card.add("FN", vText(newest.name))
    card.add("N", vN((family, given, "", "", "")))
    if newest.email:
        card.add("EMAIL", vText(newest.email), parameters={"TYPE": "INTERNET"})
    if phone:
        card.add("TEL", vText(phone))
    if firm:
        card.add("ORG", vOrg((firm,)))
    card.add("NOTE", vText("\n\n".join(_note(one, zone) for one in theirs)))
    return bytes(card.to_ical(sorted=False))


_BESIDES = {Status.CANCELLED: " (abgesagt)", Status.REQUESTED: " (angefragt)"}


def _note(booking: Booking, zone: ZoneInfo) -> str:
    start = booking.start.astimezone(zone)
    when = f"{date_in_words(start.date())}, {clock_in_words(start, zone)} Uhr"
    said = f"{when}: {booking.title}{_BESIDES.get(booking.status, '')}"
    return "\n".join(filter(None, (said, booking.visitor.anliegen)))

"""Who writes and who reads: visitor, consultant, and the site's own mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtfuehrer.domain.letter import Mailbox

if TYPE_CHECKING:
    from stadtfuehrer.domain.booking import Booking
    from stadtfuehrer.services.office import Office


def visitor_mailbox(booking: Booking) -> Mailbox:
    """Whoever booked."""
    return Mailbox(name=booking.visitor.name, address=booking.visitor.email)


def consultant_mailbox(office: Office) -> Mailbox:
    """The consultant's own mailbox, where replies go."""
    consultant = office.settings.consultant
    return Mailbox(name=consultant.name, address=consultant.email)


def site_mailbox(office: Office) -> Mailbox:
    """The site's mailbox, under the name of the person who reads it."""
    settings = office.settings
    return Mailbox(name=f"{settings.consultant.name} – Stadtführer", address=settings.mail.sender)

"""A booking as calendars show it: in invitations, as a file, and by a link to a web calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from stadtfuehrer.domain.booking import Party, Status
from stadtfuehrer.domain.instants import in_address
from stadtfuehrer.domain.invitation import Entry
from stadtfuehrer.services.links import booking_link
from stadtfuehrer.services.mailboxes import site_mailbox
from stadtfuehrer.services.meeting import meeting_point

if TYPE_CHECKING:
    from stadtfuehrer.domain.booking import Booking
    from stadtfuehrer.services.meeting import MeetingPoint
    from stadtfuehrer.services.office import Office

_GOOGLE = "https://calendar.google.com/calendar/render"
_OUTLOOK = "https://outlook.live.com/calendar/0/action/compose"


def calendar_entry(office: Office, booking: Booking, token: str) -> Entry:
    """What the visitor's calendar shows."""
    point = meeting_point(office, booking)
    link = booking_link(office, token)
    return Entry(
        organizer=site_mailbox(office),
        summary=_summary(office, booking),
        description=_description(booking, point, link),
        location=point.location,
        conference=point.conference,
        url=link,
    )


def _summary(office: Office, booking: Booking) -> str:
    return f"{booking.title}: {booking.visitor.name} und {office.settings.consultant.name}"


def _description(booking: Booking, point: MeetingPoint, link: str) -> str:
    if booking.status is Status.CANCELLED:
        # Some calendars go on showing what was called off, with all that it said.
        return f"Dieser Termin ist abgesagt.\n\nAnsehen: {link}"
    return f"{point.for_visitor}\n\nAnsehen, verschieben, absagen: {link}"


def web_calendars(office: Office, booking: Booking, reader: Party) -> tuple[tuple[str, str], ...]:
    """Name and address of web calendars that open with the booking filled in.

    The addresses are those that Google and Microsoft make themselves; times in UTC. The booking's
    own link stays out of them: it is a key, and nobody's business but the reader's.
    """
    summary, point = _summary(office, booking), meeting_point(office, booking)
    google = {
        "action": "TEMPLATE",
        "text": summary,
        "dates": f"{in_address(booking.start)}/{in_address(booking.end)}",
        "details": point.said_to(reader),
        "location": point.location,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": summary,
        "startdt": f"{booking.start:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{booking.end:%Y-%m-%dT%H:%M:%SZ}",
        "body": point.said_to(reader),
        "location": point.location,
    }
    return (
        ("Google Kalender", f"{_GOOGLE}?{urlencode(google)}"),
        ("Outlook", f"{_OUTLOOK}?{urlencode(outlook)}"),
    )

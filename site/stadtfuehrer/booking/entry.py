"""Where a consultation takes place, said to the visitor, to the consultant and to a calendar."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never
from urllib.parse import urlencode

from stadtfuehrer.booking.invitation import Entry
from stadtfuehrer.booking.model import Booking, Party, Status
from stadtfuehrer.booking.slots import Place
from stadtfuehrer.mail.service import booking_link, site_mailbox
from stadtfuehrer.text.address import Mailbox
from stadtfuehrer.text.formatting import in_address

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext
    from stadtfuehrer.settings.schema import ConsultantSettings

AT_VISITOR = {Party.VISITOR: "bei dir", Party.CONSULTANT: "bei deinem Gast"}
"""Where the visitor's clocks are, to whoever reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPoint:
    """Where to be, as whole sentences; ``location`` and ``conference`` as a calendar wants them."""

    label: str
    for_visitor: str
    for_consultant: str
    location: str
    conference: str = ""

    def said_to(self, reader: Party) -> str:
        """The sentence for whoever reads it."""
        return self.for_visitor if reader is Party.VISITOR else self.for_consultant


def meeting_point(context: "AppContext", booking: Booking) -> MeetingPoint:
    """Who calls whom, in which room, at which address."""
    consultant = context.settings.consultant
    match booking.place:
        case Place.PHONE:
            return _by_phone(consultant, booking)
        case Place.VIDEO:
            return MeetingPoint(
                label=Place.VIDEO.label,
                for_visitor=f"Wir treffen uns in meinem Videoraum: {consultant.video_url}",
                for_consultant=f"Ihr trefft euch in deinem Videoraum: {consultant.video_url}",
                location=consultant.video_url,
                conference=consultant.video_url,
            )
        case Place.ON_SITE:
            address = f"{consultant.street}, {consultant.postcode} {consultant.city}"
            return MeetingPoint(
                label=Place.ON_SITE.label,
                for_visitor=f"Du kommst zu mir: {address}.",
                for_consultant=f"Dein Gast kommt zu dir: {address}.",
                location=address,
            )
        case _:
            assert_never(booking.place)


def _by_phone(consultant: "ConsultantSettings", booking: Booking) -> MeetingPoint:
    label, theirs = Place.PHONE.label, booking.visitor.telefon
    if theirs:
        return MeetingPoint(
            label=label,
            for_visitor=f"Ich rufe dich an, unter {theirs}.",
            for_consultant=f"Du rufst an, unter {theirs}.",
            location=f"Telefon: {theirs}",
        )
    if consultant.phone:
        return MeetingPoint(
            label=label,
            for_visitor=f"Du rufst mich an, unter {consultant.phone}.",
            for_consultant=f"Dein Gast ruft dich an, unter {consultant.phone}.",
            location=f"Telefon: {consultant.phone}",
        )
    return MeetingPoint(
        label=label,
        for_visitor="Schreib mir noch deine Nummer, dann rufe ich dich an.",
        for_consultant="Dein Gast hat keine Nummer genannt; frag per Antwort danach.",
        location="Telefon",
    )


_GOOGLE = "https://calendar.google.com/calendar/render"

_OUTLOOK = "https://outlook.live.com/calendar/0/action/compose"


def calendar_entry(context: "AppContext", booking: Booking, token: str) -> Entry:
    """What the visitor's calendar shows."""
    point = meeting_point(context, booking)
    link = booking_link(context, token)
    return Entry(
        organizer=site_mailbox(context),
        summary=_summary(context, booking),
        description=_description(booking, point, link),
        location=point.location,
        conference=point.conference,
        url=link,
    )


def _summary(context: "AppContext", booking: Booking) -> str:
    return f"{booking.title}: {booking.visitor.name} und {context.settings.consultant.name}"


def _description(booking: Booking, point: MeetingPoint, link: str) -> str:
    if booking.status is Status.CANCELLED:
        # Some calendars go on showing what was called off, with all that it said.
        return f"Dieser Termin ist abgesagt.\n\nAnsehen: {link}"
    return f"{point.for_visitor}\n\nAnsehen, verschieben, absagen: {link}"


def web_calendars(
    context: "AppContext", booking: Booking, reader: Party
) -> tuple[tuple[str, str], ...]:
    """Name and address of web calendars that open with the booking filled in.

    The addresses are those that Google and Microsoft make themselves; times in UTC. The booking's
    own link stays out of them: it is a key, and nobody's business but the reader's.
    """
    summary, point = _summary(context, booking), meeting_point(context, booking)
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


def visitor_mailbox(booking: Booking) -> Mailbox:
    """Whoever booked."""
    return Mailbox(name=booking.visitor.name, address=booking.visitor.email)

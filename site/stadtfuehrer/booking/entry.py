"""When and where a consultation is, said to the visitor, to the consultant and to a calendar."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from stadtfuehrer.booking.model import Booking, Party
from stadtfuehrer.booking.slots import Caller, Place
from stadtfuehrer.mail.service import site_mailbox
from stadtfuehrer.text import Mailbox, slug
from stadtfuehrer.text.formatting import When, clock_in_words, in_address, when_in_words
from stadtfuehrer.tokens import room_token

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def booked_time(
    context: "AppContext", booking: Booking, reader: Party, start: datetime | None = None
) -> When:
    """The booking's time, or the one it would have from another start, on both clocks."""
    begin = start or booking.start
    return when_in_words(
        begin,
        begin + (booking.end - booking.start),
        context.rules.zone,
        visitor_zone=booking.visitor.own_zone,
        at_visitor="bei dir" if reader is Party.VISITOR else "bei deinem Gast",
    )


def held_until(context: "AppContext", booking: Booking) -> str:
    """Until when a held booking's time is kept: „10:42 Uhr“, which stays on one line."""
    return f"{clock_in_words(booking.held_until, context.rules.zone)}\u00a0Uhr"


@dataclass(frozen=True, slots=True)
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


def own_room(context: "AppContext", booking: Booking) -> str:
    """The address of a video room for this booking alone; empty where the settings name no such.

    It is made when somebody books and kept from then on, so ``{date}`` is the local date for which
    it was booked first.
    """
    template = context.settings.consultant.video_url
    if booking.place is not Place.VIDEO or "{" not in template:
        return ""
    return template.format(
        random=room_token(context.secret, booking.uid),
        name=slug(booking.visitor.name) or "gast",
        date=booking.start.astimezone(context.rules.zone).date(),
    )


def meeting_point(context: "AppContext", booking: Booking) -> MeetingPoint:
    """Who calls whom, in which room, at which address."""
    consultant, theirs = context.settings.consultant, booking.visitor.telefon
    match booking.place:
        case Place.VIDEO:
            # A booking that is older than the placeholders in the settings has no room yet.
            room = booking.room or own_room(context, booking) or consultant.video_url
            to_visitor = f"Wir treffen uns in meinem Videoraum: {room}"
            to_consultant = f"Ihr trefft euch in deinem Videoraum: {room}"
            return MeetingPoint(booking.place.label, to_visitor, to_consultant, room, room)
        case Place.ON_SITE:
            location = f"{consultant.street}, {consultant.postcode} {consultant.city}"
            to_visitor = f"Du kommst zu mir: {location}."
            to_consultant = f"Dein Gast kommt zu dir: {location}."
        case Place.PHONE if theirs and (
            booking.caller is Caller.CONSULTANT or not consultant.phone
        ):
            location = f"Telefon: {theirs}"
            to_visitor = f"Ich rufe dich an, unter {theirs}."
            to_consultant = f"Du rufst an, unter {theirs}."
        case Place.PHONE if consultant.phone:
            location = f"Telefon: {consultant.phone}"
            to_visitor = f"Du rufst mich an, unter {consultant.phone}."
            to_consultant = f"Dein Gast ruft dich an, unter {consultant.phone}."
        case _:  # by phone, and nobody has a number
            location = "Telefon"
            to_visitor = "Schreib mir noch deine Nummer, dann rufe ich dich an."
            to_consultant = "Dein Gast hat keine Nummer genannt; frag per Mail danach."
    return MeetingPoint(booking.place.label, to_visitor, to_consultant, location)


def times_again(context: "AppContext", booking: Booking) -> str:
    """What follows „/termin“ where somebody looks for another time for the same consultation.

    The kind, unless it is offered no longer, and what they came with.
    """
    kind = f"/{booking.kind}" if booking.kind in {one.id for one in context.kinds} else ""
    its, own = booking.interest, {"angebot": booking.interest.service, "zone": booking.visitor.zone}
    query = urlencode([*its.answers.items(), *((name, one) for name, one in own.items() if one)])
    return f"{kind}?{query}" if query else kind


def summary_of(context: "AppContext", booking: Booking) -> str:
    """What the consultation is called in a calendar."""
    return f"{booking.title}: {booking.visitor.name} und {context.settings.consultant.name}"


def organizer_of(context: "AppContext", booking: Booking) -> Mailbox:
    """Who invites: the site's mailbox, by the address that the first invitation came from."""
    site = site_mailbox(context)
    return replace(site, address=booking.organizer or site.address)


def web_calendars(context: "AppContext", booking: Booking, reader: Party) -> dict[str, str]:
    """Addresses of web calendars that open with the booking filled in, by their names.

    The addresses are those that Google and Microsoft make themselves; times in UTC. The booking's
    own link stays out of them: it is a key, and nobody's business but the reader's.
    """
    summary, point = summary_of(context, booking), meeting_point(context, booking)
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
    return {
        "Google Kalender": f"https://calendar.google.com/calendar/render?{urlencode(google)}",
        "Outlook": f"https://outlook.live.com/calendar/0/action/compose?{urlencode(outlook)}",
    }

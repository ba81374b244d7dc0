"""A booking as iCalendar: request, cancellation, and the file to download.

RFC 5545 (format), 5546 (what each method needs), 6047 (by mail), 7986 (CONFERENCE). All times are
in UTC: that ends every doubt about summer time and the ambiguous hour, and needs no VTIMEZONE.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vDuration, vText, vUri

from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.text import Mailbox, check_line, plain_text

# A double quote cannot stand in a parameter at all, and the ^ that RFC 6868 escapes it with is
# shown as it is by Outlook and libical. A backslash means itself there, but ical.js takes it for
# an escape. So all three are replaced by their nearest likeness.
_LIKENESS = str.maketrans({'"': "'", "^": "ˆ", "\\": "/"})

_REFRESH = timedelta(minutes=15)

_ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


class _Text(vText):
    r"""A TEXT value, escaped in one pass (RFC 5545, 3.3.11).

    icalendar's own takes a backslash before an N for a line break that was escaped already, so
    that ``D:\Neukunden`` would be shown on two lines.
    """

    __slots__ = ()

    def to_ical(self) -> bytes:
        return self.translate(_ESCAPES).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a calendar shows of a booking, besides its time; empty texts are left out.

    ``conference`` is the URI of the video room, ``url`` that of the booking's page.
    """

    organizer: Mailbox
    summary: str
    description: str = ""
    location: str = ""
    conference: str = ""
    url: str = ""


def render(
    booking: Booking, entry: Entry, *, attendees: Sequence[Mailbox] = (), stamp: datetime
) -> bytes:
    """The booking for calendars; ``stamp`` (aware) is when this content was made, also on a retry.

    With attendees it goes by mail: METHOD:REQUEST (RFC 5546, 3.2.2), or METHOD:CANCEL (3.2.5) once
    it is called off. Each is asked to answer a request, though both agreed already: it is the
    question that makes Gmail and Outlook show the buttons which put the date into the calendar.
    Without, it is a file to download, METHOD:PUBLISH, with an ORGANIZER and no ATTENDEE (3.2.1);
    a cancelled booking is published as such, so that importing the file again takes it back.

    Raises ValueError: ``stamp`` is naive, the summary blank, or a line break in an address.
    """
    event = _event(booking, entry, stamp=stamp)
    method = "CANCEL" if booking.status is Status.CANCELLED else "REQUEST"
    roles = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT"}
    if method == "REQUEST":
        roles |= {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    named: set[str] = set()
    for mailbox in attendees:
        address = mailbox.address.lower()
        # Each address once: a consultant who tries the form with their own is not two people.
        if address not in named:
            attendee = _cal_address(mailbox)
            attendee.params.update(roles)
            event.add("attendee", attendee)
        named.add(address)
    return _rendered(_calendar(method if attendees else "PUBLISH"), [event])


def render_entered(booking: Booking, entry: Entry) -> bytes:
    """The booking as it is stored on a CalDAV server (RFC 4791, 4.1): no METHOD.

    Without ORGANIZER and ATTENDEE no server writes to anybody.
    """
    event, calendar = _event(booking, entry, stamp=booking.changed_at), _calendar("PUBLISH")
    del event["organizer"]
    del calendar["method"]
    return _rendered(calendar, [event])


def render_feed(entries: Sequence[tuple[Booking, Entry]], *, name: str) -> bytes:
    """Bookings for a program that asks again and again; METHOD:PUBLISH, nobody is an ATTENDEE.

    Each is stamped with its last change, so that the same bookings give the same bytes. Programs
    are asked to look every fifteen minutes (RFC 7986, 5.7; Outlook knows its own name for it).
    """
    calendar = _calendar("PUBLISH")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, _Text(plain_text(name)))
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_REFRESH))
    stamped = (_event(booking, entry, stamp=booking.changed_at) for booking, entry in entries)
    return _rendered(calendar, stamped)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Stadtfuehrer//Termine//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _rendered(calendar: Calendar, events: Iterable[Event]) -> bytes:
    for event in events:
        calendar.add_component(event)
    rendered: bytes = calendar.to_ical()
    return rendered


def _event(booking: Booking, entry: Entry, *, stamp: datetime) -> Event:
    if stamp.tzinfo is None:
        raise ValueError("the stamp needs a zone")
    cancelled = booking.status is Status.CANCELLED
    event = Event()
    event.add("uid", booking.uid)
    event.add("sequence", booking.sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("created", booking.booked_at.astimezone(UTC))
    event.add("last-modified", booking.changed_at.astimezone(UTC))
    event.add("dtstart", booking.start.astimezone(UTC))
    event.add("dtend", booking.end.astimezone(UTC))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    # What was cancelled keeps nobody busy, even where a program goes on showing it.
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    # Who takes whose advice is nobody's business in a calendar shared with colleagues.
    event.add("class", "PRIVATE")
    event.add("organizer", _cal_address(entry.organizer))
    for name in ("summary", "description", "location"):
        # libical drops a property whose value is blank and then complains about it.
        if plain := plain_text(getattr(entry, name)).strip():
            event.add(name, _Text(plain))
    if "summary" not in event:
        raise ValueError("the summary is empty")
    if entry.conference:
        check_line(entry.conference)
        conference = vUri(entry.conference)
        conference.params.update({"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"]})
        event.add("conference", conference)
    if entry.url:
        check_line(entry.url)
        event.add("url", vUri(entry.url))
    return event


def _cal_address(mailbox: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.address}")
    if mailbox.name:
        address.params["CN"] = mailbox.name.translate(_LIKENESS)
    return address

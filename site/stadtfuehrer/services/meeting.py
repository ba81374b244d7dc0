"""Where a consultation takes place, said to the visitor, to the consultant and to a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from stadtfuehrer.domain.booking import Party
from stadtfuehrer.domain.slots import Place

if TYPE_CHECKING:
    from stadtfuehrer.domain.booking import Booking
    from stadtfuehrer.services.office import Office
    from stadtfuehrer.settings import ConsultantSettings

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


def meeting_point(office: Office, booking: Booking) -> MeetingPoint:
    """Who calls whom, in which room, at which address."""
    consultant = office.settings.consultant
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


def _by_phone(consultant: ConsultantSettings, booking: Booking) -> MeetingPoint:
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

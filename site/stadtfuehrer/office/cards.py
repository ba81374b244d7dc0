"""A booking as the office shows it: when, where, how to reach the guest, what the quiz found."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from stadtfuehrer.booking.entry import MeetingPoint, booked_time, meeting_point
from stadtfuehrer.booking.letter_words import booked_quotes, booked_result
from stadtfuehrer.booking.model import Booking, Party
from stadtfuehrer.pages.model import Service
from stadtfuehrer.quiz.drawing import draw, svg
from stadtfuehrer.quiz.findings import Findings, Quote
from stadtfuehrer.text.formatting import When

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the consultant has to hand about a booking; ``plan`` is empty without a result."""

    id: int
    booking: Booking
    when: When
    point: MeetingPoint
    service: Service | None
    found: Findings | None
    quotes: tuple[Quote, ...]
    plan: Markup


def cards(context: "AppContext", bookings: list[tuple[int, Booking]]) -> list[Card]:
    """A card for each, in this order; all of them can stand on one page."""
    made: list[Card] = []
    for row_id, booking in bookings:
        found = booked_result(context.catalogue, booking.interest)
        is_first = not any(card.plan for card in made)
        made.append(
            Card(
                id=row_id,
                booking=booking,
                when=booked_time(context, booking, Party.CONSULTANT),
                point=meeting_point(context, booking),
                service=context.catalogue.offers.find(booking.interest.service),
                found=found,
                quotes=booked_quotes(context.catalogue, booking.interest),
                plan=svg(draw(found.plan), is_first=is_first) if found else Markup(),
            )
        )
    return made

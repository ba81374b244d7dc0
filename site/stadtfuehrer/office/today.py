"""What the consultant sees first: the day, the days ahead, what waits, what is not well."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from stadtfuehrer.booking.agenda import Waiting, agenda, waiting
from stadtfuehrer.booking.model import Booking
from stadtfuehrer.calendar.service import calendar_fault, unwritten_since
from stadtfuehrer.dialogue.answering import in_numbers
from stadtfuehrer.dialogue.count_store import Waiting as WaitingVoices
from stadtfuehrer.mail.service import Health, examine
from stadtfuehrer.office.cards import Card, cards

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """``unread_since`` and ``unwritten_since`` are None where the calendars are well."""

    cards: list[Card]
    ahead: dict[date, list[tuple[int, Booking]]]
    waiting: Waiting
    voices: WaitingVoices
    health: Health
    unread_since: datetime | None
    unwritten_since: datetime | None


def today(context: "AppContext", day: date, *, now: datetime) -> Today:
    """A date of the consultant's zone, and what waits now. Raises DatabaseUnavailable."""
    booked = agenda(context, day)
    return Today(
        cards=cards(context, booked.day),
        ahead=booked.ahead,
        waiting=waiting(context, now=now),
        voices=in_numbers(context),
        health=examine(context, now=now),
        unread_since=calendar_fault(context, now=now),
        unwritten_since=unwritten_since(context, now=now),
    )

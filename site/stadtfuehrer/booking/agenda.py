"""The consultant's day: who comes, what waits for an answer, what became of a booking."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from stadtfuehrer.audit_log import Action, lines_about
from stadtfuehrer.booking import agenda_store as store
from stadtfuehrer.booking.agenda_store import LetterSaid
from stadtfuehrer.booking.answers_store import CameBack, what_came_back
from stadtfuehrer.booking.events_store import Finding, open_findings
from stadtfuehrer.booking.model import Booking, Party, Status
from stadtfuehrer.booking.opening import DAY, wall_clock_instant
from stadtfuehrer.mail.message import LetterKind

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

AHEAD_DAYS = 14
"""How far the days ahead of one reach."""

_MOST_PENDING = 20

_OF_BOOKINGS = [action for action in Action if action.startswith("booking-")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """A day's consultations, and those of the days ahead by day; each with its row's id."""

    day: list[tuple[int, Booking]]
    ahead: dict[date, list[tuple[int, Booking]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for the consultant; ``bookings`` has those that ids below stand for."""

    pending: list[tuple[int, Booking]]
    findings: dict[int, Finding]
    came_back: list[CameBack]
    bookings: dict[int, Booking]


def agenda(context: "AppContext", day: date) -> Agenda:
    """What is booked on a date of the consultant's zone and on the days ahead."""
    zone = context.rules.zone
    begin, end = (wall_clock_instant(one, 0, zone) for one in (day, day + (AHEAD_DAYS + 1) * DAY))
    with context.database.read() as session:
        found = store.confirmed_between(session, begin, end)
    days = {
        one: list(those)
        for one, those in groupby(found, lambda row: row[1].start.astimezone(zone).date())
    }
    return Agenda(day=days.pop(day, []), ahead=days)


def waiting(context: "AppContext", *, now: datetime) -> Waiting:
    """What waits: requests and held bookings, calendar questions, declined or undeliverable."""
    with context.database.read() as session:
        findings = open_findings(session, now=now) if context.settings.calendar.write else {}
        came_back = what_came_back(session, after=now)
        about = {*findings, *(one.booking_id for one in came_back)}
        return Waiting(
            pending=store.pending(session, now=now, most=_MOST_PENDING),
            findings=findings,
            came_back=came_back,
            bookings=store.bookings_of(session, about),
        )


class What(StrEnum):
    """What became of a booking at some moment."""

    BOOKED = "booked"
    ENTERED = "entered"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    MOVED = "moved"
    CANCELLED = "cancelled"
    MISSED = "missed"
    LETTER = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A moment of a booking's life; ``was`` is the time that it was moved from, if still known.

    ``by`` is a Party's name, ``who`` the address of whoever did it in the office; each is empty
    where nobody knows (any more).
    """

    at: datetime
    what: What
    by: str = ""
    who: str = ""
    was: datetime | None = None
    letter: LetterSaid | None = None


def history(context: "AppContext", row_id: int, booking: Booking) -> list[Event]:
    """What became of a booking, the oldest first: from its row, its letters and the audit log."""
    with context.database.read() as session:
        said = store.letters_about(session, row_id)
        done = lines_about(session, row_id, _OF_BOOKINGS)
    # A step, the letters that it owes and its line in the log bear the same instant.
    who = {line.at: line.who for line in done}
    by = {_owed_at(one): one.facts.get("by", "") for one in said if one.facts}
    events = [
        replace(one, by=by.get(one.at, ""), who=who.get(one.at, ""))
        for one in _steps(booking, said)
    ]
    events += [
        Event(at=one.sent_at or one.made_at, what=What.LETTER, letter=one)
        for one in said
        if one.recipient
    ]
    return sorted(events, key=lambda one: (one.at, one.what is What.LETTER))


def _steps(booking: Booking, said: list[LetterSaid]) -> Iterator[Event]:
    yield Event(at=booking.booked_at, what=What.ENTERED if booking.by_hand else What.BOOKED)
    if booking.confirmed_at:
        yield Event(at=booking.confirmed_at, what=What.CONFIRMED)
    if booking.status is Status.CANCELLED:
        yield Event(at=booking.changed_at, what=What.CANCELLED)
    if booking.missed_at:
        yield Event(at=booking.missed_at, what=What.MISSED)
    for one in said:
        facts = one.facts or {}
        answers = facts.get("by") == Party.CONSULTANT and not booking.by_hand
        if one.kind == LetterKind.MOVED_CONSULTANT:
            was = datetime.fromisoformat(facts["was"]) if "was" in facts else None
            yield Event(at=_owed_at(one), what=What.MOVED, was=was)
        elif one.kind == LetterKind.CONFIRMATION and answers:
            yield Event(at=_owed_at(one), what=What.ACCEPTED)


def _owed_at(letter: LetterSaid) -> datetime:
    """When it was written first; it is made anew when it is tried again."""
    return datetime.fromisoformat(letter.facts["at"]) if letter.facts else letter.made_at

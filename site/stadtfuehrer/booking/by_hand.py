"""What the consultant does with bookings by hand: free of their own rules, but not of others' time.

Each step names who decided it (audit_log), and which version of the booking they saw: where
somebody else has changed it since, nothing is done. What the guest will read of a step can be read
beforehand.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.audit_log import Action, note
from stadtfuehrer.booking import letters
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.admission import lock_bookings
from stadtfuehrer.booking.agenda_store import bookings_in_the_way
from stadtfuehrer.booking.composing import about_booking
from stadtfuehrer.booking.entry import own_room
from stadtfuehrer.booking.model import Booking, Party, new_booking
from stadtfuehrer.booking.owed import owe
from stadtfuehrer.booking.pending import accept_found
from stadtfuehrer.booking.service import (
    BookingAccess,
    BookingRequest,
    cancel_found,
    find_made,
    keep_new,
    look_up,
    move_found,
)
from stadtfuehrer.booking.slots import GRID_MINUTES
from stadtfuehrer.database import Session
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import Letter, LetterKind
from stadtfuehrer.mail.outbox import NewMessage
from stadtfuehrer.mail.tables import has_letter
from stadtfuehrer.refusals import NotFree, WhyNotFree
from stadtfuehrer.tokens import booking_token

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_ANY_TIME = timedelta()
"""How long before the start the consultant has to make up their mind."""

_UNBROKEN = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decides, which version of the booking they saw, and what they say to the guest."""

    who: str
    seen: str
    sentence: str = ""


def enter(
    context: "AppContext", wanted: BookingRequest, *, tells_guest: bool, who: str, now: datetime
) -> int:
    """Book for somebody on the telephone, at any time to come that no other booking has.

    Gives the booking's row; the same form gives the same booking again. Raises NotFree,
    FormAlreadyUsed.
    """
    _check_start(wanted.start, now=now)
    booking = new_booking(
        uid=str(uuid.uuid4()),
        kind=wanted.kind,
        start=wanted.start,
        visitor=wanted.visitor,
        interest=wanted.interest,
        now=now,
    )
    booking = replace(booking, by_hand=True, room=own_room(context, booking))
    with context.database.begin() as session:
        lock_bookings(session)
        made = find_made(context, session, wanted)
        if made is None:
            row_id = keep_new(context, session, booking, wanted)
            owed = letters.when_made(context, booking, by=Party.CONSULTANT, now=now)
            sent = [one for one in owed if tells_guest or _is_for_consultant(one)]
            owe(context, session, row_id, sent, was=None, booking=booking, now=now)
            note(session, who, Action.BOOKING_ENTERED, row_id, now=now)
            return row_id
    return look_up(context, made).row_id


def move(
    context: "AppContext", row_id: int, start: datetime, decision: Decision, *, now: datetime
) -> None:
    """Move a booking to any time to come that no other booking has.

    Raises UnknownBooking, ChangedMeanwhile, NotFree, and what ``check_movable`` does.
    """
    _check_start(start, now=now)
    with _decided(context, row_id, decision, Action.BOOKING_MOVED, now=now) as (session, found):
        found.booking.check_movable(Party.CONSULTANT, now=now, window=_ANY_TIME)
        move_found(context, session, found, start, sentence=decision.sentence, now=now)


def cancel(context: "AppContext", row_id: int, decision: Decision, *, now: datetime) -> None:
    """Call a booking off, or decline a request; the sentence is the reason that the guest reads.

    Raises UnknownBooking, ChangedMeanwhile, and what ``check_changeable`` does.
    """
    with _decided(context, row_id, decision, Action.BOOKING_CANCELLED, now=now) as (session, found):
        found.booking.check_changeable(Party.CONSULTANT, now=now, window=_ANY_TIME)
        cancel_found(context, session, found, decision.sentence, now=now)


def accept(context: "AppContext", row_id: int, decision: Decision, *, now: datetime) -> None:
    """Accept a request. Raises UnknownBooking, ChangedMeanwhile, and what ``accept_found`` does."""
    with _decided(context, row_id, decision, Action.BOOKING_ACCEPTED, now=now) as (session, found):
        accept_found(context, session, found, now=now)


def note_missed(
    context: "AppContext", row_id: int, decision: Decision, *, offers: bool, now: datetime
) -> None:
    """Note that the guest did not come: nobody thanks them; who ``offers`` writes of a new time.

    That is written once for each booking. Raises UnknownBooking, ChangedMeanwhile, and what
    ``check_begun`` does.
    """
    with _decided(context, row_id, decision, Action.BOOKING_MISSED, now=now) as (session, found):
        was = found.booking
        was.check_begun(now=now)
        booking = replace(was, missed_at=now)
        bookings.keep_change(session, row_id, was=was, booking=booking)
        outbox.skip_waiting(session, row_id, but_consultants=True)
        if offers and not has_letter(session, row_id, LetterKind.MISSED):
            offer = letters.after_no_show(context, booking, decision.sentence, now=now)
            outbox.enqueue(session, [offer], booking_id=row_id, now=now)


def note_took_place(
    context: "AppContext", row_id: int, decision: Decision, *, now: datetime
) -> None:
    """Take that back. Raises UnknownBooking, ChangedMeanwhile."""
    action = Action.BOOKING_TOOK_PLACE
    with _decided(context, row_id, decision, action, now=now) as (session, found):
        booking = replace(found.booking, missed_at=None)
        bookings.keep_change(session, row_id, was=found.booking, booking=booking)


def in_the_way(
    context: "AppContext", booking: Booking, *, but_not: int = 0
) -> list[tuple[int, Booking]]:
    """The other bookings whose time, with what is kept free around it, this one would need."""
    with context.database.read() as session:
        return bookings_in_the_way(session, booking, but_not=but_not)


def read_moved(
    context: "AppContext", access: BookingAccess, start: datetime, sentence: str, *, now: datetime
) -> Letter | None:
    """What the guest would read of a move; None if they would get no letter."""
    was, booking = access.booking, access.booking.moved(start, now=now)
    owed = letters.when_moved(context, was, booking, Party.CONSULTANT, sentence=sentence, now=now)
    return _read(context, access.row_id, booking, owed)


def read_cancelled(
    context: "AppContext", access: BookingAccess, reason: str, *, now: datetime
) -> Letter | None:
    """The same of a booking called off, or a request declined."""
    was, booking = access.booking, access.booking.cancelled(reason, now=now)
    owed = letters.when_cancelled(context, was, booking, Party.CONSULTANT, now=now)
    return _read(context, access.row_id, booking, owed)


def read_missed(
    context: "AppContext", access: BookingAccess, sentence: str, *, now: datetime
) -> Letter | None:
    """The same of the offer of a new time, which is made once."""
    with context.database.read() as session:
        if has_letter(session, access.row_id, LetterKind.MISSED):
            return None
    offer = letters.after_no_show(context, access.booking, sentence, now=now)
    return _read(context, access.row_id, access.booking, [offer])


def _read(
    context: "AppContext", row_id: int, booking: Booking, owed: list[NewMessage]
) -> Letter | None:
    """As the worker would compose it, but for the guest's own key, which is nobody else's."""
    for one in owed:
        if one.recipient and not _is_for_consultant(one):
            letter = about_booking(
                context,
                LetterKind(one.kind),
                row_id,
                booking,
                one.facts,
                one.method,
                line=_UNBROKEN,
            )
            key = booking_token(context.secret, booking.uid)
            return replace(letter, text=letter.text.replace(key, "…"))
    return None


def _is_for_consultant(letter: NewMessage) -> bool:
    return LetterKind(letter.kind).is_for_consultant


def _check_start(start: datetime, *, now: datetime) -> None:
    if start <= now or start.timestamp() % (GRID_MINUTES * 60):
        raise NotFree(WhyNotFree.NOT_OFFERED)


@contextmanager
def _decided(
    context: "AppContext", row_id: int, decision: Decision, action: Action, *, now: datetime
) -> Iterator[tuple[Session, bookings.Found]]:
    """A unit of work for a booking that is still as it was seen; what is done is written down."""
    with context.database.begin() as session:
        lock_bookings(session)
        booking = bookings.get_booking(session, row_id, for_change=True)
        booking.check_seen(decision.seen)
        yield session, bookings.Found(row_id, booking, Party.CONSULTANT)
        note(session, decision.who, action, row_id, now=now)

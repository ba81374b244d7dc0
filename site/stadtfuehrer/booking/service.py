"""Book, look up, move, cancel: each with the cells and the letters it owes, in one transaction."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from stadtfuehrer.booking import letters
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.model import Booking, Consent, Interest, Party, Visitor, new_booking
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.booking.tables import fold_address
from stadtfuehrer.booking.times import ask_calendars_again, check_free, day_of
from stadtfuehrer.database import AlreadyStored, Session
from stadtfuehrer.database.base import advisory_lock
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.refusals import NotFree, TooManyBookings, WhyNotFree
from stadtfuehrer.tokens import booking_token, consultant_token, token_hash

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """What the form asks for; ``key`` is its idempotency key.

    ``may_be_asked``: whether the visitor consents to be asked by mail how it was.
    """

    kind: Kind
    start: datetime
    visitor: Visitor
    interest: Interest
    key: str
    may_be_asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingAccess:
    """A booking with its row's id, the token in its address, and whose link that is."""

    row_id: int
    token: str
    booking: Booking
    party: Party

    @property
    def guest(self) -> str:
        """Whom the consultant meets; empty for the guest, to whom pages speak otherwise."""
        return self.booking.visitor.name if self.party is Party.CONSULTANT else ""


def book(context: "AppContext", wanted: BookingRequest, *, now: datetime) -> str:
    """Book a consultation; the token of its page. The same key gives the same booking again.

    Whether the time is free is looked up first, outside of the writing transaction; what happens
    between the two is refused by the cells.

    Raises NotFree, TooManyBookings (this address has as many live ones as are allowed).
    """
    made = _made_before(context, wanted.key)
    if made is not None:
        return made
    try:
        return _book_anew(context, wanted, now=now)
    except (AlreadyStored, NotFree, TooManyBookings):
        # The same form, sent twice at the same moment: its twin was quicker, and what refuses
        # this one may be the twin's own booking.
        made = _made_before(context, wanted.key)
        if made is None:
            raise
        return made


def _book_anew(context: "AppContext", wanted: BookingRequest, *, now: datetime) -> str:
    ask_calendars_again(context, now=now)
    check_free(context, wanted.kind, wanted.start, now=now)
    interest = wanted.interest
    if interest.answers:
        interest = replace(interest, quiz_version=context.catalogue.quiz.version)
    booking = new_booking(
        uid=str(uuid.uuid4()),
        kind=wanted.kind,
        start=wanted.start,
        visitor=wanted.visitor,
        interest=interest,
        consent=Consent(given_at=now) if wanted.may_be_asked else None,
        now=now,
    )
    token = booking_token(context.secret, booking.uid)
    own_token = consultant_token(context.secret, booking.uid)
    owed = letters.when_booked(context, booking, now=now)
    with context.database.begin() as session:
        # Counted again where nobody else can: what was read before this may be old.
        address = fold_address(booking.visitor.email)
        _lock_day(context, session, booking.start, f"address {address}")
        of_address = _check_day(context, session, booking, now=now)
        limit = context.settings.limits.bookings_per_address
        if limit and of_address >= limit:
            raise TooManyBookings(limit)
        row_id = bookings.add_booking(
            session,
            booking,
            key=wanted.key,
            token_hash=token_hash(token),
            consultant_hash=token_hash(own_token),
        )
        outbox.enqueue(session, owed, booking_id=row_id, now=now)
    return token


def _made_before(context: "AppContext", key: str) -> str | None:
    with context.database.read() as session:
        booking = bookings.find_by_key(session, key)
    return None if booking is None else booking_token(context.secret, booking.uid)


def look_up(context: "AppContext", token: str) -> BookingAccess:
    """The booking behind a token. Raises UnknownBooking."""
    with context.database.read() as session:
        row_id, booking, party = bookings.get_by_token_hash(session, token_hash(token))
    return BookingAccess(row_id=row_id, token=token, booking=booking, party=party)


def check_changeable(
    context: "AppContext", booking: Booking, party: Party, *, now: datetime
) -> None:
    """Refuse a change by this party's link where the kind's change window is against it.

    Raises AlreadyCancelled, AlreadyOver, TooLateToChange.
    """
    booking.check_changeable(party, now=now, window=context.rules_of(booking.kind).change)


def kind_of(context: "AppContext", booking: Booking) -> Kind:
    """The kind as it was booked; its grid and its limit are today's.

    One that is offered no longer has a grid as wide as it lasts.
    """
    today = next((kind for kind in context.kinds if kind.id == booking.kind), None)
    minute = timedelta(minutes=1)
    minutes = (booking.end - booking.start) // minute
    return Kind(
        id=booking.kind,
        title=booking.title,
        minutes=minutes,
        step=today.step if today else minutes,
        before=booking.before // minute,
        after=booking.after // minute,
        place=booking.place,
        per_day=today.per_day if today else 0,
    )


def move(context: "AppContext", token: str, start: datetime, *, now: datetime) -> None:
    """Move a consultation to another free time. Moving it to where it is changes nothing.

    Raises UnknownBooking, NotFree, and what ``check_changeable`` does.
    """
    found = look_up(context, token)
    check_changeable(context, found.booking, found.party, now=now)
    if found.booking.start == start:
        return
    ask_calendars_again(context, now=now)
    check_free(context, kind_of(context, found.booking), start, now=now, moving=found.row_id)
    with context.database.begin() as session:
        _lock_day(context, session, start)
        row_id, was, party = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
        check_changeable(context, was, party, now=now)
        if was.start == start:
            return
        booking = was.moved(start, now=now)
        _check_day(context, session, booking, now=now, but_not=row_id)
        bookings.keep_change(session, row_id, was=was, booking=booking)
        owed = letters.when_moved(context, was, booking, party, now=now)
        outbox.enqueue(session, owed, booking_id=row_id, now=now)


def cancel(context: "AppContext", token: str, reason: str, *, now: datetime) -> None:
    """Call a consultation off, and give its time back.

    Raises UnknownBooking, and what ``check_changeable`` does.
    """
    with context.database.begin() as session:
        row_id, was, party = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
        check_changeable(context, was, party, now=now)
        booking = was.cancelled(reason, now=now)
        bookings.keep_change(session, row_id, was=was, booking=booking)
        owed = letters.when_cancelled(context, booking, party, now=now)
        outbox.enqueue(session, owed, booking_id=row_id, now=now)


def _lock_day(context: "AppContext", session: Session, start: datetime, *others: str) -> None:
    day = start.astimezone(context.rules.zone).date()
    advisory_lock(session, f"day {day}", *others)


def _check_day(
    context: "AppContext",
    session: Session,
    booking: Booking,
    *,
    now: datetime,
    but_not: int | None = None,
) -> int:
    """Refuse a day whose limits are reached; how many live bookings the address has."""
    counts = bookings.live_counts(
        session,
        day=day_of(booking.start, context.rules.zone),
        kind=booking.kind,
        email=booking.visitor.email,
        now=now,
        but_not=but_not,
    )
    limits = (context.rules.per_day, kind_of(context, booking).per_day)
    for limit, booked in zip(limits, (counts.on_day, counts.of_kind), strict=True):
        if limit and booked >= limit:
            raise NotFree(WhyNotFree.TAKEN)
    return counts.of_address


def all_bookings(context: "AppContext") -> list[dict[str, Any]]:
    """Every booking, by start; instants in ISO 8601, UTC."""
    with context.database.read() as session:
        return [
            {
                "id": row_id,
                "kind": booking.kind,
                "start": booking.start.isoformat(),
                "end": booking.end.isoformat(),
                "status": booking.status.value,
                "sequence": booking.sequence,
                **booking.visitor.asked,
                "angebot": booking.interest.service,
                "uid": booking.uid,
                "booked_at": booking.booked_at.isoformat(),
            }
            for row_id, booking in bookings.all_bookings(session)
        ]

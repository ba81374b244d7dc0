"""Book, look up, move, cancel: each with the cells and the letters it owes, in one transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from stadtfuehrer.domain import consent
from stadtfuehrer.domain.booking import Party, new_booking
from stadtfuehrer.domain.refusals import NotFree, TooManyBookings, WhyNotFree
from stadtfuehrer.domain.slots import Kind
from stadtfuehrer.services import letters
from stadtfuehrer.services.seal import booking_token, consultant_token, token_hash
from stadtfuehrer.services.times import check_free, day_of
from stadtfuehrer.storage import bookings, outbox
from stadtfuehrer.storage.booking_rows import fold_address
from stadtfuehrer.storage.turns import wait_in_turn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from stadtfuehrer.domain.booking import Booking, Interest, Visitor
    from stadtfuehrer.services.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the form asks for; ``key`` is its idempotency key."""

    kind: Kind
    start: datetime
    visitor: Visitor
    interest: Interest
    key: str
    may_be_asked: bool = False
    """Whether the visitor consents to be asked by mail how it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A booking with its row's id, the token in its address, and whose link that is."""

    row_id: int
    token: str
    booking: Booking
    party: Party

    @property
    def guest(self) -> str:
        """Whom the consultant meets; empty for the guest, to whom pages speak otherwise."""
        return self.booking.visitor.name if self.party is Party.CONSULTANT else ""


def book(office: Office, wish: Wish, *, now: datetime) -> str:
    """Book a consultation; the token of its page. The same key gives the same booking again.

    Whether the time is free is looked up first, outside of the writing transaction; what happens
    between the two is refused by the cells.

    Raises:
        NotFree: it cannot be booked (any more).
        TooManyBookings: this address has as many live bookings as are allowed.

    """
    made = _made_before(office, wish.key)
    if made is not None:
        return made
    try:
        return _book_anew(office, wish, now=now)
    except (IntegrityError, NotFree, TooManyBookings):
        # The same form, sent twice at the same moment: its twin was quicker, and what refuses
        # this one may be the twin's own booking.
        made = _made_before(office, wish.key)
        if made is None:
            raise
        return made


def _book_anew(office: Office, wish: Wish, *, now: datetime) -> str:
    check_free(office, wish.kind, wish.start, now=now)
    booking = new_booking(
        uid=str(uuid.uuid4()),
        kind=wish.kind,
        start=wish.start,
        visitor=wish.visitor,
        interest=_with_version(office, wish.interest),
        consent=consent.given(now) if wish.may_be_asked else None,
        now=now,
    )
    token = booking_token(office.secret, booking.uid)
    own_token = consultant_token(office.secret, booking.uid)
    owed = letters.when_booked(office, booking, now=now)
    with office.database.begin() as session:
        _check_limits(office, session, booking, now=now)
        row_id = bookings.add_booking(
            session,
            booking,
            key=wish.key,
            token_hash=token_hash(token),
            consultant_hash=token_hash(own_token),
        )
        outbox.enqueue(session, owed, booking_id=row_id, now=now)
    return token


def look_up(office: Office, token: str) -> Filed:
    """The booking behind a token.

    Raises:
        UnknownBooking.

    """
    with office.database.read() as session:
        found = bookings.get_by_token_hash(session, token_hash(token))
    return Filed(row_id=found.row_id, token=token, booking=found.booking, party=found.party)


def check_changeable(office: Office, booking: Booking, party: Party, *, now: datetime) -> None:
    """Refuse a change by this party's link where the kind's change window is against it.

    Raises:
        AlreadyCancelled, AlreadyOver, TooLateToChange.

    """
    booking.check_changeable(party, now=now, window=office.rules_of(booking.kind).change)


def kind_of(office: Office, booking: Booking) -> Kind:
    """The kind as it was booked; its grid and its limit are today's.

    One that is offered no longer has a grid as wide as it lasts.
    """
    today = next((kind for kind in office.kinds if kind.id == booking.kind), None)
    minutes = int((booking.end - booking.start) / timedelta(minutes=1))
    return Kind(
        id=booking.kind,
        title=booking.title,
        minutes=minutes,
        step=today.step if today else minutes,
        before=int(booking.before / timedelta(minutes=1)),
        after=int(booking.after / timedelta(minutes=1)),
        place=booking.place,
        per_day=today.per_day if today else 0,
    )


def move(office: Office, token: str, start: datetime, *, now: datetime) -> None:
    """Move a consultation to another free time. Moving it to where it is changes nothing.

    Raises:
        UnknownBooking, AlreadyCancelled, AlreadyOver, TooLateToChange.
        NotFree: it cannot be moved there.

    """
    found = look_up(office, token)
    check_changeable(office, found.booking, found.party, now=now)
    if found.booking.start == start:
        return
    check_free(office, kind_of(office, found.booking), start, now=now, moving=found.row_id)
    with office.database.begin() as session:
        _lock_day(office, session, start)
        row_id, was, party = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
        check_changeable(office, was, party, now=now)
        if was.start == start:
            return
        booking = was.moved(start, now=now)
        _check_day(office, session, booking, now=now, but_not=row_id)
        bookings.keep_change(session, row_id, was=was, booking=booking)
        owed = letters.when_moved(office, was, booking, party, now=now)
        outbox.enqueue(session, owed, booking_id=row_id, now=now)


def cancel(office: Office, token: str, reason: str, *, now: datetime) -> None:
    """Call a consultation off, and give its time back.

    Raises:
        UnknownBooking, AlreadyCancelled, AlreadyOver, TooLateToChange.

    """
    with office.database.begin() as session:
        row_id, was, party = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
        check_changeable(office, was, party, now=now)
        booking = was.cancelled(reason, now=now)
        bookings.keep_change(session, row_id, was=was, booking=booking)
        owed = letters.when_cancelled(office, booking, party, now=now)
        outbox.enqueue(session, owed, booking_id=row_id, now=now)


def _made_before(office: Office, key: str) -> str | None:
    with office.database.read() as session:
        booking = bookings.find_by_key(session, key)
    return None if booking is None else booking_token(office.secret, booking.uid)


def _with_version(office: Office, interest: Interest) -> Interest:
    version = office.catalogue.quiz.version if interest.answers else ""
    return replace(interest, quiz_version=version)


def _lock_day(office: Office, session: Session, start: datetime, *others: str) -> None:
    day = start.astimezone(office.rules.zone).date()
    wait_in_turn(session, f"day {day}", *others)


def _check_limits(office: Office, session: Session, booking: Booking, *, now: datetime) -> None:
    """Count again where nobody else can: what was read before this transaction may be old."""
    address = fold_address(booking.visitor.email)
    _lock_day(office, session, booking.start, f"address {address}")
    of_address = _check_day(office, session, booking, now=now)
    limit = office.settings.limits.bookings_per_address
    if limit and of_address >= limit:
        raise TooManyBookings(limit)


def _check_day(
    office: Office, session: Session, booking: Booking, *, now: datetime, but_not: int | None = None
) -> int:
    counts = bookings.live_counts(
        session,
        day=day_of(booking.start, office.rules.zone),
        kind=booking.kind,
        email=booking.visitor.email,
        now=now,
        but_not=but_not,
    )
    limits = (office.rules.per_day, kind_of(office, booking).per_day)
    for limit, booked in zip(limits, (counts.on_day, counts.of_kind), strict=True):
        if limit and booked >= limit:
            raise NotFree(WhyNotFree.TAKEN)
    return counts.of_address

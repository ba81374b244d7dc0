"""Book, look up, move, cancel: each with the cells and the letters it owes, in one transaction."""

import hashlib
import json
import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.booking import letters
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.admission import admit, check_day, check_moves, lock_bookings
from stadtfuehrer.booking.entry import own_room
from stadtfuehrer.booking.model import Booking, Party, Status, new_booking
from stadtfuehrer.booking.owed import owe
from stadtfuehrer.booking.slots import GRID_MINUTES, Kind, Promise
from stadtfuehrer.booking.times import ask_calendars_again, check_free
from stadtfuehrer.booking.visitor import CONSENT_VERSION, CONSENT_WORDING, Interest, Visitor
from stadtfuehrer.consent import Consent
from stadtfuehrer.database import AlreadyStored, Session
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.refusals import (
    FormAlreadyUsed,
    KindChanged,
    NotFree,
    TooMany,
    TooManyBookings,
    WhyNotFree,
)
from stadtfuehrer.tokens import booking_token, confirmation_token, consultant_token, token_hash

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """What the form asks for; ``key`` is its idempotency key.

    ``promised`` is what the form said of the kind; None where it said nothing (other programs).
    ``may_be_asked``: whether the visitor consents to be asked by mail how it was. ``client`` is the
    IP address that the form came from; empty where it came from no network.
    """

    kind: Kind
    start: datetime
    visitor: Visitor
    interest: Interest
    key: str
    promised: Promise | None = None
    may_be_asked: bool = False
    client: str = ""

    @property
    def content(self) -> bytes:
        """SHA-256 of all that was filled in, so that the same key tells whether it was the same."""
        # A field that a new version adds, and that was left out, changes nothing.
        typed = {name: text for name, text in asdict(self.visitor).items() if text}
        said = (self.kind.id, self.start.astimezone(UTC).isoformat(), typed, self.may_be_asked)
        more = (self.interest.service, dict(self.interest.answers))
        own = [dict(self.interest.own_answers)] if self.interest.own_answers else []
        return hashlib.sha256(json.dumps([said, more, *own], sort_keys=True).encode()).digest()


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
    """Book a consultation; the token of its page. The same form gives the same booking again.

    Whether the time is free is looked up first, outside of the writing transaction; what happens
    between the two is refused by the cells.

    Where bookings come too fast, or settings want it, the address has to be confirmed first; where
    the kind asks for it, the consultant has to accept.

    Raises KindChanged (the form promised something else), NotFree, TooManyBookings (this address
    has as many live ones as are allowed), TooManyFromNetwork, TooManyAtOnce, TooManyLetters, and
    FormAlreadyUsed (its key belongs to a booking that was asked for in other words).
    """
    made = _made_before(context, wanted)
    if made is not None:
        return made
    try:
        return _book_anew(context, wanted, now=now)
    except (AlreadyStored, NotFree, TooMany, TooManyBookings):
        # The same form, sent twice at the same moment: its twin was quicker, and what refuses
        # this one may be the twin's own booking.
        made = _made_before(context, wanted)
        if made is None:
            raise
        return made


def _book_anew(context: "AppContext", wanted: BookingRequest, *, now: datetime) -> str:
    promised, today = wanted.promised, wanted.kind.promise
    if promised not in {None, today}:
        # Where both say the same, it is the questions that are others.
        others = ", mit anderen Fragen" if str(promised) == str(today) else ""
        raise KindChanged(f"{promised}{others}", str(today))
    ask_calendars_again(context, now=now)
    check_free(context, wanted.kind, wanted.start, now=now)
    interest = wanted.interest
    if interest.answers and not interest.wording:
        quiz = context.catalogue.quiz
        wording = quiz.wording(interest.answers)
        interest = replace(interest, quiz_version=quiz.version, wording=wording)
    booking = new_booking(
        uid=str(uuid.uuid4()),
        kind=wanted.kind,
        start=wanted.start,
        visitor=wanted.visitor,
        interest=interest,
        status=Status.REQUESTED if wanted.kind.approve else Status.CONFIRMED,
        consent=Consent(version=CONSENT_VERSION, wording=CONSENT_WORDING, given_at=now)
        if wanted.may_be_asked
        else None,
        now=now,
    )
    booking = replace(booking, room=own_room(context, booking))
    with context.database.begin() as session:
        # Counted again where nobody else can: what was read before this may be old.
        lock_bookings(session)
        of_address = check_day(context, session, booking, wanted.kind, now=now)
        limit = context.settings.limits.bookings_per_address
        if limit and of_address >= limit:
            raise TooManyBookings(limit)
        status = admit(context, session, booking, wanted.client, now=now)
        booking = replace(booking, status=status)
        row_id = keep_new(context, session, booking, wanted)
        owed = letters.when_made(context, booking, now=now)
        owe(context, session, row_id, owed, was=None, booking=booking, now=now)
    return booking_token(context.secret, booking.uid)


def keep_new(
    context: "AppContext", session: Session, booking: Booking, wanted: BookingRequest
) -> int:
    """Keep what a form made, and the hashes of the links to it; its row's id. Raises NotFree."""
    return bookings.add_booking(
        session,
        booking,
        key=wanted.key,
        content=wanted.content,
        token_hash=token_hash(booking_token(context.secret, booking.uid)),
        consultant_hash=token_hash(consultant_token(context.secret, booking.uid)),
        confirmation_hash=token_hash(confirmation_token(context.secret, booking.uid)),
    )


def _made_before(context: "AppContext", wanted: BookingRequest) -> str | None:
    with context.database.read() as session:
        return find_made(context, session, wanted)


def find_made(context: "AppContext", session: Session, wanted: BookingRequest) -> str | None:
    """The token of what this form made, if it was sent before. Raises FormAlreadyUsed."""
    made = bookings.find_by_key(session, wanted.key)
    if made is None:
        return None
    if made.content not in {None, wanted.content}:
        raise FormAlreadyUsed
    return booking_token(context.secret, made.uid)


def look_up(context: "AppContext", token: str) -> BookingAccess:
    """The booking behind a token. Raises UnknownBooking."""
    with context.database.read() as session:
        row_id, booking, party = bookings.get_by_token_hash(session, token_hash(token))
    return BookingAccess(row_id=row_id, token=token, booking=booking, party=party)


def look_up_by_id(context: "AppContext", row_id: int) -> BookingAccess:
    """The same for the consultant, by the row's id. Raises UnknownBooking."""
    with context.database.read() as session:
        booking = bookings.get_booking(session, row_id)
    token = consultant_token(context.secret, booking.uid)
    return BookingAccess(row_id=row_id, token=token, booking=booking, party=Party.CONSULTANT)


def check_changeable(
    context: "AppContext", booking: Booking, party: Party, *, now: datetime
) -> None:
    """Refuse a change by this party's link where the kind's change window is against it.

    Raises AlreadyCancelled, AlreadyOver, TooLateToChange.
    """
    booking.check_changeable(party, now=now, window=context.rules_of(booking.kind).change)


def check_movable(context: "AppContext", booking: Booking, party: Party, *, now: datetime) -> None:
    """The same for moving. Raises NotYetSettled, and what ``check_changeable`` does."""
    booking.check_movable(party, now=now, window=context.rules_of(booking.kind).change)


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
        caller=booking.caller,
        per_day=today.per_day if today else 0,
        approve=today.approve if today else False,
    )


def move(
    context: "AppContext", token: str, start: datetime, *, decided: bool = False, now: datetime
) -> None:
    """Move a consultation to another free time. Moving it to where it is changes nothing.

    ``decided``: the consultant did, and has only the other bookings to heed, not their own hours.

    Raises UnknownBooking, NotFree, TooManyMoves, and what ``check_movable`` does.
    """
    found = look_up(context, token)
    check_movable(context, found.booking, found.party, now=now)
    if found.booking.start == start:
        return
    decided = decided and found.party is Party.CONSULTANT
    if not decided:
        ask_calendars_again(context, now=now)
        check_free(context, kind_of(context, found.booking), start, now=now, moving=found.row_id)
    elif start <= now or start.timestamp() % (GRID_MINUTES * 60):
        raise NotFree(WhyNotFree.NOT_OFFERED)
    with context.database.begin() as session:
        lock_bookings(session)
        row_id, was, party = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
        check_movable(context, was, party, now=now)
        if was.start == start:
            return
        if party is Party.VISITOR:
            check_moves(context, session, row_id, now=now)
        if not decided:
            booking, kind = was.moved(start, now=now), kind_of(context, was)
            check_day(context, session, booking, kind, now=now, but_not=row_id)
        move_found(context, session, bookings.Found(row_id, was, party), start, now=now)


def move_found(
    context: "AppContext",
    session: Session,
    found: bookings.Found,
    start: datetime,
    *,
    sentence: str = "",
    now: datetime,
) -> None:
    """The same within a unit of work, for a booking that may be changed; others are heeded.

    ``sentence`` is what the consultant has to say to the guest about it. Raises NotFree.
    """
    row_id, was, party = found
    booking = was.moved(start, now=now)
    bookings.keep_change(session, row_id, was=was, booking=booking)
    owed = letters.when_moved(context, was, booking, party, sentence=sentence, now=now)
    owe(context, session, row_id, owed, was=was, booking=booking, now=now)


def cancel(context: "AppContext", token: str, reason: str, *, now: datetime) -> None:
    """Call a consultation off, and give its time back.

    Raises UnknownBooking, and what ``check_changeable`` does.
    """
    with context.database.begin() as session:
        found = bookings.get_by_token_hash(session, token_hash(token), for_change=True)
        check_changeable(context, found.booking, found.party, now=now)
        cancel_found(context, session, found, reason, now=now)


def cancel_found(
    context: "AppContext",
    session: Session,
    found: bookings.Found,
    reason: str,
    *,
    told: Collection[Party] = tuple(Party),
    now: datetime,
) -> None:
    """The same within a unit of work, for a booking that may be changed.

    Where not both are ``told``, nobody else gets a letter of that booking that still waits either.
    """
    row_id, was, party = found
    booking = was.cancelled(reason, now=now)
    bookings.keep_change(session, row_id, was=was, booking=booking)
    owed = [
        one
        for one in letters.when_cancelled(context, was, booking, party, now=now)
        if (Party.CONSULTANT if LetterKind(one.kind).is_for_consultant else Party.VISITOR) in told
    ]
    if len(told) < len(Party):
        outbox.skip_waiting(session, row_id, but_consultants=bool(owed))
    owe(context, session, row_id, owed, was=was, booking=booking, now=now)

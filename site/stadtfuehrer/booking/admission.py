"""Whether one more booking is taken, and whether its address has to be confirmed first.

All of this is asked within the booking's unit of work, behind one lock, so that nobody slips
through between the count and what is counted.
"""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from stadtfuehrer.booking import letters
from stadtfuehrer.booking.busy_store import live_counts
from stadtfuehrer.booking.crowd import Pace, may_be_kept
from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.booking.pending_store import unconfirmed_since
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.booking.times import day_of
from stadtfuehrer.database import Session
from stadtfuehrer.database.base import advisory_lock
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.service import check_letters, domain_hash
from stadtfuehrer.mail.tables import letters_since
from stadtfuehrer.refusals import (
    NotFree,
    TooManyAtOnce,
    TooManyFromNetwork,
    TooManyMoves,
    WhyNotFree,
)
from stadtfuehrer.tokens import is_this_machine, network_hashes
from stadtfuehrer.web.rate_limit import DAY, HOUR, Event, Tally, note_events, tally

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_ANYBODY = b""
"""The subject that stands for the whole site."""

_CALM = b"calm"
"""For what is no crowd by itself: one attacker alone makes nobody else confirm their address."""


def lock_bookings(session: Session) -> None:
    """Make whoever changes what is booked wait for the others until the unit of work ends."""
    advisory_lock(session, "bookings")


def check_day(
    context: "AppContext",
    session: Session,
    booking: Booking,
    kind: Kind,
    *,
    now: datetime,
    but_not: int | None = None,
) -> int:
    """Refuse a day whose limits are reached, or a time that was closed; how many the address has.

    Raises NotFree.
    """
    counts = live_counts(
        session,
        day=day_of(booking.start, context.rules.zone),
        kind=booking.kind,
        email=booking.visitor.email,
        its=booking.busy.interval,
        now=now,
        but_not=but_not,
    )
    if counts.closings:
        raise NotFree(WhyNotFree.TAKEN)
    limits = (context.rules.per_day, kind.per_day)
    for limit, booked in zip(limits, (counts.on_day, counts.of_kind), strict=True):
        if limit and booked >= limit:
            raise NotFree(WhyNotFree.TAKEN)
    return counts.of_address


def check_moves(context: "AppContext", session: Session, row_id: int, *, now: datetime) -> None:
    """Refuse to move a booking more often within a day than the settings allow.

    Raises TooManyMoves.
    """
    limit = context.settings.limits.moves_per_day
    moved = letters_since(session, now - DAY, LetterKind.MOVED_VISITOR, booking_id=row_id)
    if limit and len(moved) >= limit:
        raise TooManyMoves(moved[0] + DAY)


def admit(
    context: "AppContext", session: Session, booking: Booking, client: str, *, now: datetime
) -> Status:
    """How a new booking, sent from an IP address, begins; it is counted.

    Raises TooManyFromNetwork, TooManyAtOnce, and TooManyLetters where its address would have to be
    confirmed and must get no more letters today.
    """
    networks = () if is_this_machine(client) else network_hashes(context.secret, client)
    domain = domain_hash(context, booking.visitor.email)
    subjects = [*networks, *([domain] if domain else []), _ANYBODY]
    seen = tally(session, {Event.BOOKING}, [*subjects, _CALM], now=now)
    of_networks = [seen.get(one, Tally()) for one in networks]
    network = max(of_networks, key=lambda one: (one.day, one.fortnight), default=Tally())
    site, limits = seen.get(_ANYBODY, Tally()), context.settings.limits
    if limits.bookings_per_network and network.day >= limits.bookings_per_network:
        raise TooManyFromNetwork((network.day_since or now) + DAY)
    if limits.bookings_per_hour and site.hour >= limits.bookings_per_hour:
        raise TooManyAtOnce((site.hour_since or now) + HOUR)
    of_domain = seen.get(domain, Tally()).day if domain else 0
    alone = Pace(network=network.fortnight, domain=of_domain)
    pace = replace(alone, site=seen.get(_CALM, Tally()).hour)
    subjects += [] if alone.is_crowded else [_CALM]
    note_events(session, Event.BOOKING, subjects, now=now)
    match context.settings.booking.confirm:
        case "never":
            return booking.status
        case "when-crowded" if not pace.is_crowded:
            return booking.status
    check_letters(context, session, booking.visitor.email, now=now)
    unconfirmed = unconfirmed_since(session, now - DAY, now=now)
    if pace.is_crowded:
        _warn_once(context, session, now=now)
    kept = may_be_kept(context.rules, booking.busy, unconfirmed, now=now)
    return Status.HELD if kept else Status.UNCONFIRMED


def _warn_once(context: "AppContext", session: Session, *, now: datetime) -> None:
    """Tell the consultant of a crowd, once a day."""
    if not letters_since(session, now - DAY, LetterKind.CROWD):
        outbox.enqueue(session, [letters.of_crowd(context, now=now)], booking_id=None, now=now)

"""A booked consultation and the only steps it can take: made, moved, cancelled."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.slots import BusyInterval, Caller, Kind, Place
from stadtfuehrer.booking.visitor import Interest, Visitor
from stadtfuehrer.consent import Consent
from stadtfuehrer.refusals import (
    AlreadyCancelled,
    AlreadyOver,
    ChangedMeanwhile,
    DidNotTakePlace,
    NotYetBegun,
    NotYetSettled,
    Refusal,
    TooLateToChange,
    VisitorsOwn,
)


class Party(StrEnum):
    """The two who meet; each has a link of their own to the booking."""

    VISITOR = "gast"
    CONSULTANT = "beratung"

    def check_visitor(self) -> None:
        """Refuse what only the visitor can say for themselves. Raises VisitorsOwn."""
        if self is not Party.VISITOR:
            raise VisitorsOwn


class Status(StrEnum):
    """Whether the consultation takes place."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    REQUESTED = "requested"
    """The consultant has yet to accept it."""
    HELD = "held"
    """Its address has yet to be confirmed; the time is kept for ``HOLD``."""
    UNCONFIRMED = "unconfirmed"
    """The same, without its time being kept: whoever is first gets it."""

    @property
    def occupies(self) -> bool:
        """Whether the time is kept from others."""
        return self in OCCUPYING

    @property
    def awaits_address(self) -> bool:
        """Whether nothing happens until somebody confirms the address."""
        return self in {Status.HELD, Status.UNCONFIRMED}


OCCUPYING = (Status.CONFIRMED, Status.REQUESTED, Status.HELD)

LIVE = (*OCCUPYING, Status.UNCONFIRMED)

HOLD = timedelta(minutes=30)
"""How long the time of a held booking is kept."""

ANSWER_BEFORE = timedelta(hours=2)
"""A request that nobody has answered so long before its start is declined by itself."""

CONFIRMABLE = timedelta(hours=24)
"""How long after it was typed an address can be confirmed; then nothing is left of the booking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A consultation at a time, with everything that was agreed when it was booked.

    ``start`` and ``end`` are aware instants in UTC. Title, place, caller and buffers come from the
    kind, so that later changes of the settings do not change what was agreed. ``uid`` and
    ``sequence`` are UID and SEQUENCE of RFC 5545; SEQUENCE rises with each change of time or
    status (RFC 5546, 2.1.4). ``consent`` is None where it was not given, or was taken back;
    ``confirmed_at`` where nobody was asked whether the address is theirs.
    """

    uid: str
    kind: str
    title: str
    place: Place
    caller: Caller = Caller.CONSULTANT
    start: datetime
    end: datetime
    before: timedelta
    after: timedelta
    status: Status = Status.CONFIRMED
    sequence: int = 0
    visitor: Visitor
    interest: Interest
    booked_at: datetime
    changed_at: datetime
    cancel_reason: str = ""
    consent: Consent | None = None
    confirmed_at: datetime | None = None
    room: str = ""
    """The address of its own video room; empty where everybody meets in the one of the settings."""
    organizer: str = ""
    """The ORGANIZER's address in every invitation to it; empty until the first one was written."""
    by_hand: bool = False
    """Whether the consultant entered it, for somebody on the telephone."""
    missed_at: datetime | None = None
    """When the consultant noted that the guest did not come."""

    @property
    def version(self) -> str:
        """What a form carries, so that it shows if somebody else has changed the booking since."""
        return f"{self.sequence}-{self.status}{'-missed' if self.missed_at else ''}"

    @property
    def held_until(self) -> datetime:
        """Until when its time is kept if it is held."""
        return self.booked_at + HOLD

    @property
    def busy(self) -> BusyInterval:
        """The time that this booking keeps from others."""
        agreed = Interval(self.start, self.end)
        return BusyInterval(interval=agreed, before=self.before, after=self.after, kind=self.kind)

    def check_changeable(self, by: Party, *, now: datetime, window: timedelta) -> None:
        """Refuse a change by link where only a person can make it, or nobody any more.

        Exactly ``window`` before the start the visitor can still change it. The consultant is
        that person, so their link works until the consultation begins. What nobody relies on yet
        can be taken back at any time.

        Raises AlreadyCancelled, AlreadyOver, TooLateToChange.
        """
        if self.status is Status.CANCELLED:
            raise AlreadyCancelled
        if now >= self.start:
            raise AlreadyOver
        is_relied_on = self.status is Status.CONFIRMED
        if by is Party.VISITOR and is_relied_on and self.start - now < window:
            raise TooLateToChange

    def check_movable(self, by: Party, *, now: datetime, window: timedelta) -> None:
        """Refuse to move what cannot be changed, or does not stand yet.

        Raises NotYetSettled, and what ``check_changeable`` does.
        """
        self.check_changeable(by, now=now, window=window)
        if self.status is not Status.CONFIRMED:
            raise NotYetSettled

    def check_seen(self, version: str) -> None:
        """Refuse to change what somebody else has changed since. Raises ChangedMeanwhile."""
        if version != self.version:
            raise ChangedMeanwhile

    def check_begun(self, *, now: datetime) -> None:
        """Refuse to say whether the guest came where nobody can know, or nobody was to come.

        Raises DidNotTakePlace, NotYetBegun.
        """
        if self.status is not Status.CONFIRMED:
            raise DidNotTakePlace
        if now < self.start:
            raise NotYetBegun

    def is_changeable(self, by: Party, *, now: datetime, window: timedelta) -> bool:
        """Whether ``check_changeable`` lets it pass."""
        try:
            self.check_changeable(by, now=now, window=window)
        except Refusal:
            return False
        return True

    def moved(self, start: datetime, *, now: datetime) -> "Booking":
        """The same consultation, starting at ``start`` (aware); its length stays as agreed."""
        begin = start.astimezone(UTC)
        return self._changed(now, start=begin, end=begin + (self.end - self.start))

    def cancelled(self, reason: str, *, now: datetime) -> "Booking":
        """The consultation called off; SEQUENCE stays 0 where nobody has heard of it yet."""
        cancelled = self._changed(now, status=Status.CANCELLED, cancel_reason=reason)
        return replace(cancelled, sequence=0) if self.status.awaits_address else cancelled

    def readdressed(self, address: str, *, now: datetime) -> "Booking":
        """The same consultation, with letters to another address, which nobody has confirmed.

        SEQUENCE rises, so that each of its letters is written anew.
        """
        visitor = replace(self.visitor, email=address)
        return self._changed(now, visitor=visitor, confirmed_at=None)

    def confirmed(self, status: Status, start: datetime, *, now: datetime) -> "Booking":
        """One whose address somebody has confirmed; its time may be another one by then."""
        return replace(
            self.moved(start, now=now), sequence=self.sequence, status=status, confirmed_at=now
        )

    def settled(self, status: Status, *, now: datetime) -> "Booking":
        """A held or requested one as what it becomes; nobody has an invitation to it so far."""
        return replace(self, status=status, changed_at=now)

    def _changed(self, now: datetime, **what: Any) -> "Booking":
        return replace(self, sequence=self.sequence + 1, changed_at=now, **what)


def new_booking(
    *,
    uid: str,
    kind: Kind,
    start: datetime,
    visitor: Visitor,
    interest: Interest,
    status: Status = Status.CONFIRMED,
    consent: Consent | None = None,
    now: datetime,
) -> Booking:
    """A consultation of this kind, starting at ``start`` (aware)."""
    begin = start.astimezone(UTC)
    return Booking(
        uid=uid,
        kind=kind.id,
        title=kind.title,
        place=kind.place,
        caller=kind.caller,
        start=begin,
        end=begin + timedelta(minutes=kind.minutes),
        before=timedelta(minutes=kind.before),
        after=timedelta(minutes=kind.after),
        status=status,
        visitor=visitor,
        interest=interest,
        consent=consent,
        booked_at=now,
        changed_at=now,
    )

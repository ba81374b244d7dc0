"""A booked consultation and the only steps it can take: made, moved, cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from stadtfuehrer.booking.consent import Consent
from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.slots import BusyInterval, Kind, Place
from stadtfuehrer.refusals import (
    AlreadyCancelled,
    AlreadyOver,
    Refusal,
    TooLateToChange,
    VisitorsOwn,
)


class Party(StrEnum):
    """The two who meet; each has a link of their own to the booking."""

    VISITOR = "gast"
    CONSULTANT = "beratung"

    def check_visitor(self) -> None:
        """Refuse what only the visitor can say for themselves.

        Raises:
            VisitorsOwn.

        """
        if self is not Party.VISITOR:
            raise VisitorsOwn


class Status(StrEnum):
    """Whether the consultation takes place."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Detail(NamedTuple):
    """Something that the visitor wrote into a field, with what pages and letters call it."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who comes, as they wrote it into the form; empty strings where they wrote nothing.

    A field with a label is asked for by the form's field and kept in the column of its name;
    pages, letters and the operator's rows show it without naming it.
    """

    name: str = field(metadata={"label": "Name"})
    email: str = field(metadata={"label": "E-Mail"})
    firma: str = field(default="", metadata={"label": "Firma"})
    telefon: str = field(default="", metadata={"label": "Telefon"})
    anliegen: str = field(default="", metadata={"label": "Anliegen"})
    zone: str = ""
    """The visitor's own IANA zone; empty where it is not known."""

    @property
    def asked(self) -> dict[str, str]:
        """What the form asks for, by the field's name."""
        return {name: getattr(self, name) for name in LABELS}

    @property
    def details(self) -> tuple[Detail, ...]:
        """What they wrote into the form."""
        return tuple(Detail(name, LABELS[name], text) for name, text in self.asked.items() if text)

    @property
    def message(self) -> tuple[Detail, ...]:
        """What they wrote besides who they are and how to reach them."""
        return tuple(one for one in self.details if one.name not in _CONTACT)

    @property
    def own_zone(self) -> ZoneInfo | None:
        """The zone whose clocks the visitor looks at, if it is known."""
        return ZoneInfo(self.zone) if self.zone else None


LABELS: dict[str, str] = {
    one.name: one.metadata["label"] for one in fields(Visitor) if "label" in one.metadata
}
"""The fields that the form asks for, in order, and what to call them."""

_CONTACT = ("name", "email", "firma", "telefon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What the visitor comes for: a service's slug and the quiz answers they brought along."""

    service: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    quiz_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A consultation at a time, with everything that was agreed when it was booked.

    ``start`` and ``end`` are aware instants in UTC. Title, place and buffers are copied from the
    kind, so that later changes of the settings do not change what was agreed. ``uid`` and
    ``sequence`` are UID and SEQUENCE of RFC 5545; SEQUENCE rises with each change of time or
    status (RFC 5546, 2.1.4).
    """

    uid: str
    kind: str
    title: str
    place: Place
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
    """To be asked afterwards how it was; None where it was not given, or was taken back."""

    @property
    def busy(self) -> BusyInterval:
        """The stretch that this booking keeps from others."""
        return BusyInterval(
            interval=Interval(self.start, self.end),
            before=self.before,
            after=self.after,
            kind=self.kind,
        )

    def check_changeable(self, by: Party, *, now: datetime, window: timedelta) -> None:
        """Refuse a change by link where only a person can make it, or nobody any more.

        Exactly ``window`` before the start the visitor can still change it. The consultant is
        that person, so their link works until the consultation begins.

        Raises:
            AlreadyCancelled, AlreadyOver, TooLateToChange.

        """
        if self.status is Status.CANCELLED:
            raise AlreadyCancelled
        if now >= self.start:
            raise AlreadyOver
        if by is Party.VISITOR and self.start - now < window:
            raise TooLateToChange

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
        return replace(
            self,
            start=begin,
            end=begin + (self.end - self.start),
            sequence=self.sequence + 1,
            changed_at=now,
        )

    def cancelled(self, reason: str, *, now: datetime) -> "Booking":
        """The consultation called off."""
        return replace(
            self,
            status=Status.CANCELLED,
            sequence=self.sequence + 1,
            cancel_reason=reason,
            changed_at=now,
        )


def new_booking(
    *,
    uid: str,
    kind: Kind,
    start: datetime,
    visitor: Visitor,
    interest: Interest,
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
        start=begin,
        end=begin + timedelta(minutes=kind.minutes),
        before=timedelta(minutes=kind.before),
        after=timedelta(minutes=kind.after),
        visitor=visitor,
        interest=interest,
        consent=consent,
        booked_at=now,
        changed_at=now,
    )


REMIND_AT = time(10)
"""On the wall clock of the consultant: people read mail then, and can still call."""

THANK_AFTER = timedelta(hours=1)

THANK_WITHIN = timedelta(days=3)
"""Thanks that come later than this would only be odd."""


def remind_at(booking: Booking, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the reminder is due: the day before, in the morning."""
    day_before = booking.start.astimezone(zone).date() - timedelta(days=1)
    return datetime.combine(day_before, REMIND_AT, tzinfo=zone).astimezone(UTC)


def is_reminder_due(booking: Booking, zone: ZoneInfo, *, now: datetime) -> bool:
    """Whether the reminder should go out now.

    Only if the visitor learned of the time on an earlier day than that of the reminder: who booked
    or moved it since has just read of it.
    """
    due = remind_at(booking, zone)
    learned = booking.changed_at.astimezone(zone).date()
    return (
        booking.status is Status.CONFIRMED
        and due <= now < booking.start
        and learned < due.astimezone(zone).date()
    )


def is_thanks_due(booking: Booking, *, now: datetime) -> bool:
    """Whether it is time to thank for the consultation."""
    due = booking.end + THANK_AFTER
    return booking.status is Status.CONFIRMED and due <= now < booking.end + THANK_WITHIN

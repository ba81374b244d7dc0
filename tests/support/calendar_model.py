"""What booking, moving and cancelling must come to: slow, minute by minute, with nothing in common
with the code under test but the wording of the rules.

A minute is the number of whole minutes since 1970-01-01 00:00 UTC.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from stadtfuehrer.booking.opening import Closure, Hours, Interval, OpeningHours
from stadtfuehrer.booking.slots import BusyInterval, Kind
from tests.support.calendar_plan import CONSULTANT, Openings, Plan, PlannedKind, Week
from tests.support.contexts import BERLIN
from tests.support.reference import MINUTE, instant_of, offered, too_close

DONE = "done"
HOLIDAYS = frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1)})
"""Good Friday, Easter Monday and May Day: Bavaria's until the machine's clock ends."""


class Booking(NamedTuple):
    """The form with this key is sent."""

    key: str
    kind: str
    start: int
    email: str


class Move(NamedTuple):
    """The booking that the form with this key made is moved."""

    key: str
    start: int


class Cancellation(NamedTuple):
    """The booking that the form with this key made is cancelled."""

    key: str


Step = Booking | Move | Cancellation
Rows = tuple[set[tuple[object, ...]], set[tuple[object, ...]], list[tuple[object, ...]]]
"""Bookings (key, kind, email, start, end, before, after, status, sequence), cells (number, side,
key; side 0 holds the time before, side 1 the time after, both the consultation) and, sorted,
letters (key, sequence, method, recipient)."""


class Asked(NamedTuple):
    """What has to find its place: a kind of today, or a booking as it was agreed on."""

    kind: str
    minutes: int
    step: int
    before: int
    after: int
    per_day: int


@dataclass(kw_only=True)
class Made:
    """A booking that was made."""

    asked: Asked
    start: int
    email: str
    form: Booking | None = None
    """As it was sent first."""
    live: bool = True
    methods: list[str] = field(default_factory=lambda: ["REQUEST"])
    """Of the pair of letters that each of its steps brought."""

    @property
    def end(self) -> int:
        return self.start + self.asked.minutes

    @property
    def busy(self) -> BusyInterval:
        return BusyInterval(
            interval=Interval(instant_of(self.start), instant_of(self.end)),
            before=self.asked.before * MINUTE,
            after=self.asked.after * MINUTE,
        )


@dataclass(kw_only=True)
class CalendarModel:
    """One calendar."""

    plan: Plan
    now: int
    made: dict[str, Made] = field(default_factory=dict)
    """By the key of the form that made it."""

    def take(self, step: Step) -> str:
        """Take a step; ``DONE``, or the refusal's name with its reason."""
        if isinstance(step, Booking):
            return self._book(step)
        one = self.made[step.key]
        fixed = self._why_fixed(one)
        if fixed:
            return fixed
        if isinstance(step, Cancellation):
            one.live = False
            one.methods.append("CANCEL")
        elif one.start != step.start:
            why_not = self._why_not(self.asked_for(step.key), step.start, but_not=step.key)
            if why_not is not None:
                return f"NotFree: {why_not}"
            one.start = step.start
            one.methods.append("REQUEST")
        return DONE

    def free(self, asked: Asked, *, but_not: str = "") -> list[int]:
        """Every start that can be had, for a booking that moves: if it were not there."""
        return sorted(
            start
            for start in self.offered(asked)
            if self._why_not(asked, start, but_not=but_not) is None
        )

    def offered(self, asked: Asked) -> frozenset[int]:
        """Every start that the openings hold, from yesterday to a day after the horizon."""
        plan, today = self.plan, day_of(self.now)
        days = plan.rule(asked.kind, "horizon_days") + 1
        hours = (plan.week_of(asked.kind), plan.special, plan.closed)
        begin, end = today - timedelta(days=2), today + timedelta(days=days)
        return _offered(*hours, asked.minutes, asked.step, begin, end)

    def asked_for(self, key: str) -> Asked:
        """How a booking looks for another place: as agreed on, but for today's grid and limit.

        A kind that is gone has a grid as wide as it lasts.
        """
        asked = self.made[key].asked
        today = self.plan.find_kind(asked.kind)
        if today is None:
            return asked._replace(step=asked.minutes, per_day=0)
        return asked._replace(step=today.step, per_day=today.per_day)

    def rows(self) -> Rows:
        """Everything that has to be in the database."""
        bookings, cells = set[tuple[object, ...]](), set[tuple[object, ...]]()
        letters = list[tuple[object, ...]]()
        for key, one in self.made.items():
            kind, _, _, before, after, _ = one.asked
            status, sequence = "confirmed" if one.live else "cancelled", len(one.methods) - 1
            bookings.add(
                (key, kind, one.email, one.start, one.end, before, after, status, sequence)
            )
            if one.live:
                cells |= {(at // 5, 0, key) for at in range(one.start - before, one.end)}
                cells |= {(at // 5, 1, key) for at in range(one.start, one.end + after)}
            letters += [
                (key, number, method, recipient)
                for number, method in enumerate(one.methods)
                for recipient in (one.email, CONSULTANT)
            ]
        return bookings, cells, sorted(letters)

    def _book(self, step: Booking) -> str:
        if step.key in self.made:
            return DONE if self.made[step.key].form == step else "FormAlreadyUsed"
        asked = as_asked(self.plan.get_kind(step.kind))
        why_not = self._why_not(asked, step.start)
        if why_not is not None:
            return f"NotFree: {why_not}"
        to_come = sum(
            one.live and one.email.lower() == step.email.lower() and one.end > self.now
            for one in self.made.values()
        )
        if 0 < self.plan.bookings_per_address <= to_come:
            return "TooManyBookings"
        self.made[step.key] = Made(asked=asked, start=step.start, email=step.email, form=step)
        return DONE

    def _why_fixed(self, one: Made) -> str | None:
        if not one.live:
            return "AlreadyCancelled"
        if self.now >= one.start:
            return "AlreadyOver"
        if one.start - self.now < self.plan.rule(one.asked.kind, "change_hours") * 60:
            return "TooLateToChange"
        return None

    def _why_not(self, asked: Asked, start: int, *, but_not: str = "") -> str | None:
        if start - self.now < self.plan.rule(asked.kind, "notice_hours") * 60:
            return "too soon"
        day = day_of(start)
        if (day - day_of(self.now)).days > self.plan.rule(asked.kind, "horizon_days"):
            return "too far"
        if start not in self.offered(asked):
            return "not offered"
        others = [one for key, one in self.made.items() if one.live and key != but_not]
        new = Made(asked=asked, start=start, email="").busy
        kinds = [one.asked.kind for one in others if day_of(one.start) == day]
        if (
            any(too_close(new, one.busy) for one in others)
            or 0 < self.plan.per_day <= len(kinds)
            or 0 < asked.per_day <= kinds.count(asked.kind)
        ):
            return "taken"
        return None


def as_asked(kind: PlannedKind) -> Asked:
    return Asked(kind.id, kind.minutes, kind.step, kind.before, kind.after, kind.per_day)


@cache
def day_of(minute: int) -> date:
    """The date that clocks in Berlin show."""
    return instant_of(minute).astimezone(BERLIN).date()


@cache
def _offered(
    week: Week,
    special: tuple[tuple[date, Openings], ...],
    closed: tuple[tuple[date, date], ...],
    minutes: int,
    step: int,
    first: date,
    last: date,
) -> frozenset[int]:
    opening = OpeningHours(
        zone=BERLIN,
        week={weekday: _hours(openings) for weekday, openings in enumerate(week)},
        special={day: _hours(openings) for day, openings in special},
        closures=tuple(Closure(first=begin, last=end) for begin, end in closed),
        is_public_holiday=HOLIDAYS.__contains__,
    )
    kind = Kind(id="", title="", minutes=minutes, step=step)
    return frozenset(offered(opening, kind, first, last))


def _hours(openings: Openings) -> tuple[Hours, ...]:
    hours = []
    for opening in openings:
        start, end = (60 * int(text[:2]) + int(text[3:]) for text in opening.split("-"))
        hours.append(Hours(start, end if start < end else end + 24 * 60))
    return tuple(hours)

"""What booking, moving and cancelling must come to: slow, minute by minute, with nothing in common
with the code under test but the wording of the rules.

A minute is the number of whole minutes since 1970-01-01 00:00 UTC.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from stadtfuehrer.booking.opening import Closure, Hours, Interval, OpeningHours
from stadtfuehrer.booking.slots import BusyInterval, Kind
from tests.support.calendar_plan import CONSULTANT, Openings, Plan, PlannedKind, Week
from tests.support.calendar_words import (
    DONE,
    Asked,
    Booking,
    Cancellation,
    CellRow,
    LetterRow,
    Move,
    Row,
    Step,
)
from tests.support.contexts import BERLIN
from tests.support.reference import MINUTE, instant_of, offered, too_close

HOLIDAYS = frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1)})
"""Good Friday, Easter Monday and May Day: Bavaria's until the machine's clock ends."""
STEP_OF_A_GONE_KIND = 30


@dataclass(kw_only=True)
class Made:
    """A booking that was made."""

    asked: Asked
    start: int
    email: str
    live: bool = True
    methods: list[str] = field(default_factory=lambda: ["REQUEST"])
    """Of the pair of letters that each of its steps brought."""

    @property
    def consulting(self) -> range:
        return range(self.start, self.start + self.asked.minutes)

    @property
    def with_before(self) -> range:
        return range(self.start - self.asked.before, self.consulting.stop)

    @property
    def with_after(self) -> range:
        return range(self.start, self.consulting.stop + self.asked.after)

    @property
    def busy(self) -> BusyInterval:
        start = instant_of(self.start)
        return BusyInterval(
            interval=Interval(start, start + self.asked.minutes * MINUTE),
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
        match step:
            case Booking():
                return self._book(step)
            case Move():
                return self._move(step)
            case Cancellation():
                return self._cancel(step)

    def free(self, asked: Asked, *, but_not: str = "") -> list[int]:
        """Every start that can be had, for a booking that moves: if it were not there."""
        return sorted(
            start
            for start in self.offered(asked)
            if self._why_not(asked, start, but_not=but_not) is None
        )

    def offered(self, asked: Asked) -> frozenset[int]:
        """Every start that the openings hold, from yesterday to a day after the horizon."""
        today = day_of(self.now)
        last = today + timedelta(days=self.plan.horizon_of(asked.kind) + 1)
        return _offered(
            self.plan.week_of(asked.kind),
            self.plan.special,
            self.plan.closed,
            asked.minutes,
            asked.step,
            today - timedelta(days=2),
            last,
        )

    def asked_for(self, key: str) -> Asked:
        """How a booking looks for another place: as agreed on, but for today's grid and limit."""
        asked = self.made[key].asked
        today = self.plan.find_kind(asked.kind)
        if today is None:
            return asked._replace(step=STEP_OF_A_GONE_KIND, per_day=0)
        return asked._replace(step=today.step, per_day=today.per_day)

    def rows(self) -> tuple[set[Row], set[CellRow], list[LetterRow]]:
        """Everything that has to be in the database: bookings, cells, letters (ordered)."""
        bookings, cells, letters = set[Row](), set[CellRow](), list[LetterRow]()
        for key, one in self.made.items():
            asked = one.asked
            bookings.add(
                Row(
                    key,
                    asked.kind,
                    one.email,
                    one.start,
                    one.consulting.stop,
                    asked.before,
                    asked.after,
                    "confirmed" if one.live else "cancelled",
                    len(one.methods) - 1,
                )
            )
            if one.live:
                for side, minutes in enumerate((one.with_before, one.with_after)):
                    cells.update(CellRow(minute // 5, side, key) for minute in minutes)
            letters += [
                LetterRow(key, sequence, method, recipient)
                for sequence, method in enumerate(one.methods)
                for recipient in (one.email, CONSULTANT)
            ]
        return bookings, cells, sorted(letters)

    def _book(self, step: Booking) -> str:
        if step.key in self.made:
            return DONE
        asked = as_asked(self.plan.get_kind(step.kind))
        why_not = self._why_not(asked, step.start)
        if why_not is not None:
            return f"NotFree: {why_not}"
        limit = self.plan.bookings_per_address
        to_come = [
            one
            for one in self.made.values()
            if one.live and one.email.lower() == step.email.lower()
            if one.consulting.stop > self.now
        ]
        if limit and len(to_come) >= limit:
            return "TooManyBookings"
        self.made[step.key] = Made(asked=asked, start=step.start, email=step.email)
        return DONE

    def _move(self, step: Move) -> str:
        one = self.made[step.key]
        fixed = self._why_fixed(one)
        if fixed or one.start == step.start:
            return fixed or DONE
        why_not = self._why_not(self.asked_for(step.key), step.start, but_not=step.key)
        if why_not is not None:
            return f"NotFree: {why_not}"
        one.start = step.start
        one.methods.append("REQUEST")
        return DONE

    def _cancel(self, step: Cancellation) -> str:
        one = self.made[step.key]
        fixed = self._why_fixed(one)
        if fixed:
            return fixed
        one.live = False
        one.methods.append("CANCEL")
        return DONE

    def _why_fixed(self, one: Made) -> str | None:
        if not one.live:
            return "AlreadyCancelled"
        if self.now >= one.start:
            return "AlreadyOver"
        if one.start - self.now < self.plan.change_of(one.asked.kind) * 60:
            return "TooLateToChange"
        return None

    def _why_not(self, asked: Asked, start: int, *, but_not: str = "") -> str | None:
        if start - self.now < self.plan.notice_of(asked.kind) * 60:
            return "too soon"
        day = day_of(start)
        if (day - day_of(self.now)).days > self.plan.horizon_of(asked.kind):
            return "too far"
        if start not in self.offered(asked):
            return "not offered"
        others = [one for key, one in self.made.items() if one.live and key != but_not]
        new = Made(asked=asked, start=start, email="")
        if any(too_close(new.busy, one.busy) for one in others):
            return "taken"
        kinds = [one.asked.kind for one in others if day_of(one.start) == day]
        for limit, booked in (
            (self.plan.per_day, len(kinds)),
            (asked.per_day, kinds.count(asked.kind)),
        ):
            if limit and booked >= limit:
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

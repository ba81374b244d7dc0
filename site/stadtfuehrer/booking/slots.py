"""What is free: the one function that decides it, for showing and for booking alike."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from stadtfuehrer.booking.opening import DAY, Interval, OpeningHours, wall_clock_instant
from stadtfuehrer.booking.questions import Question, fingerprint
from stadtfuehrer.refusals import WhyNotFree

GRID_MINUTES = 5
"""Every start, length and buffer is a multiple of this, so that cells can tell them apart."""


class Place(StrEnum):
    """Where a consultation takes place."""

    PHONE = "telefon"
    VIDEO = "video"
    ON_SITE = "vor-ort"

    @property
    def label(self) -> str:
        """The place as it stands behind a kind's title: „Kennenlerngespräch am Telefon“."""
        return {"telefon": "am Telefon", "video": "per Video", "vor-ort": "vor Ort"}[self.value]


class Caller(StrEnum):
    """Who calls, where a consultation takes place by phone."""

    GUEST = "guest"
    CONSULTANT = "consultant"


class Promise(NamedTuple):
    """What a form said of a consultation when it was opened, and which questions it asked.

    ``caller`` is None where nobody calls, ``asked`` the questions' fingerprint.
    """

    minutes: int
    place: Place
    caller: Caller | None = None
    asked: str = ""

    def __str__(self) -> str:
        who = {None: "", "guest": " (du rufst an)", "consultant": " (ich rufe an)"}[self.caller]
        return f"{self.minutes} Minuten {self.place.label}{who}"

    @property
    def code(self) -> str:
        """„30-telefon-consultant“, as the form carries it."""
        return "-".join(
            filter(None, map(str, (self.minutes, self.place, self.caller or "", self.asked)))
        )


def find_promise(code: str) -> Promise | None:
    """The promise that ``Promise.code`` wrote, or None for anything else."""
    place, caller = "|".join(Place), "|".join(Caller)
    found = re.fullmatch(f"([0-9]{{1,4}})-({place})(?:-({caller}))?(?:-([0-9a-f]{{8}}))?", code)
    if found is None:
        return None
    who = Caller(found[3]) if found[3] else None
    return Promise(int(found[1]), Place(found[2]), who, found[4] or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of consultation; all lengths in minutes, multiples of ``GRID_MINUTES``."""

    id: str
    title: str
    description: str = ""
    minutes: int
    step: int
    before: int = 0
    after: int = 0
    place: Place = Place.PHONE
    caller: Caller = Caller.CONSULTANT
    """Who calls, by phone."""
    per_day: int = 0
    """At most so many of this kind a day, besides ``Rules.per_day``; 0 for no limit of its own."""
    approve: bool = False
    """Whether the consultant accepts each request before it counts."""
    questions: tuple[Question, ...] = ()

    @property
    def needs_number(self) -> bool:
        """Whether the consultant has to know the visitor's telephone number."""
        return self.place is Place.PHONE and self.caller is Caller.CONSULTANT

    @property
    def place_label(self) -> str:
        """Where it takes place, in words."""
        return self.place.label

    @property
    def promise(self) -> Promise:
        """What a form says of it."""
        caller = self.caller if self.place is Place.PHONE else None
        return Promise(self.minutes, self.place, caller, fingerprint(self.questions))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What bounds a free start besides the opening hours and what is taken.

    ``notice`` in elapsed time from now; ``horizon_days`` in calendar days of the consultant's
    zone, the last one included; ``per_day`` live bookings of all kinds a day there, 0 for no
    limit. ``change`` is how long before the start a link can still move or cancel.
    ``shown_per_day`` bounds nothing: it is how many of a day's free starts are offered, 0 for all.
    """

    opening: OpeningHours
    notice: timedelta
    horizon_days: int
    per_day: int
    change: timedelta = timedelta(0)
    shown_per_day: int = 0

    @property
    def zone(self) -> ZoneInfo:
        """The consultant's zone."""
        return self.opening.zone

    def last_day(self, now: datetime) -> date:
        """The last bookable date in the consultant's zone."""
        return now.astimezone(self.zone).date() + self.horizon_days * DAY

    def earliest(self, now: datetime) -> datetime:
        """The earliest bookable instant, in UTC."""
        # In a zone of its own, ``now`` would add the notice on the wall clock.
        return now.astimezone(UTC) + self.notice


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyInterval:
    """A time that is not to be had, with what is to be kept free before and after it.

    ``kind`` is the id of its kind, for a kind's own limit; ``counts`` is whether it is a booking,
    which limits count, or an event of the consultant's calendars.
    """

    interval: Interval
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)
    kind: str = ""
    counts: bool = True

    @property
    def earliest(self) -> datetime:
        """Where the time kept free before it begins."""
        return self.interval.start - self.before

    @property
    def latest(self) -> datetime:
        """Where the time kept free after it ends."""
        return self.interval.end + self.after


def too_close(one: BusyInterval, other: BusyInterval) -> bool:
    """Whether two consultations overlap, or one lies in the time kept free around the other.

    Times kept free may overlap each other: between the two must lie the longer of the first one's
    ``after`` and the second one's ``before``.
    """
    first, second = sorted((one, other), key=lambda busy: busy.interval)
    return second.interval.start < first.interval.end + max(first.after, second.before)


def free_days(
    rules: Rules,
    kind: Kind,
    busy: Sequence[BusyInterval],
    *,
    first: date,
    last: date,
    now: datetime,
) -> dict[date, Sequence[datetime]]:
    """The starts that can be booked, in UTC, in order, by date from ``first`` to ``last`` included.

    Dates are those of the consultant's zone; those with nothing free are left out. ``busy`` must
    hold all live bookings on these dates and whatever reaches into them with its buffers. One sort
    and one sweep: the cost grows with the days shown and with ``busy``, not with their product.
    """
    # Nothing in the past is free, so a request for many years costs no more than the horizon.
    day = max(first, now.astimezone(rules.zone).date())
    last = min(last, rules.last_day(now))
    earliest = rules.earliest(now)
    full = _full_days(rules, kind, busy)
    blocked = _blocked(kind, busy)
    at = 0
    free: dict[date, Sequence[datetime]] = {}
    while day <= last:
        starts: Sequence[datetime] = rules.opening.starts(day, step=kind.step, length=kind.minutes)
        if starts and starts[0] < earliest:
            starts = [start for start in starts if start >= earliest]
        if starts and at < len(blocked) and blocked[at][0] < starts[-1]:
            possible, starts = starts, []
            for start in possible:
                while at < len(blocked) and blocked[at][1] <= start:
                    at += 1
                if at == len(blocked) or start <= blocked[at][0]:
                    starts.append(start)
        if starts and day not in full:
            free[day] = starts
        day += DAY
    return free


def why_not_free(rules: Rules, kind: Kind, start: datetime, *, now: datetime) -> WhyNotFree:
    """The reason to give for a start that is not among the free ones."""
    if start < rules.earliest(now):
        return WhyNotFree.TOO_SOON
    # Asked by instant, since a start at the end of the year 9999 may have no date in the zone.
    if start >= wall_clock_instant(rules.last_day(now), 24 * 60, rules.zone):
        return WhyNotFree.TOO_FAR
    day = start.astimezone(rules.zone).date()
    offered = rules.opening.starts(day, step=kind.step, length=kind.minutes)
    return WhyNotFree.TAKEN if start in offered else WhyNotFree.NOT_OFFERED


def _blocked(kind: Kind, busy: Sequence[BusyInterval]) -> list[tuple[datetime, datetime]]:
    """Between which instants, both excluded, a start would come too close; merged, ascending."""
    minutes = timedelta(minutes=1)
    before, after, length = kind.before * minutes, kind.after * minutes, kind.minutes * minutes
    merged: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(
        (
            one.interval.start - max(one.before, after) - length,
            one.interval.end + max(one.after, before),
        )
        for one in busy
    ):
        # Only a true overlap is merged: the start in the gap between two touching ones is free.
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _full_days(rules: Rules, kind: Kind, busy: Sequence[BusyInterval]) -> set[date]:
    """The days on which a limit is reached: the one for all kinds, or this kind's own."""
    everything, own = Counter[date](), Counter[date]()
    if rules.per_day or kind.per_day:
        for one in busy:
            day = one.interval.start.astimezone(rules.zone).date()
            everything[day] += one.counts
            own[day] += one.counts and one.kind == kind.id
    return {
        day
        for day, bookings in everything.items()
        if 0 < rules.per_day <= bookings or 0 < kind.per_day <= own[day]
    }

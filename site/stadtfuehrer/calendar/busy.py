"""When a calendar file says that its owner is busy.

What is broken in an event costs that event only and is told; what is not whole is refused.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from stadtfuehrer.calendar.components import Component, NotACalendar, read_components
from stadtfuehrer.calendar.moments import Fault, Unreadable, Zones, find_zone, later
from stadtfuehrer.calendar.rrule import Budget, Exhausted
from stadtfuehrer.calendar.series import (
    Occurrence,
    Stretch,
    Tell,
    Times,
    dates_of,
    day_of,
    moment_of,
    period_of,
    times_of,
)

MOST_DATES = 100_000
"""In the window; nobody's calendar has so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is wanted of calendars: the times in ``window`` at which this person is busy.

    ``zone`` is the consultant's, ``address`` their e-mail address; ``own`` are the UIDs of the
    site's bookings, which occupy their time already.
    """

    zone: ZoneInfo
    address: str
    window: Stretch
    own: Collection[str] = ()
    all_day: bool = True
    """Whether what lasts all day counts."""


@dataclass(slots=True)
class Reading:
    """What a file says: merged stretches in UTC, cut to the window, and what is to be told."""

    busy: list[Stretch] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_busy(data: bytes, wanted: Wanted) -> Reading:
    """Read a calendar file. Raises NotACalendar: nothing may be taken from it."""
    file = read_components(data)
    zones = Zones(find_zone(file.home) or wanted.zone, file.timezones, days_in=wanted.zone)
    budget, reading = Budget(), Reading(faults=zones.faults)
    found: list[Stretch] = []
    try:
        for group in _by_uid(file.events):
            if group[0].text("UID") in wanted.own:
                continue
            for begin, end in _busy(group, wanted, zones, budget, reading.faults):
                found.append((max(begin, wanted.window[0]), min(end, wanted.window[1])))
                if len(found) > MOST_DATES:
                    raise NotACalendar("more dates than anybody's calendar has")
    except Exhausted as error:
        raise NotACalendar("more rules than anybody's calendar has") from error
    reading.busy = merged(found)
    return reading


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in as few stretches as possible, in order; empty ones are none."""
    found: list[Stretch] = []
    for begin, end in sorted(stretches):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif begin < end:
            found.append((begin, end))
    return found


def _by_uid(events: list[Component]) -> Iterable[list[Component]]:
    groups: dict[object, list[Component]] = {}
    for number, event in enumerate(events):
        groups.setdefault(event.text("UID") or number, []).append(event)
    return groups.values()


def _busy(
    group: list[Component], wanted: Wanted, zones: Zones, budget: Budget, faults: list[Fault]
) -> Iterator[Stretch]:
    """When the components of one UID, together, keep their owner busy."""
    low, high = wanted.window
    day = next((day for event in group if (day := _day_named(event))), "")

    def tell(error: Unreadable) -> None:
        faults.append(error.fault._replace(day=day))

    for event in group:
        if event.name == "VFREEBUSY":
            yield from _published(event, wanted.window, zones, tell)
    events = [event for event in group if event.name == "VEVENT"]
    for event, begin, end, all_day in _occurrences(events, wanted.window, zones, budget, tell):
        counts = begin < high and end > low and (wanted.all_day or not all_day)
        if counts and keeps_busy(event, wanted.address):
            yield begin, end


def _occurrences(
    events: list[Component], window: Stretch, zones: Zones, budget: Budget, tell: Tell
) -> Iterator[tuple[Component, datetime, datetime, bool]]:
    """Every date with the version of the event that counts on it, and whether it lasts all day."""
    masters = [event for event in events if not event.find("RECURRENCE-ID")]
    changed = _Changes([event for event in events if event.find("RECURRENCE-ID")], zones, tell)
    for event in sorted(masters, key=_version)[-1:]:
        try:
            times = times_of(event, zones)
        except Unreadable as error:
            tell(error)
            break
        wide = later(window[0], -changed.shift), later(window[1], changed.shift)
        for one in dates_of(event, times, wide, zones, budget, tell):
            if not changed.replaces(one):
                yield from changed.from_then_on(one, event, times)
    for event, times in changed.alone:
        yield event, *times.stretch(times.start.wall), times.start.is_date


class _Changes:
    """The changed dates of a series (RECURRENCE-ID), the newest version of each."""

    def __init__(self, events: list[Component], zones: Zones, tell: Tell) -> None:
        newest: dict[object, Component] = {}
        following = []
        for event in sorted(events, key=_version):
            found = event.all("RECURRENCE-ID")[0]
            try:
                moment = moment_of(zones, found)
                # Among whole days a date is named by its day, else by its instant.
                newest[moment.wall if moment.is_date else moment.instant] = event
                if found.parameters.get("RANGE", "").upper() == "THISANDFUTURE":
                    following.append((moment.instant, event, times_of(event, zones)))
            except Unreadable as error:
                tell(error)
        self._replaced = newest.keys()
        self._following = sorted(following, key=lambda one: one[0], reverse=True)
        moved = (abs(times.start.instant - begin) for begin, _, times in following)
        self.shift = max(moved, default=timedelta())
        self.alone: list[tuple[Component, Times]] = []
        for event in newest.values():
            try:
                self.alone.append((event, times_of(event, zones)))
            except Unreadable as error:
                tell(error)

    def replaces(self, one: Occurrence) -> bool:
        all_day = not isinstance(one.wall, datetime)
        return one.begin in self._replaced or (all_day and day_of(one.wall) in self._replaced)

    def from_then_on(
        self, one: Occurrence, event: Component, times: Times
    ) -> Iterator[tuple[Component, datetime, datetime, bool]]:
        """The date as the last change of "this and all that follow" before it has it."""
        for begin, changed, new in self._following:
            if one.begin > begin and isinstance(new.start.wall, datetime):
                by = new.start.wall - begin.astimezone(new.start.zone).replace(tzinfo=None)
                local = one.begin.astimezone(new.start.zone).replace(tzinfo=None)
                yield changed, *new.stretch(local + by), False
                return
        yield event, one.begin, one.end, times.start.is_date


def _version(event: Component) -> tuple[int, str]:
    number = event.text("SEQUENCE")
    changed = event.text("LAST-MODIFIED") or event.text("DTSTAMP")
    return (int(number) if number.isdecimal() else 0, changed)


def _day_named(event: Component) -> str:
    """The day to name where something is wrong with an event; empty where it says none."""
    digits = event.text("DTSTART")[:8]
    good = len(digits) == 8 and digits.isdecimal()  # noqa: PLR2004 - YYYYMMDD
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if good else ""


def keeps_busy(event: Component, address: str) -> bool:
    """Whether its owner is busy: not where it is transparent or cancelled, or they declined.

    Tentative and unanswered keep busy.
    """
    if event.text("TRANSP").upper() == "TRANSPARENT" or event.text("STATUS").upper() == "CANCELLED":
        return False
    if event.text("X-MICROSOFT-CDO-BUSYSTATUS").upper() == "FREE":
        return False
    return not any(
        attendee.parameters.get("PARTSTAT", "").upper() in ("DECLINED", "DELEGATED")
        for attendee in event.all("ATTENDEE")
        if address.casefold()
        in (
            attendee.value.strip().casefold().removeprefix("mailto:"),
            attendee.parameters.get("EMAIL", "").casefold(),
        )
    )


def _published(event: Component, window: Stretch, zones: Zones, tell: Tell) -> Iterator[Stretch]:
    """The times of a VFREEBUSY, as servers publish them (3.6.4)."""
    for line in event.all("FREEBUSY"):
        for text in line.value.split(","):
            try:
                begin, end = period_of(zones, line, text)
            except Unreadable as error:
                tell(error)
                continue
            free = line.parameters.get("FBTYPE", "").upper() == "FREE"
            if not free and begin < window[1] and end > window[0]:
                yield begin, end

"""The dates of an event: its own, and those of its rules (RFC 5545, 3.8.5), less its exceptions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, TypeAlias, TypeVar

from stadtfuehrer.calendar.components import Component, Property
from stadtfuehrer.calendar.moments import (
    LATEST,
    Moment,
    Unreadable,
    Wall,
    Why,
    Zones,
    duration,
    instant_of,
    later,
)
from stadtfuehrer.calendar.recurrence import occurrences
from stadtfuehrer.calendar.rrule import BadRule, Budget, Rule, TooMuch, parse

Stretch: TypeAlias = tuple[datetime, datetime]
"""Half-open, in UTC."""

Tell: TypeAlias = Callable[[Unreadable], None]

T = TypeVar("T")

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When an event begins, and how to find where any of its dates ends.

    Both ends on one clock: ``on_clock`` of that clock's time later, over changes of the clock too.
    Else so many ``days`` of the clock and then ``exact`` time.
    """

    start: Moment
    days: int = 0
    exact: timedelta = timedelta()
    on_clock: timedelta | None = None

    def stretch(self, wall: Wall) -> Stretch:
        """The date that begins with this time of the event's clock."""
        zone, begin = self.start.zone, instant_of(wall, self.start.zone)
        try:
            if self.on_clock is not None:
                return begin, instant_of(wall + self.on_clock, zone)
            end = instant_of(wall + timedelta(self.days), zone) if self.days else begin
            return begin, later(end, self.exact)
        except OverflowError:
            return begin, LATEST


def moment_of(zones: Zones, found: Property, text: str = "") -> Moment:
    """Read a property's value, or one of its values, in its zone. Raises Unreadable."""
    return zones.moment(text or found.value, found.parameters.get("TZID", "").strip())


def times_of(event: Component, zones: Zones) -> Times:
    """Read DTSTART with DTEND or DURATION (3.6.1). Raises Unreadable."""
    if not (found := event.find("DTSTART")):
        raise Unreadable(Why.NO_START)
    start = moment_of(zones, found)
    if found := event.find("DTEND"):
        return _until(start, moment_of(zones, found))
    days, exact = duration(event.text("DURATION")) if event.find("DURATION") else (0, timedelta())
    if start.is_date:
        return Times(start=start, days=max(days, 1))
    return Times(start=start, days=days, exact=exact)


def _until(start: Moment, end: Moment) -> Times:
    if start.is_date != end.is_date or end.instant < start.instant:
        raise Unreadable(Why.BACKWARDS)
    if start.is_date:
        # An end on the same day is not allowed, and means that day.
        return Times(start=start, days=max((end.wall - start.wall).days, 1))
    if end.zone is start.zone:
        return Times(start=start, on_clock=end.wall - start.wall)
    return Times(start=start, exact=end.instant - start.instant)


class Occurrence(NamedTuple):
    """A date of a series; ``wall`` is its beginning on the event's clock."""

    begin: datetime
    end: datetime
    wall: Wall


def dates_of(
    master: Component, times: Times, window: Stretch, zones: Zones, budget: Budget, tell: Tell
) -> list[Occurrence]:
    """The dates that may reach into the window, in order, without those that EXDATE takes out.

    What cannot be read of the rules is told; the first date is sure all the same.
    Raises Exhausted.
    """
    first = Occurrence(*times.stretch(times.start.wall), times.start.wall)
    found = {first.begin: first}
    for line in master.all("RRULE"):
        for wall in _by_rule(line.value, times, window, zones, budget, tell):
            begin, end = times.stretch(wall)
            found.setdefault(begin, Occurrence(begin, end, wall))
    for one in _each(master, "RDATE", lambda *value: _added(times, zones, *value), tell):
        found[one.begin] = one
    gone = list(_each(master, "EXDATE", lambda *value: moment_of(zones, *value), tell))
    instants = {moment.instant for moment in gone if not moment.is_date}
    # A date among times is not allowed, yet written, and means the day.
    days = {moment.wall for moment in gone if moment.is_date}
    return [
        one
        for begin, one in sorted(found.items())
        if begin not in instants and day_of(one.wall) not in days
    ]


def day_of(wall: Wall) -> date:
    """The date on which it begins."""
    return wall.date() if isinstance(wall, datetime) else wall


def _each(
    event: Component, name: str, read: Callable[[Property, str], T], tell: Tell
) -> Iterator[T]:
    """Each value of the properties of this name, which are lists."""
    for line in event.all(name):
        for text in line.value.split(","):
            try:
                yield read(line, text)
            except Unreadable as error:
                tell(error)


def period_of(zones: Zones, line: Property, text: str) -> Stretch:
    """Read a PERIOD: a start, and an end or a duration (3.3.9). Raises Unreadable."""
    first, _, second = text.partition("/")
    begin = moment_of(zones, line, first).instant
    if second.strip()[:2].lstrip("+").upper().startswith("P"):
        days, exact = duration(second)
        return begin, later(begin, days * _DAY + exact)
    return begin, moment_of(zones, line, second).instant


def _added(times: Times, zones: Zones, line: Property, text: str) -> Occurrence:
    """A date of RDATE: a period, or as long as the first."""
    if "/" in text:
        begin, end = period_of(zones, line, text)
        return Occurrence(begin, end, begin.astimezone(times.start.zone).replace(tzinfo=None))
    moment, start = moment_of(zones, line, text), times.start
    wall = moment.wall
    if moment.is_date and isinstance(start.wall, datetime):
        wall = datetime.combine(wall, start.wall.time())
    elif not moment.is_date and start.is_date:
        # A time among whole days: as long as the first, from there on.
        begin, end = times.stretch(start.wall)
        return Occurrence(moment.instant, later(moment.instant, end - begin), wall)
    elif not moment.is_date:
        wall = moment.instant.astimezone(start.zone).replace(tzinfo=None)
    return Occurrence(*times.stretch(wall), wall)


def _by_rule(
    text: str, times: Times, window: Stretch, zones: Zones, budget: Budget, tell: Tell
) -> Iterator[Wall]:
    start, zone = times.start.wall, times.start.zone
    begin, end = times.stretch(start)
    # A day more on each side, for the offsets of zones and changes of the clock.
    low, high = later(window[0], begin - end - 2 * _DAY), later(window[1], 2 * _DAY)
    at = start if isinstance(start, datetime) else datetime.combine(start, time())
    try:
        rule = parse(text)
        bounds = at, _on_clock(low, zone), _on_clock(high, zone), _last(rule, times, zones)
        for wall in occurrences(rule, *bounds, budget=budget):
            yield wall if isinstance(start, datetime) else wall.date()
    except BadRule:
        tell(Unreadable(Why.NO_RULE, text))
    except TooMuch:
        tell(Unreadable(Why.TOO_MUCH, text))
    except Unreadable as error:
        tell(error)


def _last(rule: Rule, times: Times, zones: Zones) -> datetime | None:
    """UNTIL on the event's clock; a date includes its whole day."""
    if not rule.until:
        return None
    until = zones.moment(rule.until)
    if not isinstance(until.wall, datetime):
        return datetime.combine(until.wall, time.max)
    if until.zone is UTC and not times.start.is_date:
        return _on_clock(until.instant, times.start.zone)
    return until.wall


def _on_clock(instant: datetime, zone: tzinfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)

"""Tries the calendars of the settings, for ``check --connect``; keeps nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from stadtfuehrer.calendar.busy import Reading, merged
from stadtfuehrer.calendar.faults import CalendarAway, event_fault, read_only
from stadtfuehrer.calendar.reading import Known, Round
from stadtfuehrer.calendar.series import Stretch
from stadtfuehrer.calendar.sources import sources_of, wanted_of
from stadtfuehrer.text.formatting import clock_in_words, day_in_words

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_SECONDS = 60.0
_DAYS = timedelta(days=7)


@dataclass(slots=True)
class Probe:
    """What was found, and what is wrong; a German sentence each."""

    found: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def probe_calendars(context: "AppContext", *, now: datetime) -> Probe:
    """Say which calendars there are, which block, which is written to, and what blocks soon."""
    settings, probe = context.settings.calendar, Probe()
    asking = Round(settings, wanted_of(context, now=now), seconds=_SECONDS)
    if settings.url:
        try:
            probe.found += _roles(asking, settings.busy, settings.write)
            if settings.write and not asking.server.find(settings.write).writable:
                raise read_only(settings.write)
        except CalendarAway as fault:
            probe.wrong.append(f"calendar.url: {fault.reason}")
            return probe
    busy: list[Stretch] = []
    for source in sources_of(context):
        try:
            news = asking.read(source, Known(), whole=True)
        except CalendarAway as fault:
            probe.wrong.append(f"{source.name}: {fault.reason}")
            continue
        for entry in news.entries.values():
            reading = entry and entry.reading
            if isinstance(reading, Reading):
                busy += reading.busy
                probe.found += [f"{source.name}: {event_fault(one)}" for one in reading.faults]
        probe.found.append(f"{source.name}: gelesen, {len(news.entries)} Einträge")
    soon = merged((max(begin, now), min(end, now + _DAYS)) for begin, end in busy)
    probe.found += [f"blockiert: {in_words(one, context.rules.zone)}" for one in soon]
    return probe


def _roles(asking: Round, busy: tuple[str, ...], write: str) -> Iterator[str]:
    """Each calendar of the server with what the settings make of it. Raises CalendarAway."""
    blocks = {asking.server.find(name).url for name in busy}
    written = asking.server.find(write).url if write else ""
    for one in asking.server.calendars:
        roles = [
            *(["blockiert"] if one.url in blocks else []),
            *(["Buchungen werden eingetragen"] if one.url == written else []),
        ]
        yield f"Kalender „{one.name or one.url}“: {', '.join(roles) or 'bleibt unbeachtet'}"


def in_words(stretch: Stretch, zone: ZoneInfo) -> str:
    """„Mittwoch, 2. Dezember, 09:00 bis 10:00 Uhr“; with both days where it goes on."""
    begin, end = stretch
    days = [at.astimezone(zone).date() for at in stretch]
    until = clock_in_words(end, zone)
    if days[0] != days[1]:
        until = f"{day_in_words(days[1])}, {until}"
    return f"{day_in_words(days[0])}, {clock_in_words(begin, zone)} bis {until} Uhr"

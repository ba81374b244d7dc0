"""Free starts on clock changes, on any server, and in random worlds."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from stadtfuehrer.booking.cells import occupied_cells
from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.slots import BusyInterval, Kind, why_not_free
from stadtfuehrer.refusals import WhyNotFree
from tests.support import reference
from tests.support.examples import (
    DAY,
    LONG_BEFORE,
    SPRING_AND_AUTUMN,
    at,
    free_starts,
    kind,
    rules,
    shown,
)
from tests.support.strategies import World, worlds


@pytest.mark.parametrize(
    ("opening", "minutes", "in_spring", "in_autumn"),
    [
        ("00:00-05:00", 60, "00:00 01:00 03:00 04:00", "00:00 01:00 02:00 02:00 03:00 04:00"),
        ("01:30-05:00", 60, "01:30 03:30", "01:30 02:30 02:30 03:30"),
        ("02:00-04:00", 60, "03:00", "02:00 02:00 03:00"),
        ("02:30-04:00", 30, "03:00 03:30", "02:30 02:00 02:30 03:00 03:30"),
        ("02:15-02:45", 30, "", "02:15"),
        ("02:00-03:00", 90, "", "02:00"),
        ("01:00-03:00", 90, "", "01:00 02:30"),
    ],
)
def test_starts_on_berlins_clock_changes(
    opening: str, minutes: int, in_spring: str, in_autumn: str
) -> None:
    far, asked = rules(opening, horizon_days=5 * 366), kind(minutes, minutes)
    for spring, autumn in SPRING_AND_AUTUMN:
        for day, expected in ((spring, in_spring), (autumn, in_autumn)):
            found = free_starts(far, asked, [], first=day, last=day, now=LONG_BEFORE)
            assert shown(found) == expected.split()


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("America/New_York", date(2026, 3, 8), "01:00 01:30 03:00 03:30"),
        ("America/New_York", date(2026, 11, 1), "01:00 01:30 01:00 01:30 02:00 02:30 03:00 03:30"),
        ("Australia/Lord_Howe", date(2026, 10, 4), "01:00 01:30 02:30 03:00 03:30"),
        ("Australia/Lord_Howe", date(2026, 4, 5), "01:00 01:30 01:30 02:00 02:30 03:00 03:30"),
        ("Asia/Kathmandu", date(2026, 3, 29), "01:00 01:30 02:00 02:30 03:00 03:30"),
        ("Pacific/Apia", date(2011, 12, 29), "01:00 01:30 02:00 02:30 03:00 03:30"),
        ("Pacific/Apia", date(2011, 12, 30), ""),
        ("Pacific/Apia", date(2011, 12, 31), "01:00 01:30 02:00 02:30 03:00 03:30"),
    ],
)
def test_starts_on_clock_changes_elsewhere(zone: str, day: date, expected: str) -> None:
    there = ZoneInfo(zone)
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) - 3 * DAY
    opening = rules("01:00-04:00", zone=there)
    found = free_starts(opening, kind(30, 30), [], first=day, last=day, now=now)
    assert shown(found, there) == expected.split()
    assert found == sorted(set(found))


@pytest.fixture(params=["UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
def _server_zone(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_server_zone")
def test_servers_own_zone_changes_nothing() -> None:
    autumn = date(2026, 10, 25)
    one = BusyInterval(interval=Interval(at("12:00", autumn), at("13:00", autumn)))
    limited = rules("00:00-03:00", "11:00-15:00", notice=timedelta(hours=24), per_day=2)
    now = datetime(2026, 10, 24, 0, tzinfo=UTC)
    found = free_starts(limited, kind(), [one], first=autumn, last=autumn, now=now)
    assert [start.hour for start in found] == [0, 1, 10, 12, 13]
    an_hour_before = found[0] - timedelta(hours=1)
    assert why_not_free(limited, kind(), an_hour_before, now=now) is WhyNotFree.TOO_SOON
    assert occupied_cells(one)[0].number == one.interval.start.timestamp() // 300 == 5976420


@settings(max_examples=100)
@given(worlds())
def test_free_starts_are_those_of_the_slow_reference(world: World) -> None:
    span = {"first": world.first, "last": world.last}
    found = free_starts(world.rules, world.kind, world.busy, now=world.now, **span)
    assert found == reference.free_starts(
        world.rules, world.kind, world.busy, now=world.now, **span
    )


@settings(max_examples=50)
@given(worlds())
def test_why_not_free_agrees_with_free_starts(world: World) -> None:
    """It says "taken" exactly where the start would be free if nothing were taken."""
    zone, now = world.rules.zone, world.now
    unlimited = replace(world.rules, per_day=0)
    free = free_starts(unlimited, world.kind, [], first=world.first, last=world.last, now=now)
    opening = world.rules.opening
    offered = {
        start
        for minute in reference.offered(opening, world.kind, world.first - DAY, world.last)
        for start in (reference.instant_of(minute), reference.instant_of(minute + 5))
        if world.first <= start.astimezone(zone).date() <= world.last
    }
    why = {start: why_not_free(world.rules, world.kind, start, now=now) for start in offered}
    assert sorted(start for start in why if why[start] is WhyNotFree.TAKEN) == free
    today = now.astimezone(zone).date()
    for start in offered.difference(free):
        if start - now.astimezone(UTC) < world.rules.notice:
            assert why[start] is WhyNotFree.TOO_SOON
        elif (start.astimezone(zone).date() - today).days > world.rules.horizon_days:
            assert why[start] is WhyNotFree.TOO_FAR
        else:
            assert why[start] is WhyNotFree.NOT_OFFERED


@settings(max_examples=50)
@given(worlds(busy_grid=5))
def test_start_is_free_exactly_where_its_cells_are(world: World) -> None:
    """What is shown as free can be booked, and what can be booked is shown."""
    occupied = {cell for one in world.busy for cell in occupied_cells(one)}
    unlimited, asked = replace(world.rules, per_day=0), replace(world.kind, per_day=0)
    everything, free = (
        free_starts(unlimited, asked, busy, first=world.first, last=world.last, now=world.now)
        for busy in ([], world.busy)
    )
    assert free == [
        start for start in everything if occupied.isdisjoint(occupied_cells(as_busy(asked, start)))
    ]


def as_busy(kind: Kind, start: datetime) -> BusyInterval:
    return BusyInterval(
        interval=Interval(start, start + timedelta(minutes=kind.minutes)),
        before=timedelta(minutes=kind.before),
        after=timedelta(minutes=kind.after),
    )

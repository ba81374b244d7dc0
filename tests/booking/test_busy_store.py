"""What is taken, closed and counted."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtfuehrer.booking.busy_store import (
    Busy,
    LiveCounts,
    booked_between,
    busy_between,
    live_counts,
)
from stadtfuehrer.booking.hours_store import add_change
from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.slots import BusyInterval
from stadtfuehrer.booking.visitor import Visitor
from stadtfuehrer.database import Database
from tests.support.rows import MONDAY_TEN, NOW, a_booking, add, added

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

fives = st.integers(0, 24 * 12).map(lambda n: 5 * n * MINUTE)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    offset=st.integers(-36 * 12, 36 * 12), length=st.integers(1, 24 * 12), before=fives, after=fives
)
def test_busy_between_covers_all_that_reaches_in(
    database: Database, offset: int, length: int, before: timedelta, after: timedelta
) -> None:
    """The longest that settings allow: 24 hours, with 24 hours before and after."""
    day = Interval(MONDAY_TEN, MONDAY_TEN + DAY)
    booking = replace(
        a_booking(MONDAY_TEN + 5 * offset * MINUTE, minutes=5 * length), before=before, after=after
    )
    with database.begin() as session:
        row_id = add(session, booking)
        found = busy_between(session.connection(), day.start, day.end).busy
        without = busy_between(session.connection(), day.start, day.end, but_not=row_id).busy
        session.rollback()
    reaches_in = booking.busy.earliest < day.end and booking.busy.latest > day.start
    assert found == [booking.busy] or not reaches_in
    assert without == []


@pytest.mark.parametrize("edge", [-2 * DAY, 3 * DAY])
def test_busy_between_reaches_two_days_on_both_sides(database: Database, edge: timedelta) -> None:
    outward = 5 * MINUTE if edge > timedelta(0) else -5 * MINUTE
    for start in (MONDAY_TEN + edge, MONDAY_TEN + edge + outward):
        added(database, a_booking(start, minutes=5))
    added(database, a_booking().cancelled("", now=NOW))
    with database.read() as session:
        found = busy_between(session.connection(), MONDAY_TEN, MONDAY_TEN + DAY).busy
    assert [one.interval.start for one in found] == [MONDAY_TEN + edge]


def test_live_counts_of_the_day_the_kind_and_the_address(database: Database) -> None:
    day = Interval(MONDAY_TEN, MONDAY_TEN + DAY)
    first = added(database, a_booking(day.start))
    added(database, replace(a_booking(day.end - HOUR / 2), kind="stadtrundgang"))
    added(database, a_booking(day.end))
    added(database, a_booking(day.start - HOUR / 2))
    added(database, a_booking(day.start + HOUR).cancelled("", now=NOW))
    for hours, email in ((2, "AENNE@Gast.example"), (3, "b@gast.example")):
        booking = a_booking(day.start + hours * HOUR)
        added(database, replace(booking, visitor=Visitor(name="Ä", email=email)))

    its = Interval(day.start + 4 * HOUR, day.start + 5 * HOUR)

    def counts(now: datetime, but_not: int | None = None) -> LiveCounts:
        mine = {"kind": "kennenlernen", "email": "aenne@gast.example"}
        with database.read() as session:
            return live_counts(session, day=day, its=its, now=now, but_not=but_not, **mine)

    assert counts(NOW) == LiveCounts(on_day=4, of_kind=3, of_address=5, closings=0)
    assert counts(NOW, but_not=first) == LiveCounts(on_day=3, of_kind=2, of_address=4, closings=0)
    # A consultation that has ended at this very moment counts no more for its address.
    assert counts(day.start - timedelta(seconds=1)).of_address == 5
    assert counts(day.start).of_address == 4


@pytest.mark.parametrize(
    ("start", "end", "in_the_way"),
    [(-2, -1, 0), (-1, 0, 0), (-1, 1, 1), (0, 1, 1), (-9, 9, 1), (1, 2, 0)],
)
def test_closings_in_the_way_of_one_consultation_are_counted(
    database: Database, start: int, end: int, in_the_way: int
) -> None:
    its = Interval(MONDAY_TEN, MONDAY_TEN + HOUR)
    stretch = Interval(MONDAY_TEN + start * HOUR, MONDAY_TEN + end * HOUR)
    with database.begin() as session:
        add_change(session, stretch, is_open=True, now=NOW)
        add_change(session, stretch, is_open=False, now=NOW)
        found = live_counts(session, day=its, kind="", email="a@b.example", its=its, now=NOW)
    assert found == LiveCounts(on_day=0, of_kind=0, of_address=0, closings=in_the_way)


def test_closed_and_extra_hours_are_told_apart_however_long_they_are(database: Database) -> None:
    year = Interval(MONDAY_TEN - 300 * DAY, MONDAY_TEN + 300 * DAY)
    evening = Interval(MONDAY_TEN + 9 * HOUR, MONDAY_TEN + 11 * HOUR)
    with database.begin() as session:
        add_change(session, year, is_open=False, now=NOW)
        add_change(session, evening, is_open=True, now=NOW)
        found = busy_between(session.connection(), MONDAY_TEN, MONDAY_TEN + DAY)
        later = busy_between(session.connection(), year.end + 9 * DAY, year.end + 10 * DAY)
    assert found == Busy([BusyInterval(interval=year, counts=False)], [evening])
    assert later == Busy([], [])


def test_who_is_booked_within_a_time_or_reaches_into_it(database: Database) -> None:
    hours = Interval(MONDAY_TEN, MONDAY_TEN + 2 * HOUR)
    for start, minutes in ((-120, 60), (-30, 35), (60, 30), (90, 30), (120, 60)):
        added(database, a_booking(MONDAY_TEN + start * MINUTE, minutes=minutes))
    added(database, a_booking(MONDAY_TEN + 30 * MINUTE).cancelled("", now=NOW))
    with database.read() as session:
        found = [booking.start for _, booking in booked_between(session, hours)]
    assert found == [MONDAY_TEN + minutes * MINUTE for minutes in (-30, 60, 90)]

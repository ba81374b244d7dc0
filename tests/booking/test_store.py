"""Bookings as rows: found again, counted, and their cells let no other in."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from stadtfuehrer.booking.model import Booking, Visitor
from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.store import (
    LiveCounts,
    all_bookings,
    busy_between,
    find_by_key,
    get_by_token_hash,
    keep_change,
    live_counts,
)
from stadtfuehrer.booking.tables import DbBooking, DbOccupied
from stadtfuehrer.database import Database
from stadtfuehrer.refusals import NotFree, UnknownBooking, WhyNotFree
from tests.support.rows import MONDAY_TEN, NOW, a_booking, add, added, at, cells_of


def test_an_unknown_key_finds_nothing(database: Database) -> None:
    added(database, a_booking())
    with database.read() as session:
        assert find_by_key(session, "unbekannt") is None


@pytest.mark.parametrize("for_change", [True, False])
def test_an_unknown_token_is_refused(database: Database, *, for_change: bool) -> None:
    added(database, a_booking())
    with database.begin() as session, pytest.raises(UnknownBooking):
        get_by_token_hash(session, bytes(32), for_change=for_change)


@pytest.mark.parametrize(
    ("second", "fits"),
    [
        (a_booking(MONDAY_TEN), False),
        (a_booking(MONDAY_TEN + timedelta(minutes=25)), False),
        (a_booking(MONDAY_TEN + timedelta(minutes=30)), False),  # the first one's time after
        (a_booking(MONDAY_TEN + timedelta(minutes=40)), False),
        (a_booking(MONDAY_TEN + timedelta(minutes=45)), True),
        (a_booking(MONDAY_TEN + timedelta(minutes=45), before=15), True),  # buffers may overlap
        (a_booking(MONDAY_TEN + timedelta(minutes=45), before=20), False),
        (a_booking(MONDAY_TEN - timedelta(minutes=25)), False),
        (a_booking(MONDAY_TEN - timedelta(minutes=30)), True),
        (a_booking(MONDAY_TEN - timedelta(minutes=30), after=5), False),
        (a_booking(MONDAY_TEN - timedelta(minutes=35), after=5), True),
        (a_booking(MONDAY_TEN - timedelta(hours=1), minutes=240), False),
    ],
)
def test_cells_refuse_what_comes_too_close(
    database: Database, second: Booking, *, fits: bool
) -> None:
    """The first one is from 10:00 to 10:30, with 15 minutes after."""
    added(database, a_booking(after=15))
    if fits:
        added(database, replace(second, uid=secrets.token_hex(16)))
    else:
        with pytest.raises(NotFree) as caught:
            added(database, replace(second, uid=secrets.token_hex(16)))
        assert caught.value.why is WhyNotFree.TAKEN
    with database.read() as session:
        assert len(list(all_bookings(session))) == 1 + fits


def test_a_refused_booking_leaves_nothing(database: Database) -> None:
    added(database, a_booking())
    with pytest.raises(NotFree):
        added(database, a_booking(MONDAY_TEN - timedelta(minutes=20)))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(DbBooking)) == 1
        assert session.scalar(select(func.count()).select_from(DbOccupied)) == 12


def test_a_cancelled_booking_frees_its_cells(database: Database) -> None:
    booking = a_booking(after=15)
    row_id = added(database, booking)
    with database.begin() as session:
        keep_change(session, row_id, was=booking, booking=booking.cancelled("", now=NOW))
    assert cells_of(database, row_id) == set()
    added(database, a_booking(after=15))


def test_a_cancelled_booking_is_kept_without_cells(database: Database) -> None:
    assert cells_of(database, added(database, a_booking().cancelled("", now=NOW))) == set()


def test_a_moved_booking_may_overlap_its_own_place(database: Database) -> None:
    booking = a_booking(minutes=60)
    row_id = added(database, booking)
    moved = at(booking, MONDAY_TEN + timedelta(minutes=30))
    with database.begin() as session:
        keep_change(session, row_id, was=booking, booking=moved)
    fresh = added(database, a_booking(MONDAY_TEN + timedelta(days=1), minutes=60))
    shift = 24 * 12 - 6
    assert {(cell + shift, side) for cell, side in cells_of(database, row_id)} == cells_of(
        database, fresh
    )


def test_a_move_onto_another_booking_changes_nothing(database: Database) -> None:
    booking, other = a_booking(), a_booking(MONDAY_TEN + timedelta(hours=1))
    row_id, other_id = added(database, booking), added(database, other)
    before = cells_of(database, row_id), cells_of(database, other_id)
    with pytest.raises(NotFree), database.begin() as session:
        keep_change(session, row_id, was=booking, booking=at(booking, other.start))
    assert (cells_of(database, row_id), cells_of(database, other_id)) == before
    with database.read() as session:
        assert [one.start for _, one in all_bookings(session)] == [booking.start, other.start]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    offset=st.integers(-36 * 12, 36 * 12),
    minutes=st.integers(1, 24 * 12),
    before=st.integers(0, 24 * 12),
    after=st.integers(0, 24 * 12),
)
def test_taken_between_covers_all_that_reaches_in(
    database: Database, offset: int, minutes: int, before: int, after: int
) -> None:
    """The longest that settings allow: 24 hours, with 24 hours before and after."""
    day = Interval(MONDAY_TEN, MONDAY_TEN + timedelta(hours=24))
    booking = a_booking(
        MONDAY_TEN + timedelta(minutes=5 * offset),
        minutes=5 * minutes,
        before=5 * before,
        after=5 * after,
    )
    with database.begin() as session:
        row_id = add(session, booking)
        found = busy_between(session, day.start, day.end)
        without = busy_between(session, day.start, day.end, but_not=row_id)
        session.rollback()
    reaches_in = booking.busy.earliest < day.end and booking.busy.latest > day.start
    assert found == [booking.busy] or not reaches_in
    assert without == []


@pytest.mark.parametrize("edge", [timedelta(days=-2), timedelta(days=3)])
def test_taken_between_reaches_two_days_on_both_sides(database: Database, edge: timedelta) -> None:
    added(database, a_booking(MONDAY_TEN + edge, minutes=5))
    outward = timedelta(minutes=5) if edge > timedelta(0) else timedelta(minutes=-5)
    added(database, a_booking(MONDAY_TEN + edge + outward, minutes=5))
    with database.read() as session:
        found = busy_between(session, MONDAY_TEN, MONDAY_TEN + timedelta(days=1))
    assert [one.interval.start for one in found] == [MONDAY_TEN + edge]


def test_taken_between_leaves_out_what_is_cancelled(database: Database) -> None:
    added(database, a_booking().cancelled("", now=NOW))
    with database.read() as session:
        assert busy_between(session, MONDAY_TEN, MONDAY_TEN + timedelta(days=1)) == []


def test_live_counts_of_the_day_the_kind_and_the_address(database: Database) -> None:
    day = Interval(MONDAY_TEN, MONDAY_TEN + timedelta(days=1))
    half_hour = timedelta(minutes=30)
    first = added(database, a_booking(day.start))
    added(database, replace(a_booking(day.end - half_hour), kind="stadtrundgang"))
    added(database, a_booking(day.end))
    added(database, a_booking(day.start - half_hour))
    added(database, a_booking(day.start + timedelta(hours=1)).cancelled("", now=NOW))
    shouted = a_booking(day.start + timedelta(hours=2))
    added(database, replace(shouted, visitor=Visitor(name="Ä", email="AENNE@Gast.example")))
    other = a_booking(day.start + timedelta(hours=3))
    added(database, replace(other, visitor=Visitor(name="B", email="b@gast.example")))

    def counts(now: datetime, but_not: int | None = None) -> LiveCounts:
        with database.read() as session:
            return live_counts(
                session,
                day=day,
                kind="kennenlernen",
                email="aenne@gast.example",
                now=now,
                but_not=but_not,
            )

    assert counts(NOW) == LiveCounts(on_day=4, of_kind=3, of_address=5)
    assert counts(NOW, but_not=first) == LiveCounts(on_day=3, of_kind=2, of_address=4)
    # A consultation that has ended at this very moment counts no more for its address.
    assert counts(day.start - timedelta(seconds=1)).of_address == 5
    assert counts(day.start).of_address == 4


def test_all_bookings_come_by_start(database: Database) -> None:
    starts = [MONDAY_TEN + timedelta(hours=hours) for hours in (5, 1, 3)]
    ids = {start: added(database, a_booking(start)) for start in starts}
    with database.read() as session:
        found = [(row_id, booking.start) for row_id, booking in all_bookings(session)]
    assert found == [(ids[start], start) for start in sorted(starts)]

"""Changes at the same moment: the cells decide, and nobody waits for ever."""

from collections.abc import Callable
from datetime import timedelta

from stadtfuehrer.booking.model import Booking
from stadtfuehrer.booking.store import all_bookings, keep_change
from stadtfuehrer.database import Database
from tests.support.racing import lost, race, won
from tests.support.rows import MONDAY_TEN, a_booking, added, at, cells_of

HOUR = timedelta(hours=1)


def change(database: Database, row_id: int, was: Booking, becomes: Booking) -> Callable[[], None]:
    def run() -> None:
        with database.begin() as session:
            keep_change(session, row_id, was=was, booking=becomes)

    return run


def starts(database: Database) -> list[timedelta]:
    with database.read() as session:
        return [booking.start - MONDAY_TEN for _, booking in all_bookings(session)]


def test_two_that_change_places_do_not_wait_for_each_other(database: Database) -> None:
    first, second = a_booking(minutes=60), a_booking(MONDAY_TEN + HOUR, minutes=60)
    first_id, second_id = added(database, first), added(database, second)
    for _ in range(10):
        outcomes = race(
            [
                change(database, first_id, first, at(first, second.start)),
                change(database, second_id, second, at(second, first.start)),
            ]
        )
        assert lost(outcomes) == ["NotFree", "NotFree"]
    assert starts(database) == [timedelta(0), HOUR]


def test_moves_into_each_others_places_one_after_the_other(database: Database) -> None:
    """A goes from 1 to 2 while B goes from 0 to 1: B may come too early, A never fails."""
    for day in range(10):
        morning = MONDAY_TEN + timedelta(days=day)
        first, second = a_booking(morning + HOUR, minutes=60), a_booking(morning, minutes=60)
        first_id, second_id = added(database, first), added(database, second)
        away, after = race(
            [
                change(database, first_id, first, at(first, morning + 2 * HOUR)),
                change(database, second_id, second, at(second, morning + HOUR)),
            ]
        )
        assert away is None
        assert lost([after]) in ([], ["NotFree"])
        assert not cells_of(database, first_id) & cells_of(database, second_id)


def test_many_moves_to_overlapping_times_have_one_winner(database: Database) -> None:
    for day in range(5):
        target = MONDAY_TEN + timedelta(days=day, hours=6)
        bookings = [a_booking(target + timedelta(days=30, hours=2 * n)) for n in range(6)]
        ids = [added(database, booking) for booking in bookings]
        outcomes = race(
            [
                change(database, row_id, booking, at(booking, target + n * timedelta(minutes=5)))
                for n, (row_id, booking) in enumerate(zip(ids, bookings, strict=True))
            ]
        )
        assert len(won(outcomes)) == 1
        assert lost(outcomes) == ["NotFree"] * 5

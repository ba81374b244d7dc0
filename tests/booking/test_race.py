"""Many at the same moment: exactly one gets a time, limits are exact, and nobody waits for ever."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from stadtfuehrer.booking.audit import audit
from stadtfuehrer.booking.model import Booking
from stadtfuehrer.booking.service import BookingRequest, book, cancel, look_up, move
from stadtfuehrer.booking.store import all_bookings, keep_change
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import Database
from stadtfuehrer.refusals import NotFree
from tests.support.contexts import (
    NO_LIMITS,
    NOW,
    OpenContext,
    a_kind,
    a_visitor,
    a_wish,
    in_berlin,
    opened_context,
)
from tests.support.racing import forking, in_processes, lost, race, won
from tests.support.rows import MONDAY_TEN, a_booking, added, at, cells_of
from tests.support.stored import Counts, counts, live_bookings

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NINES = [in_berlin(f"2026-03-{day:02} 09:00") for day in (4, 5, 9, 10, 11)]
"""Each the beginning of a day."""
# Each of these comes too close to each other one.
WANTED = [
    *(("kennenlernen", 0), ("kennenlernen", 30), ("kennenlernen", 30), ("stadtrundgang", 0)),
    *(("stadtrundgang", 30), ("stadtrundgang", 30), ("hausbesuch", 0), ("hausbesuch", 30)),
]


def booking(context: AppContext, wanted: BookingRequest) -> Callable[[], str]:
    return lambda: book(context, wanted, now=NOW)


def moving(context: AppContext, token: str, start: datetime) -> Callable[[], None]:
    return lambda: move(context, token, start, now=NOW)


def attempts(context: AppContext, nine: datetime) -> list[Callable[[], str]]:
    """One call for each of those who want overlapping times of this day."""
    return [
        booking(context, a_wish(context, nine + timedelta(minutes=minutes), kind=kind))
        for kind, minutes in WANTED
    ]


def test_of_threads_that_want_overlapping_times_one_wins(context: AppContext) -> None:
    for nine in NINES:
        outcomes = race(attempts(context, nine))
        assert len(won(outcomes)) == 1
        assert lost(outcomes) == ["NotFree"] * 7
    assert counts(context).bookings == len(NINES)
    assert counts(context).letters == 2 * len(NINES)
    assert audit(context) == []


def test_without_the_cells_primary_key_several_win(database_url: str, tmp_path: Path) -> None:
    """Proves the test before: it finds overlaps where nothing prevents them."""
    with opened_context(tmp_path / "instance", database_url, changes=NO_LIMITS) as context:
        with context.database.begin() as session:
            session.execute(text("CREATE TABLE loose AS SELECT * FROM occupied"))
            session.execute(text("DROP TABLE occupied"))
            session.execute(text("ALTER TABLE loose RENAME TO occupied"))
        winners = [len(won(race(attempts(context, nine)))) for nine in NINES]
        assert max(winners) > 1
        assert any("zu dicht" in said for said in audit(context))


@forking
def test_of_processes_that_want_overlapping_times_one_wins(context: AppContext) -> None:
    days, each = NINES[:3], WANTED[::2]
    context.database.close()

    def work(which: int, wait: Callable[[], object]) -> list[str]:
        said = []
        for nine in days:
            wait()
            try:
                attempts(context, nine)[2 * which]()
            except NotFree:
                said.append("lost")
            else:
                said.append("won")
        return said

    rounds = list(zip(*in_processes(len(each), work), strict=True))
    assert [sorted(said) for said in rounds] == [["lost"] * 3 + ["won"]] * len(days)
    assert counts(context).bookings == len(days)
    assert audit(context) == []


def test_bookings_moves_and_cancellations_at_once_leave_no_overlap(context: AppContext) -> None:
    for nine in NINES[:3]:
        early = book(context, a_wish(context, nine), now=NOW)
        late = book(context, a_wish(context, nine + 2 * HOUR), now=NOW)
        outcomes = race(
            [
                moving(context, early, nine + HOUR),
                moving(context, late, nine + HOUR),
                moving(context, late, nine + HOUR / 2),
                lambda early=early: cancel(context, early, "", now=NOW),  # type: ignore[misc]
                *attempts(context, nine)[:4],
            ]
        )
        # Who moves after the cancellation is told so.
        assert set(lost(outcomes)) <= {"NotFree", "AlreadyCancelled"}
        assert outcomes[3] is None
    assert audit(context) == []


def test_one_form_at_the_same_moment_gives_one_booking(open_context: OpenContext) -> None:
    """Though with a limit of one, its quicker twin has used it up."""
    with open_context(bookings_per_address="1") as context:
        for number, nine in enumerate(NINES[:4]):
            visitor = a_visitor(email=f"gast{number}@gast.example")
            outcomes = race([booking(context, a_wish(context, nine, visitor=visitor))] * 6)
            assert lost(outcomes) == []
            assert len(set(won(outcomes))) == 1
        assert counts(context) == (4, 4 * 15, 8)


def test_a_change_sent_twice_at_the_same_moment_counts_once(context: AppContext) -> None:
    token = book(context, a_wish(context, NINES[0]), now=NOW)
    assert lost(race([moving(context, token, NINES[1])] * 5)) == []
    assert look_up(context, token).booking.sequence == 1
    assert counts(context).letters == 4
    outcomes = race([lambda: cancel(context, token, "", now=NOW)] * 4)
    assert len(won(outcomes)) == 1
    assert lost(outcomes) == ["AlreadyCancelled"] * 3
    assert counts(context) == Counts(bookings=1, cells=0, letters=6)


@pytest.mark.parametrize("kind", ["kennenlernen", "eigen"])
def test_the_limit_of_a_day_is_exact(open_context: OpenContext, kind: str) -> None:
    """That for all kinds, and one kind's own."""
    limits = {"per_day": "3"} if kind == "kennenlernen" else {}
    with open_context(appended=a_kind("eigen", per_day="3"), **limits) as context:
        for nine in NINES[1:3]:
            starts = [nine + hours * HOUR for hours in (0, 1, 2, 4, 5, 6, 7)]
            outcomes = race(
                [booking(context, a_wish(context, start, kind=kind)) for start in starts]
            )
            assert len(won(outcomes)) == 3
            assert lost(outcomes) == ["NotFree"] * 4
        assert len(live_bookings(context)) == 6


@pytest.mark.parametrize("kind", ["kennenlernen", "eigen"])
def test_the_limit_of_a_day_is_exact_for_those_who_move_there(
    open_context: OpenContext, kind: str
) -> None:
    limits = {"per_day": "2"} if kind == "kennenlernen" else {}
    thursday = NINES[1]
    with open_context(appended=a_kind("eigen", per_day="2"), **limits) as context:
        far = [thursday + days * DAY for days in (5, 7, 11, 12, 14)]
        tokens = [book(context, a_wish(context, start, kind=kind), now=NOW) for start in far]
        outcomes = race(
            [
                moving(context, token, thursday + hours * HOUR)
                for hours, token in zip((0, 1, 2, 4, 5), tokens, strict=True)
            ]
        )
        assert len(won(outcomes)) == 2
        assert lost(outcomes) == ["NotFree"] * 3
        assert sum(one.start < thursday + DAY for one in live_bookings(context)) == 2


def test_the_limit_of_an_address_is_exact(open_context: OpenContext) -> None:
    with open_context(bookings_per_address="2") as context:
        for number in range(2):
            visitors = [
                a_visitor(email=f"{letter}enne{number}@gast.example")
                for letter in ("a", "A", "a", "A", "a")
            ]
            outcomes = race(
                [
                    booking(context, a_wish(context, nine + number * HOUR, visitor=visitor))
                    for nine, visitor in zip(NINES, visitors, strict=True)
                ]
            )
            assert len(won(outcomes)) == 2
            assert lost(outcomes) == ["TooManyBookings"] * 3
        assert len(live_bookings(context)) == 4


def change(database: Database, row_id: int, was: Booking, start: datetime) -> Callable[[], None]:
    """Move it by its row alone: the cells decide."""

    def run() -> None:
        with database.begin() as session:
            keep_change(session, row_id, was=was, booking=at(was, start))

    return run


def test_two_that_change_places_do_not_wait_for_each_other(database: Database) -> None:
    first, second = a_booking(minutes=60), a_booking(MONDAY_TEN + HOUR, minutes=60)
    first_id, second_id = added(database, first), added(database, second)
    for _ in range(10):
        outcomes = race(
            [
                change(database, first_id, first, second.start),
                change(database, second_id, second, first.start),
            ]
        )
        assert lost(outcomes) == ["NotFree", "NotFree"]
    with database.read() as session:
        starts = [booking.start for _, booking in all_bookings(session)]
    assert starts == [MONDAY_TEN, MONDAY_TEN + HOUR]


def test_moves_into_each_others_places_one_after_the_other(database: Database) -> None:
    """A goes from 1 to 2 while B goes from 0 to 1: B may come too early, A never fails."""
    for day in range(10):
        morning = MONDAY_TEN + day * DAY
        first, second = a_booking(morning + HOUR, minutes=60), a_booking(morning, minutes=60)
        first_id, second_id = added(database, first), added(database, second)
        away, after = race(
            [
                change(database, first_id, first, morning + 2 * HOUR),
                change(database, second_id, second, morning + HOUR),
            ]
        )
        assert away is None
        assert lost([after]) in ([], ["NotFree"])
        assert not cells_of(database, first_id) & cells_of(database, second_id)

"""Many who want overlapping times at the same moment: exactly one gets it, the others are told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from stadtfuehrer.booking.audit import audit
from stadtfuehrer.booking.service import book, cancel, move
from stadtfuehrer.context import AppContext
from stadtfuehrer.refusals import NotFree
from tests.support.contexts import (
    NO_LIMITS,
    NOW,
    OpenContext,
    a_visitor,
    a_wish,
    in_berlin,
    opened_context,
)
from tests.support.racing import forking, in_processes, lost, race, won
from tests.support.stored import counts, live_bookings

DAYS = [in_berlin(f"2026-03-{day:02} 00:00") for day in (4, 5, 9, 10, 11)]
# Each of these comes too close to each other one.
WANTED = [
    ("kennenlernen", "09:00"),
    ("kennenlernen", "09:30"),
    ("kennenlernen", "09:30"),
    ("stadtrundgang", "09:00"),
    ("stadtrundgang", "09:30"),
    ("stadtrundgang", "09:30"),
    ("hausbesuch", "09:00"),
    ("hausbesuch", "09:30"),
]


def at(day: datetime, clock: str) -> datetime:
    hours, minutes = clock.split(":")
    return day + timedelta(hours=int(hours), minutes=int(minutes))


def attempts(context: AppContext, day: datetime) -> list[Callable[[], str]]:
    """One call for each of those who want overlapping times of this day."""
    wishes = [a_wish(context, at(day, clock), kind=kind) for kind, clock in WANTED]
    return [lambda wanted=wanted: book(context, wanted, now=NOW) for wanted in wishes]  # type: ignore[misc]


def test_of_threads_that_want_overlapping_times_one_wins(context: AppContext) -> None:
    for day in DAYS:
        outcomes = race(attempts(context, day))
        assert len(won(outcomes)) == 1
        assert lost(outcomes) == ["NotFree"] * 7
    assert counts(context).bookings == len(DAYS)
    assert counts(context).letters == 2 * len(DAYS)
    assert audit(context) == []


def test_without_the_cells_primary_key_several_win(database_url: str, tmp_path: Path) -> None:
    """Proves the test before: it finds overlaps where nothing prevents them."""
    with opened_context(tmp_path / "instance", database_url, changes=NO_LIMITS) as context:
        with context.database.begin() as session:
            session.execute(text("CREATE TABLE loose AS SELECT * FROM occupied"))
            session.execute(text("DROP TABLE occupied"))
            session.execute(text("ALTER TABLE loose RENAME TO occupied"))
        winners = [len(won(race(attempts(context, day)))) for day in DAYS]
        assert max(winners) > 1
        assert any("zu dicht" in said for said in audit(context))


@forking
def test_of_processes_that_want_overlapping_times_one_wins(context: AppContext) -> None:
    context.database.close()

    def work(which: int, wait: Callable[[], object]) -> list[str]:
        said = []
        for day in DAYS:
            wait()
            try:
                attempts(context, day)[which]()
            except NotFree:
                said.append("lost")
            else:
                said.append("won")
        return said

    rounds = list(zip(*in_processes(len(WANTED), work), strict=True))
    assert [sorted(said) for said in rounds] == [["lost"] * 7 + ["won"]] * len(DAYS)
    assert counts(context).bookings == len(DAYS)
    assert audit(context) == []


def test_bookings_moves_and_cancellations_at_once_leave_no_overlap(context: AppContext) -> None:
    def some_move(token: str, start: datetime) -> Callable[[], object]:
        return lambda: move(context, token, start, now=NOW)

    for day in DAYS[:3]:
        early = book(context, a_wish(context, at(day, "09:00")), now=NOW)
        late = book(context, a_wish(context, at(day, "11:00")), now=NOW)
        outcomes = race(
            [
                some_move(early, at(day, "10:00")),
                some_move(late, at(day, "10:00")),
                some_move(late, at(day, "09:30")),
                lambda early=early: cancel(context, early, "", now=NOW),  # type: ignore[misc]
                *attempts(context, day)[:4],
            ]
        )
        # Who moves after the cancellation is told so.
        assert set(lost(outcomes)) <= {"NotFree", "AlreadyCancelled"}
        assert outcomes[3] is None
    assert audit(context) == []


def test_the_limit_of_a_day_is_exact(open_context: OpenContext) -> None:
    starts = ("09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00")
    with open_context(per_day="3") as context:
        for day in (DAYS[1], DAYS[2]):
            wishes = [a_wish(context, at(day, clock)) for clock in starts]
            outcomes = race(
                [lambda wanted=wanted: book(context, wanted, now=NOW) for wanted in wishes]  # type: ignore[misc]
            )
            assert len(won(outcomes)) == 3
            assert lost(outcomes) == ["NotFree"] * 4
        assert len(live_bookings(context)) == 6


def test_the_limit_of_a_day_is_exact_for_those_who_move_there(open_context: OpenContext) -> None:
    starts = ("09:00", "10:00", "11:00", "13:00", "14:00")
    with open_context(per_day="2") as context:
        tokens = [
            book(context, a_wish(context, at(in_berlin(f"2026-03-{day} 00:00"), "09:00")), now=NOW)
            for day in (10, 12, 16, 17, 19)
        ]
        outcomes = race(
            [
                lambda token=token, clock=clock: move(  # type: ignore[misc]
                    context, token, at(DAYS[1], clock), now=NOW
                )
                for token, clock in zip(tokens, starts, strict=True)
            ]
        )
        assert len(won(outcomes)) == 2
        assert lost(outcomes) == ["NotFree"] * 3
        on_the_day = [one for one in live_bookings(context) if one.start < DAYS[1] + timedelta(1)]
        assert len(on_the_day) == 2


def test_the_limit_of_an_address_is_exact(open_context: OpenContext) -> None:
    with open_context(bookings_per_address="2") as context:
        for number in range(2):
            wishes = [
                a_wish(
                    context,
                    at(day, f"{9 + number:02}:00"),
                    visitor=a_visitor(email=f"{'aA'[n % 2]}enne{number}@gast.example"),
                )
                for n, day in enumerate(DAYS)
            ]
            outcomes = race(
                [lambda wanted=wanted: book(context, wanted, now=NOW) for wanted in wishes]  # type: ignore[misc]
            )
            assert len(won(outcomes)) == 2
            assert lost(outcomes) == ["TooManyBookings"] * 3
        assert len(live_bookings(context)) == 4

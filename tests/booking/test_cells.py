"""The cells that a booking occupies: two meet exactly where the rule forbids the pair."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtfuehrer.booking.cells import Cell, Side, occupied_cells
from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.slots import BusyInterval
from tests.support import reference
from tests.support.strategies import busy_intervals

NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)


def busy(start: int, minutes: float, *, before: int = 0, after: int = 0) -> BusyInterval:
    """A booking that starts so many minutes after noon, UTC."""
    begin = NOON + timedelta(minutes=start)
    return BusyInterval(
        interval=Interval(begin, begin + timedelta(minutes=minutes)),
        before=timedelta(minutes=before),
        after=timedelta(minutes=after),
    )


def meet(one: BusyInterval, other: BusyInterval) -> bool:
    return not set(occupied_cells(one)).isdisjoint(occupied_cells(other))


def test_cells_are_counted_from_1970_in_utc() -> None:
    ten_past = datetime(1970, 1, 1, 1, 10, tzinfo=ZoneInfo("Etc/GMT-1"))
    booking = BusyInterval(
        interval=Interval(ten_past, datetime(1970, 1, 1, 0, 20, tzinfo=UTC)),
        before=timedelta(minutes=5),
        after=timedelta(minutes=10),
    )
    assert [cell.number for cell in occupied_cells(booking) if cell.side is Side.BEFORE] == [
        1,
        2,
        3,
    ]
    assert [cell.number for cell in occupied_cells(booking) if cell.side is Side.AFTER] == [
        2,
        3,
        4,
        5,
    ]
    assert occupied_cells(booking)[0] == Cell(1, Side.BEFORE)


@pytest.mark.parametrize(
    ("first", "gap", "second", "allowed"),
    [
        # (before, after) of each; the gap between their consultations in minutes
        ((0, 0), 0, (0, 0), True),
        ((0, 0), -5, (0, 0), False),
        ((0, 0), -30, (0, 0), False),
        ((0, 15), 10, (0, 0), False),
        ((0, 15), 15, (0, 0), True),
        ((0, 0), 10, (15, 0), False),
        ((0, 0), 15, (15, 0), True),
        ((0, 15), 15, (15, 0), True),  # buffers may overlap each other …
        ((0, 15), 10, (15, 0), False),  # … but not a consultation
        ((0, 15), 15, (30, 0), False),
        ((0, 15), 30, (30, 0), True),
        ((0, 30), 25, (15, 0), False),
        ((0, 30), 30, (15, 0), True),
        ((60, 0), 0, (0, 60), True),  # what faces away does not count
        ((60, 5), 5, (5, 60), True),
        ((60, 5), 0, (5, 60), False),
    ],
)
def test_cells_keep_the_longer_of_the_two_buffers(
    first: tuple[int, int], gap: int, second: tuple[int, int], *, allowed: bool
) -> None:
    one = busy(0, 30, before=first[0], after=first[1])
    other = busy(30 + gap, 45, before=second[0], after=second[1])
    assert meet(one, other) is meet(other, one) is not allowed
    assert reference.too_close(one, other) is not allowed


@pytest.mark.parametrize(
    "off",
    [busy(1, 30), busy(0, 31), busy(0, 30, before=3), busy(0, 30, after=3), busy(0, 5 + 1e-7)],
)
def test_off_the_grid_is_refused(off: BusyInterval) -> None:
    with pytest.raises(ValueError, match="off the 5-minute grid"):
        occupied_cells(off)


near = busy_intervals(near=NOON, spread=180)


@settings(max_examples=200)
@given(near, near, st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]))
def test_cells_meet_exactly_where_the_rule_forbids_the_pair_in_every_zone(
    one: BusyInterval, other: BusyInterval, zone: str
) -> None:
    assert meet(one, other) is reference.too_close(one, other)
    cells = occupied_cells(one)
    assert cells == sorted(set(cells))
    start, end = (at.astimezone(ZoneInfo(zone)) for at in (one.interval.start, one.interval.end))
    elsewhere = BusyInterval(interval=Interval(start, end), before=one.before, after=one.after)
    assert occupied_cells(elsewhere) == cells

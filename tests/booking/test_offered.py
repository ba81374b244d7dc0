"""Which of the free times are offered: few, spread over the day, and the same for everybody."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.booking.offered import offered
from stadtfuehrer.settings import EXAMPLE, load_settings
from stadtfuehrer.settings.rules import booking_rules, consultation_kinds
from tests.support.contexts import BERLIN

SETTINGS = load_settings(EXAMPLE.parent, {}).booking
RULES, KIND = booking_rules(SETTINGS), consultation_kinds(SETTINGS)[0]
THURSDAY = date(2026, 3, 5)
GRID = RULES.opening.starts(THURSDAY, step=KIND.step, length=KIND.minutes)


def shown(free: Sequence[datetime], most: int) -> list[datetime]:
    return [*offered(replace(RULES, shown_per_day=most), KIND, {THURSDAY: free})[THURSDAY]]


@pytest.mark.parametrize(
    ("most", "clocks"),
    [
        (1, "09:00"),
        (2, "09:00 18:00"),
        (3, "09:00 14:00 18:00"),
        (4, "09:00 11:00 14:00 18:00"),
        (6, "09:00 10:00 11:00 14:00 16:00 18:00"),
    ],
)
def test_a_few_lie_far_apart(most: int, clocks: str) -> None:
    assert " ".join(f"{one.astimezone(BERLIN):%H:%M}" for one in shown(GRID, most)) == clocks


def test_a_day_without_hours_of_its_own_is_offered_too() -> None:
    sunday = date(2026, 3, 8)
    free = [start + timedelta(days=3) for start in GRID[:4]]
    assert offered(replace(RULES, shown_per_day=2), KIND, {sunday: free}) == {sunday: free[::2]}


def test_none_is_left_out_where_nothing_bounds_them() -> None:
    free = {THURSDAY: GRID}
    assert offered(RULES, KIND, free) is free
    assert shown(GRID, 50) == [*GRID]


@given(st.sets(st.sampled_from(GRID), min_size=1), st.integers(1, 20), st.data())
def test_they_are_free_ones_in_order_and_stay_when_another_is_taken(
    free: set[datetime], most: int, data: st.DataObject
) -> None:
    before = shown(sorted(free), most)
    assert before == sorted(before)
    assert set(before) <= free
    assert len(before) == min(most, len(free))
    if len(free) > 1:
        taken = data.draw(st.sampled_from(sorted(free)))
        after = shown(sorted(free - {taken}), most)
        assert set(before) - {taken} <= set(after)
        assert len(set(after) - set(before)) <= (taken in before)

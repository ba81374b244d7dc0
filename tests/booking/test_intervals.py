from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtfuehrer.booking.opening import Interval, merge

BERLIN = ZoneInfo("Europe/Berlin")
TOKYO = ZoneInfo("Asia/Tokyo")
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def between(start: int, end: int) -> Interval:
    """A stretch in minutes after 09:00 UTC."""
    return Interval(NINE + timedelta(minutes=start), NINE + timedelta(minutes=end))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(NINE, NINE, id="empty"),
        pytest.param(NINE, NINE - timedelta(microseconds=1), id="backwards"),
        pytest.param(NINE.replace(tzinfo=None), NINE, id="naive start"),
        pytest.param(NINE, NINE.replace(tzinfo=None, hour=10), id="naive end"),
        pytest.param(
            datetime(2026, 3, 2, 10, tzinfo=BERLIN),
            datetime(2026, 3, 2, 17, 59, tzinfo=TOKYO),
            id="backwards though later on the wall",
        ),
        pytest.param(
            datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN, fold=1),
            datetime(2026, 10, 25, 2, 50, tzinfo=BERLIN),
            id="backwards through the hour that comes twice",
        ),
    ],
)
def test_stretch_that_is_none_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="an interval"):
        Interval(start, end)


def test_stretches_are_told_apart_in_the_hour_that_comes_twice() -> None:
    """The wall clock shows 02:00 to 02:30 for both, an hour apart."""
    first = Interval(
        datetime(2026, 10, 25, 2, 0, tzinfo=BERLIN), datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    )
    second = Interval(
        datetime(2026, 10, 25, 2, 0, tzinfo=BERLIN, fold=1),
        datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1),
    )
    assert first != second
    assert merge([second, first]) == [first, second]


def test_stretches_of_two_zones_are_equal_when_their_instants_are() -> None:
    """Python finds no two datetimes of different zones equal inside a repeated hour (PEP 495)."""
    here = Interval(
        datetime(2026, 10, 25, 2, 0, tzinfo=BERLIN, fold=1),
        datetime(2026, 10, 25, 4, 0, tzinfo=BERLIN),
    )
    there = Interval(
        datetime(2026, 10, 25, 10, 0, tzinfo=TOKYO), datetime(2026, 10, 25, 12, 0, tzinfo=TOKYO)
    )
    assert here == there
    assert hash(here) == hash(there)
    assert merge([here, there]) == [there]


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ([], []),
        ([between(0, 10)], [between(0, 10)]),
        ([between(10, 20), between(0, 10)], [between(0, 20)]),
        ([between(11, 20), between(0, 10)], [between(0, 10), between(11, 20)]),
        ([between(0, 60), between(10, 20), between(50, 70)], [between(0, 70)]),
        ([between(0, 10), between(0, 10)], [between(0, 10)]),
        ([between(0, 10), between(20, 30), between(10, 20)], [between(0, 30)]),
    ],
)
def test_merge(given_: list[Interval], expected: list[Interval]) -> None:
    assert merge(given_) == expected


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=12))
def test_merge_holds_the_same_minutes_in_the_fewest_stretches(pairs: list[tuple[int, int]]) -> None:
    minutes = {minute for start, length in pairs for minute in range(start, start + length)}
    expected = [
        between(start, next(end for end in range(start, 100) if end not in minutes))
        for start in sorted(minutes)
        if start - 1 not in minutes
    ]
    assert merge(between(start, start + length) for start, length in pairs) == expected

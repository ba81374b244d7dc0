"""Intervals and opening hours: merged, on any date, and where clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtfuehrer.booking.opening import (
    Closure,
    Hours,
    Interval,
    OpeningHours,
    merge,
    wall_clock_instant,
)
from tests.support import reference
from tests.support.examples import BERLIN, DAY, MONDAY, SPRING_AND_AUTUMN, clock, hours
from tests.support.strategies import CHANGES

TOKYO = ZoneInfo("Asia/Tokyo")
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MORNING, AFTERNOON, EVENING = hours("09:00-12:00"), hours("13:00-17:00"), hours("18:00-20:00")


def in_the_night(hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    """In Berlin, where clocks go from 03:00 back to 02:00."""
    return datetime(2026, 10, 25, hour, minute, tzinfo=BERLIN, fold=fold)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NINE, NINE),
        (NINE, NINE - timedelta(microseconds=1)),
        (NINE.replace(tzinfo=None), NINE),
        (NINE, NINE.replace(tzinfo=None, hour=10)),
        # Backwards, though later on the wall: in another zone, in the hour that comes twice
        (NINE.replace(hour=10, tzinfo=BERLIN), datetime(2026, 3, 2, 17, 59, tzinfo=TOKYO)),
        (in_the_night(2, 10, fold=1), in_the_night(2, 50)),
    ],
)
def test_an_interval_that_is_none_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match=r"aware instants|after its start"):
        Interval(start, end)


def test_intervals_are_told_apart_in_the_hour_that_comes_twice() -> None:
    """The wall clock shows 02:00 to 02:30 for both, an hour apart."""
    first, second = (
        Interval(in_the_night(2, fold=fold), in_the_night(2, 30, fold=fold)) for fold in (0, 1)
    )
    assert first != second
    assert merge([second, first]) == [first, second]


def test_intervals_of_two_zones_are_equal_when_their_instants_are() -> None:
    """Python finds no two datetimes of different zones equal inside a repeated hour (PEP 495)."""
    here = Interval(in_the_night(2, fold=1), in_the_night(4))
    ten = datetime(2026, 10, 25, 10, tzinfo=TOKYO)
    there = Interval(ten, ten + timedelta(hours=2))
    assert here == there
    assert hash(here) == hash(there)
    assert merge([here, there]) == [there]


def between(start: int, end: int) -> Interval:
    """In minutes after 09:00 UTC."""
    return Interval(NINE + timedelta(minutes=start), NINE + timedelta(minutes=end))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=12))
def test_merge_holds_the_same_minutes_in_the_fewest(pairs: list[tuple[int, int]]) -> None:
    minutes = {minute for start, length in pairs for minute in range(start, start + length)}
    expected = [
        between(start, next(end for end in range(start, 100) if end not in minutes))
        for start in sorted(minutes)
        if start - 1 not in minutes
    ]
    assert merge(between(start, start + length) for start, length in pairs) == expected


def shown(intervals: list[Interval], zone: ZoneInfo = BERLIN) -> list[str]:
    """As a wall clock in the zone shows them: '02 09:00 – 02 12:00'."""
    return [
        f"{interval.start.astimezone(zone):%d %H:%M} – {interval.end.astimezone(zone):%d %H:%M}"
        for interval in intervals
    ]


def on_monday(*openings: str) -> OpeningHours:
    return OpeningHours(zone=BERLIN, week={0: tuple(hours(text) for text in openings)})


def on(day: date, opening: str, zone: ZoneInfo = BERLIN) -> list[Interval]:
    """What is open on a date that only this opening begins on."""
    special = OpeningHours(zone=zone, week={}, special={day: (hours(opening),)})
    return list(special.intervals(day, day))


@pytest.mark.parametrize(
    ("openings", "expected"),
    [
        ([], []),
        (["13:00-17:00", "09:00-12:00"], ["02 09:00 – 02 12:00", "02 13:00 – 02 17:00"]),
        (["09:00-12:00", "12:00-17:00"], ["02 09:00 – 02 17:00"]),
        (["09:00-12:00", "12:05-17:00"], ["02 09:00 – 02 12:00", "02 12:05 – 02 17:00"]),
        (["09:00-13:00", "12:00-17:00"], ["02 09:00 – 02 17:00"]),
        (["09:00-17:00", "10:00-11:00"], ["02 09:00 – 02 17:00"]),
        (["00:00-24:00"], ["02 00:00 – 03 00:00"]),
        (["23:55-47:50"], ["02 23:55 – 03 23:50"]),
        (["09:00-09:00"], []),
    ],
)
def test_what_is_open_on_one_date(openings: list[str], expected: list[str]) -> None:
    found = list(on_monday(*openings).intervals(MONDAY, MONDAY))
    assert shown(found) == expected
    assert all(one.start.tzinfo is one.end.tzinfo is UTC for one in found)


def test_openings_of_neighbouring_dates_stay_apart() -> None:
    """Each counts its grid from its own start, also where the night runs into the next opening."""
    week = {0: (hours("22:00-26:00"),), 1: (hours("00:00-24:00"),)}
    found = OpeningHours(zone=BERLIN, week=week).intervals(MONDAY, MONDAY + DAY)
    assert shown(list(found)) == ["02 22:00 – 03 02:00", "03 00:00 – 04 00:00"]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [(0, 0, [2]), (0, 6, [2]), (0, 7, [2, 9]), (1, 6, []), (-1, 0, [2]), (1, 0, []), (7, 7, [9])],
)
def test_openings_from_first_to_last_date_included(first: int, last: int, days: list[int]) -> None:
    found = on_monday("09:00-12:00").intervals(MONDAY + first * DAY, MONDAY + last * DAY)
    assert [interval.start.day for interval in found] == days


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("holiday", [False, True])
@pytest.mark.parametrize("special", [None, (EVENING,), ()])
def test_special_day_beats_closure_and_holiday_and_both_beat_the_week(
    special: tuple[Hours, ...] | None, *, closed: bool, holiday: bool
) -> None:
    opening = OpeningHours(
        zone=BERLIN,
        week={0: (MORNING, AFTERNOON)},
        special={MONDAY + DAY: (MORNING,)} | ({} if special is None else {MONDAY: special}),
        closures=(Closure(first=MONDAY, last=MONDAY),) if closed else (),
        is_public_holiday=lambda day: holiday and day == MONDAY,
    )
    as_in_the_week = () if closed or holiday else (MORNING, AFTERNOON)
    assert opening.hours_on(MONDAY) == (as_in_the_week if special is None else special)
    assert opening.hours_on(MONDAY + 7 * DAY) == (MORNING, AFTERNOON)
    assert opening.hours_on(MONDAY + DAY) == (MORNING,)
    assert opening.hours_on(MONDAY + 2 * DAY) == ()


def test_closure_holds_its_first_and_last_day_and_ends_no_evening_before() -> None:
    opening = OpeningHours(
        zone=BERLIN,
        week=dict.fromkeys(range(7), (hours("22:00-26:00"),)),
        closures=(
            Closure(first=date(2026, 12, 24), last=date(2027, 1, 6)),
            Closure(first=MONDAY + DAY, last=MONDAY + 3 * DAY),
        ),
    )
    found = list(opening.intervals(MONDAY, MONDAY + 4 * DAY))
    assert shown(found) == ["02 22:00 – 03 02:00", "06 22:00 – 07 02:00"]


@pytest.mark.parametrize(
    ("wall", "in_spring", "in_autumn"),
    [
        # minutes after the date's midnight in UTC
        ("00:00", -60, -120),
        ("02:00", 60, 0),
        ("02:30", 60, 30),
        ("03:00", 60, 120),
        ("24:00", 22 * 60, 23 * 60),
        ("26:00", 24 * 60, 25 * 60),
    ],
)
def test_wall_clock_on_berlins_clock_changes(wall: str, in_spring: int, in_autumn: int) -> None:
    for spring, autumn in SPRING_AND_AUTUMN:
        for day, expected in ((spring, in_spring), (autumn, in_autumn)):
            since = wall_clock_instant(day, clock(wall), BERLIN) - datetime(
                day.year, day.month, day.day, tzinfo=UTC
            )
            assert since == timedelta(minutes=expected)


@pytest.mark.parametrize(
    ("text", "in_spring", "in_autumn"),
    [
        # how many minutes the opening lasts
        ("00:00-24:00", 23 * 60, 25 * 60),
        ("02:00-03:00", 0, 120),
        ("02:15-02:45", 0, 30),
        ("02:30-04:00", 60, 150),
        ("01:00-02:30", 60, 90),
    ],
)
def test_an_opening_over_a_clock_change_has_its_elapsed_length(
    text: str, in_spring: int, in_autumn: int
) -> None:
    for spring, autumn in SPRING_AND_AUTUMN:
        for day, expected in ((spring, in_spring), (autumn, in_autumn)):
            lengths = [one.end - one.start for one in on(day, text)]
            assert lengths == [timedelta(minutes=expected)] * bool(expected)


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Pacific/Apia", date(2011, 12, 31), 24),
        ("America/Nuuk", date(2026, 3, 28), 23),
        ("America/Havana", date(2026, 3, 8), 23),
        ("Asia/Beirut", date(2026, 10, 24), 25),
    ],
)
def test_whole_day_is_as_long_as_its_zone_makes_it(zone: str, day: date, length: float) -> None:
    lengths = [one.end - one.start for one in on(day, "00:00-24:00", ZoneInfo(zone))]
    assert lengths == [timedelta(hours=length)] * bool(length)


@settings(max_examples=80)
@given(st.sampled_from(CHANGES), st.integers(-2, 2), st.integers(0, 48 * 60))
def test_wall_clock_instant_is_when_a_clock_comes_there_first(
    change: tuple[str, date], days: int, minutes: int
) -> None:
    zone, day = ZoneInfo(change[0]), change[1] + days * DAY
    instant = wall_clock_instant(day, minutes, zone)
    assert instant == reference.instant_of(reference.minute_on_the_clock(zone, day, minutes))
    assert instant.tzinfo is UTC

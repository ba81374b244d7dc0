from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtfuehrer.booking.opening import Closure, Hours, Interval, OpeningHours, wall_clock_instant
from tests.support import reference
from tests.support.examples import BERLIN, DAY, MONDAY, SPRING_AND_AUTUMN, clock, hours
from tests.support.strategies import CHANGES

MORNING = Hours(9 * 60, 12 * 60)
AFTERNOON = Hours(13 * 60, 17 * 60)
EVENING = Hours(18 * 60, 20 * 60)
WHOLE_DAY = Hours(0, 24 * 60)


def shown(intervals: list[Interval], zone: ZoneInfo = BERLIN) -> list[str]:
    """Stretches as a wall clock in the zone shows them: '02 09:00 – 02 12:00'."""
    return [
        f"{interval.start.astimezone(zone):%d %H:%M} – {interval.end.astimezone(zone):%d %H:%M}"
        for interval in intervals
    ]


def on_monday(*hours: Hours) -> OpeningHours:
    return OpeningHours(zone=BERLIN, week={0: hours})


@pytest.mark.parametrize(
    ("openings", "expected"),
    [
        ([], []),
        (["09:00-12:00"], ["02 09:00 – 02 12:00"]),
        (["13:00-17:00", "09:00-12:00"], ["02 09:00 – 02 12:00", "02 13:00 – 02 17:00"]),
        (["09:00-12:00", "12:00-17:00"], ["02 09:00 – 02 17:00"]),
        (["09:00-12:00", "12:05-17:00"], ["02 09:00 – 02 12:00", "02 12:05 – 02 17:00"]),
        (["09:00-13:00", "12:00-17:00"], ["02 09:00 – 02 17:00"]),
        (["09:00-17:00", "10:00-11:00"], ["02 09:00 – 02 17:00"]),
        (["00:00-24:00"], ["02 00:00 – 03 00:00"]),
        (["20:00-24:00"], ["02 20:00 – 03 00:00"]),
        (["22:00-26:00"], ["02 22:00 – 03 02:00"]),
        (["20:00-24:00", "24:00-26:00"], ["02 20:00 – 03 02:00"]),
        (["23:55-47:50"], ["02 23:55 – 03 23:50"]),
        (["09:00-09:00"], []),
    ],
)
def test_stretches_of_one_date(openings: list[str], expected: list[str]) -> None:
    opening = on_monday(*(hours(text) for text in openings))
    assert shown(list(opening.intervals(MONDAY, MONDAY))) == expected


def test_stretches_are_in_utc_whatever_the_zone() -> None:
    [interval] = on_monday(MORNING).intervals(MONDAY, MONDAY)
    assert interval == Interval(
        datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 11, tzinfo=UTC)
    )
    assert interval.start.tzinfo is UTC


def test_stretches_of_neighbouring_dates_stay_apart() -> None:
    """Each counts its grid from its own start, also where the night runs into the next opening."""
    opening = OpeningHours(zone=BERLIN, week={0: (hours("22:00-26:00"),), 1: (WHOLE_DAY,)})
    assert shown(list(opening.intervals(MONDAY, MONDAY + DAY))) == [
        "02 22:00 – 03 02:00",
        "03 00:00 – 04 00:00",
    ]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (0, 0, [2]),
        (0, 6, [2]),
        (0, 7, [2, 9]),
        (1, 6, []),
        (-1, 0, [2]),
        (1, 0, []),
        (7, 14, [9, 16]),
    ],
)
def test_stretches_from_first_to_last_date_included(first: int, last: int, days: list[int]) -> None:
    intervals = on_monday(MORNING).intervals(MONDAY + first * DAY, MONDAY + last * DAY)
    assert [interval.start.day for interval in intervals] == days


@pytest.mark.parametrize(
    ("special", "closed", "holiday", "expected"),
    [
        (None, False, False, (MORNING, AFTERNOON)),
        (None, True, False, ()),
        (None, False, True, ()),
        (None, True, True, ()),
        ((EVENING,), False, False, (EVENING,)),
        ((EVENING,), False, True, (EVENING,)),
        ((EVENING,), True, False, (EVENING,)),
        ((EVENING,), True, True, (EVENING,)),
        ((), False, False, ()),
        ((), False, True, ()),
    ],
)
def test_special_day_beats_closure_and_holiday_and_both_beat_the_week(
    special: tuple[Hours, ...] | None,
    closed: bool,  # noqa: FBT001
    holiday: bool,  # noqa: FBT001
    expected: tuple[Hours, ...],
) -> None:
    opening = OpeningHours(
        zone=BERLIN,
        week={0: (MORNING, AFTERNOON)},
        special={} if special is None else {MONDAY: special},
        closures=(Closure(first=MONDAY, last=MONDAY),) if closed else (),
        is_public_holiday=lambda day: holiday and day == MONDAY,
    )
    assert opening.hours_on(MONDAY) == expected
    assert opening.hours_on(MONDAY + 7 * DAY) == (MORNING, AFTERNOON)
    assert opening.hours_on(MONDAY + DAY) == ()


def test_special_day_opens_a_weekday_that_is_never_open() -> None:
    opening = OpeningHours(
        zone=BERLIN, week={0: (MORNING,)}, special={MONDAY + DAY: (AFTERNOON, EVENING)}
    )
    assert opening.hours_on(MONDAY + DAY) == (AFTERNOON, EVENING)


@pytest.mark.parametrize(
    ("offset", "is_open"), [(-1, True), (0, False), (1, False), (2, False), (3, True)]
)
def test_closure_holds_its_first_and_last_day(offset: int, is_open: bool) -> None:  # noqa: FBT001
    opening = OpeningHours(
        zone=BERLIN,
        week=dict.fromkeys(range(7), (MORNING,)),
        closures=(
            Closure(first=date(2026, 12, 24), last=date(2027, 1, 6)),
            Closure(first=MONDAY, last=MONDAY + 2 * DAY),
        ),
    )
    assert opening.hours_on(MONDAY + offset * DAY) == ((MORNING,) if is_open else ())


def test_closure_ends_no_opening_of_the_evening_before() -> None:
    opening = OpeningHours(
        zone=BERLIN,
        week=dict.fromkeys(range(7), (hours("22:00-26:00"),)),
        closures=(Closure(first=MONDAY + DAY, last=MONDAY + DAY),),
    )
    assert shown(list(opening.intervals(MONDAY, MONDAY + 2 * DAY))) == [
        "02 22:00 – 03 02:00",
        "04 22:00 – 05 02:00",
    ]


@pytest.mark.parametrize(("spring", "autumn"), SPRING_AND_AUTUMN)
@pytest.mark.parametrize(
    ("wall", "in_spring", "in_autumn"),
    [
        # minutes after the date's midnight in UTC
        ("00:00", -60, -120),
        ("01:55", 55, -5),
        ("02:00", 60, 0),
        ("02:30", 60, 30),
        ("02:55", 60, 55),
        ("03:00", 60, 120),
        ("03:05", 65, 125),
        ("24:00", 22 * 60, 23 * 60),
        ("26:00", 24 * 60, 25 * 60),
    ],
)
def test_wall_clock_instant_on_berlins_clock_changes(
    spring: date, autumn: date, wall: str, in_spring: int, in_autumn: int
) -> None:
    for day, expected in ((spring, in_spring), (autumn, in_autumn)):
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        assert wall_clock_instant(day, clock(wall), BERLIN) == midnight + timedelta(
            minutes=expected
        )


@pytest.mark.parametrize(
    ("text", "in_spring", "in_autumn"),
    [
        # how many minutes the opening lasts
        ("00:00-24:00", 23 * 60, 25 * 60),
        ("01:00-05:00", 3 * 60, 5 * 60),
        ("02:00-03:00", 0, 120),
        ("02:15-02:45", 0, 30),
        ("02:30-04:00", 60, 150),
        ("01:00-02:30", 60, 90),
        ("03:00-04:00", 60, 60),
    ],
)
def test_stretch_over_a_clock_change_has_its_elapsed_length(
    text: str, in_spring: int, in_autumn: int
) -> None:
    for changes, expected in zip(
        zip(*SPRING_AND_AUTUMN, strict=True), (in_spring, in_autumn), strict=True
    ):
        for day in changes:
            opening = OpeningHours(zone=BERLIN, week={}, special={day: (hours(text),)})
            lengths = [interval.end - interval.start for interval in opening.intervals(day, day)]
            assert lengths == [timedelta(minutes=expected)] * bool(expected)


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
        ("Pacific/Apia", date(2011, 12, 29), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Pacific/Apia", date(2011, 12, 31), 24),
        ("America/Nuuk", date(2026, 3, 28), 23),
        ("America/Havana", date(2026, 3, 8), 23),
        ("Asia/Beirut", date(2026, 10, 24), 25),
    ],
)
def test_whole_day_is_as_long_as_its_zone_makes_it(zone: str, day: date, length: float) -> None:
    opening = OpeningHours(zone=ZoneInfo(zone), week={}, special={day: (WHOLE_DAY,)})
    lengths = [interval.end - interval.start for interval in opening.intervals(day, day)]
    assert lengths == [timedelta(hours=length)] * bool(length)


@pytest.mark.parametrize(
    ("zone", "day", "text", "expected"),
    [
        ("Asia/Kathmandu", date(2026, 3, 29), "09:00-10:00", ["29 03:15 – 29 04:15"]),
        # Lord Howe's clocks go from 02:00 to 02:30 …
        ("Australia/Lord_Howe", date(2026, 10, 4), "02:10-03:00", ["03 15:30 – 03 16:00"]),
        # … and from 02:00 back to 01:30.
        ("Australia/Lord_Howe", date(2026, 4, 5), "01:30-02:00", ["04 14:30 – 04 15:30"]),
        ("Australia/Lord_Howe", date(2026, 4, 5), "01:45-02:15", ["04 14:45 – 04 15:45"]),
        # In Apia the midnight after the 29th is that of the 31st.
        ("Pacific/Apia", date(2011, 12, 29), "22:00-26:00", ["30 08:00 – 30 10:00"]),
        ("Pacific/Apia", date(2011, 12, 30), "09:00-17:00", []),
        ("Pacific/Apia", date(2011, 12, 30), "22:00-26:00", ["30 10:00 – 30 12:00"]),
        ("Pacific/Apia", date(2011, 12, 31), "00:00-02:00", ["30 10:00 – 30 12:00"]),
    ],
)
def test_stretches_in_zones_with_other_changes(
    zone: str, day: date, text: str, expected: list[str]
) -> None:
    opening = OpeningHours(zone=ZoneInfo(zone), week={}, special={day: (hours(text),)})
    assert shown(list(opening.intervals(day, day)), ZoneInfo("UTC")) == expected


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(CHANGES), st.integers(-2, 2), st.integers(0, 48 * 60))
def test_wall_clock_instant_is_when_a_clock_comes_there_first(
    change: tuple[str, date], days: int, minutes: int
) -> None:
    zone, day = ZoneInfo(change[0]), change[1] + days * DAY
    instant = wall_clock_instant(day, minutes, zone)
    assert instant == reference.instant_of(reference.minute_on_the_clock(zone, day, minutes))
    assert instant.tzinfo is UTC

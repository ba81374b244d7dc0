"""What is free: grids, buffers, notice, horizon, limits; and why a start is not."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.slots import BusyInterval, Kind, why_not_free
from stadtfuehrer.refusals import WhyNotFree
from tests.support.examples import (
    BERLIN,
    DAY,
    LONG_BEFORE,
    MONDAY,
    at,
    busy,
    free_on_monday,
    free_starts,
    hours,
    kind,
    rules,
    shown,
)

SUNDAY, TUESDAY = MONDAY - DAY, MONDAY + DAY
NINE, HOUR = at("09:00"), timedelta(hours=1)
TINY = timedelta(microseconds=1)
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("openings", "minutes", "step", "expected"),
    [
        ("09:00-12:00", 60, 60, "09:00 10:00 11:00"),
        ("09:00-11:55", 60, 60, "09:00 10:00"),
        ("09:00-10:30", 60, 15, "09:00 09:15 09:30"),
        ("09:00-12:00", 30, 90, "09:00 10:30"),
        ("09:00-12:00", 5, 175, "09:00 11:55"),
        ("09:00-12:00", 5, 180, "09:00"),
        ("09:00-09:55", 60, 5, ""),
        ("09:00-10:30 13:10-15:15", 60, 60, "09:00 13:10 14:10"),  # each has its own grid
        ("09:00-10:30 10:30-12:00", 60, 60, "09:00 10:00 11:00"),  # but these two are one
    ],
)
def test_starts_lie_on_the_openings_grid_as_far_as_the_kind_fits(
    openings: str, minutes: int, step: int, expected: str
) -> None:
    assert free_on_monday(rules(*openings.split()), kind(minutes, step)) == expected.split()


def test_buffers_need_not_lie_in_an_opening() -> None:
    assert free_on_monday(rules(), kind(before=60, after=60)) == ["09:00", "10:00", "11:00"]


@pytest.mark.parametrize(
    ("opening", "on_sunday", "on_monday"),
    [
        ("22:00-26:00", ["22:00", "23:00"], ["00:00", "01:00"]),
        ("22:30-25:30", ["22:30", "23:30"], ["00:30"]),
        ("22:00-24:00", ["22:00", "23:00"], []),
        ("23:30-24:25", [], []),
        ("23:30-24:30", ["23:30"], []),
    ],
)
def test_start_belongs_to_the_date_that_the_clock_shows(
    opening: str, on_sunday: list[str], on_monday: list[str]
) -> None:
    only_sunday = rules(week={6: (hours(opening),)})
    for first, last, expected in (
        (SUNDAY, SUNDAY, on_sunday),
        (MONDAY, MONDAY, on_monday),
        (SUNDAY, MONDAY, on_sunday + on_monday),
    ):
        found = free_starts(only_sunday, kind(), [], first=first, last=last, now=LONG_BEFORE)
        assert shown(found) == expected


def test_start_that_two_openings_offer_is_listed_once() -> None:
    night = rules(week={6: (hours("22:00-26:00"),), 0: (hours("00:00-02:00"),)})
    assert free_on_monday(night, kind()) == ["00:00", "01:00"]


@pytest.mark.parametrize(
    ("asked", "one", "gone"),
    [
        # A kind of 30 minutes on a grid of 5: starts from 'after' the first to 'before' the last of
        # the two given are gone, these two themselves are free.
        (kind(30, 5), busy("10:00", "10:30"), ("09:30", "10:30")),
        (kind(30, 5), busy("10:00", "10:30", after=15), ("09:30", "10:45")),
        (kind(30, 5), busy("10:00", "10:30", before=15), ("09:15", "10:30")),
        (kind(30, 5, before=15), busy("10:00", "10:30"), ("09:30", "10:45")),
        (kind(30, 5, after=15), busy("10:00", "10:30"), ("09:15", "10:30")),
        (kind(30, 5, before=15), busy("10:00", "10:30", after=15), ("09:30", "10:45")),
        (kind(30, 5, after=15), busy("10:00", "10:30", before=10), ("09:15", "10:30")),
        (kind(30, 5, 20, 15), busy("10:00", "10:30", 5, 10), ("09:15", "10:50")),
        (kind(30, 5), busy("09:58", "10:31"), ("09:25", "10:35")),
        (kind(30, 5), busy("08:00", "09:00"), ("08:55", "09:00")),
        (kind(30, 5), busy("08:00", "09:05"), ("08:55", "09:05")),
        (kind(30, 5, before=10), busy("08:00", "08:55"), ("08:55", "09:05")),
    ],
)
def test_busy_rules_out_what_comes_too_close(
    asked: Kind, one: BusyInterval, gone: tuple[str, str]
) -> None:
    without = free_on_monday(rules(), asked)
    expected = [start for start in without if not gone[0] < start < gone[1]]
    assert free_on_monday(rules(), asked, one) == expected


def test_start_between_two_busy_that_leave_just_room() -> None:
    around = (busy("09:00", "10:00", after=15), busy("11:15", "12:00", before=15))
    assert free_on_monday(rules(), kind(45, 5), *around) == ["10:15"]
    assert free_on_monday(rules(), kind(50, 5), *around) == []
    assert free_on_monday(rules(), kind(75, 75), *around) == []


def test_busy_within_busy_frees_nothing_and_moves_no_grid() -> None:
    inside = [busy("09:00", "11:00"), busy("09:15", "09:30"), busy("09:00", "09:05")]
    assert free_on_monday(rules(), kind(), *inside) == ["11:00"]
    assert free_on_monday(rules(), kind(), *reversed(inside)) == ["11:00"]
    assert free_on_monday(rules(), kind(), inside[-1]) == ["10:00", "11:00"]


@pytest.mark.parametrize(
    ("now", "notice", "is_free"),
    [
        (NINE - 24 * HOUR, 24, True),
        (NINE - 24 * HOUR + TINY, 24, False),
        (NINE - 24 * HOUR - TINY, 24, True),
        (NINE, 0, True),
        (NINE + TINY, 0, False),
        (NINE - timedelta(minutes=59), 1, False),
    ],
)
def test_notice(now: datetime, notice: int, *, is_free: bool) -> None:
    noticed = rules("09:00-10:00", notice=notice * HOUR)
    found = free_starts(noticed, kind(), [], first=MONDAY, last=MONDAY, now=now)
    assert found == [NINE] * is_free
    assert (why_not_free(noticed, kind(), NINE, now=now) is WhyNotFree.TOO_SOON) is not is_free


@pytest.mark.parametrize("zone", [UTC, BERLIN, ZoneInfo("America/New_York")])
@pytest.mark.parametrize("start", ["2026-03-29T09:00Z", "2026-10-25T09:00Z"])
def test_notice_counts_elapsed_hours_in_whatever_zone_now_is(start: str, zone: ZoneInfo) -> None:
    """24 elapsed hours over the change: an hour later, or earlier, on the wall clock."""
    noticed, begin = rules("08:00-12:00", notice=24 * HOUR), datetime.fromisoformat(start)
    now, day = (begin - DAY).astimezone(zone), begin.date()
    assert free_starts(noticed, kind(), [], first=day, last=day, now=now)[0] == begin
    assert why_not_free(noticed, kind(), begin - HOUR, now=now) is WhyNotFree.TOO_SOON
    assert why_not_free(noticed, kind(), begin, now=now) is WhyNotFree.TAKEN


@pytest.mark.parametrize(
    ("now", "horizon_days", "last"),
    [
        (at("12:00"), 0, 2),
        (at("00:00"), 3, 5),
        (at("00:00", TUESDAY), 3, 6),
        (datetime(2026, 3, 2, 22, 59, tzinfo=UTC), 3, 5),
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), 3, 6),  # Berlin's midnight
    ],
)
def test_horizon_counts_berlins_days_last_one_included(
    now: datetime, horizon_days: int, last: int
) -> None:
    bounded, newest = (
        rules("00:00-24:00", horizon_days=horizon_days),
        at("23:00", date(2026, 3, last)),
    )
    found = free_starts(bounded, kind(), [], first=MONDAY, last=MONDAY + 20 * DAY, now=now)
    assert found[-1] == newest
    assert why_not_free(bounded, kind(), newest, now=now) is WhyNotFree.TAKEN
    assert why_not_free(bounded, kind(), newest + HOUR, now=now) is WhyNotFree.TOO_FAR


@pytest.mark.parametrize(
    ("per_day", "own", "of_kind", "others", "expected"),
    [
        (0, 0, 2, 1, "12:00"),
        (1, 0, 0, 0, "09:00 10:00 11:00 12:00"),
        (1, 0, 0, 1, ""),
        (2, 0, 0, 1, "10:00 11:00 12:00"),
        (2, 0, 1, 1, ""),
        (4, 0, 0, 3, "12:00"),
        (0, 1, 0, 3, "12:00"),  # a limit of its own counts its own kind only
        (0, 1, 1, 0, ""),
        (0, 2, 1, 2, "12:00"),
        (0, 2, 2, 0, ""),
        (0, 1, 2, 0, ""),  # the limit was higher when they were booked
        (2, 3, 1, 1, ""),  # beside the limit for all, not in its place
        (3, 1, 1, 0, ""),
        (3, 2, 1, 1, "11:00 12:00"),
    ],
)
def test_limits_of_a_day(per_day: int, own: int, of_kind: int, others: int, expected: str) -> None:
    bookings = [
        replace(busy(f"{9 + n:02}:00", f"{10 + n:02}:00"), kind=name)
        for n, name in enumerate(["k"] * of_kind + ["other"] * others)
    ]
    limited = rules("09:00-13:00", per_day=per_day)
    found = free_on_monday(limited, replace(kind(), per_day=own), *bookings)
    assert found == expected.split()


@pytest.mark.parametrize(("for_all", "of_kind"), [(1, 0), (0, 1)])
def test_limits_count_on_the_consultants_date(for_all: int, of_kind: int) -> None:
    """23:30 UTC on Sunday is Monday in Berlin, and the night's booking counts where it starts."""
    limited, asked = rules("00:00-24:00", per_day=for_all), replace(kind(), per_day=of_kind)
    midnight = at("00:00")
    for start, full in ((midnight, MONDAY), (midnight - timedelta(minutes=5), SUNDAY)):
        one = BusyInterval(interval=Interval(start, start + timedelta(minutes=10)), kind="k")
        found = free_starts(limited, asked, [one], first=SUNDAY, last=TUESDAY, now=LONG_BEFORE)
        dates = {instant.astimezone(BERLIN).date() for instant in found}
        assert dates == {SUNDAY, MONDAY, TUESDAY} - {full}


@pytest.mark.parametrize(
    ("opening", "taken", "not_offered"),
    [
        ("09:00-12:00", "09:00 11:00", "08:00 09:05 11:30 12:00"),
        ("22:30-26:00", "00:30 22:30 23:30", "01:30"),  # it ends at 02:00
    ],
)
def test_why_not_within_notice_and_horizon(opening: str, taken: str, not_offered: str) -> None:
    for starts, why in ((taken, WhyNotFree.TAKEN), (not_offered, WhyNotFree.NOT_OFFERED)):
        for start in starts.split():
            assert why_not_free(rules(opening), kind(), at(start), now=LONG_BEFORE) is why


EXTREMES = [date.min, date(1969, 12, 31), date(2026, 3, 1), date(2026, 3, 5), date.max]


@pytest.mark.parametrize("first", EXTREMES)
def test_range_of_thousands_of_years_costs_no_more_than_the_horizon(first: date) -> None:
    bounded, began = rules(horizon_days=2), time.monotonic()
    for last in EXTREMES:
        found = free_starts(bounded, kind(180), [], first=first, last=last, now=at("06:00"))
        days = (MONDAY, TUESDAY, MONDAY + 2 * DAY)
        assert found == [at("09:00", day) for day in days if first <= day <= last]
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/Adak"])
def test_why_not_free_at_the_ends_of_the_calendar(zone: str) -> None:
    there = rules(zone=ZoneInfo(zone))
    for start, why in ((EARLIEST, WhyNotFree.TOO_SOON), (LATEST, WhyNotFree.TOO_FAR)):
        assert why_not_free(there, kind(), start, now=LONG_BEFORE) is why

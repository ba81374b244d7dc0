"""Notice, horizon, per day; and the reason given for a start that is not free."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.slots import BusyInterval, free_starts, why_not_free
from stadtfuehrer.refusals import WhyNotFree
from tests.support.examples import (
    BERLIN,
    DAY,
    LONG_BEFORE,
    MONDAY,
    at,
    busy,
    free_on_monday,
    kind,
    rules,
)

NINE = at("09:00")


@pytest.mark.parametrize(
    ("now", "notice", "is_free"),
    [
        (NINE - timedelta(hours=24), 24, True),
        (NINE - timedelta(hours=24) + timedelta(microseconds=1), 24, False),
        (NINE - timedelta(hours=24, microseconds=1), 24, True),
        (NINE, 0, True),
        (NINE + timedelta(microseconds=1), 0, False),
        (NINE - timedelta(hours=1), 1, True),
        (NINE - timedelta(minutes=59), 1, False),
    ],
)
def test_notice(now: datetime, notice: int, is_free: bool) -> None:  # noqa: FBT001
    noticed = rules("09:00-10:00", notice=timedelta(hours=notice))
    found = free_starts(noticed, kind(), [], first=MONDAY, last=MONDAY, now=now)
    assert found == [NINE] * is_free
    assert (why_not_free(noticed, kind(), NINE, now=now) is WhyNotFree.TOO_SOON) is not is_free


@pytest.mark.parametrize("zone", [UTC, BERLIN, ZoneInfo("America/New_York")])
@pytest.mark.parametrize(
    ("now", "start"),
    [
        # 24 elapsed hours over the change: an hour later, or earlier, on the wall clock
        (datetime(2026, 3, 28, 9, tzinfo=UTC), datetime(2026, 3, 29, 9, tzinfo=UTC)),
        (datetime(2026, 10, 24, 9, tzinfo=UTC), datetime(2026, 10, 25, 9, tzinfo=UTC)),
    ],
)
def test_notice_counts_elapsed_hours_in_whatever_zone_now_is_given(
    now: datetime, start: datetime, zone: ZoneInfo
) -> None:
    noticed = rules("08:00-12:00", notice=timedelta(hours=24))
    here, day = now.astimezone(zone), start.date()
    assert free_starts(noticed, kind(), [], first=day, last=day, now=here)[0] == start
    an_hour_before = start - timedelta(hours=1)
    assert why_not_free(noticed, kind(), an_hour_before, now=here) is WhyNotFree.TOO_SOON
    assert why_not_free(noticed, kind(), start, now=here) is WhyNotFree.TAKEN


@pytest.mark.parametrize(
    ("now", "horizon_days", "last"),
    [
        (at("12:00"), 0, 2),
        (at("00:00"), 3, 5),
        (at("23:59"), 3, 5),
        (at("00:00", MONDAY + DAY), 3, 6),
        (datetime(2026, 3, 2, 22, 59, tzinfo=UTC), 3, 5),
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), 3, 6),  # Berlin's midnight
    ],
)
def test_horizon_counts_berlins_days_last_one_included(
    now: datetime, horizon_days: int, last: int
) -> None:
    bounded = rules("00:00-24:00", horizon_days=horizon_days)
    found = free_starts(bounded, kind(), [], first=MONDAY, last=MONDAY + 20 * DAY, now=now)
    newest = at("23:00", date(2026, 3, last))
    assert found[-1] == newest
    assert why_not_free(bounded, kind(), newest, now=now) is WhyNotFree.TAKEN
    next_one = newest + timedelta(hours=1)
    assert why_not_free(bounded, kind(), next_one, now=now) is WhyNotFree.TOO_FAR


@pytest.mark.parametrize(
    ("per_day", "booked", "expected"),
    [
        (0, 3, ["12:00"]),
        (1, 0, ["09:00", "10:00", "11:00", "12:00"]),
        (1, 1, []),
        (2, 1, ["10:00", "11:00", "12:00"]),
        (2, 2, []),
        (2, 3, []),
        (4, 3, ["12:00"]),
    ],
)
def test_per_day(per_day: int, booked: int, expected: list[str]) -> None:
    bookings = [busy(f"{9 + n:02}:00", f"{10 + n:02}:00") for n in range(booked)]
    limited = rules("09:00-13:00", per_day=per_day)
    assert free_on_monday(limited, kind(), *bookings) == expected


@pytest.mark.parametrize(
    ("per_day", "own", "of_kind", "others", "expected"),
    [
        (0, 0, 2, 1, ["12:00"]),
        (0, 1, 0, 3, ["12:00"]),  # a limit of its own counts its own kind only
        (0, 1, 1, 0, []),
        (0, 2, 1, 2, ["12:00"]),
        (0, 2, 2, 0, []),
        (0, 1, 2, 0, []),  # the limit was higher when they were booked
        (2, 3, 1, 1, []),  # beside the limit for all, not in its place
        (3, 1, 1, 0, []),
        (3, 2, 1, 1, ["11:00", "12:00"]),
    ],
)
def test_per_day_of_a_kind(
    per_day: int, own: int, of_kind: int, others: int, expected: list[str]
) -> None:
    names = ["k"] * of_kind + ["other"] * others
    bookings = [
        replace(busy(f"{9 + n:02}:00", f"{10 + n:02}:00"), kind=name)
        for n, name in enumerate(names)
    ]
    limited = replace(kind(), per_day=own)
    assert free_on_monday(rules("09:00-13:00", per_day=per_day), limited, *bookings) == expected


def test_per_day_of_a_kind_leaves_other_days_alone() -> None:
    """23:30 UTC on Sunday is Monday in Berlin."""
    limited = replace(kind(), per_day=1)
    start = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    one = BusyInterval(interval=Interval(start, start + timedelta(minutes=30)), kind="k")
    found = free_starts(
        rules(), limited, [one], first=MONDAY - DAY, last=MONDAY + DAY, now=LONG_BEFORE
    )
    dates = {instant.astimezone(BERLIN).date() for instant in found}
    assert dates == {MONDAY - DAY, MONDAY + DAY}


def test_per_day_counts_on_the_consultants_date() -> None:
    """23:30 UTC on Sunday is Monday in Berlin, and the night's booking counts where it starts."""
    limited = rules("00:00-24:00", per_day=1)
    midnight = at("00:00")
    for start, full in ((midnight, MONDAY), (midnight - timedelta(minutes=5), MONDAY - DAY)):
        one = BusyInterval(interval=Interval(start, start + timedelta(minutes=10)))
        found = free_starts(
            limited, kind(), [one], first=MONDAY - DAY, last=MONDAY + DAY, now=LONG_BEFORE
        )
        dates = {instant.astimezone(BERLIN).date() for instant in found}
        assert dates == {MONDAY - DAY, MONDAY, MONDAY + DAY} - {full}


@pytest.mark.parametrize(
    ("start", "why"),
    [
        ("09:00", WhyNotFree.TAKEN),
        ("11:00", WhyNotFree.TAKEN),
        ("08:00", WhyNotFree.NOT_OFFERED),
        ("09:05", WhyNotFree.NOT_OFFERED),
        ("11:30", WhyNotFree.NOT_OFFERED),
        ("12:00", WhyNotFree.NOT_OFFERED),
    ],
)
def test_why_not_free_within_notice_and_horizon(start: str, why: WhyNotFree) -> None:
    assert why_not_free(rules(), kind(), at(start), now=LONG_BEFORE) is why


@pytest.mark.parametrize(
    ("start", "why"),
    [
        ("00:30", WhyNotFree.TAKEN),
        ("01:30", WhyNotFree.NOT_OFFERED),  # the opening ends at 02:00
        ("22:30", WhyNotFree.TAKEN),
        ("23:30", WhyNotFree.TAKEN),
    ],
)
def test_why_not_free_past_midnight(start: str, why: WhyNotFree) -> None:
    night = rules("22:30-26:00")
    assert why_not_free(night, kind(), at(start), now=LONG_BEFORE) is why


EXTREMES = [date.min, date(1969, 12, 31), date(2026, 3, 1), date(2026, 3, 5), date.max]


@pytest.mark.parametrize("first", EXTREMES)
@pytest.mark.parametrize("last", EXTREMES)
def test_range_of_thousands_of_years_costs_no_more_than_the_horizon(
    first: date, last: date
) -> None:
    bounded = rules(horizon_days=2)
    began = time.monotonic()
    found = free_starts(bounded, kind(180), [], first=first, last=last, now=at("06:00"))
    assert time.monotonic() - began < 1
    days = (MONDAY, MONDAY + DAY, MONDAY + 2 * DAY)
    assert found == [at("09:00", day) for day in days if first <= day <= last]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/Adak"])
@pytest.mark.parametrize(
    ("start", "why"),
    [
        (datetime.min.replace(tzinfo=UTC), WhyNotFree.TOO_SOON),
        (datetime.max.replace(tzinfo=UTC), WhyNotFree.TOO_FAR),
    ],
)
def test_why_not_free_at_the_ends_of_the_calendar(
    start: datetime, why: WhyNotFree, zone: str
) -> None:
    assert why_not_free(rules(zone=ZoneInfo(zone)), kind(), start, now=LONG_BEFORE) is why

"""When bookings come too fast, and how much is kept before they are confirmed."""

from datetime import timedelta

import pytest

from stadtfuehrer.booking.crowd import Pace, may_be_kept
from stadtfuehrer.booking.opening import Hours, Interval, OpeningHours
from stadtfuehrer.booking.slots import BusyInterval, Rules
from tests.support.contexts import BERLIN, NOW, in_berlin

HALF_DAY = (Hours(9 * 60, 13 * 60),)
WEEK = dict.fromkeys(range(5), HALF_DAY)
"""Ten days with four hours each within any two weeks: 2,400 minutes."""


def busy(minutes: int, *, before: int = 0, after: int = 0) -> BusyInterval:
    start = in_berlin("2026-03-05 09:00")
    return BusyInterval(
        interval=Interval(start, start + timedelta(minutes=minutes)),
        before=timedelta(minutes=before),
        after=timedelta(minutes=after),
    )


def rules(per_day: int) -> Rules:
    opening = OpeningHours(zone=BERLIN, week=WEEK)
    return Rules(opening=opening, notice=timedelta(), horizon_days=60, per_day=per_day)


@pytest.mark.parametrize(
    ("pace", "is_crowded"),
    [
        (Pace(), False),
        (Pace(network=1, domain=3, site=7), False),
        (Pace(network=2), True),
        (Pace(domain=4), True),
        (Pace(site=8), True),
    ],
)
def test_what_honest_people_cause_is_no_crowd(pace: Pace, *, is_crowded: bool) -> None:
    assert pace.is_crowded is is_crowded


@pytest.mark.parametrize(
    ("per_day", "unconfirmed", "wanted", "kept"),
    [
        # One place in ten: 4 a day are 40 places.
        (4, [30, 30, 30], 30, True),
        (4, [30, 30, 30, 30], 30, False),
        # Without a limit for a day, the time alone counts: 240 minutes.
        (0, [30] * 7, 30, True),
        (0, [30] * 8, 30, False),
        (0, [100, 100], 40, True),
        (0, [100, 100], 45, False),
        # Few hours or none must not close the site to everybody.
        (1, [], 240, True),
        (1, [30], 30, False),
    ],
)
def test_a_tenth_of_two_weeks_is_kept_for_unconfirmed_addresses(
    per_day: int, unconfirmed: list[int], wanted: int, *, kept: bool
) -> None:
    others = [busy(minutes) for minutes in unconfirmed]
    assert may_be_kept(rules(per_day), busy(wanted), others, now=NOW) is kept


def test_buffers_count_as_taken() -> None:
    others = [busy(90, before=15, after=15)]
    assert may_be_kept(rules(0), busy(90, before=15, after=15), others, now=NOW)
    assert not may_be_kept(rules(0), busy(90, before=15, after=20), others, now=NOW)

"""Hours closed and opened by hand: what is free then, and who is booked there."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtfuehrer.booking.admission import check_day
from stadtfuehrer.booking.hours import (
    booked_within,
    change_hours,
    coming_changes,
    get_change,
    take_back,
)
from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.service import book
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.context import AppContext
from stadtfuehrer.purge import forget
from stadtfuehrer.refusals import NotFree, UnknownHoursChange
from tests.support.contexts import NOW, a_wish, in_berlin
from tests.support.rows import a_booking
from tests.support.sites import Site
from tests.support.stored import live_bookings

TUESDAY = date(2026, 3, 10)
MINUTE, WHO = timedelta(minutes=1), "vera@stadtfuehrer.example"


def on_tuesday(clock: str, end: str = "") -> Interval:
    return Interval(in_berlin(f"2026-03-10 {clock}"), in_berlin(f"2026-03-10 {end or clock}"))


def free_clocks(context: AppContext, day: date = TUESDAY) -> list[str]:
    found = free_times(context, context.kinds[0], now=NOW, first=day, last=day)
    return [f"{start.astimezone(context.rules.zone):%H:%M}" for start in found]


MORNING = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
AFTERNOON = ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [
        ("00:00", "23:55", []),
        ("00:00", "12:00", AFTERNOON),
        # The kind keeps 15 minutes free after itself, so 09:30 would end too late for 10:00.
        ("10:00", "11:00", ["09:00", "11:00", "11:30", *AFTERNOON]),
        ("10:15", "11:00", ["09:00", "09:30", "11:00", "11:30", *AFTERNOON]),
        ("12:15", "12:55", [*MORNING, *AFTERNOON]),
    ],
)
def test_what_is_closed_is_not_free(
    context: AppContext, start: str, end: str, left: list[str]
) -> None:
    change = on_tuesday(start, end)
    change_id = change_hours(context, change, is_open=False, who=WHO, now=NOW)
    assert free_clocks(context) == left
    take_back(context, change_id, who=WHO, now=NOW)
    assert free_clocks(context) == [*MORNING, *AFTERNOON]


@pytest.mark.parametrize(
    ("start", "end", "more"),
    [
        ("18:00", "19:00", ["18:00", "18:30"]),
        ("17:00", "18:00", ["17:00", "17:30"]),
        ("16:00", "17:15", []),
        ("17:00", "17:25", []),
    ],
)
def test_what_is_opened_is_free_as_well(
    context: AppContext, start: str, end: str, more: list[str]
) -> None:
    change_hours(context, on_tuesday(start, end), is_open=True, who=WHO, now=NOW)
    assert free_clocks(context) == [*MORNING, *AFTERNOON, *more]


def test_a_closed_day_of_the_settings_can_be_opened_for_hours(context: AppContext) -> None:
    saturday = Interval(in_berlin("2026-03-14 10:00"), in_berlin("2026-03-14 11:00"))
    change_hours(context, saturday, is_open=True, who=WHO, now=NOW)
    assert free_clocks(context, date(2026, 3, 14)) == ["10:00", "10:30"]


def test_an_extra_opening_on_the_day_of_a_clock_change_keeps_its_clocks(
    context: AppContext,
) -> None:
    sunday = Interval(in_berlin("2026-03-29 10:00"), in_berlin("2026-03-29 11:00"))
    change_hours(context, sunday, is_open=True, who=WHO, now=NOW)
    assert free_clocks(context, date(2026, 3, 29)) == ["10:00", "10:30"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stretches=st.lists(
        st.tuples(st.integers(0, 24 * 12), st.integers(1, 60), st.booleans()), max_size=4
    )
)
def test_any_changes_against_minutes_counted_one_by_one(
    context: AppContext, stretches: list[tuple[int, int, bool]]
) -> None:
    midnight = in_berlin("2026-03-10 00:00")
    changes = [
        (Interval(midnight + 5 * begin * MINUTE, midnight + 5 * (begin + length) * MINUTE), is_open)
        for begin, length, is_open in stretches
    ]
    ids = [change_hours(context, one, is_open=is_, who=WHO, now=NOW) for one, is_ in changes]
    free = free_times(context, context.kinds[0], now=NOW, first=TUESDAY, last=TUESDAY)
    for one in ids:
        take_back(context, one, who=WHO, now=NOW)
    usual = free_times(context, context.kinds[0], now=NOW, first=TUESDAY, last=TUESDAY)
    closed = [one for one, is_open in changes if not is_open]

    def is_shut(begin: datetime) -> bool:
        """Whether the consultation, or the quarter of an hour after it, meets a closed minute."""
        return any(one.start < begin + 45 * MINUTE and begin < one.end for one in closed)

    assert not any(map(is_shut, free))
    if all(one in closed for one, _ in changes):
        assert free == [start for start in usual if not is_shut(start)]


def test_whoever_was_about_to_book_is_refused_once_it_is_closed(context: AppContext) -> None:
    """What was looked up before is looked at again behind the lock that closing waits for."""
    booking = a_booking(in_berlin("2026-03-10 10:00"))
    with context.database.begin() as session:
        check_day(context, session, booking, context.kinds[0], now=NOW)
    change_hours(context, on_tuesday("09:00", "12:00"), is_open=False, who=WHO, now=NOW)
    with pytest.raises(NotFree), context.database.begin() as session:
        check_day(context, session, booking, context.kinds[0], now=NOW)


def test_who_is_booked_in_it_stays_booked_and_is_named(context: AppContext) -> None:
    for clock in ("09:00", "10:00", "14:00"):
        book(context, a_wish(context, in_berlin(f"2026-03-10 {clock}")), now=NOW)
    morning = on_tuesday("00:00", "12:00")
    change_hours(context, morning, is_open=False, who=WHO, now=NOW)
    assert len(live_bookings(context)) == 3
    named = [booking.start for _, booking in booked_within(context, morning, now=NOW)]
    assert named == [in_berlin("2026-03-10 09:00"), in_berlin("2026-03-10 10:00")]
    later = in_berlin("2026-03-10 09:30")
    assert [one.start for _, one in booked_within(context, morning, now=later)] == named[1:]


def test_whoever_is_away_for_long_says_until_when(site: Site) -> None:
    away = Interval(in_berlin("2026-03-02 00:00"), in_berlin("2026-06-02 00:00"))
    change_hours(site.context, away, is_open=False, who=WHO, now=NOW)
    said = site.guest.get("/termin/kennenlernen").text
    assert "Bis Montag, 1. Juni habe ich keine Sprechzeiten" in said
    assert "Ab Dienstag, 2. Juni 2026 geht es weiter" in said


def test_a_day_that_is_closed_for_hours_is_no_day_off(site: Site) -> None:
    almost = Interval(in_berlin("2026-03-02 00:00"), in_berlin("2026-06-01 23:00"))
    change_hours(site.context, almost, is_open=False, who=WHO, now=NOW)
    assert "Ab Montag, 1. Juni 2026" in site.guest.get("/termin/kennenlernen").text


def test_changes_are_listed_until_they_are_over_and_then_forgotten(context: AppContext) -> None:
    ids = [
        change_hours(context, on_tuesday(*clocks), is_open=False, who=WHO, now=NOW)
        for clocks in (("13:00", "14:00"), ("09:00", "12:00"))
    ]
    assert [one.id for one in coming_changes(context, now=NOW)] == ids[::-1]
    noon = in_berlin("2026-03-10 12:00")
    assert [one.id for one in coming_changes(context, now=noon)] == ids[:1]
    forget(context, now=noon + MINUTE)
    assert get_change(context, ids[0]).interval == on_tuesday("13:00", "14:00")
    for gone in (
        lambda: get_change(context, ids[1]),
        lambda: take_back(context, ids[1], who=WHO, now=NOW),
    ):
        with pytest.raises(UnknownHoursChange):
            gone()

"""A booking: what was agreed, who may change it until when, and when its letters are due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.booking.model import Booking, Party, Status, new_booking
from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.reminders import is_reminder_due, is_thanks_due, remind_at
from stadtfuehrer.booking.slots import BusyInterval, Kind, Place
from stadtfuehrer.booking.visitor import Interest, Visitor
from stadtfuehrer.refusals import AlreadyCancelled, AlreadyOver, Refusal, TooLateToChange
from tests.support.contexts import BERLIN, in_berlin

BOOKED = datetime(2026, 10, 1, 8, tzinfo=UTC)
START = datetime(2026, 10, 26, 9, tzinfo=UTC)
SECOND, HALF_AN_HOUR, DAY = timedelta(seconds=1), timedelta(minutes=30), timedelta(days=1)
FIVE, QUARTER = timedelta(minutes=5), timedelta(minutes=15)
KIND = Kind(id="k", title="Gespräch", minutes=30, step=30, before=5, after=15, place=Place.VIDEO)
VISITOR = Visitor(name="Ada Muster", email="ada@example.org", zone="Asia/Kathmandu")
INTEREST = Interest(service="website", answers={"ziel": "kunden"}, quiz_version="1")


def booked(start: datetime = START, now: datetime = BOOKED) -> Booking:
    return new_booking(
        uid="u@example.org", kind=KIND, start=start, visitor=VISITOR, interest=INTEREST, now=now
    )


def test_new_booking_copies_what_was_agreed() -> None:
    assert booked() == Booking(
        uid="u@example.org",
        kind="k",
        title="Gespräch",
        place=Place.VIDEO,
        start=START,
        end=START + HALF_AN_HOUR,
        before=FIVE,
        after=QUARTER,
        status=Status.CONFIRMED,
        sequence=0,
        visitor=VISITOR,
        interest=INTEREST,
        booked_at=BOOKED,
        changed_at=BOOKED,
        cancel_reason="",
    )
    busy, interval = booked().busy, Interval(START, START + HALF_AN_HOUR)
    assert busy == BusyInterval(interval=interval, before=FIVE, after=QUARTER, kind="k")
    assert (busy.earliest, busy.latest) == (START - FIVE, START + 3 * QUARTER)


IN_AUTUMN = datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN)  # a quarter before the clocks go back


@pytest.mark.parametrize(
    ("start", "in_utc"),
    [
        (datetime(2026, 3, 29, 1, 45, tzinfo=BERLIN), "2026-03-29T00:45Z"),
        (IN_AUTUMN, "2026-10-25T00:45Z"),
        (IN_AUTUMN.replace(fold=1), "2026-10-25T01:45Z"),
    ],
)
def test_it_is_in_utc_and_lasts_its_elapsed_minutes(start: datetime, in_utc: str) -> None:
    begin = datetime.fromisoformat(in_utc)
    for booking in (booked(start), booked().moved(start, now=BOOKED)):
        assert (booking.start, booking.end) == (begin, begin + HALF_AN_HOUR)
        assert booking.start.tzinfo is booking.end.tzinfo is UTC


def test_moved_and_cancelled_change_what_they_must_only() -> None:
    now, later = BOOKED + DAY, START + DAY + FIVE
    once = booked().moved(later, now=now)
    assert once == replace(
        booked(), start=later, end=later + HALF_AN_HOUR, sequence=1, changed_at=now
    )
    assert once.moved(START, now=now) == replace(booked(), sequence=2, changed_at=now)
    assert booked().cancelled("krank", now=now) == replace(
        booked(), status=Status.CANCELLED, sequence=1, changed_at=now, cancel_reason="krank"
    )


HALF_A_DAY, NOTHING = timedelta(hours=12), timedelta(0)


@pytest.mark.parametrize(
    ("before_start", "window", "of_visitor", "of_consultant"),
    [
        (HALF_A_DAY + SECOND, 12, None, None),
        (HALF_A_DAY, 12, None, None),
        (HALF_A_DAY - timedelta(microseconds=1), 12, TooLateToChange, None),
        (HALF_A_DAY - SECOND, 12, TooLateToChange, None),
        (SECOND, 12, TooLateToChange, None),
        (SECOND, 0, None, None),
        (NOTHING, 12, AlreadyOver, AlreadyOver),
        (NOTHING, 0, AlreadyOver, AlreadyOver),
        (-SECOND, 0, AlreadyOver, AlreadyOver),
        (-SECOND, 12, AlreadyOver, AlreadyOver),
        (-5 * DAY, 12, AlreadyOver, AlreadyOver),
    ],
)
def test_who_can_change_a_booking_until_when(
    before_start: timedelta,
    window: int,
    of_visitor: type[Refusal] | None,
    of_consultant: type[Refusal] | None,
) -> None:
    moment = START - before_start
    for zone in (UTC, BERLIN, ZoneInfo("Australia/Lord_Howe")):
        now = moment.astimezone(zone)
        for by, refusal in ((Party.VISITOR, of_visitor), (Party.CONSULTANT, of_consultant)):
            assert refused(booked(), now, window, by) is refusal
            assert refused(booked().moved(START, now=now), now, window, by) is refusal
            cancelled = booked().cancelled("", now=now)
            assert refused(cancelled, now, window, by) is AlreadyCancelled


def refused(
    booking: Booking, now: datetime, window: int, by: Party = Party.VISITOR
) -> type[Refusal] | None:
    """Why it cannot be changed; asking whether it can be must say the same."""
    hours = timedelta(hours=window)
    try:
        booking.check_changeable(by, now=now, window=hours)
    except Refusal as refusal:
        assert not booking.is_changeable(by, now=now, window=hours)
        return type(refusal)
    assert booking.is_changeable(by, now=now, window=hours)
    return None


def test_change_window_counts_elapsed_hours_over_a_clock_change() -> None:
    """From 09:00 summer time to 09:00 winter time in Berlin it's 25 hours."""
    start = datetime(2026, 10, 25, 9, tzinfo=BERLIN)
    now = datetime(2026, 10, 24, 9, tzinfo=BERLIN)
    assert refused(booked(start), now, 25) is None
    assert refused(booked(start), now, 26) is TooLateToChange
    assert refused(booked(start).moved(start, now=now), now, 25) is None


NINE, EVE = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-04 10:00")
LONG_AGO = in_berlin("2026-01-01 12:00")


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-05 09:00", "2026-03-04 10:00"),
        ("2026-03-05 00:00", "2026-03-04 10:00"),
        ("2026-03-05 23:30", "2026-03-04 10:00"),
        ("2026-03-01 09:00", "2026-02-28 10:00"),
        # The night between loses an hour, or gains one: ten in the morning stays ten.
        ("2026-03-29 09:00", "2026-03-28 10:00"),
        ("2026-03-30 09:00", "2026-03-29 10:00"),
        ("2026-10-25 09:00", "2026-10-24 10:00"),
        ("2026-10-26 09:00", "2026-10-25 10:00"),
    ],
)
def test_the_reminder_is_due_in_the_morning_of_the_day_before(start: str, due: str) -> None:
    assert remind_at(booked(in_berlin(start), LONG_AGO), BERLIN) == in_berlin(due)


@pytest.mark.parametrize(
    ("now", "is_due"), [(EVE - SECOND, False), (EVE, True), (NINE - SECOND, True), (NINE, False)]
)
def test_it_is_due_until_the_consultation_begins(now: datetime, *, is_due: bool) -> None:
    booking = booked(NINE, LONG_AGO)
    assert is_reminder_due(booking, BERLIN, now=now) is is_due
    assert not is_reminder_due(replace(booking, status=Status.CANCELLED), BERLIN, now=now)


@pytest.mark.parametrize(
    ("learned", "is_due"), [("03 23:59", True), ("04 00:00", False), ("04 10:00", False)]
)
def test_who_learned_of_the_time_the_day_before_is_not_reminded(
    learned: str, *, is_due: bool
) -> None:
    now, then = in_berlin("2026-03-04 18:00"), in_berlin(f"2026-03-{learned}")
    moved = booked(NINE + 4 * DAY, LONG_AGO).moved(NINE, now=then)
    for booking in (booked(NINE, then), moved):
        assert is_reminder_due(booking, BERLIN, now=now) is is_due


@pytest.mark.parametrize(
    ("hours", "seconds", "is_due"), [(1, -1, False), (1, 0, True), (72, -1, True), (72, 0, False)]
)
def test_thanks_are_due_from_an_hour_to_three_days_after_the_end(
    hours: int, seconds: int, *, is_due: bool
) -> None:
    booking = booked(NINE, LONG_AGO)
    now = booking.end + timedelta(hours=hours, seconds=seconds)
    assert is_thanks_due(booking, now=now) is is_due
    assert not is_thanks_due(replace(booking, status=Status.CANCELLED), now=now)


@given(
    start=st.integers(0, 4 * 365 * 96).map(lambda quarter: NINE + quarter * QUARTER),
    before=st.timedeltas(NOTHING, 4 * DAY),
)
def test_nobody_is_reminded_more_than_two_days_ahead(start: datetime, before: timedelta) -> None:
    if is_reminder_due(booked(start, LONG_AGO), BERLIN, now=start - before):
        assert NOTHING < before < 2 * DAY

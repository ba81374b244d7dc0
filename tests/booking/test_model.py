from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from stadtfuehrer.booking.model import Booking, Interest, Party, Status, Visitor, new_booking
from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.slots import BusyInterval, Kind, Place
from stadtfuehrer.refusals import AlreadyCancelled, AlreadyOver, Refusal, TooLateToChange

BERLIN = ZoneInfo("Europe/Berlin")
BOOKED = datetime(2026, 10, 1, 8, tzinfo=UTC)
START = datetime(2026, 10, 26, 9, tzinfo=UTC)
KIND = Kind(
    id="kennenlernen",
    title="Kennenlerngespräch",
    minutes=30,
    step=30,
    before=5,
    after=15,
    place=Place.VIDEO,
)
VISITOR = Visitor(name="Ada Muster", email="ada@example.org", zone="Asia/Kathmandu")
INTEREST = Interest(service="website", answers={"ziel": "kunden"}, quiz_version="1")


def booked(start: datetime = START) -> Booking:
    return new_booking(
        uid="u@example.org", kind=KIND, start=start, visitor=VISITOR, interest=INTEREST, now=BOOKED
    )


def test_new_booking_copies_what_was_agreed() -> None:
    assert booked() == Booking(
        uid="u@example.org",
        kind="kennenlernen",
        title="Kennenlerngespräch",
        place=Place.VIDEO,
        start=START,
        end=datetime(2026, 10, 26, 9, 30, tzinfo=UTC),
        before=timedelta(minutes=5),
        after=timedelta(minutes=15),
        status=Status.CONFIRMED,
        sequence=0,
        visitor=VISITOR,
        interest=INTEREST,
        booked_at=BOOKED,
        changed_at=BOOKED,
        cancel_reason="",
    )


def test_taken_of_a_booking_has_its_buffers_and_kind() -> None:
    busy = booked().busy
    assert busy == BusyInterval(
        interval=Interval(START, START + timedelta(minutes=30)),
        before=timedelta(minutes=5),
        after=timedelta(minutes=15),
        kind=booked().kind,
    )
    assert busy.earliest == START - timedelta(minutes=5)
    assert busy.latest == START + timedelta(minutes=45)


IN_SPRING = datetime(2026, 3, 29, 1, 45, tzinfo=BERLIN)  # a quarter before the clocks go on
IN_AUTUMN = datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN)  # a quarter before they go back


@pytest.mark.parametrize(
    ("start", "in_utc"),
    [
        (IN_SPRING, datetime(2026, 3, 29, 0, 45, tzinfo=UTC)),
        (IN_AUTUMN, datetime(2026, 10, 25, 0, 45, tzinfo=UTC)),
        (IN_AUTUMN.replace(fold=1), datetime(2026, 10, 25, 1, 45, tzinfo=UTC)),
    ],
)
def test_booking_made_or_moved_is_in_utc_and_lasts_its_elapsed_minutes(
    start: datetime, in_utc: datetime
) -> None:
    for booking in (booked(start), booked().moved(start, now=BOOKED)):
        assert (booking.start, booking.end) == (in_utc, in_utc + timedelta(minutes=30))
        assert booking.start.tzinfo is booking.end.tzinfo is UTC


def test_moved_changes_time_and_sequence_only() -> None:
    now, later = BOOKED + timedelta(days=1), START + timedelta(days=1, minutes=5)
    once = booked().moved(later, now=now)
    assert once == replace(
        booked(), start=later, end=later + timedelta(minutes=30), sequence=1, changed_at=now
    )
    assert once.moved(START, now=now) == replace(booked(), sequence=2, changed_at=now)


def test_cancelled_changes_status_reason_and_sequence_only() -> None:
    now = BOOKED + timedelta(days=1)
    assert booked().cancelled("krank", now=now) == replace(
        booked(), status=Status.CANCELLED, sequence=1, changed_at=now, cancel_reason="krank"
    )


SECOND, HALF_A_DAY = timedelta(seconds=1), timedelta(hours=12)
VISITORS, CONSULTANTS = Party.VISITOR, Party.CONSULTANT


@pytest.mark.parametrize(
    ("before_start", "window", "by", "refusal"),
    [
        (HALF_A_DAY + SECOND, 12, VISITORS, None),
        (HALF_A_DAY, 12, VISITORS, None),
        (HALF_A_DAY - timedelta(microseconds=1), 12, VISITORS, TooLateToChange),
        (HALF_A_DAY - SECOND, 12, VISITORS, TooLateToChange),
        (HALF_A_DAY + SECOND, 12, CONSULTANTS, None),
        (HALF_A_DAY, 12, CONSULTANTS, None),
        (HALF_A_DAY - SECOND, 12, CONSULTANTS, None),
        (SECOND, 12, VISITORS, TooLateToChange),
        (SECOND, 12, CONSULTANTS, None),
        (SECOND, 0, VISITORS, None),
        (timedelta(0), 12, VISITORS, AlreadyOver),
        (timedelta(0), 12, CONSULTANTS, AlreadyOver),
        (timedelta(0), 0, VISITORS, AlreadyOver),
        (-SECOND, 0, VISITORS, AlreadyOver),
        (-SECOND, 12, CONSULTANTS, AlreadyOver),
        (timedelta(days=-5), 12, VISITORS, AlreadyOver),
    ],
)
def test_who_can_change_a_booking_until_when(
    before_start: timedelta, window: int, by: Party, refusal: type[Refusal] | None
) -> None:
    now = START - before_start
    for zone in (UTC, BERLIN, ZoneInfo("Australia/Lord_Howe")):
        assert refused(booked(), now.astimezone(zone), window, by) is refusal
        assert refused(booked().moved(START, now=now), now.astimezone(zone), window, by) is refusal
        cancelled = booked().cancelled("", now=now)
        assert refused(cancelled, now.astimezone(zone), window, by) is AlreadyCancelled


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

"""When the reminder and the thanks are due, to the second and across clock changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.booking.model import Booking, Interest, Status, Visitor, new_booking
from stadtfuehrer.booking.reminders import is_reminder_due, is_thanks_due, remind_at
from stadtfuehrer.booking.slots import Kind
from tests.support.examples import BERLIN

SECOND = timedelta(seconds=1)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
KIND = Kind(id="k", title="K", minutes=30, step=30)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def booked(start: str, at: str) -> Booking:
    return new_booking(
        uid="u",
        kind=KIND,
        start=berlin(start),
        visitor=Visitor(name="Ada", email="ada@gast.example"),
        interest=Interest(),
        now=berlin(at),
    )


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
    assert remind_at(booked(start, "2026-01-01 12:00"), BERLIN) == berlin(due)


@pytest.mark.parametrize(
    ("now", "is_due"),
    [
        (berlin("2026-03-04 10:00") - SECOND, False),
        (berlin("2026-03-04 10:00"), True),
        (berlin("2026-03-05 09:00") - SECOND, True),
        (berlin("2026-03-05 09:00"), False),
    ],
)
def test_it_is_due_until_the_consultation_begins(now: datetime, *, is_due: bool) -> None:
    booking = booked("2026-03-05 09:00", "2026-03-01 12:00")
    assert is_reminder_due(booking, BERLIN, now=now) is is_due
    cancelled = replace(booking, status=Status.CANCELLED)
    assert not is_reminder_due(cancelled, BERLIN, now=now)


@pytest.mark.parametrize(
    ("learned", "is_due"),
    [
        ("2026-03-03 23:59", True),
        ("2026-03-04 00:00", False),
        ("2026-03-04 09:59", False),
        ("2026-03-04 10:00", False),
    ],
)
def test_who_learned_of_the_time_on_the_day_before_is_not_reminded(
    learned: str, *, is_due: bool
) -> None:
    now = berlin("2026-03-04 18:00")
    assert is_reminder_due(booked("2026-03-05 09:00", learned), BERLIN, now=now) is is_due
    moved = booked("2026-03-09 09:00", "2026-02-01 12:00").moved(
        berlin("2026-03-05 09:00"), now=berlin(learned)
    )
    assert is_reminder_due(moved, BERLIN, now=now) is is_due


@pytest.mark.parametrize(
    ("after_the_end", "is_due"),
    [
        (timedelta(hours=1) - SECOND, False),
        (timedelta(hours=1), True),
        (timedelta(days=3) - SECOND, True),
        (timedelta(days=3), False),
    ],
)
def test_thanks_are_due_from_an_hour_to_three_days_after_the_end(
    after_the_end: timedelta, *, is_due: bool
) -> None:
    booking = booked("2026-03-05 09:00", "2026-03-01 12:00")
    now = booking.end + after_the_end
    assert is_thanks_due(booking, now=now) is is_due
    assert not is_thanks_due(replace(booking, status=Status.CANCELLED), now=now)


@given(
    start=st.integers(0, 4 * 365 * 96).map(lambda quarter: FIRST + quarter * timedelta(minutes=15)),
    before=st.timedeltas(timedelta(0), timedelta(days=4)),
)
def test_nobody_is_reminded_more_than_two_days_ahead(start: datetime, before: timedelta) -> None:
    booking = new_booking(
        uid="u",
        kind=KIND,
        start=start,
        visitor=Visitor(name="Ada", email="ada@gast.example"),
        interest=Interest(),
        now=datetime(2025, 1, 1, tzinfo=UTC),
    )
    if is_reminder_due(booking, BERLIN, now=start - before):
        assert timedelta(0) < before < timedelta(days=2)

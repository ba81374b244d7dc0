"""The figures: what is counted in which week, and how far one is a part of another."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from stadtfuehrer.booking.leads_store import LeadState, keep_noted
from stadtfuehrer.booking.model import Status
from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue.model import Satisfaction
from stadtfuehrer.dialogue.store import add_satisfied
from stadtfuehrer.office.figures import figures, monday
from stadtfuehrer.quiz.statistics import CounterKey, Metric
from stadtfuehrer.quiz.store import add_counts
from stadtfuehrer.quiz.week import Progress
from tests.support.contexts import in_berlin
from tests.support.rows import a_booking, added
from tests.support.voices import answered, said

NOW = in_berlin("2026-03-04 12:00")  # a Wednesday
THIS, LAST = date(2026, 3, 2), date(2026, 2, 23)


@pytest.mark.parametrize(
    ("day", "first"),
    [("2026-03-02", "2026-03-02"), ("2026-03-08", "2026-03-02"), ("2026-03-01", "2026-02-23")],
)
def test_a_week_begins_on_monday(day: str, first: str) -> None:
    assert monday(date.fromisoformat(day)) == date.fromisoformat(first)


def booked(
    context: AppContext,
    at: str,
    start: datetime,
    *,
    email: str = "aenne@gast.example",
    status: Status = Status.CONFIRMED,
    missed: bool = False,
) -> None:
    booking = a_booking(start)
    visitor = replace(booking.visitor, email=email)
    added(
        context.database,
        replace(
            booking,
            visitor=visitor,
            status=status,
            booked_at=in_berlin(at),
            missed_at=NOW if missed else None,
        ),
    )


def count(context: AppContext, day: date, key: CounterKey, number: int = 1) -> None:
    with context.database.begin() as session:
        add_counts(session, {(day, key): number})


def test_of_nothing_there_is_nothing(context: AppContext) -> None:
    found = figures(context, weeks=2, now=NOW)
    assert found.is_empty
    assert found.weeks == [LAST, THIS]
    assert found.booked == [0, 0]


def test_a_booking_counts_in_the_week_in_which_it_was_made(context: AppContext) -> None:
    before, after = NOW - timedelta(minutes=30), NOW + timedelta(days=1)
    booked(context, "2026-03-01 23:59", before)
    booked(context, "2026-03-02 00:00", after)
    booked(context, "2026-03-02 10:00", after + timedelta(hours=1), status=Status.CANCELLED)
    booked(context, "2026-03-02 10:00", after + timedelta(hours=2), status=Status.UNCONFIRMED)
    booked(context, "2026-03-02 11:00", before - timedelta(hours=2), missed=True)
    booked(context, "2026-02-22 23:59", before - timedelta(days=1))
    found = figures(context, weeks=2, now=NOW)
    assert (found.booked, found.cancelled, found.missed) == ([1, 3], [0, 1], [0, 1])
    assert found.took_place == [1, 0]
    # Until it has ended, nobody says that it took place.
    assert figures(context, weeks=2, now=NOW - timedelta(seconds=1)).took_place == [0, 0]


def test_a_customer_counts_once_in_the_week_of_the_first_booking(context: AppContext) -> None:
    booked(context, "2026-02-24 10:00", NOW - timedelta(days=2))
    booked(context, "2026-03-03 10:00", NOW - timedelta(days=1))
    booked(context, "2026-03-03 11:00", NOW - timedelta(hours=5), email="max@gast.example")
    with context.database.begin() as session:
        for email, state in (("aenne", LeadState.CUSTOMER), ("max", LeadState.TALKING)):
            keep_noted(session, f"{email}@gast.example", state=state, note="", now=NOW)
    assert figures(context, weeks=2, now=NOW).customers == [1, 0]


def test_counters_of_this_quiz_and_of_nobody_in_particular(context: AppContext) -> None:
    quiz = context.catalogue.quiz
    first, second = (question.id for question in quiz.questions[:2])
    shown = CounterKey(quiz.version, Metric.SHOWN, first)
    count(context, date(2026, 3, 1), shown, 3)
    count(context, THIS, shown, 2)
    count(context, date(2026, 2, 22), shown, 9)  # a week too early
    count(context, THIS, CounterKey(quiz.version, Metric.SHOWN, second), 2)
    count(context, THIS, CounterKey("another", Metric.FINISHED, option=""))
    count(context, THIS, CounterKey(quiz.version, Metric.FINISHED, option=quiz.services[0]))
    found = figures(context, weeks=2, now=NOW)
    assert (found.begun, found.finished) == ([3, 2], [0, 1])
    assert [stop.came for stop in found.visits.stops[:3]] == [5, 2, 0]
    assert (found.visits.finished, found.visits.finished_otherwise) == (1, 1)


def test_how_satisfied_guests_were_in_these_weeks(context: AppContext) -> None:
    with context.database.begin() as session:
        for day, choice in (
            (date(2026, 2, 22), Satisfaction.NOT),  # a day too early
            (LAST, Satisfaction.VERY),
            (THIS, Satisfaction.VERY),
            (THIS, Satisfaction.VERY),
            (THIS, Satisfaction.PARTLY),
        ):
            add_satisfied(session, choice.value, day=day)
    found = figures(context, weeks=2, now=NOW)
    assert list(found.satisfied.values()) == [3, 0, 1, 0]
    assert not found.is_empty


def test_what_was_said_counts_from_the_first_monday_on(context: AppContext) -> None:
    for at in ("2026-02-22 23:59", "2026-02-23 00:00", "2026-03-02 10:00"):
        answered(context, said_at=in_berlin(at), helped=True)
    said(context, said_at=in_berlin("2026-03-04 11:00"))
    found = figures(context, weeks=2, now=NOW)
    assert (found.voices.said, found.voices.answered, found.voices.helped) == (3, 2, 2)
    # The first of these answers was given in these weeks as well.
    assert (found.wait, found.is_empty) == (timedelta(days=1), False)
    assert figures(context, weeks=1, now=NOW).wait is None


def test_who_was_asked_after_a_week_and_what_they_told(context: AppContext) -> None:
    for day, number in ((date(2026, 2, 22), 9), (LAST, 3), (THIS, 1)):
        count(context, day, CounterKey("", Metric.REQUESTED), number)
    assert not figures(context, weeks=1, now=NOW).is_empty
    count(context, THIS, CounterKey("", Metric.REPORTED), 2)
    count(context, THIS, CounterKey("", Metric.PROGRESS, option="geklappt"), 4)
    count(context, LAST, CounterKey("", Metric.PROGRESS, option="nein"))
    found = figures(context, weeks=2, now=NOW)
    assert (found.requested, found.reported) == (4, 2)
    assert found.progress == {Progress.DONE: 4, Progress.PARTLY: 0, Progress.NOT: 1}

"""The way from the quiz to a customer, in sums: by week, and of all weeks that are asked for.

The quiz and the satisfaction are counted without ids; what became of consultations is read off the
bookings, for as long as they are kept. Nothing is counted on the start page, the free times and the
form: there a write would cost more than the page.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.booking.leads_store import LeadBooking, LeadState, Noted, all_noted, lead_bookings
from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.opening import wall_clock_instant
from stadtfuehrer.dialogue.count_store import Counts, count_since, find_usual_wait
from stadtfuehrer.dialogue.model import Satisfaction
from stadtfuehrer.dialogue.store import satisfied
from stadtfuehrer.quiz.service import today
from stadtfuehrer.quiz.statistics import CounterKey, Metric, Visits, visits_of
from stadtfuehrer.quiz.store import by_day
from stadtfuehrer.quiz.week import Progress

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many began the quiz, finished it, booked, …: each by week, the oldest first.

    What became of a booking counts in the week in which it was made, a customer in that of their
    first one: so a later figure is a part of an earlier one.
    """

    weeks: Sequence[date]
    """Their Mondays."""
    begun: Sequence[int]
    finished: Sequence[int]
    booked: Sequence[int]
    took_place: Sequence[int]
    customers: Sequence[int]
    cancelled: Sequence[int]
    missed: Sequence[int]
    """Those to which nobody came."""
    visits: Visits
    """What visitors did in the quiz in all these weeks."""
    satisfied: Mapping[Satisfaction, int]
    voices: Counts
    """What was said in all these weeks, and what came of it."""
    wait: timedelta | None
    """How long an answer took that was given in them, the median; None while there are too few."""
    requested: int
    """How many wanted to be asked after a week."""
    reported: int
    """How many told how it went, then or some weeks later."""
    progress: Mapping[Progress, int]
    """How it went, with up to three things of each who told."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing has happened yet."""
        ways = [*self.begun, *self.finished, *self.booked, *self.satisfied.values()]
        return not any([*ways, self.requested, self.reported, self.voices.said])


def figures(context: "AppContext", *, weeks: int, now: datetime) -> Figures:
    """The figures of so many weeks on the consultant's calendar, the one that runs included."""
    this = monday(today(context, now=now))
    mondays = [this - _WEEK * ago for ago in reversed(range(weeks))]
    quiz, zone = context.catalogue.quiz, context.rules.zone
    began = wall_clock_instant(mondays[0], 0, zone)
    with context.database.read() as session:
        counts = by_day(session, since=mondays[0])
        booked, noted = lead_bookings(session), all_noted(session)
        voices = count_since(session, began)
        wait = find_usual_wait(session, since=began)
        said = satisfied(session, since=mondays[0])
    firsts = {one.address: one for one in booked if one.address}  # the newest come first
    won = [one for box, one in firsts.items() if _is_customer(noted.get(box))]
    sums: Counter[CounterKey] = Counter()
    for (_, key), number in counts.items():
        sums[key] += number

    def of_counter(metric: Metric, question: str = "") -> list[int]:
        found: Counter[date] = Counter()
        for (day, key), number in counts.items():
            if key[:3] == (quiz.version, metric, question):
                found[monday(day)] += number
        return [found[week] for week in mondays]

    def of_bookings(meant: Iterable[LeadBooking]) -> list[int]:
        found = Counter(monday(one.booked_at.astimezone(zone).date()) for one in meant)
        return [found[week] for week in mondays]

    return Figures(
        weeks=mondays,
        begun=of_counter(Metric.SHOWN, quiz.questions[0].id),
        finished=of_counter(Metric.FINISHED),
        booked=of_bookings(booked),
        took_place=of_bookings(one for one in booked if _took_place(one, now=now)),
        customers=of_bookings(won),
        cancelled=of_bookings(one for one in booked if one.status == Status.CANCELLED),
        missed=of_bookings(one for one in booked if one.missed_at),
        visits=visits_of(quiz, sums, since=mondays[0]),
        satisfied={one: said.get(one.value, 0) for one in Satisfaction},
        requested=sums[CounterKey("", Metric.REQUESTED)],
        reported=sums[CounterKey("", Metric.REPORTED)],
        progress={one: sums[CounterKey("", Metric.PROGRESS, option=one.value)] for one in Progress},
        voices=voices,
        wait=wait,
    )


def monday(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())


def _took_place(one: LeadBooking, *, now: datetime) -> bool:
    return one.status == Status.CONFIRMED and one.end_at <= now and not one.missed_at


def _is_customer(noted: Noted | None) -> bool:
    return noted is not None and noted.state is LeadState.CUSTOMER

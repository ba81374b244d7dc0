"""The figures: of nobody, of a few, and of half a year."""

from dataclasses import replace
from datetime import timedelta

from stadtfuehrer.booking.leads_store import LeadState, keep_noted
from stadtfuehrer.booking.model import Status
from stadtfuehrer.dialogue.model import Satisfaction
from stadtfuehrer.dialogue.store import add_satisfied
from stadtfuehrer.quiz.statistics import CounterKey, Metric
from stadtfuehrer.quiz.store import add_counts
from stadtfuehrer.quiz.week import Progress
from tests.support.neighbour import Demonstration
from tests.support.office import signed_in
from tests.support.pages import Page
from tests.support.rows import a_booking, add
from tests.support.sights.office import inside
from tests.support.sights.sight import Sight
from tests.support.sites import Site


def lived(*, weeks: int) -> Sight:
    """So many weeks, of which each brought a little more than the one before."""

    def show(site: Demonstration) -> Page:
        for ago in range(weeks):
            one_week(site, ago, number=weeks - ago)
        return signed_in(site).get("/buero/zahlen?wochen=26")

    return show


def one_week(site: Site, ago: int, *, number: int) -> None:
    quiz, then = site.context.catalogue.quiz, site.clock() - timedelta(weeks=ago)
    day = then.date()
    stops = [question.id for question in quiz.questions]
    keys = {
        CounterKey(quiz.version, Metric.SHOWN, stop): 3 * number + len(stops) - at
        for at, stop in enumerate(stops)
    }
    for at, outcome in enumerate([*quiz.services, ""]):
        keys[CounterKey(quiz.version, Metric.FINISHED, option=outcome)] = (number + at) // 2
    keys[CounterKey("", Metric.REQUESTED)] = number
    keys[CounterKey("", Metric.REPORTED)] = number // 2
    for at, progress in enumerate(Progress):
        keys[CounterKey("", Metric.PROGRESS, option=progress.value)] = number // (at + 2)
    with site.context.database.begin() as session:
        add_counts(session, {(day, key): count for key, count in keys.items()})
        for _ in range(number):
            add_satisfied(session, Satisfaction.VERY.value, day=day)
        for at in range(number // 3 + 1):
            booking = a_booking(then + timedelta(days=2, hours=at))
            email = f"gast{ago}-{at}@gast.example"
            booking = replace(
                booking,
                visitor=replace(booking.visitor, email=email),
                booked_at=then,
                status=Status.CANCELLED if at % 4 == 3 else Status.CONFIRMED,
            )
            add(session, booking)
            if at == 1:
                keep_noted(session, email, state=LeadState.CUSTOMER, note="", now=then)


SIGHTS: dict[str, Sight] = {
    "office figures none": inside("/buero/zahlen"),
    "office figures of a few": lived(weeks=1),
    "office figures": lived(weeks=24),
}

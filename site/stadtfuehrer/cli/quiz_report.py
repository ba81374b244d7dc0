"""What ``stadtfuehrer quiz`` tells, before it is written as text or as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stadtfuehrer.domain.quiz_proof import BAR, Spread, TooManySums, spread_of
from stadtfuehrer.domain.quiz_result import Certainty
from stadtfuehrer.domain.quiz_statistics import FEWEST_RUNS, Stop, Visits, costliest_stop
from stadtfuehrer.services.quiz_statistics import visits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stadtfuehrer.services.office import Office

NO_NEED = "Keine Empfehlung"

CRAWLERS = (
    "Frage 1 öffnen auch Suchmaschinen und andere Programme. Wie viele dort gehen, sagt deshalb "
    "wenig."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The quiz by its weights and by its visitors, with the words for both."""

    days: int
    version: str
    spread: Spread | None
    """None where there are too many sums to count."""
    visits: Visits
    titles: Mapping[str | None, str]
    """What each outcome is called, in the order of the quiz; None is without a recommendation."""
    stops: tuple[tuple[str, str, Stop], ...]
    """Number and name of each stop, the last one without a number."""

    @property
    def costliest(self) -> Stop | None:
        """Where people leave; None if there are too few to say."""
        return costliest_stop(self.visits)

    @property
    def where_they_leave(self) -> tuple[str, ...]:
        """The costliest stop in words, in short lines; honest where there are too few."""
        for _, name, stop in self.stops:
            if stop == self.costliest:
                return "Hier gehen die meisten:", f"{name}, {stop.left} von {stop.came}"
        return "Noch zu wenige Besuche, um zu sagen,", "wo die meisten gehen."

    @property
    def has_shares(self) -> bool:
        """Whether enough have finished for per cent to say something."""
        return self.visits.finished >= FEWEST_RUNS


def report_on(office: Office, *, days: int, now: datetime) -> Report:
    """Reckon the spread, and read the counters of the last days."""
    quiz, offers = office.catalogue.quiz, office.catalogue.offers
    try:
        spread = spread_of(quiz)
    except TooManySums:
        spread = None
    seen = visits(office, days=days, now=now)
    themes = {question.id: question.theme for question in quiz.questions}
    return Report(
        days=days,
        version=quiz.version,
        spread=spread,
        visits=seen,
        titles={
            **{service: offers.get(service).title for service in quiz.services},
            None: NO_NEED,
        },
        stops=tuple(
            (str(number), themes[stop.question_id], stop)
            if stop.question_id
            else ("", "Alle Antworten angesehen", stop)
            for number, stop in enumerate(seen.stops, 1)
        ),
    )


def as_data(report: Report) -> dict[str, Any]:
    """The report for programs; an outcome without a recommendation has no service (null)."""
    spread, seen = report.spread, report.visits
    return {
        "version": report.version,
        "answer_sets": spread
        and {
            "total": spread.total,
            "outcomes": [
                {
                    "service": outcome,
                    "sets": number,
                    **{str(word): spread.certainties[outcome][word] for word in Certainty},
                }
                for outcome, number in spread.outcomes.items()
            ],
            "ties": spread.ties,
            "margins": [
                {"from": BAR * at, "to": BAR * (at + 1), "sets": number}
                for at, number in enumerate(spread.margins)
            ],
        },
        "visitors": {
            "days": report.days,
            "since": seen.since.isoformat(),
            "finished": seen.finished,
            "finished_with_other_versions": seen.finished_otherwise,
            "outcomes": [
                {"service": outcome, "finished": number}
                for outcome, number in seen.outcomes.items()
            ],
            "stops": [
                {"question": stop.question_id or None, "came": stop.came, "left": stop.left}
                for stop in seen.stops
            ],
        },
    }


def per_cent(part: int, whole: int, *, digits: int = 0) -> str:
    """„45,6 %“; what is there at all is never said to be nothing."""
    least = 10**-digits
    if 0 < 100 * part / whole < least / 2:
        return f"<{least:.{digits}f} %".replace(".", ",")
    return f"{100 * part / whole:.{digits}f} %".replace(".", ",")


def thousands(number: int) -> str:
    """„9.765.625“."""
    return f"{number:,}".replace(",", ".")

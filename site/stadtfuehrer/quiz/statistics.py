"""Anonymous counters of the quiz: what is counted, and what may be said about it.

A counter knows a day, the quiz's version and what was counted: no person, no device, no time of
day. So nobody has to be asked for it (§ 25 TDDDG), and nobody can be found in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.questions import Answers

FEWEST_RUNS = 20
"""With fewer finished runs per cent are chance, and a single visitor could recognise another."""


class Metric(StrEnum):
    """What is counted."""

    SHOWN = "shown"
    """A question came up as the next one."""
    ANSWERED = "answered"
    """An answer of a finished run."""
    FINISHED = "finished"
    """A finished run; its option is the recommended service, empty for the fourth outcome."""
    REQUESTED = "requested"
    """Somebody wants to be asked how the week went; of no quiz, as the next two."""
    REPORTED = "reported"
    """Somebody told how the week went."""
    PROGRESS = "progress"
    """How it went with one thing of a week."""


class CounterKey(NamedTuple):
    """What one counter counts, each day anew; ids are empty where there is none."""

    quiz_version: str
    metric: Metric
    question: str = ""
    option: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What those answered who finished the quiz: ``FEWEST_RUNS`` at least."""

    runs: int
    percents: Mapping[str, Mapping[str, int]]
    """Question id → option id → whole per cent; 100 for each question together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A question on the way through the quiz: how many came, and how many went no further."""

    question_id: str
    came: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """What the quiz's visitors did from ``since`` on."""

    since: date
    stops: tuple[Stop, ...]
    finished: int
    outcomes: Mapping[str | None, int]
    """Service slug → finished runs; None is the fourth outcome."""
    finished_otherwise: int
    """Finished runs of other versions of the quiz, which count nowhere else here."""


def run_counters(quiz: Quiz, answers: Answers) -> list[CounterKey]:
    """The counters that a finished run raises by one. Raises IncompleteAnswers."""
    version, recommended = quiz.version, quiz.result(answers).recommended
    return [
        CounterKey(version, Metric.FINISHED, option=recommended or ""),
        *(
            CounterKey(version, Metric.ANSWERED, question.id, answers[question.id])
            for question in quiz.questions
        ),
    ]


def others_of(quiz: Quiz, counts: Mapping[CounterKey, int]) -> Others | None:
    """What the counters tell visitors, or None while there are too few finished runs."""
    version = quiz.version
    runs = sum(_finished(quiz, version, counts).values())
    if runs < FEWEST_RUNS:
        return None
    percents = {}
    for question in quiz.questions:
        ids = [option.id for option in question.options]
        lines = [CounterKey(version, Metric.ANSWERED, question.id, one) for one in ids]
        shares = whole_percents([counts.get(line, 0) for line in lines])
        percents[question.id] = dict(zip(ids, shares, strict=True))
    return Others(runs=runs, percents=percents)


def visits_of(quiz: Quiz, counts: Mapping[CounterKey, int], *, since: date) -> Visits:
    """What the counters tell the consultant.

    Whoever goes back and on again is counted again where they go on, so more may come to a stop
    than to the one before; then nobody is said to have left.
    """
    version = quiz.version
    outcomes = _finished(quiz, version, counts)
    finished = sum(outcomes.values())
    stops = [question.id for question in quiz.questions]
    came = [counts.get(CounterKey(version, Metric.SHOWN, stop), 0) for stop in stops]
    return Visits(
        since=since,
        stops=tuple(
            Stop(question_id=stop, came=here, left=max(0, here - further))
            for stop, here, further in zip(stops, came, [*came[1:], finished], strict=True)
        ),
        finished=finished,
        outcomes=outcomes,
        finished_otherwise=sum(
            number
            for line, number in counts.items()
            if line.metric is Metric.FINISHED and line.quiz_version != version
        ),
    )


def costliest_stop(visits: Visits) -> Stop | None:
    """The stop that the greatest share went no further from, the first of equals.

    Never the first question, which crawlers open as well, nor one that too few came to for a share
    to say anything; None if there is no other.
    """
    telling = [stop for stop in visits.stops[1:] if stop.came >= FEWEST_RUNS and stop.left]
    return max(telling, key=lambda stop: Fraction(stop.left, stop.came), default=None)


def _finished(quiz: Quiz, version: str, counts: Mapping[CounterKey, int]) -> dict[str | None, int]:
    """Finished runs by what was recommended."""
    return {
        outcome: counts.get(CounterKey(version, Metric.FINISHED, option=outcome or ""), 0)
        for outcome in (*quiz.services, None)
    }


def whole_percents(counts: Sequence[int]) -> tuple[int, ...]:
    """Shares in whole per cent that add up to 100, by largest remainder; the first of equals.

    All are 0 where nothing was counted.
    """
    total = sum(counts)
    if not total:
        return (0,) * len(counts)
    shares = [100 * count // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda at: 100 * counts[at] % total, reverse=True)
    for at in by_remainder[: 100 - sum(shares)]:
        shares[at] += 1
    return tuple(shares)

"""What a full set of answers says: the recommendation, and everything that explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from operator import itemgetter

from stadtfuehrer.quiz.scoring import Answers, Option, Question, Scoring, Weighed

MOST_REASONS = 3

MOST_TIPS = 3

_SIZE = itemgetter(0)


class Certainty(StrEnum):
    """How far the outcome is from the next one."""

    CLEAR = "klar"
    RATHER = "eher"
    CLOSE = "knapp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What one answer added to the need for a service, in points of need."""

    question: Question
    option: Option
    points: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One other answer that would have led to another outcome (None: the fourth)."""

    question: Question
    chosen: Option
    instead: Option
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeStep:
    """Where the visitor stands in one theme: step 1 (all well) to 4, None for „weiß ich nicht“."""

    theme: str
    question: Question
    option: Option
    step: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The outcome of the quiz.

    ``recommended`` is a service's slug, or None for „Du kennst dich hier aus“. ``second`` is what
    comes next: the runner-up, or without a recommendation the service with the greatest need.
    ``margin`` (in points of need) is the distance between the two needs, or without a
    recommendation the distance up to the threshold; ``certainty`` puts it into a word.
    ``needs`` are exact, 0..100.
    """

    recommended: str | None
    certainty: Certainty
    second: str | None
    margin: Fraction
    needs: Mapping[str, Fraction]
    reasons: tuple[Reason, ...]
    change: Change | None
    themes: tuple[ThemeStep, ...]
    tips: tuple[ThemeStep, ...]
    """The themes with the biggest gaps, at most three: where to begin by oneself."""
    quiz_version: str


def result_of(scoring: Scoring, answers: Answers) -> Result:
    """The result of a full set of answers: every question must have a known one."""
    weighed = scoring.weighed
    chosen = [weighed[one.id][answers[one.id]] for one in scoring.questions]
    needs = tuple(map(sum, zip(*(one.parts for one in chosen), strict=True)))
    recommended = scoring.winner(needs)
    # sorted() is stable, so equals stay in the order that breaks ties.
    ranking = sorted(range(len(needs)), key=needs.__getitem__, reverse=True)
    first = needs[ranking[0]]
    second: str | None
    if recommended is None:
        second = scoring.services[ranking[0]]
        margin = scoring.limits[0] - first
    else:
        second = scoring.services[ranking[1]] if len(ranking) > 1 else None
        margin = first - (needs[ranking[1]] if second else 0)
    return Result(
        recommended=recommended,
        certainty=certainty_of(scoring, margin),
        second=second,
        margin=Fraction(margin, scoring.unit),
        needs={
            service: Fraction(need, scoring.unit)
            for service, need in zip(scoring.services, needs, strict=True)
        },
        reasons=_reasons(scoring, chosen, ranking[0]) if recommended else (),
        change=_smallest_change(scoring, chosen, needs),
        themes=tuple(map(_theme_step, chosen)),
        tips=_tips(scoring, chosen, recommended),
        quiz_version=scoring.version,
    )


def certainty_of(scoring: Scoring, margin: int) -> Certainty:
    """The word for a margin in whole parts of a point."""
    _, close, clear = scoring.limits
    if margin < close:
        return Certainty.CLOSE
    return Certainty.RATHER if margin < clear else Certainty.CLEAR


def _reasons(scoring: Scoring, chosen: Sequence[Weighed], service: int) -> tuple[Reason, ...]:
    """The greatest contributions; equals stay in the order of the questions."""
    greatest = sorted(chosen, key=lambda one: one.parts[service], reverse=True)[:MOST_REASONS]
    return tuple(
        Reason(
            question=one.question,
            option=one.option,
            points=Fraction(one.parts[service], scoring.unit),
        )
        for one in greatest
        if one.parts[service] > 0
    )


def _theme_step(one: Weighed) -> ThemeStep:
    gap = one.option.gap
    step = None if gap is None else gap + 1
    return ThemeStep(theme=one.question.theme, question=one.question, option=one.option, step=step)


def _tips(
    scoring: Scoring, chosen: Sequence[Weighed], recommended: str | None
) -> tuple[ThemeStep, ...]:
    """The biggest gaps; of equal ones what weighs most for the winner, then the earlier."""

    def size(one: Weighed) -> tuple[int, int]:
        return one.gap, one.question.weights.get(recommended, 0) if recommended else 0

    wanting = [one for one in chosen if one.gap >= scoring.gap_unit]
    return tuple(map(_theme_step, sorted(wanting, key=size, reverse=True)[:MOST_TIPS]))


def _smallest_change(
    scoring: Scoring, chosen: Sequence[Weighed], needs: Sequence[int]
) -> Change | None:
    """The smallest change of one answer that leads elsewhere; None if no single one does.

    Of equally small ones it is the first in the order of questions, then of their answers.
    """
    outcome = scoring.winner(needs)
    others = chain.from_iterable(scoring.others[one.question.id][one.option.id] for one in chosen)
    # Sorted first, so that the scoring stops at the first change that makes a difference;
    # sorted() is stable, which keeps the order of questions and answers.
    for _size, before, after in sorted(others, key=_SIZE):
        other = scoring.winner(
            [
                need - less + more
                for need, less, more in zip(needs, before.parts, after.parts, strict=True)
            ]
        )
        if other != outcome:
            return Change(
                question=before.question, chosen=before.option, instead=after.option, outcome=other
            )
    return None

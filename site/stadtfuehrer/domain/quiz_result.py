"""What a full set of answers says: the recommendation, and everything that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stadtfuehrer.domain.quiz_scoring import Option, Question, Scoring

MOST_REASONS = 3
MOST_TIPS = 3


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


def result_of(scoring: Scoring, chosen: Mapping[str, Option]) -> Result:
    """The result for one option per question id; every question must have one."""
    needs = {
        service: sum(
            (reason.points for reason in contributions(scoring, chosen, service)), Fraction(0)
        )
        for service in scoring.services
    }
    recommended = scoring.winner(needs)
    # sorted() is stable, so equals stay in the order that breaks ties.
    ranking = sorted(scoring.services, key=needs.__getitem__, reverse=True)
    if recommended is None:
        second: str | None = ranking[0]
        margin = scoring.thresholds.no_need_below - needs[ranking[0]]
    else:
        second = ranking[1] if len(ranking) > 1 else None
        margin = needs[recommended] - (needs[second] if second else 0)
    themes = tuple(_theme_step(one, chosen[one.id]) for one in scoring.questions)
    return Result(
        recommended=recommended,
        certainty=_certainty(scoring, margin),
        second=second,
        margin=margin,
        needs=needs,
        reasons=_reasons(scoring, chosen, recommended) if recommended else (),
        change=_smallest_change(scoring, chosen, needs),
        themes=themes,
        tips=_tips(scoring, themes, recommended),
        quiz_version=scoring.version,
    )


def contributions(
    scoring: Scoring, chosen: Mapping[str, Option], service: str
) -> tuple[Reason, ...]:
    """What each answer adds to the need for a service; they sum exactly to the need."""
    return tuple(
        Reason(
            question=question,
            option=chosen[question.id],
            points=scoring.points(question, chosen[question.id], service),
        )
        for question in scoring.questions
    )


def _certainty(scoring: Scoring, margin: Fraction) -> Certainty:
    if margin < scoring.thresholds.close_below:
        return Certainty.CLOSE
    return Certainty.RATHER if margin < scoring.thresholds.clear_from else Certainty.CLEAR


def _reasons(scoring: Scoring, chosen: Mapping[str, Option], service: str) -> tuple[Reason, ...]:
    """The greatest contributions; equals stay in the order of the questions."""
    counting = [one for one in contributions(scoring, chosen, service) if one.points > 0]
    return tuple(sorted(counting, key=lambda one: one.points, reverse=True)[:MOST_REASONS])


def _theme_step(question: Question, option: Option) -> ThemeStep:
    step = None if option.gap is None else option.gap + 1
    return ThemeStep(theme=question.theme, question=question, option=option, step=step)


def _tips(
    scoring: Scoring, themes: tuple[ThemeStep, ...], recommended: str | None
) -> tuple[ThemeStep, ...]:
    """The biggest gaps; of equal ones what weighs most for the winner, then the earlier."""

    def size(one: ThemeStep) -> tuple[Fraction, int]:
        weight = one.question.weights.get(recommended, 0) if recommended else 0
        return _widest_gap(scoring, one.question, one.option), weight

    wanting = [one for one in themes if _widest_gap(scoring, one.question, one.option) >= 1]
    return tuple(sorted(wanting, key=size, reverse=True)[:MOST_TIPS])


def _widest_gap(scoring: Scoring, question: Question, option: Option) -> Fraction:
    """How big a gap the answer shows with any service that the question speaks for: 0..3.

    Only „weiß ich nicht“ stands for another gap with each service.
    """
    return max(
        (
            Fraction(scoring.gap(option, service))
            for service in scoring.services
            if question.weights.get(service)
        ),
        default=Fraction(0),
    )


class _Size(NamedTuple):
    """How far one answer is from another; the smallest is the one to tell.

    To an answer with „weiß ich nicht“ nobody would want to change, so it is told only if no
    other answer would have made a difference.
    """

    to_unknown: bool
    distance: Fraction


def _smallest_change(
    scoring: Scoring, chosen: Mapping[str, Option], needs: Mapping[str, Fraction]
) -> Change | None:
    """The smallest change of one answer that leads elsewhere; None if no single one does.

    Of equally small ones it is the first in the order of questions, then of their answers.
    """
    outcome = scoring.winner(needs)
    # Sorted first, so that the scoring stops at the first change that makes a difference;
    # sorted() is stable, which keeps the order of questions and answers.
    for _size, question, instead in sorted(_others(scoring, chosen), key=lambda one: one[0]):
        before = chosen[question.id]
        other = scoring.winner(
            {
                service: needs[service]
                + scoring.points(question, instead, service)
                - scoring.points(question, before, service)
                for service in scoring.services
            }
        )
        if other != outcome:
            return Change(question=question, chosen=before, instead=instead, outcome=other)
    return None


def _others(
    scoring: Scoring, chosen: Mapping[str, Option]
) -> Iterator[tuple[_Size, Question, Option]]:
    for question in scoring.questions:
        before = chosen[question.id]
        for option in question.options:
            if option.id != before.id:
                # „Weiß ich nicht“ stands for another gap with each service: the widest counts,
                # among those which the question speaks for at all.
                distance = max(
                    (
                        abs(Fraction(scoring.gap(option, service) - scoring.gap(before, service)))
                        for service in scoring.services
                        if question.weights.get(service)
                    ),
                    default=Fraction(0),
                )
                yield _Size(to_unknown=option.gap is None, distance=distance), question, option

"""What a full set of answers says: the recommendation, and everything that explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from operator import itemgetter

from stadtfuehrer.quiz.questions import Answers, Option, Question
from stadtfuehrer.quiz.scoring import Scoring, Weighed

MOST_REASONS = 3

MOST_TIPS = 3

_SIZE = itemgetter(0)


class Verdict(StrEnum):
    """What kind of result it is: each has words of its own."""

    SERVICE = "service"
    TIE = "tie"
    """A service is recommended, and another one has the same need."""
    WELL = "well"
    """No theme is open."""
    ONE_THING = "one_thing"
    """A single theme is open."""
    FEW_THINGS = "few_things"
    """Some themes are open, but all needs are small."""
    UNSURE = "unsure"
    """Half of the answers or more are „weiß ich nicht“."""


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

    ``recommended`` is a service's slug, or None where none is. ``second`` is what comes next: the
    runner-up, or without a recommendation the service with the greatest need. ``margin`` (in
    hundredths of the greatest need) is the distance between the two needs, or without a
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
    """At most three themes: where to begin by oneself."""
    verdict: Verdict
    quiz_version: str

    @property
    def level(self) -> tuple[str, ...]:
        """The services that have to be named as well, being as good or nearly so."""
        if self.verdict is Verdict.TIE:
            most = max(self.needs.values())
            return tuple(one for one, need in self.needs.items() if need == most)[1:]
        if self.recommended and self.second and self.certainty is Certainty.CLOSE:
            return (self.second,)
        return ()

    @property
    def open_themes(self) -> tuple[ThemeStep, ...]:
        """The themes with a wide gap, or about which the visitor does not know."""
        return tuple(one for one in self.themes if one.option.is_open)

    @property
    def unknown(self) -> tuple[ThemeStep, ...]:
        """The themes that the visitor does not know about."""
        return tuple(one for one in self.themes if one.step is None)


def result_of(scoring: Scoring, answers: Answers) -> Result:
    """The result of a full set of answers: every question must have a known one."""
    weighed = scoring.weighed
    chosen = [weighed[one.id][answers[one.id]] for one in scoring.questions]
    sums = tuple(map(sum, zip(*(one.parts for one in chosen), strict=True)))
    *needs, is_open, known = sums
    recommended = scoring.winner(sums)
    # sorted() is stable, so equals stay in the order that breaks ties.
    ranking = sorted(range(len(needs)), key=needs.__getitem__, reverse=True)
    first = needs[ranking[0]]
    second: str | None
    if recommended is None:
        verdict = _without_recommendation(scoring, is_open, known)
        second = scoring.services[ranking[0]]
        margin = max(0, scoring.limits[0] - first)
    else:
        second = scoring.services[ranking[1]] if len(ranking) > 1 else None
        margin = first - (needs[ranking[1]] if second else 0)
        verdict = Verdict.SERVICE if margin else Verdict.TIE
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
        change=_smallest_change(scoring, chosen, sums),
        themes=tuple(map(_theme_step, chosen)),
        tips=_tips(scoring, chosen, recommended, verdict),
        verdict=verdict,
        quiz_version=scoring.version,
    )


def _without_recommendation(scoring: Scoring, is_open: int, known: int) -> Verdict:
    if known < scoring.fewest_known:
        return Verdict.UNSURE
    if not is_open:
        return Verdict.WELL
    return Verdict.ONE_THING if is_open == 1 else Verdict.FEW_THINGS


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
    scoring: Scoring, chosen: Sequence[Weighed], recommended: str | None, verdict: Verdict
) -> tuple[ThemeStep, ...]:
    """The biggest gaps; of equal ones what weighs most for the winner, then the earlier.

    Where there is one thing to do, or much to find out, only of that.
    """
    if verdict is Verdict.UNSURE:
        wanting = [one for one in chosen if one.option.gap is None]
    elif verdict is Verdict.ONE_THING:
        wanting = [one for one in chosen if one.option.is_open]
    else:
        wanting = [one for one in chosen if one.gap >= scoring.gap_unit]

    def size(one: Weighed) -> tuple[int, int]:
        return one.gap, one.question.weights.get(recommended, 0) if recommended else 0

    return tuple(map(_theme_step, sorted(wanting, key=size, reverse=True)[:MOST_TIPS]))


def _smallest_change(
    scoring: Scoring, chosen: Sequence[Weighed], sums: Sequence[int]
) -> Change | None:
    """The smallest change of one answer that leads elsewhere; None if no single one does.

    Of equally small ones it is the first in the order of questions, then of their answers.
    """
    outcome = scoring.winner(sums)
    others = chain.from_iterable(scoring.others[one.question.id][one.option.id] for one in chosen)
    # Sorted first, so that the scoring stops at the first change that makes a difference;
    # sorted() is stable, which keeps the order of questions and answers.
    for _size, before, after in sorted(others, key=_SIZE):
        other = scoring.winner(
            [
                one - less + more
                for one, less, more in zip(sums, before.parts, after.parts, strict=True)
            ]
        )
        if other != outcome:
            return Change(
                question=before.question, chosen=before.option, instead=after.option, outcome=other
            )
    return None

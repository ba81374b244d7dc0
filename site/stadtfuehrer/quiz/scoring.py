"""How answers become needs: small whole weights that a person can check by hand.

No float comes near a tie or a threshold: needs are fractions of a hundred, and reckoned as whole
parts of a point, so many to a point that each answer's share and each threshold is whole.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import NamedTuple

from stadtfuehrer.quiz.questions import MAX_GAP, Option, Question

RULES = 2
"""Raised whenever the same quiz and answers come to another result: a part of the version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Where outcomes and certainties part, in points of need (0..100)."""

    no_need_below: Fraction
    """All needs below: no service is recommended, nor with hardly a theme open or answer known."""
    close_below: Fraction
    """A margin below is „knapp“."""
    clear_from: Fraction
    """A margin from here on is „klar“; between the two it is „eher“."""


class Weighed(NamedTuple):
    """One answer with what it adds to the need for each service, in whole parts of a point.

    The last two numbers are what it adds to the open themes and to the known answers.
    """

    question: Question
    option: Option
    parts: tuple[int, ...]
    gap: int
    """The widest gap that it shows with any service that the question speaks for, in whole parts
    (see ``Scoring.gap_unit``)."""


class OtherAnswer(NamedTuple):
    """An answer that could have been given instead of another, and how far it is from that one.

    The smallest comes first. To an answer with „weiß ich nicht“ nobody would want to change, so it
    comes behind all others, however near.
    """

    size: tuple[bool, int]
    chosen: Weighed
    instead: Weighed


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """Questions, weights and thresholds; ``services`` in the order that breaks ties."""

    services: tuple[str, ...]
    questions: tuple[Question, ...]
    thresholds: Thresholds
    unknown_gaps: Mapping[str, Fraction]
    """The gap that „weiß ich nicht“ stands for, for each service."""

    @cached_property
    def version(self) -> str:
        """A digest of what decides about results, and of nothing else: 12 hexadecimal digits.

        Rewording a question leaves it as it is; any change of ids, order, gaps, weights or
        thresholds gives another one.
        """
        thresholds = self.thresholds
        content = [
            RULES,
            list(self.services),
            [
                [
                    question.id,
                    [[option.id, option.gap] for option in question.options],
                    [question.weights.get(service, 0) for service in self.services],
                ]
                for question in self.questions
            ],
            [
                str(number)
                for number in (
                    thresholds.no_need_below,
                    thresholds.close_below,
                    thresholds.clear_from,
                    *(self.unknown_gaps.get(service, 0) for service in self.services),
                )
            ],
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]

    def gap(self, option: Option, service: str) -> Fraction | int:
        """How big a gap the answer shows, for this service: 0..3."""
        return self.unknown_gaps[service] if option.gap is None else option.gap

    def column(self, service: str) -> int:
        """The sum of all weights for a service."""
        return sum(question.weights.get(service, 0) for question in self.questions)

    @cached_property
    def homes(self) -> Mapping[str, str]:
        """Question id → the service that it counts most for, the earlier of equals."""
        return {
            one.id: max(self.services, key=lambda service: one.weights.get(service, 0))
            for one in self.questions
        }

    def points(self, question: Question, option: Option, service: str) -> Fraction:
        """What one answer adds to the need for a service; over all questions they are the need."""
        weight = question.weights.get(service, 0)
        if not weight:
            return Fraction(0)
        return Fraction(100 * weight * self.gap(option, service), MAX_GAP * self.column(service))

    @cached_property
    def unit(self) -> int:
        """How many parts make one point of need."""
        limits = self.thresholds
        return lcm(
            *(
                Fraction(one).denominator
                for one in (limits.no_need_below, limits.close_below, limits.clear_from)
            ),
            *(
                self.points(question, option, service).denominator
                for question in self.questions
                for option in question.options
                for service in self.services
            ),
        )

    @cached_property
    def limits(self) -> tuple[int, int, int]:
        """``no_need_below``, ``close_below`` and ``clear_from`` in parts."""
        own = self.thresholds
        no_need, close, clear = own.no_need_below, own.close_below, own.clear_from
        return int(no_need * self.unit), int(close * self.unit), int(clear * self.unit)

    @cached_property
    def weighed(self) -> Mapping[str, Mapping[str, Weighed]]:
        """Question id → option id → that answer."""
        return {
            question.id: {option.id: self.weigh(question, option) for option in question.options}
            for question in self.questions
        }

    def weigh(self, question: Question, option: Option) -> Weighed:
        """What one answer adds to each need."""
        return Weighed(
            question=question,
            option=option,
            parts=(
                *(int(self.points(question, option, one) * self.unit) for one in self.services),
                int(option.is_open),
                int(option.gap is not None),
            ),
            gap=max(self._gaps(question, option), default=0),
        )

    @cached_property
    def gap_unit(self) -> int:
        """How many parts make a gap of 1."""
        return lcm(*(Fraction(one).denominator for one in self.unknown_gaps.values()))

    def _gaps(self, question: Question, option: Option) -> list[int]:
        """The answer's gap in parts, for each service that the question speaks for.

        Only „weiß ich nicht“ stands for another one with each service.
        """
        return [
            int(self.gap(option, one) * self.gap_unit)
            for one in self.services
            if question.weights.get(one)
        ]

    @property
    def most_points(self) -> int:
        """How many points a need can come to where it is told in whole points."""
        return MAX_GAP * self.column(self.services[0]) * self.gap_unit

    @cached_property
    def others(self) -> Mapping[str, Mapping[str, tuple[OtherAnswer, ...]]]:
        """Question id → option id → the other answers to that question, in its order."""
        return {
            question.id: {
                chosen.option.id: tuple(
                    OtherAnswer(self._size(chosen, instead), chosen, instead)
                    for instead in self.weighed[question.id].values()
                    if instead is not chosen
                )
                for chosen in self.weighed[question.id].values()
            }
            for question in self.questions
        }

    def _size(self, chosen: Weighed, instead: Weighed) -> tuple[bool, int]:
        gaps = (self._gaps(one.question, one.option) for one in (chosen, instead))
        distances = (abs(one - other) for one, other in zip(*gaps, strict=True))
        return instead.option.gap is None, max(distances, default=0)

    @cached_property
    def fewest_open(self) -> int:
        """With fewer open themes nothing is recommended: for a single one nobody needs a guide."""
        return min(2, len(self.questions))

    @cached_property
    def fewest_known(self) -> int:
        """With fewer answers that tell something nothing is recommended: more than half."""
        return len(self.questions) // 2 + 1

    def winner(self, sums: Sequence[int]) -> str | None:
        """The service with the greatest need, the earlier on a tie; ``sums`` are those of parts.

        None if all needs are small, or too few themes are open or answers known.
        """
        *needs, is_open, known = sums
        if is_open < self.fewest_open or known < self.fewest_known:
            return None
        most = max(needs)
        # index() finds the first of equals, and the services stand in the order that breaks ties.
        return None if most < self.limits[0] else self.services[needs.index(most)]

"""How answers become needs: small whole weights that a person can check by hand.

Everything is reckoned in integers and ``Fraction``; no float comes near a tie or a threshold.
"""

# Without `from __future__ import annotations`: the catalogue validates content into these types,
# for which their annotations must be real.
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

Answers = Mapping[str, str]
"""Question id → option id."""

MAX_GAP = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer; ``gap`` runs from 0 (all well) to 3 (big gap), None is „weiß ich nicht“."""

    id: str
    text: str
    gap: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question about one theme, and how much its gap speaks for each service."""

    id: str
    theme: str
    place: str
    """Where in the city it is asked."""
    text: str
    why: str
    """Why it is asked, for the visitor."""
    meaning: str
    """What a gap means here, for the reasons in the result."""
    tip: str
    """What visitors can do about a gap by themselves, within a week."""
    dialogue: bool = False
    """Whether it tells how far people are answered: its street on the map has directions."""
    options: tuple[Option, ...]
    weights: Mapping[str, int]
    """Service slug → weight; a service that is left out has weight 0."""

    def find_option(self, option_id: str) -> Option | None:
        """The answer with this id, or None."""
        return next((one for one in self.options if one.id == option_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Where outcomes and certainties part, in points of need (0..100)."""

    no_need_below: Fraction
    """All needs below: no service is recommended."""
    close_below: Fraction
    """A margin below is „knapp“."""
    clear_from: Fraction
    """A margin from here on is „klar“; between the two it is „eher“."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Questions, weights and thresholds; ``services`` in the order that breaks ties."""

    services: tuple[str, ...]
    questions: tuple[Question, ...]
    thresholds: Thresholds
    unknown_gaps: Mapping[str, Fraction]
    """The gap that „weiß ich nicht“ stands for, for each service."""

    @property
    def version(self) -> str:
        """A digest of what decides about results, and of nothing else: 12 hexadecimal digits.

        Rewording a question leaves it as it is; any change of ids, order, gaps, weights or
        thresholds gives another one.
        """
        thresholds = self.thresholds
        content = [
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

    def points(self, question: Question, option: Option, service: str) -> Fraction:
        """What one answer adds to the need for a service; over all questions they are the need."""
        weight = question.weights.get(service, 0)
        if not weight:
            return Fraction(0)
        return Fraction(100 * weight * self.gap(option, service), MAX_GAP * self.column(service))

    def winner(self, needs: Mapping[str, Fraction]) -> str | None:
        """The service with the greatest need, the earlier on a tie; None if all are small."""
        # max() keeps the first of equals, and the services stand in the order that breaks ties.
        first = max(self.services, key=needs.__getitem__)
        return None if needs[first] < self.thresholds.no_need_below else first

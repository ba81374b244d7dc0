"""Rounds in which everything is measured once, and what they say of two measures."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

ROUNDS = 3

Measure: TypeAlias = Callable[[int], float]
"""Answers in a second, in the round of this number, counted from 0."""
Rates: TypeAlias = dict[str, list[float]]
"""By the measure's name, for each round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How many times as many answers, over all rounds."""

    median: float
    lowest: float
    highest: float


def run_rounds(measures: Mapping[str, Measure]) -> Rates:
    """Go through all of `measures` once a round, so that a neighbour's noise meets all alike."""
    rates: Rates = {name: [] for name in measures}
    for turn in range(ROUNDS):
        for name, measure in measures.items():
            rates[name].append(measure(turn))
    return rates


def ratio(rates: Rates, ours: str, theirs: str) -> Ratio:
    """Return how many times as many answers ours gave as theirs in the same round."""
    found = [one / other for one, other in zip(rates[ours], rates[theirs], strict=True)]
    return Ratio(median=statistics.median(found), lowest=min(found), highest=max(found))

"""What a quiz must reckon, slowly and plainly with fractions, beside the whole numbers it uses."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from stadtfuehrer.quiz.result import Change, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stadtfuehrer.quiz.model import Quiz
    from stadtfuehrer.quiz.questions import Option, Question


def contributions(quiz: Quiz, chosen: Mapping[str, Option], service: str) -> tuple[Reason, ...]:
    """What each answer adds to the need for a service."""
    return tuple(
        Reason(
            question=question,
            option=chosen[question.id],
            points=quiz.points(question, chosen[question.id], service),
        )
        for question in quiz.questions
    )


def needs_of(quiz: Quiz, chosen: Mapping[str, Option]) -> dict[str, Fraction]:
    return {
        service: sum((one.points for one in contributions(quiz, chosen, service)), Fraction(0))
        for service in quiz.services
    }


def winner_of(quiz: Quiz, chosen: Mapping[str, Option]) -> str | None:
    is_open = [one for one in chosen.values() if one.gap is None or one.gap >= 2]
    unknown = [one for one in chosen.values() if one.gap is None]
    if 2 * len(unknown) >= len(chosen) or not is_open or len(is_open) == 1 < len(chosen):
        return None
    needs = needs_of(quiz, chosen)
    first = max(quiz.services, key=needs.__getitem__)
    return None if needs[first] < quiz.thresholds.no_need_below else first


def distance(quiz: Quiz, question: Question, one: Option, other: Option) -> Fraction:
    spoken_for = [service for service in quiz.services if question.weights.get(service)]
    apart = (abs(Fraction(quiz.gap(one, each) - quiz.gap(other, each))) for each in spoken_for)
    return max(apart, default=Fraction(0))


def smallest_change(quiz: Quiz, chosen: Mapping[str, Option]) -> Change | None:
    """Every other answer is tried, and of those that lead elsewhere the first smallest is told."""
    found: list[tuple[tuple[bool, Fraction], Change]] = []
    for question in quiz.questions:
        before = chosen[question.id]
        for option in question.options:
            other = winner_of(quiz, {**chosen, question.id: option})
            if other != winner_of(quiz, chosen):
                size = option.gap is None, distance(quiz, question, before, option)
                change = Change(question=question, chosen=before, instead=option, outcome=other)
                found.append((size, change))
    return min(found, key=lambda one: one[0])[1] if found else None


def reasons(quiz: Quiz, chosen: Mapping[str, Option]) -> tuple[Reason, ...]:
    winner = winner_of(quiz, chosen)
    if winner is None:
        return ()
    counting = [one for one in contributions(quiz, chosen, winner) if one.points > 0]
    return tuple(sorted(counting, key=lambda one: one.points, reverse=True)[:3])

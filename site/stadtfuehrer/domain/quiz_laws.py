"""What any quiz must satisfy before it is shown; each law has its reason beside it.

Two of the laws need no check of their own, because they follow. Since no weight is negative and
„weiß ich nicht“ has no place on the scale from well to badly, a worse answer never lowers a need.
And since all columns have the same sum, a worse answer with the greatest weight for the winner
adds to each other need at most as much as to the winner's: the winner stays.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from stadtfuehrer.domain.quiz import MAX_GAP, RESERVED
from stadtfuehrer.domain.quiz_reach import unreachable_outcomes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stadtfuehrer.domain.quiz import Option, Outcome, Question, Quiz

ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
MAX_WEIGHT = 9
"""So that anybody can check a result by hand."""


class Broken(NamedTuple):
    """A law that is broken: the place in the quiz (``questions[3].id``) and why, in German."""

    place: str
    reason: str


def broken_laws(quiz: Quiz) -> list[Broken]:
    """Every broken law of this quiz, not only the first; an empty list means that it can be used.

    Takes some milliseconds for ten questions with five answers.
    """
    found = [
        *_in_services(quiz),
        *_in_thresholds(quiz),
        *_in_outcomes(quiz),
        *_in_questions(quiz.questions),
        *_in_weights(quiz),
    ]
    if _can_be_reckoned(quiz):
        found += [
            Broken(
                "thresholds" if never is None else f"outcomes.{never}",
                "dieses Ergebnis ist mit keiner Kombination von Antworten zu erreichen"
                if never
                else "mit keiner Kombination von Antworten bleibt jeder Bedarf unter no_need_below",
            )
            for never in unreachable_outcomes(quiz)
        ]
    return found


def _in_services(quiz: Quiz) -> Iterator[Broken]:
    if not quiz.services:
        yield Broken("services", "mindestens eine Leistung muss da sein")
    yield from _repeated("services[{}]", quiz.services)
    for service in quiz.services:
        gap = quiz.unknown_gaps.get(service)
        if gap is None:
            yield Broken(f"unknown_gaps.{service}", "fehlt")
        elif not 0 <= gap <= MAX_GAP:
            yield Broken(f"unknown_gaps.{service}", f"muss zwischen 0 und {MAX_GAP} liegen")
    yield from _strangers("unknown_gaps", quiz.unknown_gaps, quiz)


def _in_thresholds(quiz: Quiz) -> Iterator[Broken]:
    limits = quiz.thresholds
    if not 0 < limits.no_need_below <= 100:  # noqa: PLR2004 - needs are of a hundred
        yield Broken("thresholds.no_need_below", "muss über 0 und höchstens 100 sein")
    if not 0 <= limits.close_below <= limits.clear_from <= 100:  # noqa: PLR2004
        yield Broken(
            "thresholds.close_below",
            "close_below und clear_from liegen zwischen 0 und 100, close_below nicht höher",
        )


def _in_outcomes(quiz: Quiz) -> Iterator[Broken]:
    for service in quiz.services:
        if service not in quiz.outcomes:
            yield Broken(f"outcomes.{service}", "fehlt")
    yield from _strangers("outcomes", quiz.outcomes, quiz)
    texts: dict[str, Outcome] = {"no_need": quiz.no_need}
    texts |= {f"outcomes.{service}": outcome for service, outcome in quiz.outcomes.items()}
    for place, outcome in texts.items():
        yield from _blank(place, outcome, "headline", "text", "next_step")


def _in_questions(questions: Sequence[Question]) -> Iterator[Broken]:
    if not questions:
        yield Broken("questions", "mindestens eine Frage muss da sein")
    yield from _repeated("questions[{}].id", [one.id for one in questions])
    for number, question in enumerate(questions):
        place = f"questions[{number}]"
        yield from _id(f"{place}.id", question.id)
        if question.id in RESERVED:
            # It would share its name with a parameter of our own pages.
            yield Broken(f"{place}.id", f"„{question.id}“ ist für die Seiten selbst vergeben")
        yield from _blank(place, question, "theme", "place", "text", "why", "meaning", "tip")
        yield from _in_options(f"{place}.options", question.options)


def _in_options(place: str, options: Sequence[Option]) -> Iterator[Broken]:
    yield from _repeated(place + "[{}].id", [one.id for one in options])
    for number, option in enumerate(options):
        yield from _id(f"{place}[{number}].id", option.id)
        yield from _blank(f"{place}[{number}]", option, "text")
        if option.gap is not None and not 0 <= option.gap <= MAX_GAP:
            yield Broken(f"{place}[{number}].gap", f"muss zwischen 0 und {MAX_GAP} liegen")
    unsure = sum(option.gap is None for option in options)
    if unsure != 1:
        yield Broken(
            place, f"genau eine Antwort ohne gap muss da sein („weiß ich nicht“), hier: {unsure}"
        )
    gaps = [option.gap for option in options if option.gap is not None]
    if any(later <= earlier for earlier, later in pairwise(gaps)):
        yield Broken(place, "gap muss von Antwort zu Antwort wachsen")
    # Without both ends a need could not run from 0 to 100, and the thresholds would shift.
    if not {0, MAX_GAP} <= set(gaps):
        yield Broken(place, f"eine Antwort mit gap 0 und eine mit gap {MAX_GAP} müssen da sein")


def _in_weights(quiz: Quiz) -> Iterator[Broken]:
    for number, question in enumerate(quiz.questions):
        place = f"questions[{number}].weights"
        yield from _strangers(place, question.weights, quiz)
        for service, weight in question.weights.items():
            if not 0 <= weight <= MAX_WEIGHT:
                yield Broken(f"{place}.{service}", f"muss zwischen 0 und {MAX_WEIGHT} liegen")
    sums = {service: quiz.column(service) for service in quiz.services}
    # A service with a greater sum would be favoured whatever the answers are.
    if quiz.questions and (len(set(sums.values())) > 1 or not all(sums.values())):
        listed = ", ".join(f"{service} {total}" for service, total in sums.items())
        yield Broken(
            "questions", f"die Gewichte jeder Leistung brauchen dieselbe Summe über 0: {listed}"
        )


def _can_be_reckoned(quiz: Quiz) -> bool:
    """Whether needs exist at all, so that outcomes can be looked for."""
    return (
        bool(quiz.services and quiz.questions)
        and len(set(quiz.services)) == len(quiz.services)
        and all(question.options for question in quiz.questions)
        and all(quiz.column(service) > 0 for service in quiz.services)
        and all(service in quiz.unknown_gaps for service in quiz.services)
    )


def _id(place: str, value: str) -> Iterator[Broken]:
    if not ID.fullmatch(value):
        yield Broken(place, "braucht Kleinbuchstaben a–z, Ziffern und Bindestriche, höchstens 40")


def _blank(place: str, owner: object, *names: str) -> Iterator[Broken]:
    for name in names:
        if not getattr(owner, name).strip():
            yield Broken(f"{place}.{name}", "hier fehlt der Text")


def _repeated(place: str, values: Sequence[str]) -> Iterator[Broken]:
    for number, value in enumerate(values):
        if value in values[:number]:
            yield Broken(place.format(number), f"„{value}“ gibt es schon")


def _strangers(place: str, services: Iterable[str], quiz: Quiz) -> Iterator[Broken]:
    for service in services:
        if service not in quiz.services:
            yield Broken(f"{place}.{service}", "diese Leistung steht nicht unter services")

"""What any quiz must satisfy before it is shown; each law has its reason beside it.

Some promises need no check of their own, because they follow from these laws:

- A worse answer never lowers a need, since no weight is negative.
- A worse answer to a question that speaks most for the winner keeps the winner, also on a tie:
  since all columns have the same sum, it adds to no other need more than to the winner's.
- Nothing is recommended as well when all answers are „weiß ich nicht“, so that can always be.
- There is one first recommendation, whatever the order of answers: a need is a sum, and on a tie
  the order of services decides.
- The points of all answers sum exactly to the need, which is reckoned as their sum.

„Weiß ich nicht“ is no worse and no better answer but another one: it stands for a gap of its own
with each service, so that coming from there a big gap may well lead to another winner.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from stadtfuehrer.quiz.model import Outcome, Quiz
from stadtfuehrer.quiz.proof import TooManySums, unreachable_services
from stadtfuehrer.quiz.questions import MAX_GAP, Question
from stadtfuehrer.text import check_line, quoted

ID = re.compile(r"[a-z][a-z0-9-]{0,39}")

MAX_WEIGHT = 9
"""So that anybody can check a result by hand."""

MAX_QUESTIONS = 30

MAX_SERVICES = 8
"""Up to here it is settled in seconds whether every outcome can come about."""


class Broken(NamedTuple):
    """A law that is broken: the place in the quiz (``questions[3].id``) and why, in German."""

    place: str
    reason: str


def broken_laws(quiz: Quiz) -> list[Broken]:
    """Every broken law of this quiz, not only the first; an empty list means that it can be used.

    Takes some milliseconds for ten questions, and seconds for the most contrived quizzes of
    ``MAX_QUESTIONS`` and ``MAX_SERVICES``.
    """
    return [
        *_in_services(quiz),
        *_in_thresholds(quiz),
        *_in_outcomes(quiz),
        *_in_questions(quiz.questions),
        *_in_addresses(quiz),
        *_in_weights(quiz),
        *(_in_reach(quiz) if _can_be_reckoned(quiz) else ()),
    ]


def _in_services(quiz: Quiz) -> Iterator[Broken]:
    if not quiz.services:
        yield Broken("services", "mindestens eine Leistung muss da sein")
    if len(quiz.services) > MAX_SERVICES:
        yield Broken("services", f"es dürfen höchstens {MAX_SERVICES} Leistungen sein")
    yield from _repeated("services[{}]", quiz.services)
    for service in quiz.services:
        gap = quiz.unknown_gaps.get(service)
        if gap is None:
            yield Broken(f"unknown_gaps.{service}", "fehlt")
        elif not 0 <= gap <= MAX_GAP:
            yield Broken(f"unknown_gaps.{service}", f"muss zwischen 0 und {MAX_GAP} liegen")
    yield from _unknown_services("unknown_gaps", quiz.unknown_gaps, quiz)


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
    yield from _unknown_services("outcomes", quiz.outcomes, quiz)
    texts: dict[str, Outcome] = {"no_need": quiz.no_need}
    texts |= {f"outcomes.{service}": outcome for service, outcome in quiz.outcomes.items()}
    texts |= {f"otherwise.{verdict}": outcome for verdict, outcome in quiz.otherwise.items()}
    for place, outcome in texts.items():
        yield from _blank(place, outcome, "headline", "text", "next_step")
        try:
            # It is the subject of the letter with the result.
            check_line(outcome.headline)
        except ValueError:
            yield Broken(f"{place}.headline", "muss eine Zeile ohne unsichtbare Zeichen sein")


def _in_questions(questions: Sequence[Question]) -> Iterator[Broken]:
    if not questions:
        yield Broken("questions", "mindestens eine Frage muss da sein")
    if len(questions) > MAX_QUESTIONS:
        yield Broken("questions", f"es dürfen höchstens {MAX_QUESTIONS} Fragen sein")
    yield from _repeated("questions[{}].id", [one.id for one in questions])
    for number, question in enumerate(questions):
        place = f"questions[{number}]"
        yield from _id(f"{place}.id", question.id)
        yield from _blank(place, question, "theme", "place", "text", "why", "meaning", "tip")
        yield from _in_options(f"{place}.options", question, _name(number, question))


def _in_addresses(quiz: Quiz) -> Iterator[Broken]:
    """A page's own parameter may be called as a question is, but must not look like its answer."""
    ids = {one.id for one in quiz.questions}
    own: dict[str, Container[str]] = {
        "frage": ids,
        "weiter": ids,
        "angebot": quiz.services,
        "tasten": {"aus"},
        "brief": {"unterwegs"},
    }
    for number, question in enumerate(quiz.questions):
        for at, option in enumerate(question.options):
            if option.id in own.get(question.id, ()):
                reason = f"„{question.id}={option.id}“ heißt in Adressen schon etwas anderes"
                yield Broken(f"questions[{number}].options[{at}].id", reason)


def _in_options(place: str, question: Question, name: str) -> Iterator[Broken]:
    options = question.options
    yield from _repeated(place + "[{}].id", [one.id for one in options])
    for number, option in enumerate(options):
        yield from _id(f"{place}[{number}].id", option.id)
        yield from _blank(f"{place}[{number}]", option, "text")
        if option.gap is not None and not 0 <= option.gap <= MAX_GAP:
            yield Broken(f"{place}[{number}].gap", f"muss zwischen 0 und {MAX_GAP} liegen")
    unsure = sum(option.gap is None for option in options)
    if unsure != 1:
        yield Broken(
            place,
            f"{name} braucht genau eine Antwort ohne gap („weiß ich nicht“), hat aber "
            f"{unsure or 'keine'}",
        )
    gaps = [option.gap for option in options if option.gap is not None]
    if any(later <= earlier for earlier, later in pairwise(gaps)):
        yield Broken(
            place,
            f"bei {name} stehen die Antworten nicht von gut nach schlecht: "
            "gap muss von Antwort zu Antwort wachsen",
        )
    # Without both ends a need could not run from 0 to 100, and the thresholds would shift.
    for end, answer in ((0, "alles gut"), (MAX_GAP, "große Lücke")):
        if end not in gaps:
            yield Broken(place, f"{name} braucht eine Antwort mit gap {end} ({answer})")


def _in_weights(quiz: Quiz) -> Iterator[Broken]:
    for number, question in enumerate(quiz.questions):
        place, name = f"questions[{number}].weights", _name(number, question)
        yield from _unknown_services(place, question.weights, quiz)
        for service, weight in question.weights.items():
            if weight < 0:
                # A worse answer would lower the need.
                yield Broken(
                    f"{place}.{service}",
                    f"{name} zählt gegen „{service}“: "
                    f"ein Gewicht muss mindestens 0 sein, ist aber {weight}",
                )
            if weight > MAX_WEIGHT:
                yield Broken(
                    f"{place}.{service}", f"darf höchstens {MAX_WEIGHT} sein, ist aber {weight}"
                )
    sums = {service: quiz.column(service) for service in quiz.services}
    # A service with a greater sum would be favoured whatever the answers are.
    if quiz.questions and (len(set(sums.values())) > 1 or not all(sums.values())):
        listed = ", ".join(f"{service} {total}" for service, total in sums.items())
        yield Broken(
            "questions", f"die Gewichte jeder Leistung brauchen dieselbe Summe über 0: {listed}"
        )


def _can_be_reckoned(quiz: Quiz) -> bool:
    """Whether needs exist at all, and so few that outcomes can be looked for."""
    return (
        0 < len(set(quiz.services)) == len(quiz.services) <= MAX_SERVICES
        and 0 < len(quiz.questions) <= MAX_QUESTIONS
        # More answers than gaps and „weiß ich nicht“ break a law that is told already.
        and all(0 < len(question.options) <= MAX_GAP + 2 for question in quiz.questions)
        and all(quiz.column(service) > 0 for service in quiz.services)
        and all(service in quiz.unknown_gaps for service in quiz.services)
    )


def _in_reach(quiz: Quiz) -> Iterator[Broken]:
    try:
        unreachable = unreachable_services(quiz)
    except TooManySums:
        yield Broken(
            "questions",
            "es sind so viele, dass sich nicht mehr nachrechnen lässt, ob jedes Ergebnis zu "
            "erreichen ist; mit höchstens 9 Fragen geht es immer",
        )
        return
    for never in unreachable:
        yield Broken(f"outcomes.{never}", f"keine Kombination von Antworten führt zu „{never}“")


def _name(number: int, question: Question) -> str:
    """A question as the consultant knows it: „Frage 4 („Woran merkst du …?“)“."""
    text = question.text.strip()
    return f"Frage {number + 1} ({quoted(text)})" if text else f"Frage {number + 1}"


def _id(place: str, value: str) -> Iterator[Broken]:
    if not ID.fullmatch(value):
        yield Broken(place, "braucht Kleinbuchstaben a–z, Ziffern und Bindestriche, höchstens 40")


def _blank(place: str, owner: object, *names: str) -> Iterator[Broken]:
    for name in names:
        if not getattr(owner, name).strip():
            yield Broken(f"{place}.{name}", "hier fehlt der Text")


def _repeated(place: str, values: Iterable[str]) -> Iterator[Broken]:
    seen: set[str] = set()
    for number, value in enumerate(values):
        if value in seen:
            yield Broken(place.format(number), f"„{value}“ gibt es schon")
        seen.add(value)


def _unknown_services(place: str, services: Iterable[str], quiz: Quiz) -> Iterator[Broken]:
    for service in services:
        if service not in quiz.services:
            yield Broken(f"{place}.{service}", "diese Leistung steht nicht unter services")

"""No sentence of a result contradicts an answer: each has its condition, reckoned here anew.

`QUIZ_SENTENCES=all` in the environment goes through all 9,765,625 sets of answers to the shipped
quiz, which takes hours; otherwise a cover and a sample are.
"""

import os
import random
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import combinations, product

import pytest

from stadtfuehrer.context import AppContext
from stadtfuehrer.quiz.findings import Findings, findings
from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.plan_wording import in_words

ALL = os.environ.get("QUIZ_SENTENCES") == "all"
SAMPLE = 1500
MOST = 48
"""Points: three times the sum of a service's weights, doubled for the halves of not knowing."""

Chosen = tuple[int, ...]
"""For each question the number of its answer: its gap, 4 for „weiß ich nicht“."""


class Facts:
    """What is true of a set of answers."""

    def __init__(self, quiz: Quiz, titles: list[str], chosen: Chosen) -> None:
        self.quiz, self.titles, self.chosen = quiz, titles, chosen
        self.gaps = dict(zip((one.id for one in quiz.questions), chosen, strict=True))
        self.themes = [one.theme for one in quiz.questions]
        self.unknown = chosen.count(4)
        self.open = [theme for theme, gap in zip(self.themes, chosen, strict=True) if gap >= 2]
        self.needs = self.needs_of(chosen)
        self.service = self.service_of(chosen)
        self.most = max(self.needs.values())
        self.margin = self.most - sorted(self.needs.values())[-2]

    def points(self, at: int, gap: int, service: int) -> int:
        twice = (4, 3, 3)[service] if gap == 4 else 2 * gap
        return twice * self.quiz.questions[at].weights.get(self.quiz.services[service], 0)

    def needs_of(self, chosen: Chosen) -> dict[str, int]:
        return {
            title: sum(self.points(at, gap, number) for at, gap in enumerate(chosen))
            for number, title in enumerate(self.titles)
        }

    def service_of(self, chosen: Chosen) -> str | None:
        needs = self.needs_of(chosen)
        most = max(needs.values())
        if most < 20 or sum(gap >= 2 for gap in chosen) < 2 or chosen.count(4) >= 5:
            return None
        return next(title for title, need in needs.items() if need == most)

    def shares(self) -> list[tuple[int, str]]:
        """What each theme adds for the service, the most first."""
        number = self.titles.index(str(self.service))
        shares = [self.points(at, gap, number) for at, gap in enumerate(self.chosen)]
        return sorted(zip(shares, self.themes, strict=True), key=lambda one: -one[0])

    @cached_property
    def others(self) -> set[str | None]:
        """What else one other answer could lead to."""
        sets = (
            (*self.chosen[:at], gap, *self.chosen[at + 1 :]) for at in range(10) for gap in range(5)
        )
        return {self.service_of(one) for one in sets} - {self.service}

    def is_well(self, *ids: str) -> bool:
        return all(self.gaps[one] <= 1 for one in ids)


def listed(text: str) -> list[str]:
    return re.split(r", (?=„)| und (?=„)", text)


def named(themes: list[str]) -> list[str]:
    return [f"„{theme}“" for theme in themes]


ALWAYS = (
    "In der Marketingberatung schauen wir|Danach weißt du, was sich lohnt"
    "|Im kostenlosen Gespräch (?:schauen|überlegen) wir|Danach weißt du, welche Frage"
    "|Eine Marketingkonzeption bringt zusammen|Manchmal reichen zwei Seiten"
    "|Bei der Marketingumsetzung packe ich|Überleg dir für das|Damit fangen wir an"
    "|Mach weiter so|Wenn sich etwas ändert|Und hast du nur|Probier den Tipp|Wenn du nicht weiter"
    "|Fang mit dem ersten Tipp|Das ist ehrlich|Finde es erst|Danach dauert der Test"
    "|Im Gespräch klären wir|Vorher entscheiden|Erst einmal herausfinden|Unter 3 nenne ich es knapp"
)
"""Begins what says nothing about the answers: what a service is, what could be done."""

Condition = Callable[..., bool]
T = "(Marketing[a-z]+)"
TABLE: dict[str, Condition] = {
    rf"(?:{ALWAYS}).*": lambda _: True,
    rf"Das ist eindeutig: Die Antworten sprechen klar für {T}\.": lambda f, one: (
        one == f.service and f.margin >= 8 and not f.others and f.unknown < 3
    ),
    rf"Die Antworten sprechen für {T}\.": lambda f, one: one == f.service and f.margin >= 8,
    r"Eine einzige andere hätte das geändert\.": lambda f: bool(f.others),
    r"(\d) davon stehen noch aus\.": lambda f, number: int(number) == f.unknown >= 3,
    rf"Die Antworten sprechen eher für {T} als für {T}\.": lambda f, one, other: (
        one == f.service and f.needs[one] - f.needs[other] == f.margin and 3 <= f.margin < 8
    ),
    rf"Es ist knapp: {T} liegt nur wenig vor {T}\.": lambda f, one, other: (
        one == f.service and f.needs[one] - f.needs[other] == f.margin and 0 < f.margin < 3
    ),
    r"Im Gespräch klärt sich, womit es besser anfängt\.": lambda f: 0 < f.margin < 3,
    r"Gleichstand: (.+) haben gleich viele Punkte\.": lambda f, names: (
        re.split(", | und ", names) == [one for one, need in f.needs.items() if need == f.most]
        and f.margin == 0 < f.most
    ),
    r"Alle Themen laufen gut oder meistens\.": lambda f: not f.open,
    r"Offen ist nur ein Thema: (.+)\.": lambda f, theme: [theme] == named(f.open),
    r"Offen sind nur (.+)\.": lambda f, them: listed(them) == named(f.open) and f.most < 20,
    rf"Bis zu einer Empfehlung für {T} fehlt nicht viel\.": lambda f, one: (
        17 <= f.needs[one] == f.most < 20
    ),
    r"(\d+) von 10 Antworten stehen noch aus\.": lambda f, number: int(number) == f.unknown >= 5,
    r"Den Ausschlag (?:gibt die Antwort|geben die Antworten) zu (.+)\.": lambda f, them: (
        listed(them) == named([theme for share, theme in f.shares()[:3] if share])
    ),
    r"Der Abstand zum Nächsten: (\d+)\.": lambda f, number: int(number) == f.margin,
    r"Eine Empfehlung gibt es ab 20 Punkten\.": lambda f: f.service is None and f.most < 20,
    r"Eine Empfehlung gibt es erst, wenn mehr als .*": lambda f: len(f.open) == 1,
    r"Solange so viele Antworten ausstehen, .*": lambda f: f.unknown >= 5,
    rf"Daher kommen (\d+) der (\d+) Punkte für {T}\.": lambda f, part, whole, one: (
        one == f.service
        and int(whole) == f.needs[one]
        and int(part) in [share for share, _ in f.shares()[:3]]
    ),
    rf"Der gelbe Weg führt ins Viertel {T}\.": lambda f, one: one == f.service,
    r"Du stehst gleich daneben\.": lambda f: f.margin >= 8,
    rf"Du stehst in der Nähe, ein Stück in Richtung {T}\.": lambda f, other: (
        f.most - f.needs[other] == f.margin < 8
    ),
    rf"Du stehst zwischen {T} und {T}, näher an {T}\.": lambda f, one, other, nearer: (
        one == nearer == f.service and f.most - f.needs[other] == f.margin and 3 <= f.margin < 8
    ),
    rf"Du stehst fast in der Mitte zwischen {T} und {T}\.": lambda f, one, other: (
        one == f.service and f.most - f.needs[other] == f.margin < 3
    ),
    r"Du stehst mitten in der Stadt\.|Ein Weg ist nicht eingezeichnet\.": lambda f: not f.service,
    # The texts that a consultant may change, as they are shipped.
    "Jetzt lohnt sich ein Blick von außen": lambda f: f.service == f.titles[0],
    "Jetzt lohnt sich ein Konzept": lambda f: f.service == f.titles[1],
    "Jetzt lohnt sich jemand, der mit anpackt": lambda f: f.service == f.titles[2],
    "Mehrere Wege sind gleich gut": lambda f: f.service and f.margin == 0,
    "Deine Antworten sprechen für mehr als eine .*": lambda f: f.service and f.margin == 0,
    "Du kennst dich hier aus|Nach deinen Antworten läuft .*": lambda f: f.is_well(
        "orientierung", "ziel", "zufriedenheit", "dialog", "rueckkanal", "dank", "tun"
    ),
    "Eine bezahlte Begleitung brauchst du im .*": lambda f: not f.service,
    "Nur diese eine Sache|Alles andere läuft .*|Für eine einzelne Sache .*": lambda f: (
        len(f.open) == 1 and not f.service
    ),
    "Vielleicht brauchst du mich gar nicht|Ein paar Dinge sind offen, .*": lambda f: (
        len(f.open) >= 2 and not f.service
    ),
    "Bei vielen Fragen weißt du die Antwort .*": lambda f: f.unknown >= 5,
}
STATES = ("läuft gut", "läuft meistens", "holprig", "Baustelle", "unbekannt")


def sentences(found: Findings) -> Iterator[str]:
    """All that is said about the answers as a whole."""
    outcome = found.outcome
    yield outcome.headline
    texts = [found.certainty_text, found.because_text, found.margin_text, outcome.text]
    texts += [outcome.next_step, in_words(found.plan).standing]
    texts += [reason.share_text for reason in found.reasons]
    for text in texts:
        yield from re.split(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ\d])", text) if text else ()


ROWS = [(re.compile(pattern), is_so) for pattern, is_so in TABLE.items()]


def check(facts: Facts, found: Findings) -> set[str]:
    """Hold every sentence against the answers; return which rows of the table were met."""
    met = set()
    for said in sentences(found):
        rows = [(row, is_so, match) for row, is_so in ROWS if (match := row.fullmatch(said))]
        assert len(rows) == 1, f"{said!r} has {len(rows)} conditions"
        ((row, is_so, match),) = rows
        assert is_so(facts, *match.groups()), (facts.chosen, said)
        assert said.count("„") == said.count("“")
        assert not re.search(r"  |\.\.|\bNone\b|\bSie\b|\"|!", said)
        met.add(row.pattern)
    assert {one.title: one.points for one in found.needs} == facts.needs
    assert found.most_points == MOST
    assert [one.state for one in found.themes] == [STATES[gap] for gap in facts.chosen]
    for reason, source in zip(found.reasons, found.result.reasons, strict=bool(found.reasons)):
        gap = facts.gaps[source.question.id]
        said = (
            "Das lässt sich herausfinden, auch ohne mich." if gap == 4 else "Da fehlt nicht viel."
        )
        assert reason.meaning == (source.question.meaning if gap in {2, 3} else said)
    change = found.result.change
    assert (found.change is not None) is (change is not None) is bool(facts.others)
    if change and found.change:
        at = facts.quiz.questions.index(change.question)
        instead = change.question.options.index(change.instead)
        other = facts.service_of((*facts.chosen[:at], instead, *facts.chosen[at + 1 :]))
        end = f"wäre {other} die erste Empfehlung." if other else "gäbe es keine Empfehlung."
        assert found.change.endswith(end)
        assert other != facts.service
    return met


def cover() -> Iterator[Chosen]:
    """Any two answers before the same answer everywhere else."""
    for background in range(5):
        for one, other in combinations(range(10), 2):
            for two in product(range(5), repeat=2):
                chosen = [background] * 10
                chosen[one], chosen[other] = two
                yield tuple(chosen)


def sample() -> Iterator[Chosen]:
    dice = random.Random(20261127)  # noqa: S311 - chance, not secrets
    for _ in range(SAMPLE):
        yield tuple(dice.choices(range(5), k=10))


@pytest.mark.parametrize("first", range(5) if ALL else [None])
def test_no_sentence_contradicts_an_answer(shared_context: AppContext, first: int | None) -> None:
    catalogue = shared_context.catalogue
    quiz, titles = catalogue.quiz, [one.title for one in catalogue.offers.services]
    every = ((first or 0, *rest) for rest in product(range(5), repeat=9))
    met: set[str] = set()
    for chosen in every if ALL else (*cover(), *sample()):
        answers = {
            one.id: one.options[at].id for one, at in zip(quiz.questions, chosen, strict=True)
        }
        met |= check(Facts(quiz, titles, chosen), findings(catalogue, answers))
    assert ALL or met == set(TABLE), "what is never said needs no condition"

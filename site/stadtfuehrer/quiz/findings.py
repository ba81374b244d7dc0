"""What the quiz found, in sentences: for the result page, its letter and the consultant.

No sentence may contradict an answer; tests/quiz/test_sentences.py has the condition of each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from stadtfuehrer.pages.model import Service
from stadtfuehrer.quiz.model import Outcome, Quiz, Wording
from stadtfuehrer.quiz.plan import Plan, Street, plan_of
from stadtfuehrer.quiz.plan_wording import SURFACES
from stadtfuehrer.quiz.result import Certainty, Reason, Result, ThemeStep, Verdict
from stadtfuehrer.text import quoted

if TYPE_CHECKING:
    from stadtfuehrer.content.catalogue import Catalogue

MANY_UNKNOWN = 3
"""With so many „weiß ich nicht“ no result is called clear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A question and the visitor's own answer to it."""

    question_text: str
    answer_text: str

    @property
    def quoted_answer(self) -> str:
        """The answer in quotation marks."""
        return quoted(self.answer_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedReason(Quote):
    """A quote with what it means, and what it adds to the need, in whole points."""

    meaning: str
    points: int
    share_text: str
    """The points in a sentence, with the sum that they are a part of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeFinding(Quote):
    """Where the visitor stands in a theme; ``state`` says it in the words of the plan."""

    theme: str
    step: int | None
    state: str
    street: Street
    """How the theme looks on the plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """What the visitor can do this week by themselves; ``number`` is the question's, from 1."""

    number: int
    theme: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """How much speaks for a service: whole points, and the part of a hundred for its bar."""

    title: str
    points: int
    percent: int
    is_recommended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """A result with everything that is said about it."""

    result: Result
    outcome: Outcome
    service: Service | None
    level: tuple[Service, ...]
    """Services that have to be named as well, being as good or nearly so."""
    certainty_text: str
    because_text: str
    """Which answers count most for the one service; empty without one."""
    reasons: tuple[QuotedReason, ...]
    change: str | None
    themes: tuple[ThemeFinding, ...]
    tips: tuple[Tip, ...]
    """At most three, the biggest gap first; none where there is no gap."""
    needs: tuple[Need, ...]
    most_points: int
    margin_text: str
    """Why the result is called clear or close, in points that can be checked."""
    plan: Plan


def findings(catalogue: "Catalogue", answers: Mapping[str, str]) -> Findings:
    """What a full set of answers says. Raises IncompleteAnswers."""
    quiz, offers = catalogue.quiz, catalogue.offers
    result = quiz.result(answers)
    service = offers.get(result.recommended) if result.recommended else None
    plan = plan_of(quiz, result, {slug: offers.get(slug).title for slug in quiz.services})
    streets = {street.number: street for one in plan.districts for street in one.streets}
    return Findings(
        result=result,
        outcome=quiz.outcome(result),
        service=service,
        level=_level(catalogue, result),
        certainty_text=_certainty(catalogue, result, service),
        because_text=_because(result) if result.verdict is Verdict.SERVICE else "",
        reasons=tuple(_reason(quiz, result, one, service) for one in result.reasons)
        if service
        else (),
        change=_change(catalogue, result),
        themes=tuple(
            ThemeFinding(
                question_text=step.question.text,
                answer_text=step.option.text,
                theme=step.theme,
                step=step.step,
                state=SURFACES[streets[number].surface],
                street=streets[number],
            )
            for number, step in enumerate(result.themes, 1)
        ),
        tips=tuple(
            Tip(
                number=quiz.questions.index(step.question) + 1,
                theme=step.theme,
                text=step.question.tip,
            )
            for step in result.tips
        ),
        needs=tuple(
            Need(
                title=offers.get(slug).title,
                points=_points(quiz, need),
                percent=round(need),
                is_recommended=slug == result.recommended,
            )
            for slug, need in result.needs.items()
        ),
        most_points=quiz.most_points,
        margin_text=_margin(quiz, result),
        plan=plan,
    )


def quotes(
    quiz: Quiz, answers: Mapping[str, str], wording: Wording | None = None
) -> tuple[Quote, ...]:
    """Every answer with its question as they were shown; without that, as they are now."""
    return tuple(
        Quote(question_text=question, answer_text=answer)
        for question, answer in (wording or quiz.wording(answers)).values()
    )


def _points(quiz: Quiz, need: Fraction) -> int:
    """Hundredths of the greatest need as points, which are whole, so that they add up.

    A threshold is rounded up: from so many whole points on it is reached.
    """
    return ceil(need * quiz.most_points / 100)


def _level(catalogue: "Catalogue", result: Result) -> tuple[Service, ...]:
    if result.verdict is Verdict.TIE:
        most = max(result.needs.values())
        slugs = [one for one, need in result.needs.items() if need == most]
        return tuple(map(catalogue.offers.get, slugs[1:]))
    if result.recommended and result.second and result.certainty is Certainty.CLOSE:
        return (catalogue.offers.get(result.second),)
    return ()


def _certainty(catalogue: "Catalogue", result: Result, service: Service | None) -> str:
    """How sure it is, in words that visitor and consultant can both read."""
    second = catalogue.offers.get(result.second).title if result.second else ""
    is_close = result.certainty is Certainty.CLOSE
    match result.verdict:
        case Verdict.UNSURE:
            unknown, total = len(result.unknown), len(result.themes)
            return f"{unknown} von {total} Antworten stehen noch aus."
        case Verdict.WELL:
            return "Alle Themen laufen gut oder meistens."
        case Verdict.ONE_THING:
            return f"Offen ist nur ein Thema: {_listed(result.open_themes)}."
        case Verdict.FEW_THINGS:
            nearly = f" Bis zu einer Empfehlung für {second} fehlt nicht viel." if is_close else ""
            return f"Offen sind nur {_listed(result.open_themes)}.{nearly}"
    title = service.title if service else ""
    if result.verdict is Verdict.TIE:
        level = [title, *(one.title for one in _level(catalogue, result))]
        return f"Gleichstand: {_in_a_row(level)} haben gleich viele Punkte."
    if second and is_close:
        return (
            f"Es ist knapp: {title} liegt nur wenig vor {second}. "
            "Im Gespräch klärt sich, womit es besser anfängt."
        )
    if second and result.certainty is Certainty.RATHER:
        return f"Die Antworten sprechen eher für {title} als für {second}."
    if result.change:
        return f"Die Antworten sprechen für {title}. Eine einzige andere hätte das geändert."
    if len(result.unknown) >= MANY_UNKNOWN:
        return f"Die Antworten sprechen für {title}. {len(result.unknown)} davon stehen noch aus."
    return f"Das ist eindeutig: Die Antworten sprechen klar für {title}."


def _because(result: Result) -> str:
    if len(result.reasons) == 1:
        return f"Den Ausschlag gibt die Antwort zu {_listed(result.reasons)}."
    return f"Den Ausschlag geben die Antworten zu {_listed(result.reasons)}."


def _listed(themes: Sequence[Reason | ThemeStep]) -> str:
    return _in_a_row([quoted(one.question.theme) for one in themes])


def _in_a_row(words: Sequence[str]) -> str:
    """„a, b und c“."""
    return " und ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _reason(quiz: Quiz, result: Result, reason: Reason, service: Service) -> QuotedReason:
    points = _points(quiz, reason.points)
    need = _points(quiz, result.needs[service.slug])
    meaning = reason.question.meaning
    if reason.option.gap is None:
        meaning = "Das lässt sich herausfinden, auch ohne mich."
    elif not reason.option.is_open:
        meaning = "Da fehlt nicht viel."
    return QuotedReason(
        question_text=reason.question.text,
        answer_text=reason.option.text,
        meaning=meaning,
        points=points,
        share_text=f"Daher kommen {points} der {need} Punkte für {service.title}.",
    )


def _margin(quiz: Quiz, result: Result) -> str:
    limits = quiz.thresholds
    match result.verdict:
        case Verdict.SERVICE | Verdict.TIE if result.second:
            return (
                f"Der Abstand zum Nächsten: {_points(quiz, result.margin)}. "
                f"Unter {_points(quiz, limits.close_below)} nenne ich es knapp."
            )
        case Verdict.UNSURE:
            return "Solange so viele Antworten ausstehen, sagen die Punkte wenig."
        case Verdict.ONE_THING:
            return "Eine Empfehlung gibt es erst, wenn mehr als ein Thema offen ist."
    return f"Eine Empfehlung gibt es ab {_points(quiz, limits.no_need_below)} Punkten."


def _change(catalogue: "Catalogue", result: Result) -> str | None:
    change = result.change
    if change is None:
        return None
    other = (
        f"wäre {catalogue.offers.get(change.outcome).title} die erste Empfehlung"
        if change.outcome
        else "gäbe es keine Empfehlung"
    )
    # In the middle of a sentence an answer loses the full stop that it may end with.
    chosen, instead = (
        quoted(option.text.rstrip(".")) for option in (change.chosen, change.instead)
    )
    return (
        f"Auf {quoted(change.question.text)} hast du {chosen} geantwortet. Mit {instead} {other}."
    )

"""What the quiz found, in sentences: for the result page, its letter and the consultant."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from stadtfuehrer.pages.model import Service
from stadtfuehrer.quiz.model import Outcome, Quiz, Wording
from stadtfuehrer.quiz.plan import Plan, Street, plan_of
from stadtfuehrer.quiz.result import Certainty, Result
from stadtfuehrer.quiz.scoring import Thresholds
from stadtfuehrer.text import quoted

if TYPE_CHECKING:
    from stadtfuehrer.content.catalogue import Catalogue


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
    """A quote with what it means, and what it adds to the need: whole points out of a hundred."""

    meaning: str
    points: int
    share_text: str
    """The points in a sentence, with the sum that they are a part of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeFinding(Quote):
    """Where the visitor stands in a theme: step 1 (all well) to 4, None for „weiß ich nicht“."""

    theme: str
    step: int | None
    street: Street
    """How the theme looks on the plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """What the visitor can do this week by themselves; ``number`` is the question's, from 1."""

    number: int
    theme: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """A result with everything that is said about it."""

    result: Result
    outcome: Outcome
    service: Service | None
    second: Service | None
    """The runner-up, where it is so close that it has to be named as well."""
    certainty_text: str
    reasons: tuple[QuotedReason, ...]
    change: str | None
    themes: tuple[ThemeFinding, ...]
    tips: tuple[Tip, ...]
    """At most three, the biggest gap first; none where there is no gap."""
    needs: tuple[tuple[str, int, bool], ...]
    """Title of each service, its need in whole per cent, whether it is the recommended one."""
    margin_text: str
    """Why the result is called clear or close, in points that can be checked."""
    plan: Plan


def findings(catalogue: "Catalogue", answers: Mapping[str, str]) -> Findings:
    """What a full set of answers says. Raises IncompleteAnswers."""
    quiz, offers = catalogue.quiz, catalogue.offers
    result = quiz.result(answers)
    service = offers.get(result.recommended) if result.recommended else None
    second = offers.get(result.second) if result.second else None
    plan = plan_of(quiz, result, {slug: offers.get(slug).title for slug in quiz.services})
    streets = {street.number: street for one in plan.districts for street in one.streets}
    return Findings(
        result=result,
        outcome=quiz.outcome(result.recommended),
        service=service,
        second=second if service and result.certainty is Certainty.CLOSE else None,
        certainty_text=_certainty(result, service, second),
        reasons=_reasons(result, service) if service else (),
        change=_change(catalogue, result),
        themes=tuple(
            ThemeFinding(
                question_text=step.question.text,
                answer_text=step.option.text,
                theme=step.theme,
                step=step.step,
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
            (offers.get(slug).title, round(need), slug == result.recommended)
            for slug, need in result.needs.items()
        ),
        margin_text=_margin(result, quiz.thresholds, service),
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


def _certainty(result: Result, service: Service | None, second: Service | None) -> str:
    """How sure it is, in words that visitor and consultant can both read."""
    if service is None:
        if second and result.certainty is Certainty.CLOSE:
            return f"Es ist knapp: Bis zu einer Empfehlung für {second.title} fehlt nicht viel."
        return "In keinem Bereich zeigt sich eine Lücke, für die es Hilfe von außen bräuchte."
    if second is None:
        return f"Die Antworten sprechen für {service.title}."
    match result.certainty:
        case Certainty.CLEAR:
            return f"Das ist eindeutig: Die Antworten sprechen klar für {service.title}."
        case Certainty.RATHER:
            return f"Die Antworten sprechen eher für {service.title} als für {second.title}."
        case Certainty.CLOSE:
            return (
                f"Es ist knapp: {service.title} liegt nur wenig vor {second.title}. "
                "Im Gespräch klärt sich, womit es besser anfängt."
            )


def _reasons(result: Result, service: Service) -> tuple[QuotedReason, ...]:
    need = round(result.needs[service.slug])
    return tuple(
        QuotedReason(
            question_text=reason.question.text,
            answer_text=reason.option.text,
            meaning=reason.question.meaning,
            points=round(reason.points),
            share_text=f"Daher kommen {round(reason.points)} der {need} Punkte "
            f"für {service.title}.",
        )
        for reason in result.reasons
    )


def _margin(result: Result, thresholds: Thresholds, service: Service | None) -> str:
    if service is None:
        return (
            f"Ab {_points(thresholds.no_need_below)} Punkten gäbe es eine Empfehlung, "
            f"dahin fehlen {_points(result.margin)}."
        )
    if result.second is None:
        return f"Ab {_points(thresholds.no_need_below)} Punkten gibt es eine Empfehlung."
    return (
        f"Der Abstand zwischen den ersten beiden ist {_points(result.margin)}. Unter "
        f"{_points(thresholds.close_below)} nenne ich das Ergebnis knapp, "
        f"ab {_points(thresholds.clear_from)} klar."
    )


def _points(points: Fraction) -> str:
    """Points with one decimal if need be, rounded down: what misses a threshold stays below it."""
    tenths = floor(points * 10)
    return f"{tenths // 10},{tenths % 10}" if tenths % 10 else f"{tenths // 10}"


def _change(catalogue: "Catalogue", result: Result) -> str | None:
    change = result.change
    if change is None:
        return None
    other = (
        f"wäre {catalogue.offers.get(change.outcome).title} die Empfehlung gewesen"
        if change.outcome
        else "wäre herausgekommen, dass du dich hier schon auskennst"
    )
    # In the middle of a sentence an answer loses the full stop that it may end with.
    chosen, instead = (
        quoted(option.text.rstrip(".")) for option in (change.chosen, change.instead)
    )
    return (
        f"Hättest du auf die Frage {quoted(change.question.text)} statt {chosen} "
        f"mit {instead} geantwortet, {other}."
    )

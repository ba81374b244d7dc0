"""What the quiz found, in sentences: for the result page, its letter and the consultant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stadtfuehrer.pages.model import Service
from stadtfuehrer.quiz import wording
from stadtfuehrer.quiz.model import Outcome, Quiz, Wording
from stadtfuehrer.quiz.plan import Plan, Street, plan_of
from stadtfuehrer.quiz.plan_wording import SURFACES
from stadtfuehrer.quiz.result import Reason, Result
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

    question_id: str
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
    titles = {slug: offers.get(slug).title for slug in quiz.services}
    plan = plan_of(quiz, result, titles)
    streets = {street.number: street for one in plan.districts for street in one.streets}
    return Findings(
        result=result,
        outcome=quiz.outcome(result),
        service=service,
        level=tuple(map(offers.get, result.level)),
        certainty_text=wording.certainty(titles, result),
        because_text=wording.because(result),
        reasons=tuple(_reason(quiz, result, one, service) for one in result.reasons)
        if service
        else (),
        change=wording.change(titles, result),
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
                question_id=step.question.id,
                number=quiz.questions.index(step.question) + 1,
                theme=step.theme,
                text=step.question.tip,
            )
            for step in result.tips
        ),
        needs=tuple(
            Need(
                title=titles[slug],
                points=wording.points(quiz, need),
                percent=round(need),
                is_recommended=slug == result.recommended,
            )
            for slug, need in result.needs.items()
        ),
        most_points=quiz.most_points,
        margin_text=wording.margin(quiz, result),
        plan=plan,
    )


def quotes(
    quiz: Quiz, answers: Mapping[str, str], shown: Wording | None = None
) -> tuple[Quote, ...]:
    """Every answer with its question as they were shown; without that, as they are now."""
    return tuple(
        Quote(question_text=question, answer_text=answer)
        for question, answer in (shown or quiz.wording(answers)).values()
    )


def _reason(quiz: Quiz, result: Result, reason: Reason, service: Service) -> QuotedReason:
    points = wording.points(quiz, reason.points)
    need = wording.points(quiz, result.needs[service.slug])
    return QuotedReason(
        question_text=reason.question.text,
        answer_text=reason.option.text,
        meaning=wording.meaning(reason),
        points=points,
        share_text=f"Daher kommen {points} der {need} Punkte für {service.title}.",
    )

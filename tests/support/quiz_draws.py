"""Small quizzes drawn at random, and what is promised of them found by trying every answer."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product

from hypothesis import strategies as st

from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.questions import Option, Question
from stadtfuehrer.quiz.scoring import Thresholds
from tests.support.quiz_examples import TEXTS, a_question
from tests.support.quiz_reference import contributions

SERVICES = ("erste", "zweite", "dritte", "vierte")
Answers = dict[str, str]


@st.composite
def even_quizzes(draw: st.DrawFn, *, least_weight: int = 0) -> Quiz:
    """Quizzes whose columns have the same sum; what they promise may still be broken."""
    services = SERVICES[: draw(st.integers(1, 4))]
    weights = st.lists(st.integers(least_weight, 3), min_size=len(services), max_size=len(services))
    rows = draw(st.lists(weights, min_size=1, max_size=2))
    # The last question makes up for what the others leave uneven.
    sums = [sum(column) for column in zip(*rows, strict=True)]
    total = max(sums) + draw(st.integers(0, 3))
    rows.append([total - one for one in sums])
    gap = st.integers(0, 12).map(lambda quarters: Fraction(quarters, 4))
    limits = sorted(draw(st.lists(st.integers(0, 100), min_size=2, max_size=2)))
    return Quiz(
        services=services,
        questions=tuple(
            replace(
                a_question(f"q{number}", **dict(zip(services, row, strict=True))),
                options=draw(options()),
            )
            for number, row in enumerate(rows)
        ),
        thresholds=Thresholds(
            no_need_below=Fraction(draw(st.integers(1, 100))),
            close_below=Fraction(limits[0]),
            clear_from=Fraction(limits[1]),
        ),
        unknown_gaps={service: draw(gap) for service in services},
        outcomes=dict.fromkeys(services, TEXTS),
        no_need=TEXTS,
    )


def options() -> st.SearchStrategy[tuple[Option, ...]]:
    """From all well to a big gap, with „weiß ich nicht“ in any place."""
    unsure = Option(id="x", text="Weiß ich nicht")
    return st.builds(
        lambda between, at: (
            *(
                scale := [
                    Option(id=f"g{gap}", text=f"Lücke {gap}", gap=gap)
                    for gap in (0, *sorted(between), 3)
                ]
            )[:at],
            unsure,
            *scale[at:],
        ),
        st.sets(st.sampled_from([1, 2])),
        st.integers(0, 4),
    )


def all_sets(quiz: Quiz) -> Iterator[Answers]:
    """Every set of answers."""
    names = [question.id for question in quiz.questions]
    for chosen in product(*([one.id for one in question.options] for question in quiz.questions)):
        yield dict(zip(names, chosen, strict=True))


def broken_promises(quiz: Quiz) -> set[str]:
    """What the quiz promises and does not keep, found by asking for every result."""
    results = {tuple(answers.items()): quiz.result(answers) for answers in all_sets(quiz)}
    columns = [sum(one.weights.get(name, 0) for one in quiz.questions) for name in quiz.services]
    kept = {
        "every outcome is reached": {one.recommended for one in results.values()}
        == {*quiz.services, None},
        "the order of answers does not matter": all(
            quiz.result(dict(reversed(answers))) == result for answers, result in results.items()
        ),
        "points sum to the need": all(
            _sum_of_points(quiz, dict(answers), service) == result.needs[service]
            for answers, result in results.items()
            for service in quiz.services
        ),
        "a result carries the version": {one.quiz_version for one in results.values()}
        == {quiz.version},
        "columns are even": len(set(columns)) == 1,
        "no weight is negative": all(
            weight >= 0 for question in quiz.questions for weight in question.weights.values()
        ),
    }
    for answers, before in results.items():
        for worse, question in _made_worse(quiz, dict(answers)):
            after = results[tuple(worse.items())]
            if any(after.needs[service] < before.needs[service] for service in quiz.services):
                kept["a worse answer lowers no need"] = False
            speaks_most = before.recommended and question.weights[before.recommended] == max(
                question.weights.values()
            )
            if speaks_most and after.recommended != before.recommended:
                kept["worse where it speaks most for the winner keeps the winner"] = False
    return {promise for promise, is_kept in kept.items() if not is_kept}


def _made_worse(quiz: Quiz, answers: Mapping[str, str]) -> Iterator[tuple[Answers, Question]]:
    """Each set with one answer made worse, and whose."""
    for question in quiz.questions:
        gaps = {option.id: option.gap for option in question.options if option.gap is not None}
        gap = gaps.get(answers[question.id], 3)
        for option, worse in gaps.items():
            if worse > gap:
                yield {**answers, question.id: option}, question


def _sum_of_points(quiz: Quiz, answers: Mapping[str, str], service: str) -> Fraction:
    chosen = {
        question.id: option
        for question in quiz.questions
        if (option := question.find_option(answers[question.id]))
    }
    return sum((one.points for one in contributions(quiz, chosen, service)), Fraction(0))

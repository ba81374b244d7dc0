"""The ways through the quiz that its tests take: addresses with answers, and what they carry."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from stadtfuehrer.quiz.questions import Question
from stadtfuehrer.quiz.service import count_run
from tests.support.contexts import full_answers
from tests.support.sites import Site


def questions(site: Site) -> tuple[Question, ...]:
    return site.context.catalogue.quiz.questions


def quiz(answers: Mapping[str, str], **more: str) -> str:
    return f"/quiz?{urlencode({**answers, **more})}"


def result(answers: Mapping[str, str]) -> str:
    return f"/quiz/ergebnis?{urlencode(answers)}"


def query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def finish_many(site: Site, number: int) -> None:
    """Runs of which a quarter answers the worst, the others well."""
    for one in range(number):
        answers = full_answers(site.context, at=3 if one % 4 == 0 else 0)
        now = site.clock()
        assert count_run(site.context, answers, key=str(one), shown_at=now, now=now)

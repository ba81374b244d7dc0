"""The ways through the quiz that its tests take: addresses with answers, and what they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stadtfuehrer.domain.quiz import Question
    from tests.web.sites import Site


def questions(site: Site) -> tuple[Question, ...]:
    return site.office.catalogue.quiz.questions


def quiz(answers: Mapping[str, str], **more: str) -> str:
    return f"/quiz?{urlencode({**answers, **more})}"


def result(answers: Mapping[str, str]) -> str:
    return f"/quiz/ergebnis?{urlencode(answers)}"


def query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))

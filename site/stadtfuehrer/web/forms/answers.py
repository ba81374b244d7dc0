"""The answers to the quiz in a request: under their own names in an address, never in a form.

A question may be called as a field of a form is, ``rueckfrage`` for example, so all answers of a
posted form travel in one field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from flask import request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stadtfuehrer.domain.quiz import Quiz
    from stadtfuehrer.domain.quiz_scoring import Answers

_FIELD = "antworten"


def answers_field(answers: Answers) -> list[tuple[str, str]]:
    """The hidden field that takes the answers along, if there are any."""
    return [(_FIELD, urlencode(answers))] if answers else []


def read_answers(quiz: Quiz) -> tuple[Answers, Mapping[str, str]]:
    """The answers that this request brings along, and what else it says."""
    if request.method == "POST":
        return quiz.read(parse_qsl(request.form.get(_FIELD, ""))).answers, request.form
    reading = quiz.read(request.args.items(multi=True))
    return reading.answers, reading.rest

"""The blueprint that the views of this package belong to, and what is in an address of the quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, request, url_for

from stadtfuehrer.web.forms.answers import answers_field

if TYPE_CHECKING:
    from stadtfuehrer.domain.quiz import Answers

quiz = Blueprint("quiz", __name__)

COUNTED = ("gezaehlt", "1")
"""Stands in the address once a finished run has been counted, so that it is not counted again."""

KEYS_OFF = ("tasten", "aus")


def kept() -> list[tuple[str, str]]:
    """What goes along from page to page beside the answers: keys switched off, a run counted."""
    sent = request.form if request.method == "POST" else request.args
    return [(name, value) for name, value in (KEYS_OFF, COUNTED) if value in sent.getlist(name)]


def hidden_fields(answers: Answers) -> list[tuple[str, str]]:
    """The same with all answers, for a form that is posted."""
    return [*answers_field(answers), *kept()]


def quiz_href(answers: Answers, *more: tuple[str, str]) -> str:
    """The quiz with these answers: the first open question, or all of them to look over."""
    return _href("quiz.question", answers, *more)


def result_href(answers: Answers, *more: tuple[str, str]) -> str:
    """The result of these answers."""
    return _href("quiz.result", answers, *more)


def _href(endpoint: str, answers: Answers, *more: tuple[str, str]) -> str:
    own = dict([*kept(), *more])
    # A question may be called as one of our own parameters: so pairs, and the answers first.
    query = urlencode([*answers.items(), *own.items()])
    return url_for(endpoint) + (f"?{query}" if query else "")

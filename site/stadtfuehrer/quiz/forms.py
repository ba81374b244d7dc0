"""The forms of the quiz."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from flask import request

from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.scoring import Answers
from stadtfuehrer.web.fields import NAME_TOO_LONG, address_field, line_field
from stadtfuehrer.web.forms import KeyedForm

_FIELD = "antworten"


def answers_field(answers: Answers) -> list[tuple[str, str]]:
    """The hidden field that takes the answers along, if there are any."""
    return [(_FIELD, answers_query(answers))] if answers else []


def answers_query(answers: Answers) -> str:
    """Known answers as a query; their ids need no encoding (``laws.ID``), which is slow."""
    return "&".join([f"{question}={option}" for question, option in answers.items()])


def read_answers(quiz: Quiz) -> tuple[Answers, Mapping[str, str]]:
    """The answers that this request brings along, and what else it says."""
    if request.method == "POST":
        return quiz.read(parse_qsl(request.form.get(_FIELD, ""))).answers, request.form
    reading = quiz.read(request.args.items(multi=True))
    return reading.answers, reading.rest


class FinishForm(KeyedForm):
    """The quiz's end: nothing is left to be filled in."""


class ResultForm(KeyedForm):
    """Where the quiz's result is to be sent."""

    email = address_field(missing="Wohin soll das Ergebnis gehen? Die Adresse fehlt.")
    name = line_field("Dein Name", too_long=NAME_TOO_LONG, autocomplete="name")

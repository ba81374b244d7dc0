"""The blueprint that the views of this package belong to, and what is in an address of the quiz."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, request, url_for

from stadtfuehrer.quiz.forms import answers_field
from stadtfuehrer.quiz.model import Quiz, Reading, Unknown
from stadtfuehrer.quiz.scoring import Answers

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


LETTER_ON_ITS_WAY = ("brief", "unterwegs")

OLD_LINK = ("alt", "1")
"""Tells the next page that the link came from an earlier quiz, without repeating what it said."""

_OWN = dict([KEYS_OFF, COUNTED, LETTER_ON_ITS_WAY, OLD_LINK])

_LOST = (
    "Das Quiz hat sich geändert, seit dein Link entstand: Eine Frage ist weggefallen. "
    "Deine Antworten auf die anderen sind noch da."
)


def notices_about(quiz: Quiz, reading: Reading, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """A sentence for each answer that has to be given anew, and one for questions that are gone."""
    notices = [
        f"Deine Antwort auf „{unknown.question.text}“ gibt es so nicht mehr. Bitte wähle neu."
        for unknown in unknown_answers(quiz, reading)
        if unknown.question is not None
    ]
    if lost_a_question(quiz, reading, pairs) or OLD_LINK in pairs:
        notices.append(_LOST)
    return notices


def unknown_answers(quiz: Quiz, reading: Reading) -> list[Unknown]:
    """What the quiz does not know, without the parameters that its pages have themselves."""
    return [one for one in reading.unknown if not _is_own(quiz, one)]


def _is_own(quiz: Quiz, one: Unknown) -> bool:
    """Where a question has the name of a parameter, only the parameter's own values are meant."""
    if one.question_id in {"frage", "weiter"}:
        return one.question is None or quiz.find_question(one.option_id) is not None
    own = _OWN.get(one.question_id)
    return own is not None and (one.question is None or one.option_id == own)


def lost_a_question(quiz: Quiz, reading: Reading, pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether an answer belongs to a question that this quiz no longer has.

    A name that is not ours may also be what others hang onto links. They do so at the end; ours
    stand before other answers, or have one of our answers as their value.
    """
    unknown_files = [one for one in unknown_answers(quiz, reading) if one.question is None]
    if not unknown_files:
        return False
    options = {option.id for one in quiz.questions for option in one.options}
    last = max((at for at, (name, _) in enumerate(pairs) if quiz.find_question(name)), default=-1)
    before = {name for name, _ in pairs[: last + 1]}
    return any(one.option_id in options or one.question_id in before for one in unknown_files)

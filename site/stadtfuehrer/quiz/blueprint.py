"""What the views of the quiz share: its addresses and hidden fields, and pieces of its pages."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from flask import Blueprint, current_app, request, url_for
from markupsafe import Markup

from stadtfuehrer.quiz.model import Quiz, Reading, Unknown
from stadtfuehrer.quiz.questions import Answers
from stadtfuehrer.web import get_context

quiz = Blueprint("quiz", __name__)

COUNTED = ("gezaehlt", "1")
"""Stands in the address once a finished run has been counted, so that it is not counted again."""

KEYS_OFF = ("tasten", "aus")

LETTER_ON_ITS_WAY = ("brief", "unterwegs")

OLD_LINK = ("alt", "1")
"""Tells the next page that the link came from an earlier quiz, without repeating what it said."""

CUT_LINK = ("gekuerzt", "1")
"""Tells the next page that answers are missing behind the link of a letter."""

_OWN = dict([KEYS_OFF, COUNTED, LETTER_ON_ITS_WAY, OLD_LINK, CUT_LINK])

_FIELD = "antworten"

_LOST = (
    "Der Test hat sich geändert, seit dein Link entstand: Eine Frage ist weggefallen. "
    "Deine Antworten auf die anderen sind noch da."
)


_MISSING = (
    "Zu deinem Link fehlen Antworten: Beim Kopieren ist etwas verloren gegangen, oder der Test hat "
    "sich seitdem geändert. Was noch da ist, steht schon darin."
)


def read_answers(quiz: Quiz) -> tuple[Answers, Mapping[str, str]]:
    """The answers that this request brings along, and what else it says."""
    if request.method == "POST":
        return quiz.read(parse_qsl(request.form.get(_FIELD, ""))).answers, request.form
    reading = quiz.read(request.args.items(multi=True))
    return reading.answers, reading.rest


def answers_field(answers: Answers) -> list[tuple[str, str]]:
    """The hidden field that takes the answers along, if there are any."""
    return [(_FIELD, in_query(answers))] if answers else []


def hidden_fields(answers: Answers) -> list[tuple[str, str]]:
    """All that goes along from page to page, for a form that is posted."""
    return [*answers_field(answers), *carried()]


def carried() -> list[tuple[str, str]]:
    """What goes along beside the answers: keys switched off, a run counted."""
    sent = request.form if request.method == "POST" else request.args
    return [(name, value) for name, value in (KEYS_OFF, COUNTED) if value in sent.getlist(name)]


def in_query(answers: Answers, *more: tuple[str, str]) -> str:
    """Answers and our own parameters for an address; their ids need no quoting (``laws.ID``)."""
    # A question may be called as one of our own parameters: so pairs, and the answers first.
    return "&".join(map("=".join, [*answers.items(), *dict(more).items()]))


def href(endpoint: str, answers: Answers, *more: tuple[str, str]) -> str:
    """A page of the quiz with these answers, for a redirect.

    Templates put ``in_query`` behind an address of theirs, since Flask takes long to build one.
    """
    query = in_query(answers, *carried(), *more)
    return url_for(endpoint) + (f"?{query}" if query else "")


def notices_about(quiz: Quiz, reading: Reading, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """A sentence for each answer that has to be given anew, and one for questions that are gone."""
    notices = [
        f"Deine Antwort auf „{unknown.question.text}“ gibt es so nicht mehr. Bitte wähle neu."
        for unknown in unknown_answers(quiz, reading)
        if unknown.question is not None
    ]
    if lost_a_question(quiz, reading, pairs) or OLD_LINK in pairs:
        notices.append(_LOST)
    if CUT_LINK in pairs:
        notices.append(_MISSING)
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
    unknown = [one for one in unknown_answers(quiz, reading) if one.question is None]
    if not unknown:
        return False
    options = {option.id for one in quiz.questions for option in one.options}
    last = max((at for at, (name, _) in enumerate(pairs) if quiz.find_question(name)), default=-1)
    before = {name for name, _ in pairs[: last + 1]}
    return any(one.option_id in options or one.question_id in before for one in unknown)


_PARTS = "stadtfuehrer.quiz_parts"

_MOST_PARTS = 4096
"""What others answered changes, and makes new ones."""


def part(name: str, /, *key: object, **given: object) -> Markup:
    """A piece of a page, rendered when it is first asked for: ``walk.stop`` is a macro in a file.

    ``key`` decides what it says. Never give it what a visitor wrote: an answer is one of a few.
    A result has six hundred places where a value is put into HTML, and nearly all of them say the
    same to everybody who gave the same answer; filling them took most of the page's time.
    """
    context, known = current_app.extensions.get(_PARTS, (None, {}))
    if context is not get_context() or len(known) > _MOST_PARTS:
        known = {}
        current_app.extensions[_PARTS] = (get_context(), known)
    found: Markup | None = known.get((name, key))
    if found is None:
        file, _, macro = name.partition(".")
        macros = current_app.jinja_env.get_template(f"quiz/{file}.html").module
        found = known[name, key] = getattr(macros, macro)(**given)
    return found

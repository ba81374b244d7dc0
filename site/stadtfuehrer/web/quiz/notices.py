"""What is said about answers that today's quiz does not know, perhaps out of an old link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtfuehrer.web.quiz.blueprint import COUNTED, KEYS_OFF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stadtfuehrer.domain.quiz import Quiz, Reading, Unknown

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
    strangers = [one for one in unknown_answers(quiz, reading) if one.question is None]
    if not strangers:
        return False
    options = {option.id for one in quiz.questions for option in one.options}
    last = max((at for at, (name, _) in enumerate(pairs) if quiz.find_question(name)), default=-1)
    before = {name for name, _ in pairs[: last + 1]}
    return any(one.option_id in options or one.question_id in before for one in strangers)

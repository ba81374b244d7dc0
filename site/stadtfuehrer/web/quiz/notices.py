"""What is said about answers that today's quiz does not know, perhaps out of an old link."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stadtfuehrer.domain.quiz import Quiz, Reading

OLD_LINK = {"alt": "1"}
"""Tells the next page that the link came from an earlier quiz, without repeating what it said."""

_LOST = (
    "Das Quiz hat sich geändert, seit dein Link entstand: Eine Frage ist weggefallen. "
    "Deine Antworten auf die anderen sind noch da."
)


def notices_about(quiz: Quiz, reading: Reading, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """A sentence for each answer that has to be given anew, and one for questions that are gone."""
    notices = [
        f"Deine Antwort auf „{unknown.question.text}“ gibt es so nicht mehr. Bitte wähle neu."
        for unknown in reading.unknown
        if unknown.question is not None
    ]
    if lost_a_question(quiz, reading, pairs) or set(OLD_LINK.items()) <= set(pairs):
        notices.append(_LOST)
    return notices


def lost_a_question(quiz: Quiz, reading: Reading, pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether an answer belongs to a question that this quiz no longer has.

    A name that is not ours may also be what others hang onto links. They do so at the end; ours
    stand before other answers, or have one of our answers as their value.
    """
    own = {one.id for one in quiz.questions}
    options = {option.id for one in quiz.questions for option in one.options}
    last = max((at for at, (name, _) in enumerate(pairs) if name in own), default=-1)
    before = {name for name, _ in pairs[: last + 1]}
    return any(
        one.question is None and (one.option_id in options or one.question_id in before)
        for one in reading.unknown
    )

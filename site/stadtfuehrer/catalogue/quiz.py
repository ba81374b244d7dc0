"""``quiz.toml`` → the quiz, which satisfies all its laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtfuehrer.catalogue.files import validate
from stadtfuehrer.domain.quiz import Quiz
from stadtfuehrer.domain.quiz_laws import broken_laws
from stadtfuehrer.settings.toml import parse_toml, read_text, refuse

if TYPE_CHECKING:
    from pathlib import Path


def load_quiz(path: Path) -> Quiz:
    """The quiz in this file.

    Raises:
        MistakesFound: with every mistake in the file.

    """
    quiz = validate(path, Quiz, parse_toml(path, read_text(path)))
    if broken := broken_laws(quiz):
        refuse(path, broken)
    return quiz

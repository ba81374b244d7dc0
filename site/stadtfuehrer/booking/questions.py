"""What a kind of consultation asks of its own, besides what every booking form asks."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST_QUESTIONS = 5
"""More would be a questionnaire in front of a door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, answered in words where it has no ``choices``; ``why`` says what it is for."""

    id: str
    text: str
    choices: tuple[str, ...] = ()
    required: bool = False
    why: str = ""

    @property
    def field_name(self) -> str:
        """What the form's field is called: no field of the visitor's is called so."""
        return f"frage-{self.id}"

    def answered(self, text: str) -> "OwnAnswer":
        """An answer to it, as it is kept."""
        return OwnAnswer(self.text, text, bool(self.choices))


class OwnAnswer(NamedTuple):
    """An answer with its question in the words in which it was asked.

    ``is_chosen``: out of choices, so that it holds nothing that anybody typed.
    """

    question: str
    text: str
    is_chosen: bool


def fingerprint(questions: Sequence[Question]) -> str:
    """Eight digits that differ where anything about the questions does; empty for none."""
    if not questions:
        return ""
    return hashlib.sha256(repr([*questions]).encode()).hexdigest()[:8]

"""A question of the quiz with its answers, as the consultant writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

Answers = Mapping[str, str]
"""Question id → option id."""

MAX_GAP = 3

OPEN_FROM = 2
"""From this gap on a theme is open, as it is with „weiß ich nicht“."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer; ``gap`` runs from 0 (all well) to 3 (big gap), None is „weiß ich nicht“."""

    id: str
    text: str
    gap: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is left to be done about it, or to be found out."""
        return self.gap is None or self.gap >= OPEN_FROM


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question about one theme, and how much its gap speaks for each service."""

    id: str
    theme: str
    place: str
    """Where in the city it is asked."""
    text: str
    why: str
    """Why it is asked, for the visitor."""
    meaning: str
    """What a gap means here, for the reasons in the result."""
    tip: str
    """What visitors can do about a gap by themselves, within a week."""
    dialogue: bool = False
    """Whether it tells how far people are answered: its street on the map has directions."""
    options: tuple[Option, ...]
    weights: Mapping[str, int]
    """Service slug → weight; a service that is left out has weight 0."""

    def find_option(self, option_id: str) -> Option | None:
        """The answer with this id, or None."""
        return self._by_id.get(option_id)

    @cached_property
    def _by_id(self) -> Mapping[str, Option]:
        # Of a quiz that is refused anyway, the first of two with the same id.
        return {one.id: one for one in reversed(self.options)}

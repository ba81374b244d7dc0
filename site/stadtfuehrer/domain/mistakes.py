"""A mistake in what the consultant wrote: settings or content."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake: the file, the place in it (``booking.kinds[0].minutes``), why (in German)."""

    file: str
    place: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.place}" if self.place else self.file
        return f"{where}: {self.reason}"


class MistakesFound(Exception):  # noqa: N818 - it names what happened, several mistakes at once
    """What was written cannot be used; carries every mistake that was found, not only the first."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes

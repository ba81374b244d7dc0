"""The types of what writes a settings file and reads its mistakes."""

from collections.abc import Callable
from pathlib import Path

Mistakes = list[tuple[str, str]]
Write = Callable[..., Path]
MistakesIn = Callable[..., Mistakes]

"""Shipped texts as TOML and Markdown, where they lie, and how they become values."""

from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from stadtfuehrer.settings.errors import Mistake, MistakesFound, refuse, translate_errors
from stadtfuehrer.text import missing_text

T = TypeVar("T")

SHIPPED = Path(__file__).parent

ARTICLES = "articles"
"""The one folder in which an instance may have files of its own names."""


class ContentFiles:
    """The shipped content; a file of the same name in the instance replaces one of it."""

    def __init__(self, instance: Path) -> None:
        self._own = instance / "content"

    def find(self, name: str) -> Path:
        """The file to read for this name (``quiz.toml``): the instance's own, else the shipped."""
        own = self._own / name
        return own if own.exists() else SHIPPED / name

    def page_slugs(self) -> list[str]:
        """The slugs of all pages; there are those that are shipped, since each has its route."""
        return sorted(path.stem for path in SHIPPED.glob("pages/*.md"))

    def article_slugs(self) -> list[str]:
        """The slugs of all articles, shipped and own."""
        folders = (SHIPPED / ARTICLES, self._own / ARTICLES)
        return sorted(
            {path.stem for folder in folders for path in folder.glob("*.md") if is_meant(path.name)}
        )

    def unknown_files(self) -> list[Mistake]:
        """A mistake for each file of the instance that stands for nothing and would be ignored."""
        return [
            Mistake(file=str(path), place="", reason="eine Datei dieses Namens wird nicht gelesen")
            for path in sorted([*self._own.rglob("*.toml"), *self._own.rglob("*.md")])
            if is_meant(*path.relative_to(self._own).parts)
            if not (SHIPPED / path.relative_to(self._own)).exists()
            if path.suffix != ".md" or path.parent != self._own / ARTICLES
        ]


def is_meant(*names: str) -> bool:
    """Whether somebody wrote a file of this path, rather than a system or an editor.

    macOS puts ``._a.md`` beside files on foreign disks and ``__MACOSX`` into archives; editors
    hide what they are working on. All else that they leave has another ending.
    """
    return not any(name.startswith((".", "~", "__MACOSX")) for name in names)


def validate(path: Path, shape: type[T], content: object, *, filled: bool = False) -> T:
    """Turn parsed TOML into a value of the dataclass ``shape``; unknown keys are refused.

    With ``filled`` no text in it may be blank and no list empty. Raises MistakesFound with the
    place of each mistake, as in ``questions[3].options[1].text``.
    """
    try:
        value = TypeAdapter(shape).validate_python(content, extra="forbid")
    except ValidationError as error:
        raise MistakesFound(tuple(translate_errors(error, file=str(path), shape=shape))) from error
    if blank := missing_text(value) if filled else []:
        refuse(path, [(place, "hier fehlt der Text") for place in blank])
    return value

"""``pages/*.md`` → HTML: a TOML block with title and description, then Markdown and facts."""

# Without `from __future__ import annotations`: content is validated into these types, for which
# their annotations must be real.
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from stadtfuehrer.catalogue.files import refuse_blanks, validate
from stadtfuehrer.catalogue.markdown import Facts, split_file, to_html
from stadtfuehrer.settings.values import TomlDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of running text; the template makes the h1 of ``title``, ``html`` has none."""

    slug: str
    title: str
    description: str
    html: str
    updated: date | None
    """The day of the last change, for search engines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    title: str
    description: str
    updated: TomlDate | None = None


def load_page(path: Path, facts: Facts) -> Page:
    """The page in this file, with ``{{ name }}`` replaced by facts.

    Raises:
        MistakesFound: with every mistake that one reading of the file can find.

    """
    given, body = split_file(path, needs="title und description")
    head = validate(path, _Head, given)
    refuse_blanks(path, head)
    return Page(
        slug=path.stem,
        title=head.title,
        description=head.description,
        html=to_html(body, facts),
        updated=head.updated,
    )

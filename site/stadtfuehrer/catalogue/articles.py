"""``articles/*.md`` → what there is to read under „Stadtgespräch“; a file is an article."""

# Without `from __future__ import annotations`: content is validated into these types, for which
# their annotations must be real.
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from stadtfuehrer.catalogue.files import refuse_blanks, validate
from stadtfuehrer.catalogue.markdown import Facts, plain_text, split_file, to_html
from stadtfuehrer.domain.offers import SLUG
from stadtfuehrer.settings.toml import refuse
from stadtfuehrer.settings.values import Flag, TomlDate

WORDS_A_MINUTE = 200
"""Quiet reading on a screen; 238 is the average in English (Brysbaert 2019)."""

_WORD = re.compile(r"\w[\w-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article; the template makes the h1 of ``title``, ``html`` has none."""

    slug: str
    title: str
    description: str
    published: date
    updated: date
    """The day of the last change; that of publication if there was none."""
    minutes: int
    """How long it takes to read."""
    html: str

    @property
    def reading_time(self) -> str:
        """The minutes in words, which stay on one line."""
        return f"{self.minutes}\u00a0{'Minute' if self.minutes == 1 else 'Minuten'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    title: str
    description: str
    date: TomlDate
    updated: TomlDate | None = None
    draft: Flag = False


def load_article(path: Path, facts: Facts) -> Article | None:
    """The article in this file, with ``{{ name }}`` replaced by facts; None for a draft.

    Raises:
        MistakesFound: with every mistake that one reading of the file can find.

    """
    given, body = split_file(path, needs="title, description und date")
    head = validate(path, _Head, given)
    refuse_blanks(path, head)
    updated = head.updated or head.date
    if updated < head.date:
        refuse(path, [("updated", f"liegt vor dem Tag der Veröffentlichung ({head.date})")])
    if not SLUG.fullmatch(path.stem):
        reason = (
            "der Dateiname wird zur Adresse: beginnt mit einem Buchstaben, dann höchstens 39 "
            "weitere Zeichen, nur Kleinbuchstaben a–z, Ziffern und Bindestriche"
        )
        refuse(path, [("", reason)])
    html = to_html(body, facts)
    words = len(_WORD.findall(plain_text(html)))
    if not words:
        refuse(path, [(body.place(1), "hier fehlt der Text")])
    if head.draft:
        return None
    return Article(
        slug=path.stem,
        title=head.title,
        description=head.description,
        published=head.date,
        updated=updated,
        minutes=max(1, round(words / WORDS_A_MINUTE)),
        html=html,
    )

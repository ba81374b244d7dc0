"""``fragen.toml`` → what people ask, in groups, each answer with an address of its own."""

# Without `from __future__ import annotations`: content is validated into these types, for which
# their annotations must be real.
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from stadtfuehrer.catalogue.files import refuse_blanks, validate
from stadtfuehrer.catalogue.markdown import Facts, Passage, to_html
from stadtfuehrer.domain.offers import SLUG
from stadtfuehrer.settings.toml import parse_toml, read_text, refuse
from stadtfuehrer.settings.values import TomlDate


@dataclass(frozen=True, slots=True, kw_only=True)
class FaqEntry:
    """A question and its answer: Markdown in the file, HTML once it is loaded."""

    id: str
    """Its place on the page, as in ``/fragen#kosten``."""
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaqGroup:
    """Questions that belong together."""

    title: str
    entries: tuple[FaqEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Faq:
    """The page of questions."""

    title: str
    description: str
    lead: str
    groups: tuple[FaqGroup, ...]
    updated: TomlDate | None = None


def load_faq(path: Path, facts: Facts) -> Faq:
    """The questions in this file, with ``{{ name }}`` in the answers replaced by facts.

    Raises:
        MistakesFound: with every mistake that one reading of the file can find.

    """
    faq = validate(path, Faq, parse_toml(path, read_text(path)))
    refuse_blanks(path, faq)
    if broken := list(_broken_ids(faq)):
        refuse(path, broken)

    def answered(entry: FaqEntry, place: str) -> FaqEntry:
        passage = Passage(path=path, text=entry.answer, key=f"{place}.answer")
        return replace(entry, answer=to_html(passage, facts, headings=False))

    return replace(
        faq,
        groups=tuple(
            replace(
                group,
                entries=tuple(
                    answered(entry, f"groups[{at}].entries[{number}]")
                    for number, entry in enumerate(group.entries)
                ),
            )
            for at, group in enumerate(faq.groups)
        ),
    )


def _broken_ids(faq: Faq) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for at, group in enumerate(faq.groups):
        for number, entry in enumerate(group.entries):
            place = f"groups[{at}].entries[{number}].id"
            if not SLUG.fullmatch(entry.id):
                yield place, "nur Kleinbuchstaben a–z, Ziffern und Bindestriche"
            if entry.id in seen:
                yield place, f"„{entry.id}“ gibt es schon"
            seen.add(entry.id)

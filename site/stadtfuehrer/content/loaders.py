"""Each kind of content file → the value that it stands for, with ``{{ name }}`` filled in by facts.

Each raises MistakesFound, with every mistake that one reading of its file can find.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, get_args

from stadtfuehrer.content import SHIPPED, validate
from stadtfuehrer.content.markdown import Facts, Passage, split_file, to_html
from stadtfuehrer.pages.model import (
    SLUG,
    Article,
    Course,
    Faq,
    FaqEntry,
    Offers,
    Page,
    Stage,
    broken_offer_laws,
)
from stadtfuehrer.quiz.laws import broken_laws
from stadtfuehrer.quiz.model import Otherwise, Quiz
from stadtfuehrer.settings.errors import parse_toml, read_text, refuse
from stadtfuehrer.settings.values import Flag, TomlDate
from stadtfuehrer.text import words_of_html

WORDS_A_MINUTE = 200
"""Quiet reading on a screen; 238 is the average in English (Brysbaert 2019)."""

_WORD = re.compile(r"\w[\w-]*")

_Part = TypeVar("_Part", Stage, FaqEntry)


# In files a date is a date, not a text that looks like one. What the pages are made of must not
# know how files are read, so what is read has a shape of its own here.


@dataclass(frozen=True, slots=True, kw_only=True)
class _PageHead:
    title: str
    description: str
    updated: TomlDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArticleHead(_PageHead):
    date: TomlDate
    draft: Flag = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _CourseFile(Course):
    updated: TomlDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _FaqFile(Faq):
    updated: TomlDate | None = None


def load_page(path: Path, facts: Facts) -> Page:
    """The page of running text in this file."""
    given, body = split_file(path, needs="title und description")
    head = validate(path, _PageHead, given, filled=True)
    return Page(
        slug=path.stem,
        title=head.title,
        description=head.description,
        html=to_html(body, facts),
        updated=head.updated,
    )


def load_article(path: Path, facts: Facts, *, drafts: bool = False) -> Article | None:
    """The article in this file; None for a draft unless wanted, which is checked all the same."""
    given, body = split_file(path, needs="title, description und date")
    head = validate(path, _ArticleHead, given, filled=True)
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
    words = len(_WORD.findall(words_of_html(html)))
    if not words:
        refuse(path, [(body.place(1), "hier fehlt der Text")])
    if head.draft and not drafts:
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


def load_course(path: Path, facts: Facts) -> Course:
    """The stages of the way in this file."""
    read = validate(path, _CourseFile, parse_toml(path, read_text(path)), filled=True)
    texts = ("before", "during", "after", "cost", "back")
    return Course(
        title=read.title,
        description=read.description,
        lead=read.lead,
        updated=read.updated,
        stages=tuple(
            _with_html(stage, texts, path, f"stages[{at}]", facts)
            for at, stage in enumerate(read.stages)
        ),
    )


def load_faq(path: Path, facts: Facts) -> Faq:
    """The questions and answers in this file."""
    read = validate(path, _FaqFile, parse_toml(path, read_text(path)), filled=True)
    if broken := list(_broken_ids(read)):
        refuse(path, broken)
    groups = [
        replace(
            group,
            entries=tuple(
                _with_html(entry, ("answer",), path, f"groups[{at}].entries[{number}]", facts)
                for number, entry in enumerate(group.entries)
            ),
        )
        for at, group in enumerate(read.groups)
    ]
    return Faq(
        title=read.title,
        description=read.description,
        lead=read.lead,
        updated=read.updated,
        groups=tuple(groups),
    )


def _with_html(part: _Part, names: tuple[str, ...], path: Path, place: str, facts: Facts) -> _Part:
    """The part with these of its texts, Markdown in the file, as HTML."""
    html: dict[str, Any] = {}
    for name in names:
        passage = Passage(path=path, text=getattr(part, name), key=f"{place}.{name}")
        html[name] = to_html(passage, facts, headings=False)
    return replace(part, **html)


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


def load_offers(path: Path) -> Offers:
    """The services in this file."""
    offers = validate(path, Offers, parse_toml(path, read_text(path)))
    if broken := broken_offer_laws(offers):
        refuse(path, broken)
    return offers


def load_quiz(path: Path) -> Quiz:
    """The quiz in this file; texts of ``otherwise`` that it leaves out are those of the shipped."""
    quiz = validate(path, Quiz, parse_toml(path, read_text(path)))
    if len(quiz.otherwise) < len(get_args(Otherwise)):
        shipped = load_quiz(SHIPPED / "quiz.toml")
        quiz = replace(quiz, otherwise={**shipped.otherwise, **quiz.otherwise})
    if broken := broken_laws(quiz):
        refuse(path, broken)
    return quiz

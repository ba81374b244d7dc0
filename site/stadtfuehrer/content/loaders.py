"""``articles/*.md`` → what there is to read under „Stadtgespräch“; a file is an article."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from stadtfuehrer.content.files import refuse_blanks, validate
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
from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.settings.errors import parse_toml, read_text, refuse
from stadtfuehrer.settings.values import Flag, TomlDate
from stadtfuehrer.text import words_of_html

WORDS_A_MINUTE = 200
"""Quiet reading on a screen; 238 is the average in English (Brysbaert 2019)."""

_WORD = re.compile(r"\w[\w-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArticleHead:
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
    head = validate(path, _ArticleHead, given)
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
    words = len(_WORD.findall(words_of_html(html)))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _CourseFile(Course):
    updated: TomlDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _FaqFile(Faq):
    updated: TomlDate | None = None


def load_course(path: Path, facts: Facts) -> Course:
    """The stages in this file, with ``{{ name }}`` replaced by facts.

    Raises:
        MistakesFound: with every mistake that one reading of the file can find.

    """
    course = validate(path, _CourseFile, parse_toml(path, read_text(path)))
    refuse_blanks(path, course)

    def told(stage: Stage, place: str) -> Stage:
        def html(name: str, text: str) -> str:
            passage = Passage(path=path, text=text, key=f"{place}.{name}")
            return to_html(passage, facts, headings=False)

        return replace(
            stage,
            before=html("before", stage.before),
            during=html("during", stage.during),
            after=html("after", stage.after),
            cost=html("cost", stage.cost),
            back=html("back", stage.back),
        )

    stages = tuple(told(stage, f"stages[{at}]") for at, stage in enumerate(course.stages))
    return replace(course, stages=stages)


def load_faq(path: Path, facts: Facts) -> Faq:
    """The questions in this file, with ``{{ name }}`` in the answers replaced by facts.

    Raises:
        MistakesFound: with every mistake that one reading of the file can find.

    """
    faq = validate(path, _FaqFile, parse_toml(path, read_text(path)))
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


def load_offers(path: Path) -> Offers:
    """The services in this file.

    Raises:
        MistakesFound: with every mistake in the file.

    """
    offers = validate(path, Offers, parse_toml(path, read_text(path)))
    if broken := broken_offer_laws(offers):
        refuse(path, broken)
    return offers


@dataclass(frozen=True, slots=True, kw_only=True)
class _PageHead:
    title: str
    description: str
    updated: TomlDate | None = None


def load_page(path: Path, facts: Facts) -> Page:
    """The page in this file, with ``{{ name }}`` replaced by facts.

    Raises:
        MistakesFound: with every mistake that one reading of the file can find.

    """
    given, body = split_file(path, needs="title und description")
    head = validate(path, _PageHead, given)
    refuse_blanks(path, head)
    return Page(
        slug=path.stem,
        title=head.title,
        description=head.description,
        html=to_html(body, facts),
        updated=head.updated,
    )


def load_quiz(path: Path) -> Quiz:
    """The quiz in this file.

    Raises:
        MistakesFound: with every mistake in the file.

    """
    quiz = validate(path, Quiz, parse_toml(path, read_text(path)))
    if broken := broken_laws(quiz):
        refuse(path, broken)
    return quiz

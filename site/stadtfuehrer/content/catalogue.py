"""The whole catalogue, read and checked in one go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from stadtfuehrer.content import ContentFiles
from stadtfuehrer.content.loaders import (
    load_article,
    load_course,
    load_faq,
    load_offers,
    load_page,
    load_quiz,
)
from stadtfuehrer.content.markdown import Facts
from stadtfuehrer.pages.model import Article, Course, Faq, Offers, Page
from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.refusals import UnknownArticle, UnknownPage
from stadtfuehrer.settings.errors import Mistake, MistakesFound

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that the site says, apart from its templates; pages by their slug."""

    offers: Offers
    quiz: Quiz
    pages: Mapping[str, Page]
    course: Course
    faq: Faq
    articles: tuple[Article, ...]
    """The newest first."""

    def get_page(self, slug: str) -> Page:
        """The page with this slug. Raises UnknownPage."""
        if slug not in self.pages:
            raise UnknownPage
        return self.pages[slug]

    def get_article(self, slug: str) -> Article:
        """The article with this slug. Raises UnknownArticle."""
        for article in self.articles:
            if article.slug == slug:
                return article
        raise UnknownArticle


def load_catalogue(instance: Path, facts: Facts, *, drafts: bool = False) -> Catalogue:
    """The shipped content, each file replaced by ``<instance>/content/<same name>`` if it is there.

    ``facts`` fill the placeholders; ``services`` and ``quiz_questions`` are added to them. With
    ``drafts`` articles are in it that are held back.
    Raises MistakesFound with the mistakes of all files.
    """
    files = ContentFiles(instance)
    mistakes = files.unknown_files()

    def collect(load: Callable[..., T], name: str, *more: Facts, **also: bool) -> T | None:
        try:
            return load(files.find(name), *more, **also)
        except MistakesFound as found:
            mistakes.extend(found.mistakes)
            return None

    offers = collect(load_offers, "offers.toml")
    quiz = collect(load_quiz, "quiz.toml")
    facts = {
        **facts,
        "services": offers.services if offers else (),
        "quiz_questions": len(quiz.questions) if quiz else 0,
    }
    pages = {
        slug: page
        for slug in files.page_slugs()
        if (page := collect(load_page, f"pages/{slug}.md", facts))
    }
    course = collect(load_course, "ablauf.toml", facts)
    faq = collect(load_faq, "fragen.toml", facts)
    articles = [
        article
        for slug in files.article_slugs()
        if (article := collect(load_article, f"articles/{slug}.md", facts, drafts=drafts))
    ]
    if offers and quiz:
        mistakes += [
            Mistake(
                file=str(files.find("quiz.toml")),
                place=f"services[{number}]",
                reason=f"die Leistung „{slug}“ steht nicht in offers.toml",
            )
            for number, slug in enumerate(quiz.services)
            if offers.find(slug) is None
        ]
    if mistakes or offers is None or quiz is None or course is None or faq is None:
        raise MistakesFound(tuple(mistakes))
    return Catalogue(
        offers=offers,
        quiz=quiz,
        pages=pages,
        course=course,
        faq=faq,
        articles=tuple(sorted(articles, key=lambda one: one.published, reverse=True)),
    )

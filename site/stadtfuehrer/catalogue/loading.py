"""The whole catalogue, read and checked in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from stadtfuehrer.catalogue.articles import load_article
from stadtfuehrer.catalogue.course import load_course
from stadtfuehrer.catalogue.faq import load_faq
from stadtfuehrer.catalogue.files import ContentFiles
from stadtfuehrer.catalogue.offers import load_offers
from stadtfuehrer.catalogue.pages import load_page
from stadtfuehrer.catalogue.quiz import load_quiz
from stadtfuehrer.domain.mistakes import Mistake, MistakesFound
from stadtfuehrer.domain.refusals import UnknownArticle, UnknownPage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from stadtfuehrer.catalogue.articles import Article
    from stadtfuehrer.catalogue.course import Course
    from stadtfuehrer.catalogue.faq import Faq
    from stadtfuehrer.catalogue.markdown import Facts
    from stadtfuehrer.catalogue.pages import Page
    from stadtfuehrer.domain.offers import Offers
    from stadtfuehrer.domain.quiz import Quiz

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
        """The page with this slug.

        Raises:
            UnknownPage: there is none.

        """
        if slug not in self.pages:
            raise UnknownPage
        return self.pages[slug]

    def get_article(self, slug: str) -> Article:
        """The article with this slug.

        Raises:
            UnknownArticle: there is none.

        """
        for article in self.articles:
            if article.slug == slug:
                return article
        raise UnknownArticle


def load_catalogue(instance: Path, facts: Facts) -> Catalogue:
    """The shipped content, each file replaced by ``<instance>/content/<same name>`` if it is there.

    ``facts`` fill the placeholders; ``services`` and ``quiz_questions`` are added to them.

    Raises:
        MistakesFound: with the mistakes of all files.

    """
    files = ContentFiles(instance)
    mistakes = files.strangers()

    def collect(load: Callable[..., T], name: str, *more: Facts) -> T | None:
        try:
            return load(files.find(name), *more)
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
        if (article := collect(load_article, f"articles/{slug}.md", facts))
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

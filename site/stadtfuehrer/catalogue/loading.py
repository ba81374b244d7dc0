"""The whole catalogue, read and checked in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from stadtfuehrer.catalogue.files import ContentFiles
from stadtfuehrer.catalogue.offers import load_offers
from stadtfuehrer.catalogue.pages import load_page
from stadtfuehrer.catalogue.quiz import load_quiz
from stadtfuehrer.domain.mistakes import Mistake, MistakesFound
from stadtfuehrer.domain.refusals import UnknownPage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

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

    def get_page(self, slug: str) -> Page:
        """The page with this slug.

        Raises:
            UnknownPage: there is none.

        """
        if slug not in self.pages:
            raise UnknownPage
        return self.pages[slug]


def load_catalogue(instance: Path, facts: Mapping[str, str]) -> Catalogue:
    """The shipped content, each file replaced by ``<instance>/content/<same name>`` if it is there.

    ``facts`` fill the placeholders of the pages.

    Raises:
        MistakesFound: with the mistakes of all files.

    """
    files = ContentFiles(instance)
    mistakes = files.strangers()

    def collect(load: Callable[..., T], name: str, *more: Mapping[str, str]) -> T | None:
        try:
            return load(files.find(name), *more)
        except MistakesFound as found:
            mistakes.extend(found.mistakes)
            return None

    offers = collect(load_offers, "offers.toml")
    quiz = collect(load_quiz, "quiz.toml")
    pages = {
        slug: page
        for slug in files.page_slugs()
        if (page := collect(load_page, f"pages/{slug}.md", facts))
    }
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
    if mistakes or offers is None or quiz is None:
        raise MistakesFound(tuple(mistakes))
    return Catalogue(offers=offers, quiz=quiz, pages=pages)

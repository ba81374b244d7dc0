"""What a sight is: a page in one state, shown by a site that has just been emptied."""

from collections.abc import Callable, Mapping
from typing import TypeAlias
from urllib.parse import urlencode

from tests.support.contexts import in_berlin
from tests.support.neighbour import Demonstration
from tests.support.pages import Page
from tests.support.sites import TYPED, Site

Sight: TypeAlias = Callable[[Demonstration], Page]


START, OTHER = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-06 11:00")
FORM = "/termin/kennenlernen/20260305T080000Z"
BOOK = "Termin buchen"


def get(path: str, *, status: int = 200) -> Sight:
    """The page at this address."""
    return lambda site: site.guest.get(path, status=status)


def answered(site: Demonstration, gaps: str) -> dict[str, str]:
    """Answers to the first questions: a digit says which, „4“ is „weiß ich nicht“."""
    questions = site.context.catalogue.quiz.questions
    return {
        question.id: question.options[int(gap)].id
        for question, gap in zip(questions, gaps, strict=False)
    }


def with_answers(path: str, gaps: str, **more: str) -> Sight:
    """The page at this address with answers in its query."""
    return lambda site: site.guest.get(f"{path}?{urlencode(answered(site, gaps) | more)}")


def booked(site: Site, **typed: str) -> str:
    """Book through the form with every field filled in; the booking's address."""
    return site.guest.press(site.guest.get(FORM), BOOK, TYPED | typed).location


def refused(path: str, button: str, typed: Mapping[str, str]) -> Sight:
    """The form at this address as it comes back with its mistakes."""
    return lambda site: site.guest.press(site.guest.get(path), button, typed, status=422)

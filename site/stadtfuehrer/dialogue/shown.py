"""What pages show of the dialogue: what is published, what came of it, how long an answer takes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.dialogue import store
from stadtfuehrer.dialogue.model import (
    ANSWERS_COUNT_FOR,
    Kind,
    Satisfaction,
    Voice,
    usual_wait,
    wait_in_words,
)
from stadtfuehrer.refusals import UnknownVoice

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

A_PAGE = 20

ON_A_PAGE = 5
"""So many of the newest questions stand under the page that they were asked from."""

VOICES = 3
"""So many guests' words stand on a page, the newest."""

FEWEST_SATISFIED = 5
"""With fewer of them the page gives no numbers."""

MOST_IN_SITEMAP = 40_000
"""A sitemap may name 50,000 pages (sitemaps.org)."""

_MOST_WAITS = 500

_LETTERS_UNDER = "/stadtgespraech/"


def kind_under(about: str) -> Kind:
    """What somebody writes under a page: under an article, a letter to its author."""
    return Kind.LETTER if about.startswith(_LETTERS_UNDER) else Kind.QUESTION


def title_of(context: "AppContext", path: str) -> str:
    """The title of the page that something was said under; empty if it is none (any more)."""
    return _titles(context).get(path, "")


def _titles(context: "AppContext") -> dict[str, str]:
    catalogue = context.catalogue
    return {
        "/": "Startseite",
        "/angebot": "Angebot und Preise",
        **{f"/angebot/{one.slug}": one.title for one in catalogue.offers.services},
        "/ablauf": catalogue.course.title,
        "/fragen": catalogue.faq.title,
        "/ueber": catalogue.get_page("ueber").title,
        "/quiz": "Test",
        "/termin": "Termin",
        "/gehoert": "Gehört, getan",
        "/stadtgespraech": "Stadtgespräch",
        **{f"{_LETTERS_UNDER}{one.slug}": one.title for one in catalogue.articles},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page of what is published, the newest first."""

    voices: list[Voice]
    goes_on: bool


def questions(context: "AppContext", *, page: int = 1) -> Shown:
    """Questions with their answers."""
    return _page(context, {Kind.QUESTION}, page=page)


def questions_about(context: "AppContext", path: str) -> list[Voice]:
    """The newest questions that were asked from a page."""
    with context.database.read() as session:
        return store.published(session, {Kind.QUESTION}, most=ON_A_PAGE, about=path)


def letters_about(context: "AppContext", path: str, *, page: int = 1) -> Shown:
    """Readers' letters about an article."""
    return _page(context, {Kind.LETTER}, page=page, about=path)


def newest(context: "AppContext") -> list[Voice]:
    """The newest questions and readers' letters, for the feed."""
    with context.database.read() as session:
        return store.published(session, {Kind.QUESTION, Kind.LETTER}, most=A_PAGE)


def questions_in_sitemap(context: "AppContext") -> list[tuple[int, date]]:
    """Number and day of the last change of every question."""
    zone = context.rules.zone
    with context.database.read() as session:
        found = store.published_on(session, Kind.QUESTION, most=MOST_IN_SITEMAP)
    return [(id_, changed.astimezone(zone).date()) for id_, changed in found]


def get_question(context: "AppContext", voice_id: int) -> Voice:
    """A question that is published. Raises UnknownVoice."""
    with context.database.read() as session:
        voice = store.get_voice(session, voice_id)
    if voice.kind is not Kind.QUESTION or voice.published_at is None:
        raise UnknownVoice
    return voice


def heard(context: "AppContext", *, page: int = 1) -> Shown:
    """What came of what was said."""
    with context.database.read() as session:
        found = store.heard(session, most=A_PAGE + 1, after=(page - 1) * A_PAGE)
    return Shown(voices=found[:A_PAGE], goes_on=len(found) > A_PAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guests:
    """What guests said of their consultations: the newest words that may be shown.

    ``answered`` and ``satisfied`` are how many said how it was, and how many of them were rather
    satisfied at least; both 0 while they are too few.
    """

    voices: list[Voice]
    answered: int
    satisfied: int


def guests(context: "AppContext") -> Guests:
    """What home, offers and the guide's page show of guests."""
    with context.database.read() as session:
        voices = store.published(session, {Kind.FEEDBACK}, most=VOICES)
        counts = store.satisfied(session)
    answered = sum(counts.values())
    happy = sum(counts.get(one.value, 0) for one in (Satisfaction.VERY, Satisfaction.RATHER))
    enough = answered >= FEWEST_SATISFIED
    return Guests(
        voices=voices, answered=answered if enough else 0, satisfied=happy if enough else 0
    )


def find_usual_wait(context: "AppContext", *, now: datetime) -> timedelta | None:
    """How long an answer takes, the median of the last 90 days; None while there are too few."""
    with context.database.read() as session:
        waits = store.waits(session, since=now - ANSWERS_COUNT_FOR, most=_MOST_WAITS)
    return usual_wait([answered_at - said_at for said_at, answered_at in waits])


def usual_wait_in_words(context: "AppContext", *, now: datetime) -> str:
    """The same as of a minute ago at most, in German; empty while there are too few answers."""
    wait = context.usual_wait.look(lambda: find_usual_wait(context, now=now), now=now)
    return wait_in_words(wait) if wait is not None else ""


def _page(context: "AppContext", kinds: set[Kind], *, page: int, about: str | None = None) -> Shown:
    after = (page - 1) * A_PAGE
    with context.database.read() as session:
        found = store.published(session, kinds, most=A_PAGE + 1, after=after, about=about)
    return Shown(voices=found[:A_PAGE], goes_on=len(found) > A_PAGE)

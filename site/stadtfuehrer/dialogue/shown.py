"""What pages show of the dialogue: what is published, what came of it, how long an answer takes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.dialogue import count_store, store
from stadtfuehrer.dialogue.model import ANSWERS_COUNT_FOR, Kind, Satisfaction, Voice, wait_in_words
from stadtfuehrer.refusals import UnknownVoice

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

A_PAGE = 20

ON_A_PAGE = 5
"""So many of the newest questions stand under the page that they were asked from."""

LETTERS = 10
"""So many readers' letters stand under an article at once: they are shown whole."""

VOICES = 3
"""So many guests' words stand on a page, the newest."""

FEWEST_SATISFIED = 5
"""With fewer of them the page gives no numbers."""

MOST_IN_SITEMAP = 40_000
"""A sitemap may name 50,000 pages (sitemaps.org)."""

_LETTERS_UNDER = "/stadtgespraech/"


def kind_under(about: str) -> Kind:
    """What somebody writes under a page: under an article, a letter to its author."""
    return Kind.LETTER if about.startswith(_LETTERS_UNDER) else Kind.QUESTION


def title_of(context: "AppContext", path: str) -> str:
    """The title of the page that something was said under; empty if it is none (any more)."""
    return titles(context).get(path, "")


def titles(context: "AppContext") -> dict[str, str]:
    """The title of every page under which something can be said, by its path."""
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


def path_of(voice: Voice) -> str:
    """Where it can be read by everybody; empty while it is not published."""
    if not voice.published_at:
        return ""
    match voice.kind:
        case Kind.QUESTION:
            return f"/fragen/{voice.id}"
        case Kind.LETTER:
            return f"{voice.about}#brief-{voice.id}"
        case _:
            return "/ueber#stimmen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page of what is published, the newest first; ``number`` are all, ``page`` begins at 1."""

    voices: list[Voice]
    number: int
    page: int
    goes_on: bool


NOTHING = Shown(voices=[], number=0, page=1, goes_on=False)


def questions(context: "AppContext", *, page: int = 1) -> Shown:
    """Questions with their answers. Raises UnknownVoice: there are not so many pages."""
    with context.database.read() as session:
        return _page(
            store.published(session, Kind.QUESTION, most=A_PAGE, after=(page - 1) * A_PAGE),
            store.count_published(session, Kind.QUESTION),
            page=page,
            most=A_PAGE,
        )


def questions_about(context: "AppContext", path: str) -> list[Voice]:
    """The newest questions that were asked from a page."""
    with context.database.read() as session:
        return store.published(session, Kind.QUESTION, most=ON_A_PAGE, about=path)


def letters_about(context: "AppContext", path: str, *, page: int = 1) -> Shown:
    """Readers' letters about an article. Raises UnknownVoice: there are not so many pages."""
    after = (page - 1) * LETTERS
    with context.database.read() as session:
        return _page(
            store.published(session, Kind.LETTER, most=LETTERS, after=after, about=path),
            store.count_published(session, Kind.LETTER, about=path),
            page=page,
            most=LETTERS,
        )


def newest(context: "AppContext") -> list[Voice]:
    """The newest questions and readers' letters, for the feed; as many of each at most."""
    # An index leads to the newest of one kind; those of two would have to be sorted.
    with context.database.read() as session:
        return [
            *store.published(session, Kind.QUESTION, most=A_PAGE),
            *store.published(session, Kind.LETTER, most=A_PAGE),
        ]


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
    """What came of what was said. Raises UnknownVoice: there are not so many pages."""
    with context.database.read() as session:
        return _page(
            store.heard(session, most=A_PAGE, after=(page - 1) * A_PAGE),
            store.count_heard(session),
            page=page,
            most=A_PAGE,
        )


def last_heard_on(context: "AppContext") -> date | None:
    """The day on which something was heard last."""
    with context.database.read() as session:
        newest = store.heard(session, most=1)
    days = [one.heard_at.astimezone(context.rules.zone).date() for one in newest if one.heard_at]
    return days[0] if days else None


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
        voices = store.published(session, Kind.FEEDBACK, most=VOICES)
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
        return count_store.find_usual_wait(session, since=now - ANSWERS_COUNT_FOR)


def usual_wait_in_words(context: "AppContext", *, now: datetime) -> str:
    """The same as of a minute ago at most, in German; empty while there are too few answers."""
    wait = context.usual_wait.look(lambda: find_usual_wait(context, now=now), now=now)
    return wait_in_words(wait) if wait is not None else ""


def _page(voices: list[Voice], number: int, *, page: int, most: int) -> Shown:
    if page > 1 and not voices:
        raise UnknownVoice
    return Shown(voices=voices, number=number, page=page, goes_on=page * most < number)

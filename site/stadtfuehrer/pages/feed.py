"""What a feed reader is told of: the articles, and what people asked and wrote."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from flask import current_app, url_for

from stadtfuehrer.dialogue import shown
from stadtfuehrer.dialogue.model import Kind, Voice
from stadtfuehrer.pages.model import Article
from stadtfuehrer.pages.structured_data import external, with_host
from stadtfuehrer.text import plain_text
from stadtfuehrer.text.markdown import answer_html
from stadtfuehrer.web import get_context

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry; dates as RFC 3339 writes them, in UTC. Without an author it is the feed's."""

    url: str
    title: str
    published: str
    updated: str
    html: str
    summary: str = ""
    author: str = ""


def entries(context: "AppContext") -> list[Entry]:
    """Every article and the newest of what people said, the newest first."""
    titles = shown.titles(context)
    found = [_of_article(one) for one in context.catalogue.articles]
    found += [
        _of_voice(one, titles.get(one.about, ""))
        for one in shown.newest(context)
        # A letter has no page without its article.
        if one.kind is Kind.QUESTION or one.about in titles
    ]
    return sorted(found, key=lambda one: one.published, reverse=True)


def _of_article(article: Article) -> Entry:
    return Entry(
        url=external(url_for("pages.article", slug=article.slug)),
        title=article.title,
        published=_noon(article.published),
        updated=_noon(article.updated),
        html=with_host(article.html),
        summary=article.description,
    )


def _of_voice(voice: Voice, about: str) -> Entry:
    published = voice.published_at or voice.said_at
    is_letter = voice.kind is Kind.LETTER
    # Not by Flask, which would put together for each what pages need.
    said = current_app.jinja_env.get_template("pages/feed_voice.html").render(
        voice=voice,
        answer=with_host(answer_html(voice.answer)),
        consultant=get_context().settings.consultant,
    )
    return Entry(
        url=external(shown.path_of(voice)),
        title=f"Leserbrief zu: {about}" if is_letter else plain_text(f"Gefragt: {voice.headline}"),
        published=_instant(published),
        updated=_instant(max(published, voice.changed_at or published)),
        html=plain_text(said),
        author=voice.first_name or "Jemand",
    )


def _noon(day: date) -> str:
    """A day has no time of its own: at noon in UTC it is the same day nearly everywhere."""
    return f"{day}T12:00:00Z"


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

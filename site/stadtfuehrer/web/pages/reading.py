"""„Stadtgespräch“: articles to read, and their feed."""

from __future__ import annotations

from flask import Response, render_template

from stadtfuehrer.domain.refusals import UnknownArticle
from stadtfuehrer.domain.wording import day_of_year_in_words
from stadtfuehrer.web.desk import the_office
from stadtfuehrer.web.pages import found
from stadtfuehrer.web.pages.blueprint import pages


@pages.get("/stadtgespraech")
def articles() -> str:
    """All articles, the newest first."""
    return render_template(
        "pages/articles.html",
        articles=the_office().catalogue.articles,
        dated=day_of_year_in_words,
    )


@pages.get("/stadtgespraech/<slug>")
def article(slug: str) -> str:
    """One article, and a way to answer it."""
    catalogue = the_office().catalogue
    article = catalogue.get_article(slug)
    others = [one for one in catalogue.articles if one.slug != slug][:3]
    return render_template(
        "pages/article.html",
        article=article,
        others=others,
        dated=day_of_year_in_words,
        found=found.article_page(article),
    )


@pages.get("/stadtgespraech/feed.xml")
def feed() -> Response:
    """The articles for feed readers (Atom, RFC 4287)."""
    articles = the_office().catalogue.articles
    if not articles:
        raise UnknownArticle  # A feed must say when it was updated, and this one never was.
    xml = render_template(
        "pages/feed.xml", articles=articles, external=found.external, with_host=found.with_host
    )
    return Response(xml, mimetype="application/atom+xml")

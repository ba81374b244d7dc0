"""The pages that are the same for everyone, and the blueprint of all pages here."""

from flask import Blueprint, Response, render_template, request

from stadtfuehrer.pages import structured_data
from stadtfuehrer.refusals import UnknownArticle
from stadtfuehrer.text.formatting import day_of_year_in_words
from stadtfuehrer.web import get_context
from stadtfuehrer.web.page_cache import cache

pages = Blueprint("pages", __name__)


@pages.before_request
def _cache() -> None:
    """Keep all of them but the one that looks at the database each time."""
    if request.endpoint != "pages.healthz":
        cache()


@pages.get("/")
def home() -> str:
    """What this is, in one screen, and the two ways onward."""
    catalogue = get_context().catalogue
    return render_template(
        "pages/home.html",
        articles=catalogue.articles,
        questions=len(catalogue.quiz.questions),
        structured_data=structured_data.business(),
    )


@pages.get("/angebot")
def offers() -> str:
    """The services side by side."""
    return render_template("pages/offers.html")


@pages.get("/angebot/<slug>")
def offer(slug: str) -> str:
    """One service."""
    offers = get_context().catalogue.offers
    service = offers.get(slug)
    others = [one for one in offers.services if one.slug != slug]
    return render_template(
        "pages/offer.html",
        service=service,
        others=others,
        structured_data=structured_data.offer_page(service),
    )


@pages.get("/ablauf")
def course() -> str:
    """How the guide works, stage by stage."""
    return render_template("pages/course.html", course=get_context().catalogue.course)


@pages.get("/fragen")
def faq() -> str:
    """What people ask."""
    faq = get_context().catalogue.faq
    return render_template("pages/faq.html", faq=faq, structured_data=structured_data.faq_page(faq))


@pages.get("/ueber", endpoint="about", defaults={"slug": "ueber"})
@pages.get("/impressum", endpoint="impressum", defaults={"slug": "impressum"})  # § 5 DDG
@pages.get(
    "/datenschutz", endpoint="datenschutz", defaults={"slug": "datenschutz"}
)  # Art. 13 DSGVO
@pages.get("/barrierefreiheit", endpoint="barrierefreiheit", defaults={"slug": "barrierefreiheit"})
def text(slug: str) -> str:
    """A page of running text: the guide, and what the law wants to be said."""
    return render_template("pages/text.html", page=get_context().catalogue.get_page(slug))


@pages.get("/stadtgespraech")
def articles() -> str:
    """All articles, the newest first."""
    return render_template(
        "pages/articles.html", articles=get_context().catalogue.articles, dated=day_of_year_in_words
    )


@pages.get("/stadtgespraech/<slug>")
def article(slug: str) -> str:
    """One article, and a way to answer it."""
    catalogue = get_context().catalogue
    article = catalogue.get_article(slug)
    others = [one for one in catalogue.articles if one.slug != slug][:3]
    return render_template(
        "pages/article.html",
        article=article,
        others=others,
        dated=day_of_year_in_words,
        structured_data=structured_data.article_page(article),
    )


@pages.get("/stadtgespraech/feed.xml")
def feed() -> Response:
    """The articles for feed readers (Atom, RFC 4287)."""
    articles = get_context().catalogue.articles
    if not articles:
        raise UnknownArticle  # A feed must say when it was updated, and this one never was.
    xml = render_template(
        "pages/feed.xml",
        articles=articles,
        external=structured_data.external,
        with_host=structured_data.with_host,
    )
    return Response(xml, mimetype="application/atom+xml")

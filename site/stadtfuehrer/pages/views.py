"""The pages that are the same for everyone, and the blueprint of all pages here."""

from flask import Blueprint, render_template, request

from stadtfuehrer.dialogue.shown import titles
from stadtfuehrer.pages import structured_data
from stadtfuehrer.pages.voices import asked_here, guests, letters_here, questions_asked
from stadtfuehrer.web import get_context
from stadtfuehrer.web.page_cache import cache
from stadtfuehrer.web.paging import page_asked_for

pages = Blueprint("pages", __name__)

_NOT_CACHED = {"pages.healthz", "pages.question"}
"""What looks at the database each time, and pages of which there may be any number."""


@pages.before_request
def _cache() -> None:
    """Keep all of them but a few."""
    if request.endpoint not in _NOT_CACHED:
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
        asked_here=asked_here(),
        guests=guests(),
    )


@pages.get("/angebot")
def offers() -> str:
    """The services side by side."""
    return render_template("pages/offers.html", asked_here=asked_here(), guests=guests())


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
        asked_here=asked_here(),
        guests=guests(),
    )


@pages.get("/ablauf")
def course() -> str:
    """How the guide works, stage by stage."""
    course = get_context().catalogue.course
    return render_template("pages/course.html", course=course, asked_here=asked_here())


@pages.get("/fragen")
def faq() -> str:
    """What people ask: what is known beforehand, and what was asked here."""
    faq = get_context().catalogue.faq
    return render_template(
        "pages/faq.html",
        faq=faq,
        structured_data=structured_data.faq_page(faq),
        asked=questions_asked(page_asked_for()),
        titles=titles(get_context()),
    )


@pages.get("/ueber")
def about() -> str:
    """The guide, and what guests said."""
    page = get_context().catalogue.get_page("ueber")
    return render_template("pages/about.html", page=page, asked_here=asked_here(), guests=guests())


@pages.get("/impressum", endpoint="impressum", defaults={"slug": "impressum"})  # § 5 DDG
@pages.get(
    "/datenschutz", endpoint="datenschutz", defaults={"slug": "datenschutz"}
)  # Art. 13 DSGVO
@pages.get("/barrierefreiheit", endpoint="barrierefreiheit", defaults={"slug": "barrierefreiheit"})
def text(slug: str) -> str:
    """A page of running text: what the law wants to be said."""
    return render_template("pages/text.html", page=get_context().catalogue.get_page(slug))


@pages.get("/stadtgespraech")
def articles() -> str:
    """All articles, the newest first."""
    articles = get_context().catalogue.articles
    return render_template("pages/articles.html", articles=articles, asked_here=asked_here())


@pages.get("/stadtgespraech/<slug>")
def article(slug: str) -> str:
    """One article, what its readers wrote, and a way to answer it."""
    catalogue = get_context().catalogue
    article = catalogue.get_article(slug)
    others = [one for one in catalogue.articles if one.slug != slug][:3]
    letters = letters_here(page_asked_for())
    return render_template(
        "pages/article.html",
        article=article,
        others=others,
        letters=letters,
        structured_data=structured_data.article_page(article, letters),
    )

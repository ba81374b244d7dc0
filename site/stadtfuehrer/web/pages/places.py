"""What the site offers, who offers it and how it goes."""

from __future__ import annotations

from flask import render_template

from stadtfuehrer.web.desk import the_office
from stadtfuehrer.web.pages import found
from stadtfuehrer.web.pages.blueprint import pages


@pages.get("/")
def home() -> str:
    """What this is, in one screen, and the two ways onward."""
    articles = the_office().catalogue.articles
    return render_template("pages/home.html", articles=articles, found=found.business())


@pages.get("/angebot")
def offers() -> str:
    """The services side by side."""
    return render_template("pages/offers.html")


@pages.get("/angebot/<slug>")
def offer(slug: str) -> str:
    """One service."""
    offers = the_office().catalogue.offers
    service = offers.get(slug)
    others = [one for one in offers.services if one.slug != slug]
    return render_template(
        "pages/offer.html", service=service, others=others, found=found.offer_page(service)
    )


@pages.get("/ablauf")
def course() -> str:
    """How the guide works, stage by stage."""
    return render_template("pages/course.html", course=the_office().catalogue.course)


@pages.get("/fragen")
def faq() -> str:
    """What people ask."""
    faq = the_office().catalogue.faq
    return render_template("pages/faq.html", faq=faq, found=found.faq_page(faq))


@pages.get("/ueber")
def about() -> str:
    """The guide."""
    return _text("ueber")


@pages.get("/impressum")
def impressum() -> str:
    """Who is responsible (§ 5 DDG)."""
    return _text("impressum")


@pages.get("/datenschutz")
def datenschutz() -> str:
    """What happens to data (Art. 13 DSGVO)."""
    return _text("datenschutz")


@pages.get("/barrierefreiheit")
def barrierefreiheit() -> str:
    """How accessible the site is, and where to report what is not."""
    return _text("barrierefreiheit")


def _text(slug: str) -> str:
    return render_template("pages/text.html", page=the_office().catalogue.get_page(slug))

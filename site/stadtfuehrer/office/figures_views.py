"""The figures in the browser."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from stadtfuehrer.dialogue.model import wait_in_words
from stadtfuehrer.office.blueprint import office
from stadtfuehrer.office.chart import bar, columns
from stadtfuehrer.office.figures import figures
from stadtfuehrer.quiz.service import KEPT_MONTHS
from stadtfuehrer.quiz.statistics import FEWEST_RUNS, costliest_stop
from stadtfuehrer.web import get_context, now

WEEKS = (4, 12, 26)


@office.get("/zahlen")
def numbers() -> ResponseReturnValue:
    """The way from the quiz to a customer; ``?wochen=`` says of how many weeks."""
    asked, context = request.args.get("wochen", type=int), get_context()
    weeks = asked if asked in WEEKS else WEEKS[1]
    found = figures(context, weeks=weeks, now=now())
    quiz, offers = context.catalogue.quiz, context.catalogue.offers
    return render_template(
        "office/figures.html",
        found=found,
        weeks=weeks,
        choices=WEEKS,
        themes={question.id: question.theme for question in quiz.questions},
        titles={slug: offers.get(slug).title for slug in quiz.services},
        wait=wait_in_words(found.wait) if found.wait else "",
        costliest=costliest_stop(found.visits),
        fewest=FEWEST_RUNS,
        booking_months=context.settings.privacy.bookings_months,
        quiz_months=KEPT_MONTHS,
        bar=bar,
        columns=columns,
    )
